"""The pages about the figures: checks and explanations, revisions and corrections, methods, files to download."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.release import manifest
from pipelines.release.forms import marks
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.site import indicator
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.words import Words
from pipelines.release.methods.folder import listed

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
    because, found = f"because_{words.language}", f"found_{words.language}"
    rows = facts.source.rows(
        f"select rule_id, severity, {because} as because, count(*) filter (where status = 'pass') as passed, "
        "count(*) filter (where status = 'fail') as failed, count(*) filter (where status = 'undecided') as undecided "
        "from mart_quality group by all order by failed desc, severity, rule_id"
    )
    values = {
        "checks": facts.source.said.get("checks") or {},
        "rows": rows,
        "warned": [row | {"because": row[because]} for row in facts.warnings],
        "explained": [
            row | {"found": row[found], "area": words.area_of(facts.all, row["area_code"])}
            for row in facts.explanations
        ],
    }
    return Page("quality.html", "quality.html", words.say("menu.quality"), "quality", values)


def _revisions(facts: Facts, words: Words) -> Page:
    rows = [
        {
            **_cell(facts, words, row),
            "edition": row["edition"],
            "from": _value(facts, row, "from_value"),
            "to": _value(facts, row, "to_value"),
            "reason": words.revised(row["reason"]),
        }
        for row in facts.revisions[:REVISIONS_AT_MOST]
    ]
    corrected = [
        {
            **_cell(facts, words, row),
            "from": row["source_value"],
            "to": row["value"],
            "because": words.label(correction.because),
            "by": correction.decided_by,
        }
        for row, correction in facts.corrections
    ]
    count = len(facts.revisions)
    more = words.say("revisions.more", count=count, shown=len(rows)) if count > len(rows) else ""
    values = {"rows": rows, "more": more, "corrected": corrected}
    return Page("revisions.html", "revisions.html", words.say("menu.revisions"), "revisions", values)


def _cell(facts: Facts, words: Words, row: dict[str, Any]) -> dict[str, str]:
    what, of = words.figure(row), words.figure_class(row)
    return {
        "what": words.say("title.of", title=what, of=of) if of else what,
        "area": words.area_of(facts.all, row["area_code"]),
        "period": row["period"],
    }


def _value(facts: Facts, row: dict[str, Any], name: str) -> str:
    """A value at the decimals at which it is published."""
    known = facts.catalog.indicators.get(row["indicator_id"])
    return "" if row[name] is None else marks.shown(row[name], known.decimals if known else 0)
