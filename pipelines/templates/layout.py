"""Where all stands on the sheet of a table: columns with headers that intake binds, a row per area and classes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from pipelines.contracts.periods import parse
from pipelines.intake.periods import ROC_OFFSET
from pipelines.intake.plan import NOT_READ, Kind, Plan, Slot, pairs
from pipelines.intake.text import fold, letters
from pipelines.messages import say


@dataclass(frozen=True)
class Column:
    """A column: the kind of what it holds, its id, its header, and its number from 1."""

    kind: str
    id: str
    header: str
    number: int

    @property
    def is_figure(self) -> bool:
        """Is it one that is filled in with figures?"""
        return self.kind in ("measure", "reported")


@dataclass(frozen=True)
class Grid:
    """The sheet of one table. Rows count from 1; the rows of an area follow each other in the order of `breakdowns`."""

    plan: Plan
    unit: str
    period: str
    language: str
    head: int
    """The row of the header."""
    columns: list[Column] = field(default_factory=list)
    areas: list[str] = field(default_factory=list)
    breakdowns: list[str] = field(default_factory=list)

    def row(self, area: str, breakdown: str) -> int:
        """The row of an area and breakdown."""
        return self._rows[area, breakdown]

    @cached_property
    def _rows(self) -> dict[tuple[str, str], int]:
        return {(area, breakdown): row for row, area, breakdown in self.rows()}

    @property
    def last(self) -> int:
        """The last row."""
        return self.head + len(self.areas) * len(self.breakdowns)

    def column(self, id: str) -> Column | None:
        """The column of a measure."""
        return next((one for one in self.columns if one.is_figure and one.id == id), None)

    @property
    def figures(self) -> list[Column]:
        """The columns of figures."""
        return [one for one in self.columns if one.is_figure]

    def rows(self) -> list[tuple[int, str, str]]:
        """(row, area, breakdown) of all rows."""
        pairs = [(area, one) for area in self.areas for one in self.breakdowns]
        return [(self.head + 1 + at, *pair) for at, pair in enumerate(pairs)]

    def figures_range(self, row: int = 0) -> str:
        """A1 range of all figures, or of those of a row. They stand side by side."""
        first, last = self.figures[0].number, self.figures[-1].number
        top, bottom = (row, row) if row else (self.head + 1, self.last)
        return f"${letters(first)}${top}:${letters(last)}${bottom}"

    def words(self, column: Column, area: str, breakdown: str) -> str:
        """What a cell that is filled in beforehand says."""
        catalog, table = self.plan.catalog, self.plan.table
        if column.kind == "area":
            return area
        if column.kind == "name":
            name = catalog.name(area, self.period)
            return name.zh if self.language == "zh" else name.en
        if column.kind in ("period", "month"):
            return _period(self, column.kind)
        if column.kind == "status":
            final = [word for word, meaning in table.status.codes.items() if meaning == "final"] if table.status else []
            return final[0] if final else ""
        code = dict(pairs(breakdown)).get(column.id, "")
        item = self.plan.dimensions[column.id].items[code]
        label = item.name_zh if self.language == "zh" else item.name_en
        return label if self.plan.codes[column.id].get(fold(label)) == code else code


def grid(plan: Plan, unit: str, period: str, language: str) -> Grid:
    """The layout of a table. Two lines stand above the header where the contract looks for a header below them."""
    areas, breakdowns = plan.rows_due(unit, period)
    head = 3 if plan.format.header_within >= 3 else 1
    made = Grid(plan, unit, period, language, head, areas=list(areas), breakdowns=list(breakdowns))
    for kind, id, names in _columns(plan, period, language):
        slot = Slot("ignored") if kind in ("name", "check") else Slot(cast(Kind, kind), id)
        made.columns.append(Column(kind, id, _header(plan, slot, names), len(made.columns) + 1))
    return made


def _columns(plan: Plan, period: str, language: str) -> list[tuple[str, str, list[str]]]:
    """(kind, id, names from the best on) of the columns, in order."""
    table = plan.table
    found: list[tuple[str, str, list[str]]] = []
    if not table.area.fixed:
        found.append(("area", "", _names(language, table.area.header, table.area.aliases)))
        found.append(("name", "", [say(NOT_READ[0], language)]))
    found.append(("period", "", _names(language, table.period.header, table.period.aliases)))
    if month := table.period.month:
        found.append(("month", "", _names(language, month.header, month.aliases)))
    found += [("dimension", one.id, _names(language, one.id, one.aliases)) for one in table.dimensions]
    found += [("measure", one.id, [one.title[language], one.id]) for one in table.measures if one.asked_in(period)]
    for one in table.reported:
        title = [one.title[language]] if one.title else []
        found.append(("reported", one.id, [*title, *_names(language, one.id, one.aliases)]))
    if table.status:
        found.append(("status", "", _names(language, table.status.header, table.status.aliases)))
    found.append(("check", "", [say(NOT_READ[1], language)]))
    return found


def _names(language: str, header: str, aliases: Sequence[str]) -> list[str]:
    """Names of a column: in Chinese the first alias in that script; in English the header, as words if it goes so."""
    if language == "zh":
        return [*(one for one in aliases if not one.isascii()), header]
    return [header.replace("_", " ").capitalize(), header]


def _header(plan: Plan, slot: Slot, names: Sequence[str]) -> str:
    """The first name that intake takes for this column."""
    return next((name for name in names if plan.slots.get(fold(name)) == slot), names[-1])


def _period(grid: Grid, kind: str) -> str:
    """The period of the rows as the contract writes it: years of the Republic where it counts them, months apart."""
    column, span = grid.plan.table.period, parse(grid.period)
    if kind == "month":
        return str(span.start.month)
    if column.calendar == "roc":
        year = str(span.start.year - ROC_OFFSET)
        return year if column.month or span.months == 12 else f"{year}年{span.start.month}月"
    return str(span.start.year) if column.month else grid.period
