"""The first table: the results of the widest areas that have targets, in the last year that was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.release.forms.figures import Figure, latest
from pipelines.release.forms.marks import NOT_APPLICABLE
from pipelines.release.forms.words import Words, by_office
from pipelines.release.forms.workbook import shorthand
from pipelines.release.forms.workbook.extract import Extract
from pipelines.release.forms.workbook.table import Cell, Number, Table

NAME = "overview"
_JUDGED = ("met", "not_met")
_NONE = shorthand.bracketed(NOT_APPLICABLE)


@dataclass(frozen=True)
class Overview:
    """What the scorecard says of some areas in a period. rows: those of mart_scorecard."""

    period: str
    areas: tuple[str, ...]
    rows: list[dict[str, Any]]

    def counts(self) -> Mapping[str, int]:
        """verdict -> number of targets."""
        return Counter(row["verdict"] for row in self.rows if row["verdict"])


def of(extract: Extract) -> Overview | None:
    """Of the widest level of which any area shown has a target, else of the widest areas; None without a scorecard."""
    scores = (row for of in extract.facts.scores.values() for row in of.values())
    found = [row for row in scores if row["area_code"] in extract.lines]
    level = extract.facts.judged_level
    areas = [code for code, area in extract.lines.items() if area.level == level] if level else extract.tops
    found = [row for row in found if row["area_code"] in areas]
    if not found:
        return None
    judged = [row for row in found if row["verdict"] in _JUDGED]
    period = latest(row["period"] for row in judged or found)
    rows = [row for row in found if row["period"] == period]
    offices = by_office(extract.facts.catalog, extract.facts.catalog.indicators)
    places = {id: place for place, id in enumerate(id for of in offices.values() for id in of)}
    # in the order of the tables that follow; what has no target comes last
    rows.sort(
        key=lambda row: (
            areas.index(row["area_code"]), row["verdict"] is None, places[row["indicator_id"]], row["breakdown"]
        )
    )  # fmt: skip
    return Overview(period, tuple(dict.fromkeys(row["area_code"] for row in rows)), rows)


def counted(words: Words, found: Overview) -> str:
    """How many targets are met, missed and open."""
    counts = found.counts()
    if not counts:
        return ""
    places = {verdict: counts.get(verdict, 0) for verdict in ("met", "not_met", "no_data")}
    return words.say("overview.counts", period=found.period, **places)


def table(extract: Extract, words: Words, found: Overview) -> Table:
    """A row for each indicator of each area."""
    several = len(found.areas) > 1
    classes = any(row["breakdown"] != TOTAL for row in found.rows)
    names = [*(["area"] if several else []), "indicator", *(["class"] if classes else []), "unit", "value", "target"]
    names += ["verdict", "reliability", "distance", "lower", "upper", "n", "years_met", "place", "notes"]
    rows = [_row(extract, words, row, several, classes) for row in found.rows]
    if not any((row["ranked_areas"] or 0) > 1 for row in found.rows):  # nothing to compare with
        at = names.index("place")
        names, rows = names[:at] + names[at + 1 :], [row[:at] + row[at + 1 :] for row in rows]
    where = words.say("areas") if several else words.area(extract.lines[found.areas[0]])
    lines = [line for line in (counted(words, found), words.say("overview.line")) if line]
    return Table(
        NAME,
        words.say("section.overview"),
        words.say("short.overview"),
        words.say("title.overview", area=where, period=found.period),
        lines,
        [words.say(f"column.{name}") for name in names],
        rows,
        1 + several,
        frozenset({words.say("verdict.not_met")}),
    )


def _row(extract: Extract, words: Words, row: Mapping[str, Any], several: bool, classes: bool) -> list[Cell]:
    about = words.about(row["indicator_id"])
    area = extract.lines[row["area_code"]]
    series = extract.facts.series(row["indicator_id"], row["breakdown"])
    given = series.figure(area, row["period"]) or Figure(area.code, row["period"], "", "O", row["reason"] or "")
    value = shorthand.cell(given)
    hidden = value if given.status == "Q" else _NONE
    decimals = about.indicator.decimals
    target = shorthand.target(words, row["operator"], row["target_text"]) if row["target_text"] is not None else _NONE
    judged = [
        words.say(f"verdict.{row['verdict']}") if row["verdict"] else hidden,
        words.say(f"reliability.{row['reliability']}") if row["reliability"] else hidden,
    ]
    ranked = row["ranked_areas"] or 0
    place = words.say("overview.place", place=row["rank_in_parent"], areas=ranked) if ranked > 1 else hidden
    return [
        *([words.area(area)] if several else []),
        about.label(about.indicator.title),
        *([about.breakdown(row["breakdown"])] if classes else []),
        about.unit(),
        value,
        target,
        *judged,
        _number(row["distance"], _far_enough(row["distance"], decimals), hidden),
        _number(row["lower_limit"], decimals, hidden),
        _number(row["upper_limit"], decimals, hidden),
        _number(row["n"], 0, hidden),
        _number(row["years_met_in_a_row"], 0, hidden),
        place,
        shorthand.of_one(words, given),
    ]


def _number(value: Any, decimals: int, otherwise: Cell) -> Cell:
    return otherwise if value is None else Number(f"{value:f}" if isinstance(value, Decimal) else str(value), decimals)


def _far_enough(away: Decimal | None, decimals: int) -> int:
    """So many decimals that what is not the target is not shown as if it were."""
    while away and decimals < 6 and not round(abs(away), decimals):
        decimals += 1
    return decimals
