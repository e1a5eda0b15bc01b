"""Rows of a sheet with their area, unit, period and codes resolved; rows of control totals apart.

Every identifying cell that is at fault gets its address here. Cells with figures are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipelines.contracts.periods import shift
from pipelines.intake.files import Sheet
from pipelines.intake.header import Binding
from pipelines.intake.keys import Keys, Word
from pipelines.intake.text import fold
from pipelines.intake.verdicts import Declared, Finding, finding

Codes = tuple[tuple[str, str], ...]
"""(dimension, code) pairs."""


@dataclass(frozen=True)
class Scope:
    """Which submissions of the sheet a finding concerns; '' stands for all periods or all units."""

    period: str = ""
    unit: str = ""


Scoped = tuple[Scope, Finding]

_FIGURE = re.compile(r"\W*\d")
"""How a figure begins; what stands in a column of figures and does not is a word."""


@dataclass
class Control:
    """A row of control totals: the period ('' = all) and the codes it is for, and its cells by measure."""

    row: int
    period: str
    codes: Codes
    cells: dict[str, tuple[str, int]]


@dataclass
class Identified:
    """The rows that could be identified, the rows of control totals, and what was wrong with others."""

    rows: list[Row] = field(default_factory=list)
    controls: list[Control] = field(default_factory=list)
    faults: list[Scoped] = field(default_factory=list)
    lost: int = 0
    """Rows that could not be identified; at most so many are missing because of that."""


@dataclass
class Row:
    """A row that could be identified. `number` counts from 1; `codes` are those of its own cells."""

    number: int
    cells: list[str]
    area: str
    unit: str
    period: str
    codes: Codes
    status: str = "A"
    """SDMX OBS_STATUS of the row's figures: A, or P where a column says that they are provisional."""


def identify(keys: Keys, sheet: Sheet, binding: Binding, declared: Declared) -> Identified:
    """The rows below a bound header. Blank rows are passed over."""
    found = Identified()
    reader = _Reader(keys, sheet.name, binding, declared, found)
    words, numbered, notes = keys.plan.control_words, keys.plan.format.number_row, keys.plan.format.notes
    for number, cells in enumerate(sheet.rows[binding.row :], start=binding.row + 1):
        if not "".join(cells).strip() or (numbered and _numbers(cells)):
            continue
        before = len(found.faults)
        if len(cells) != binding.width:
            counts = {"found": str(len(cells)), "expected": str(binding.width)}
            found.faults.append((Scope(), finding("ragged_row", number, sheet=sheet.name, **counts)))
        elif words and binding.area and fold(cells[binding.area - 1]) in words:
            reader.control(number, cells)
        elif (row := reader.row(number, cells)) is not None:
            found.rows.append(row)
        if notes and len(found.faults) > before and _note(binding, cells):
            del found.faults[before:]
    found.lost = len(found.faults)
    found.faults = list(_once(found.faults))
    return found


def _once(faults: list[Scoped]) -> Iterator[Scoped]:
    """The same faults, a wrong period told once for all rows that have it."""
    alike: dict[tuple[Scope, str], list[Finding]] = {}
    for scope, one in faults:
        if one.code == "period_wrong":
            alike.setdefault((scope, one.found), []).append(one)
    for scope, one in faults:
        same = alike.get((scope, one.found), []) if one.code == "period_wrong" else []
        if len(same) > 1 and one is same[0]:
            one.code, one.places = "period_wrong_rows", {"count": len(same), "last": same[-1].row}
        if not same or one is same[0]:
            yield scope, one


def _numbers(cells: list[str]) -> bool:
    """Does the row only number its columns, 1, 2, 3 ...? Columns at its end may go without."""
    said = [cell.strip() for cell in cells]
    while said and not said[-1]:
        said.pop()
    return len(said) > 1 and all(cell == str(column) for column, cell in enumerate(said, start=1))


def _note(binding: Binding, cells: list[str]) -> bool:
    """Is nothing in the row's columns of figures that could be one? Asked of rows that cannot be identified."""
    columns = [one.column for one in binding.figures] + list(binding.long or ())[1:]
    return not any(_FIGURE.match(cells[column - 1]) for column in columns if column <= len(cells))


