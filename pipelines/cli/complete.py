"""What a shell offers for a value, each with what it is: from the documents and the installation, as they are.

Each function is named in the `autocompletion` of an argument or option. None ever fails or prints: where there are no
documents or no installation nothing is offered. Nothing heavy is imported before a value is asked for.
"""

from __future__ import annotations

import contextlib
import functools
import io
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from pipelines.cli.common import home
from pipelines.intake.text import visible

if TYPE_CHECKING:
    from pipelines.contracts import Catalog

Offered = list[tuple[str, str]]
"""(value, what it is)."""

MOST, _HELP = 200, 60
"""Values that are offered, of those that begin with what was typed; characters of what each is."""


def _offers(source: Callable[[], Iterable[tuple[str, str]]]) -> Callable[[str], Offered]:
    """A function of what was typed so far, which is what typer asks for."""

    @functools.wraps(source)
    def offered(incomplete: str) -> Offered:
        try:
            with contextlib.redirect_stderr(io.StringIO()), contextlib.redirect_stdout(io.StringIO()):
                found = [one for one in source() if one[0].startswith(incomplete)]
        except Exception:  # a person is typing: this is no moment to say what is wrong
            return []
        return [(value, _plain(what)) for value, what in found[:MOST]]

    del offered.__wrapped__  # typer looks at the parameters
    return offered


def _plain(what: str) -> str:
    """One line without what typer would take for markup."""
    return visible(" ".join(what.split()), _HELP).replace("[", "(").replace("]", ")")


def _documents() -> Catalog:
    from pipelines.contracts import load

    return load(home().contracts)


@_offers
def tables() -> Iterable[tuple[str, str]]:
    """Return tables."""
    return [(id, table.title.en) for id, table in _documents().returns.items()]


@_offers
def offices() -> Iterable[tuple[str, str]]:
    """Offices that owe returns."""
    return [(office.id, office.title.en) for office in _documents().programme.offices]


@_offers
def areas() -> Iterable[tuple[str, str]]:
    """Areas, the highest first."""
    return [(code, area.name_en) for code, area in _documents().codelists["area"].items.items()]


@_offers
def indicators() -> Iterable[tuple[str, str]]:
    """Indicators."""
    return [(id, one.title.en) for id, one in _documents().indicators.items()]


@_offers
def years() -> Iterable[tuple[str, str]]:
    """Reference years for which returns are due, the newest first."""
    from pipelines.contracts.periods import parse
    from pipelines.intake import clock

    documents = _documents()
    first = min(parse(table.due.start).year for table in documents.returns.values())
    return [(f"{year:04d}", "") for year in range(clock.local(documents).year, first - 1, -1)]


@_offers
def periods() -> Iterable[tuple[str, str]]:
    """Periods of which accepted figures are there, the newest first."""
    from sqlalchemy import func, select

    from pipelines.landing import register

    accepted = register.submission.c
    query = select(accepted.period, func.count().label("count")).where(accepted.verdict == "accepted")
    rows = register.rows(home(), query.group_by(accepted.period).order_by(accepted.period.desc()))
    return [(row["period"], f"submissions: {row['count']:,}") for row in rows]


@_offers
def releases() -> Iterable[tuple[str, str]]:
    """Releases, the newest first, after the names of the pointers."""
    from pipelines.release import read

    pointers = [(name, id) for name in read.POINTERS if (id := read.named(home(), name))]
    return [*pointers, *((one["release_id"], _released(one)) for one in read.list_releases(home()))]


@_offers
def editions() -> Iterable[tuple[str, str]]:
    """Editions that stand."""
    from pipelines.release import read

    found = [one for one in read.list_releases(home()) if one["kind"] == "edition" and not one["withdrawn"]]
    return [(one["release_id"], _released(one)) for one in found]


def _released(one: dict[str, str]) -> str:
    return f"{one['kind']} of {one['created'][:10]}{', withdrawn' if one['withdrawn'] else ''}"


@_offers
def held() -> Iterable[tuple[str, str]]:
    """Submissions that wait for a person to decide."""
    from pipelines.release import waiting

    found = [one for one in waiting.told(home())["submissions"] if one["decided"] is None]
    return [(one["submission_id"], f"{one['table_id']} {one['period']}, {one['file_name']}") for one in found]


@_offers
def submissions() -> Iterable[tuple[str, str]]:
    """Accepted submissions, the newest first."""
    from sqlalchemy import select

    from pipelines.landing import register

    sent, file = register.submission.c, register.delivery.c
    query = select(sent.submission_id, sent.table_id, sent.period, file.file_name)
    query = query.join(register.delivery, sent.delivery == file.number).where(sent.verdict == "accepted")
    rows = register.rows(home(), query.order_by(sent.number.desc()))
    return [(row["submission_id"], f"{row['table_id']} {row['period']}, {row['file_name']}") for row in rows]


@_offers
def warnings() -> Iterable[tuple[str, str]]:
    """Findings that nobody explained."""
    from pipelines.validation import standing

    there = standing.found(home())
    return [(row["finding"], f"{row['rule']} {row['place']}") for row in there.open] if there else []


@_offers
def explained() -> Iterable[tuple[str, str]]:
    """Findings that somebody explained, also those whose figures are others by now."""
    from pipelines.validation import standing

    there = standing.found(home())
    found = [*(row for row in there.findings if row["said"]), *there.lapsed] if there else []
    return [(row["finding"], f"{row['rule']} {row.get('place', '')}") for row in found]


@_offers
def alerts() -> Iterable[tuple[str, str]]:
    """Numbers of what is wrong and nobody took note of."""
    from pipelines.alerts import store

    return [(str(one.number), one.finding.key) for one in store.open_entries(home()) if one.state == "open"]


@_offers
def reasons() -> Iterable[tuple[str, str]]:
    """Reason codes of a revision."""
    from pipelines.contracts.reasons import REASONS
    from pipelines.messages import say

    return [(code, say(f"reason.{code}", "en")) for code in REASONS]
