"""The pages about the figures: checks and explanations, revisions and corrections, methods, files to download."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.release import manifest
from pipelines.release.explanations import TABLE as EXPLANATION
from pipelines.release.forms.site import indicator, marks
from pipelines.release.forms.site.facts import Facts
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.words import Words
from pipelines.release.methods.folder import listed
from pipelines.release.published_tables import REVISION

REVISIONS_AT_MOST = 1000
"""Of more revised figures the newest are listed; the CSV has all."""


def pages(facts: Facts, words: Words) -> Iterator[Page]:
    """Quality, revisions, methods, downloads."""
    yield _quality(facts, words)
    yield _revisions(facts, words)
    rows = [
        row | {"path": f"{indicator.path(facts, row['indicator'], facts.breakdowns[row['indicator']][0])}#method"}
        for row in listed(facts.catalog, words.language)
        if row["indicator"] in facts.breakdowns
    ]
    yield Page("methods.html", "methods.html", words.say("menu.methods"), "methods", {"rows": rows})
    yield Page(
        "downloads.html", "downloads.html", words.say("menu.downloads"), "downloads",
        {"groups": files(facts.source.folder)},
    )  # fmt: skip


def files(folder: Path) -> list[dict[str, Any]]:
    """[{folder, rows: [{path, bytes, sha256}]}] of the files that stand in the release by now, but for the site's."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, file in manifest.files(folder).items():
        first, *rest = name.split("/")
        if first not in ("site", "documents", "validation"):
            made = {"path": name, "size": size(file["bytes"]), "sha256": file["sha256"]}
            groups.setdefault(first if rest else "", []).append(made)
    return [{"folder": group, "rows": groups[group]} for group in sorted(groups)]


def size(count: int) -> str:
    """Bytes as people say them: 12 kB."""
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count} {unit}"
        count = -(-count // 1000)
    return f"{count} GB"


def _quality(facts: Facts, words: Words) -> Page:
    because = f"because_{words.language}"
    rows = facts.source.rows(
        f"select rule_id, severity, {because} as because, count(*) filter (where status = 'pass') as passed, "
        "count(*) filter (where status = 'fail') as failed, count(*) filter (where status = 'undecided') as undecided "
        "from mart_quality group by all order by failed desc, severity, rule_id"
    )
    warned = facts.source.rows(
        f"select rule_id, year, {because} as because, rows_seen, rows_failed from mart_quality "
        "where status = 'fail' order by year desc, rule_id"
    )
    explained = (
        facts.source.rows(
            f"select rule_id, area_code, period, found_{words.language} as found, "
            f"expected_{words.language} as expected, because, explained_by from {EXPLANATION} "
            "where state = 'accepted' order by year desc, rule_id, area_code, period, breakdown, found_en"
        )
        if EXPLANATION in facts.tables
        else []
    )
    for row in explained:
        row["area"] = _area(facts, words, row["area_code"])
    values = {"checks": facts.source.said.get("checks") or {}, "rows": rows, "warned": warned, "explained": explained}
    return Page("quality.html", "quality.html", words.say("menu.quality"), "quality", values)


def _revisions(facts: Facts, words: Words) -> Page:
    revised = [
        row
        for row in (
            facts.source.rows(f"select * from {REVISION} order by all desc") if REVISION in facts.tables else []
        )
        if facts.has_level(row["area_level"])
    ]
    rows = [
        {
            **_cell(facts, words, row),
            "edition": row["edition"],
            "from": _value(facts, row, "from_value"),
            "to": _value(facts, row, "to_value"),
            "reason": words.listed([_reason(words, one) for one in row["reason"].split("|")]),
        }
        for row in revised[:REVISIONS_AT_MOST]
    ]
    found = facts.source.rows("select * from mart_correction order by correction_id")
    corrected = [
        {
            **_cell(facts, words, row | {"indicator_id": ""}),
            "from": row["source_value"],
            "to": row["value"],
            "because": words.label(correction.because),
            "by": correction.decided_by,
        }
        for row in found
        if (correction := facts.catalog.corrections.get(row["correction_id"]))
    ]
    more = words.say("revisions.more", count=len(revised), shown=len(rows)) if len(revised) > len(rows) else ""
    values = {"rows": rows, "more": more, "corrected": corrected}
    return Page("revisions.html", "revisions.html", words.say("menu.revisions"), "revisions", values)


def _cell(facts: Facts, words: Words, row: dict[str, Any]) -> dict[str, str]:
    return {"what": _what(words, row), "area": _area(facts, words, row["area_code"]), "period": row["period"]}


def _value(facts: Facts, row: dict[str, Any], name: str) -> str:
    """A value at the decimals at which it is published."""
    known = facts.catalog.indicators.get(row["indicator_id"])
    return "" if row[name] is None else marks.shown(row[name], known.decimals if known else 0)


def _reason(words: Words, reason: str) -> str:
    return words.known(f"reason.{reason}", words.known(f"site.revised.{reason}", reason))


def _what(words: Words, row: dict[str, Any]) -> str:
    """An indicator and its class, or a return, its measure and the class."""
    if row["indicator_id"]:
        return words.title(row["indicator_id"], row["breakdown"])
    found = words.catalog.returns.get(row["table_id"])
    measure = found.measure(row["measure_id"]) if found else None
    of = "" if row["breakdown"] == TOTAL else row["breakdown"]
    named = [words.label(found.title), words.label(measure.title)] if found and measure else [row["measure_id"]]
    return words.say("comma").join([*named, *([of] if of else [])])


def _area(facts: Facts, words: Words, code: str) -> str:
    return words.area(facts.areas[code]) if code in facts.areas else code