class _Reader:
    """Resolves the identifying cells of one row after another, and addresses their faults."""

    def __init__(self, keys: Keys, sheet: str, binding: Binding, declared: Declared, into: Identified):
        self.keys, self.sheet, self.binding, self.declared, self.into = keys, sheet, binding, declared, into
        self.fixed = keys.plan.table.area.fixed or ""
        self.outer = [binding.outer.get(one.header, 0) for one in keys.plan.table.area.within]

    def row(self, number: int, cells: list[str]) -> Row | None:
        """The identified row, or None when its period, area or a code is at fault."""
        unit = self.declared.unit
        period = self._period(number, cells, unit)
        scope = Scope(period or self.declared.period, unit)
        codes, status = self._codes(number, cells, scope), self._status(number, cells, scope)
        if period is None:
            return None
        text = cells[self.binding.area - 1] if self.binding.area else self.fixed
        outer = tuple(cells[column - 1] for column in self.outer if column)
        place = self.keys.place(text, period, outer)
        if place.fault:
            code = place.fault
        elif unit and place.unit != unit:
            code = "area_outside_unit"
        else:
            if codes is None or status is None:
                return None
            return Row(number, cells, place.area, place.unit, period, codes, status)
        scope = Scope(period, unit or place.unit)
        places = {"unit": unit, "level": self.keys.plan.table.reporting_unit, "period": period}
        for name, item in (("near", place.nearest), ("outer", place.within)):
            if found := self.keys.plan.catalog.areas.get(item):
                places |= {f"{name}_en": found.name_en, f"{name}_zh": found.name_zh}
        column, text = (
            (self.outer[place.outer - 1], outer[place.outer - 1]) if place.outer else (self.binding.area, text)
        )
        self._fault(scope, code, number, column, text, nearest=place.nearest, **places)
        return None

    def control(self, number: int, cells: list[str]) -> None:
        """A row of control totals. Blank identifying cells mean: of all."""
        binding, words = self.binding, self.keys.plan.control_words
        period = ""
        if binding.period and cells[binding.period - 1].strip():
            period = self._period(number, cells, "") or ""
        codes = []
        for name, column in binding.dimensions.items():
            text = cells[column - 1]
            if text.strip() and fold(text) not in words:
                word = self.keys.code(name, text)
                if word.fault:
                    self._word(Scope(), word, number, column, text, dimension=name)
                    return
                codes.append((name, word.value))
        figures = {}
        if binding.long:
            name = self.keys.plan.measure_names.get(fold(cells[binding.long[0] - 1]), "")
            figures = {name: (cells[binding.long[1] - 1], binding.long[1])} if name else {}
            self.into.controls.append(Control(number, period, tuple(codes), figures))
            return
        groups: dict[tuple[Codes, int], dict[str, tuple[str, int]]] = {}
        for one in binding.figures:
            if one.slot.kind == "measure":
                cell = (cells[one.column - 1], one.column)
                groups.setdefault((one.slot.codes, one.slot.years), {})[one.slot.id] = cell
        base = period or ("" if binding.period else self.declared.period)
        if not base and any(years for _, years in groups):
            return
        for (carried, years), figures in groups.items():
            moved = shift(base, years) if base and years else base
            self.into.controls.append(Control(number, moved, (*codes, *carried), figures))

    def _period(self, number: int, cells: list[str], unit: str) -> str | None:
        declared, column = self.declared.period, self.binding.period
        if not column:
            return declared
        text, month = cells[column - 1], self.binding.month
        word = self.keys.month(text, cells[month - 1]) if month else self.keys.period(text)
        if word.fault:
            at = month if word.fault == "month_unreadable" else column
            self._word(Scope(declared, unit), word, number, at, cells[at - 1])
            return None
        if declared and word.value != declared:
            self._fault(Scope(declared, unit), "period_wrong", number, column, text, expected=declared)
            return None
        return word.value

    def _codes(self, number: int, cells: list[str], scope: Scope) -> Codes | None:
        found: list[tuple[str, str]] = []
        sound = True
        for name, column in self.binding.dimensions.items():
            text = cells[column - 1]
            word = self.keys.code(name, text)
            if not word.fault and scope.period and not self.keys.lasts(name, word.value, scope.period):
                word = Word("", "code_not_valid")
            if word.fault:
                self._word(scope, word, number, column, text, dimension=name, period=scope.period)
                sound = False
            found.append((name, word.value))
        return tuple(found) if sound else None

    def _status(self, number: int, cells: list[str], scope: Scope) -> str | None:
        column = self.binding.status
        if not column:
            return "A"
        text, known = cells[column - 1], self.keys.plan.statuses
        if found := known.get(fold(text)):
            return found
        words = ", ".join(self.keys.plan.table.status.codes) if self.keys.plan.table.status else ""
        self._fault(scope, "status_unknown", number, column, text, expected=words)
        return None

    def _word(self, scope: Scope, word: Word, number: int, column: int, text: str, **places: str) -> None:
        like = self.keys.plan.table.due.start
        self._fault(scope, word.fault, number, column, text, nearest=word.nearest, like=like, **places)

    def _fault(self, scope: Scope, code: str, row: int, column: int, text: str, **places: str) -> None:
        header = self.binding.headers.get(column, "")
        one = finding(code, row, column, sheet=self.sheet, header=header, found=text, **places)
        self.into.faults.append((scope, one))
