"""Findings of returns that were rejected, wholly or in part, until a return of the same slice is accepted.

Read from the register and the receipts. What is not known of a rejected return (its period, its area) cannot be missed
in the one that mends it. A file of which not even the table is known is mended by an accepted one of the same name.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipelines.alerts.finding import SHOWN, Finding, Words, same, words
from pipelines.alerts.of_checks import area_name, office_name
from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.home import Home
from pipelines.intake import identify, receipts, verdicts
from pipelines.intake.text import visible
from pipelines.landing import register
from pipelines.messages import LANGUAGES

UNKNOWN = "rejected__file"
"""Check of files whose table is not known; the beginning of their hash follows."""


@dataclass(frozen=True)
class _Refused:
    office: str
    table: str
    period: str
    unit: str
    sha256: str
    file_name: str
    receipt: str
    run: str
    faults: tuple[Words, ...]
    count: int

    def is_mended_by(self, row: dict[str, Any]) -> bool:
        """By an accepted submission (or delivery) that came later?"""
        if not self.table:
            return row["file_name"] == self.file_name
        known = ((self.table, row["table_id"]), (self.period, row["period"]), (self.unit, row["unit"]))
        return all(mine in ("", theirs) for mine, theirs in known)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """(check, area, year, office): what the finding is told by."""
        check = f"rejected__{self.table}" if self.table else f"{UNKNOWN}_{self.sha256[:8]}"
        return check, self.unit, str(parse(self.period).year) if self.period else "", self.office


def find(home: Home, catalog: Catalog) -> list[Finding]:
    """A finding per table, area, year and office of which a rejected return was not mended yet."""
    refused: dict[tuple[str, ...], _Refused] = {}
    for row in _judged(home):
        if row["verdict"] in ("accepted", "repeated"):
            refused = {slice: one for slice, one in refused.items() if not one.is_mended_by(row)}
        else:
            one = _refused(home, catalog, row)
            slice = (one.table, one.period, one.unit) if one.table else (one.sha256, one.file_name)
            refused.pop(slice, None)
            refused[slice] = one
    groups: dict[tuple[str, str, str, str], list[_Refused]] = {}
    for one in refused.values():
        groups.setdefault(one.key, []).append(one)
    return [_finding(home, catalog, key, ones) for key, ones in groups.items()]


def _judged(home: Home) -> Iterator[dict[str, Any]]:
    """Submissions in the order in which their deliveries came, and deliveries that hold none."""
    s, d = register.submission.c, register.delivery.c
    query = (
        sa.select(
            d.number, d.sha256, d.file_name, d.declared, d.receipt, d.run_id, s.office, s.table_id, s.period, s.unit,
            sa.func.coalesce(s.verdict, d.verdict).label("verdict"), s.findings,
        )
        .select_from(register.delivery.outerjoin(register.submission, s.delivery == d.number))
        .where(d.verdict.is_not(None))
        .order_by(d.number, s.number)
    )  # fmt: skip
    yield from register.rows(home, query)


def _refused(home: Home, catalog: Catalog, row: dict[str, Any]) -> _Refused:
    if row["table_id"]:
        told, count = _told([verdicts.Finding(**one) for one in json.loads(row["findings"])])
        said = verdicts.Declared(row["office"], row["table_id"], row["period"], row["unit"])
    else:
        said = _declared(catalog, row)
        told, count = _of_receipt(home, row["receipt"])
    receipt = str(home.root / row["receipt"]) if row["receipt"] else ""
    return _Refused(
        said.office, said.table, said.period, said.unit, row["sha256"], row["file_name"], receipt, row["run_id"] or "",
        told, count,
    )  # fmt: skip


def _told(found: list[verdicts.Finding]) -> tuple[tuple[Words, ...], int]:
    """The first errors as sentences, and how many there are."""
    errors = [_without_words(one) for one in found if one.severity == "error"]
    return tuple({each: receipts.sentence(one, each) for each in LANGUAGES} for one in errors[:SHOWN]), len(errors)


def _without_words(one: verdicts.Finding) -> verdicts.Finding:
    """Without what stood in a cell, unless it is a number: a column may have slipped, and a message goes to more than
    the office. The receipt has it.
    """
    if one.found and (one.cell or one.row) and any(sign.isalpha() for sign in one.found):
        return replace(one, found="…", nearest="")
    return one


def _declared(catalog: Catalog, row: dict[str, Any]) -> verdicts.Declared:
    """What a file that was rejected as a whole says of itself; nothing where that cannot be read or is not known."""
    try:
        said = identify.from_options(json.loads(row["declared"])).over(identify.from_name(catalog, row["file_name"]))
        return identify.settle(catalog, said)
    except verdicts.Rejection:
        return verdicts.Declared()


def _of_receipt(home: Home, receipt: str | None) -> tuple[tuple[Words, ...], int]:
    try:
        said = json.loads((home.root / str(receipt)).with_suffix(".json").read_bytes())
        names = {field.name for field in fields(verdicts.Finding)}
        plain = ({name: value for name, value in one.items() if name in names} for one in said["findings"])
        return _told([verdicts.Finding(**one) for one in plain])
    except (OSError, ValueError, KeyError, TypeError):
        return (), 0


def _finding(home: Home, catalog: Catalog, key: tuple[str, str, str, str], ones: Iterable[_Refused]) -> Finding:
    check, area, year, office = key
    *_, last = ones
    table = catalog.returns.get(last.table)
    title = table.title.model_dump() if table else same(last.table) if last.table else words("alert.rejected_unknown")
    periods = sorted({one.period for one in ones if one.period})
    name = visible(Path(last.file_name).name, 120)
    period = f" {', '.join(periods[:3])}{' ...' if len(periods) > 3 else ''}" if periods else ""
    return Finding(
        kind="return", check=check, severity="error", title=words("alert.rejected_title", title=title, period=period),
        sentence=words("alert.rejected", file=name, count=last.count) if last.count
        else words("alert.rejected_bare", file=name),
        area=area, area_name=area_name(catalog, area, last.period), year=year, office=office,
        office_name=office_name(catalog, office), places=last.faults, count=last.count, file=last.receipt, run=last.run,
    )  # fmt: skip
