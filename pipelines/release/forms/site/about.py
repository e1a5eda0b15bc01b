"""The pages about the figures: checks and explanations, revisions and corrections, methods, files to download."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.release import manifest, parts
from pipelines.release.database import DATABASE
from pipelines.release.forms import checksums
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.site import indicator
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.site.revised import Revised
from pipelines.release.forms.source import Source
from pipelines.release.forms.words import Words
from pipelines.release.methods.folder import listed


def pages(facts: Facts, words: Words, revised: Revised) -> Iterator[Page]:
    """Quality, revisions, methods, downloads."""
    yield _quality(facts, words)
    yield _revisions(facts, words, revised)
    rows = [
        row | {"path": f"{indicator.path(facts, row['indicator'], facts.breakdowns[row['indicator']][0])}#method"}
        for row in listed(facts.catalog, words.language)
        if row["indicator"] in facts.breakdowns
    ]
    yield Page("methods.html", "methods.html", words.say("menu.methods"), "methods", {"rows": rows})
    yield Page(
        "downloads.html", "downloads.html", words.say("menu.downloads"), "downloads",
        {
            "doors": doors(facts.source.folder, words.language), "groups": files(facts.source),
            "sums": checksums.FILE, "manifest": manifest.FILE,
        },
    )  # fmt: skip


def files(source: Source) -> list[dict[str, Any]]:
    """[{folder, rows: [{path, bytes, sha256}]}] of the files that stand in the release by now, but for the site's."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for name, file in source.files().items():
        first, *rest = name.split("/")
        if first not in ("site", "documents", "validation"):
            made = {"path": name, "size": size(file["bytes"]), "sha256": file["sha256"]}
            groups.setdefault(first if rest else "", []).append(made)
    return [{"folder": group, "rows": groups[group]} for group in sorted(groups)]


def doors(folder: Path, language: str) -> list[dict[str, Any]]:
    """[{name, rows: [{path, size}]}]: for each way to use the figures the files to take, of those that are there."""
    return [
        {"name": name, "rows": rows}
        for name, paths in _DOORS.items()
        if (rows := [{"path": path, "size": size((folder / path).stat().st_size)}
                     for one in paths for path in parts.laid(folder, one.format(language=language))])
    ]  # fmt: skip


_DOORS = {
    "workbook": ("yearbook_{language}.xlsx",),
    "csv": ("csv/mart_indicator.csv", "csv/mart_observation.csv", "csv/mart_scorecard.csv", "datapackage.json"),
    "parquet": ("parquet/mart_indicator.parquet", "parquet/mart_observation.parquet"),
    "database": (DATABASE,),
    "sdmx": ("sdmx/structure.xml", "sdmx/indicators.xml", "sdmx/observations.xml"),
}
"""Way to use the figures -> the files to take first."""


def size(count: int) -> str:
    """Bytes as people say them: 12.3 kB."""
    if count < 1000:
        return f"{count} B"
    found, units = count / 1000, ["kB", "MB", "GB"]
    while round(found, 1) >= 1000 and units[1:]:
        found, _ = found / 1000, units.pop(0)
    return f"{found:.1f} {units[0]}"


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


def _revisions(facts: Facts, words: Words, revised: Revised) -> Page:
    values = revised.all(words)
    for row in values["rows"]:
        id, breakdown = row["indicator"], row["breakdown"]
        there = id in facts.breakdowns and indicator.has_page(facts, id, breakdown)
        row["path"] = f"{indicator.path(facts, id, breakdown)}{row['anchor']}" if there else ""
    return Page("revisions.html", "revisions.html", words.say("menu.revisions"), "revisions", values)
