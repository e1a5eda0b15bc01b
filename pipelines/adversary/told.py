"""Other tables and files of an edition that may not tell of a hidden figure at all: corrections, revisions, rates that
offices printed, figures on the boundaries of today, what changed since the edition before, the documents.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from pipelines.adversary import of_today
from pipelines.adversary.cells import FIGURE, HIDDEN, RATE, Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.hidden import Hidden
from pipelines.adversary.shown import KEPT
from pipelines.adversary.verdict import Leak

_SAID_OF_TODAY = {
    *FIGURE, *RATE, "year", "office", "area_level", "kind", "obs_status", "reason", "covers_period", "boundaries",
    "conversion", "from_level",
}  # fmt: skip
"""Columns of today's marts that tell nothing of a figure."""


def leaks(edition: Edition, hidden: Hidden) -> Iterator[Leak]:
    """Each row or entry that tells of a hidden figure."""
    for mart in ("mart_correction", "mart_published_revision"):
        for row in edition.files.rows(mart, FIGURE):
            if (cell := Cell(*row)) in hidden.cells:
                yield _told(edition, mart, str(cell), cell)
    for mart in ("mart_published_revision", "mart_published_revision_triangle"):
        for row in edition.files.rows(mart, RATE):
            if cell := hidden.behind(*row):
                yield _told(edition, mart, "{} of {} in {}".format(*row), cell)
    yield from _reported(edition, hidden)
    yield from _today(edition, hidden)
    yield from _changes(edition, hidden)
    for id, correction in edition.catalog.corrections.items():
        if (cell := Cell(*edition.catalog.cell(correction))) in hidden.cells:
            yield _told(edition, f"the document of the correction {id}", str(cell), cell)


def _told(edition: Edition, where: str, what: str, cell: Cell) -> Leak:
    more = "" if what == str(cell) else f", which tells of {cell}"
    return Leak(edition.name, "told", f"{where} has an entry for {what}{more}; it is not printed.")


def _reported(edition: Edition, hidden: Hidden) -> Iterator[Leak]:
    """Of a rate that nothing here makes nobody can say what it tells: no figure of its row may be hidden."""
    rows = {(cell.table, cell.area, cell.period, cell.breakdown): cell for cell in hidden.cells}
    columns = ("table_id", "reported_id", "indicator_id", "area_code", "period", "breakdown")
    for table, reported, id, area, period, breakdown in edition.files.rows("mart_reported", columns):
        cell = hidden.behind(id, area, period, breakdown) or rows.get((table, area, period, breakdown))
        if cell:
            yield _told(edition, "mart_reported", f"{reported} of {area} in {period}", cell)


def _today(edition: Edition, hidden: Hidden) -> Iterator[Leak]:
    """A figure on the boundaries of today is put together from figures of then; one that is missing may say why only if
    one of those is.
    """
    made_of = of_today.shares(edition)
    for mart, key in (("mart_observation_today", FIGURE), ("mart_indicator_today", RATE)):
        columns = [*key, "reason", *(name for name in edition.files.columns(mart) if name not in _SAID_OF_TODAY)]
        for row in edition.files.rows(mart, columns):
            *name, area, period, breakdown = row[: len(key)]
            cells = [
                cell
                for origin, _, _ in made_of.get((area, period), [(area, 1, 1)])
                for cell in (
                    hidden.of(name[0], origin, period, breakdown)
                    if mart == "mart_indicator_today"
                    else [Cell(name[0], name[1], origin, period, breakdown)]
                )
            ]
            cell = next((one for one in cells if one in hidden.cells), None)
            says_why = row[len(key)] != HIDDEN and not hidden.lacks(cells)
            if cell and (says_why or any(value not in (None, "") for value in row[len(key) + 1 :])):
                yield _told(edition, mart, f"{'.'.join(name)} of {area} in {period}", cell)


def _changes(edition: Edition, hidden: Hidden) -> Iterator[Leak]:
    path = edition.folder / "changes.json"
    if not path.is_file():
        return
    for mart, changes in json.loads(path.read_text(encoding="utf-8")).get("tables", {}).items():
        if not mart.startswith("mart_"):
            continue
        rows = [row for what in ("added", "removed") for row in changes.get(what, ()) if _says(mart, row)]
        rows += [one["key"] for one in changes.get("changed", ()) if _says(mart, one["from"]) or _says(mart, one["to"])]
        for row in rows:
            if cell := _named(row, hidden):
                yield _told(edition, f"changes.json, under {mart},", str(cell), cell)


def _says(mart: str, row: dict[str, Any]) -> bool:
    """More than that there is such a row: one of a year that is new, kept back as a whole, tells nothing."""
    kept = KEPT.get(mart, set()) | {"covers_period"}
    return any(value not in (None, "") for name, value in row.items() if name not in kept)


def _named(row: dict[str, Any], hidden: Hidden) -> Cell | None:
    if row.get("measure_id"):
        cell = Cell(*(str(row.get(name)) for name in FIGURE))
        return cell if cell in hidden.cells else None
    if row.get("indicator_id"):
        return hidden.behind(*(str(row.get(name)) for name in RATE))
    return None
