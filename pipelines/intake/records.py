"""Identified rows, plain, wide or long -> records: one per area, period and breakdown, cells as text.

Cells with figures are still text here; what they say is read afterwards.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from pipelines.contracts.periods import shift
from pipelines.intake.files import Sheet
from pipelines.intake.header import Binding
from pipelines.intake.keys import Keys
from pipelines.intake.plan import breakdown
from pipelines.intake.rows import Codes, Control, Identified, Row, Scope, Scoped
from pipelines.intake.text import fold, noted
from pipelines.intake.verdicts import finding


@dataclass
class Cells:
    """The cells of one measure, by record: text (None: no such cell), row, column."""

    texts: list[str | None] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)

    @cached_property
    def gaps(self) -> bool:
        """Has any record no such cell? Looked at once for all the periods and offices of a sheet, of which there may be
        hundreds: not to be asked before all records are arranged."""
        return None in self.texts


@dataclass
class Records:
    """Records of one sheet as columns of equal length, and what was wrong on the way."""

    areas: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    periods: list[str] = field(default_factory=list)
    breakdowns: list[str] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    statuses: list[str] = field(default_factory=list)
    measures: dict[str, Cells] = field(default_factory=dict)
    rates: dict[str, Cells] = field(default_factory=dict)
    controls: list[Control] = field(default_factory=list)
    faults: list[Scoped] = field(default_factory=list)
    long: bool = False
    area_column: int = 0
    twice: list[tuple[int, int]] = field(default_factory=list)
    """(record, row that gives a measure of it again), long shape only. Where doubled keys are held, such a row is a
    record of its own, as in the other shapes."""


def arrange(keys: Keys, sheet: Sheet, binding: Binding, found: Identified) -> Records:
    """The records of the identified rows. What is wrong with them joins the faults of identification."""
    records = Records(controls=found.controls, faults=found.faults)
    records.long, records.area_column = binding.long is not None, binding.area
    if binding.long:
        _long(keys, sheet, binding, found.rows, records)
    else:
        _columns(keys, sheet, binding, found.rows, records)
    return records


def _columns(keys: Keys, sheet: Sheet, binding: Binding, rows: list[Row], records: Records) -> None:
    """Plain and wide: the columns that share codes and shift of period make one record of each row."""
    blocks: dict[tuple[Codes, int], list[tuple[str, str, int]]] = {}
    for one in binding.figures:
        slot = one.slot
        blocks.setdefault((slot.codes, slot.years), []).append((slot.kind, slot.id, one.column))
    for (carried, years), columns in blocks.items():
        before = len(records.rows)
        chosen = _block(keys, sheet, rows, carried, years, columns[0][2], records)
        count = len(records.rows) - before
        for kind, name, column in columns:
            cells = (records.measures if kind == "measure" else records.rates).setdefault(name, Cells())
            _level(cells, before)
            cells.texts += [row.cells[column - 1] for row in chosen]
            cells.rows += records.rows[before:]
            cells.columns += [column] * count
    for cells in (*records.measures.values(), *records.rates.values()):
        _level(cells, len(records.rows))


def _block(
    keys: Keys,
    sheet: Sheet,
    rows: list[Row],
    carried: Codes,
    years: int,
    column: int,
    records: Records,
) -> list[Row]:
    """Adds a record per row, with the header's codes and period. Returns the rows that have one."""
    order = list(keys.plan.dimensions)
    texts: dict[Codes, str] = {}
    chosen = rows
    if years or carried:
        chosen = [row for row in rows if _stands(keys, sheet, row, carried, years, column, records)]
    for row in chosen:
        codes = row.codes + carried
        text = texts.get(codes)
        if text is None:
            text = texts[codes] = breakdown(sorted(codes, key=lambda pair: order.index(pair[0])))
        records.breakdowns.append(text)
        records.areas.append(row.area)
        records.units.append(row.unit)
        records.periods.append(shift(row.period, years) if years else row.period)
        records.rows.append(row.number)
        records.statuses.append(row.status)
    return chosen


def _stands(keys: Keys, sheet: Sheet, row: Row, carried: Codes, years: int, column: int, records: Records) -> bool:
    """May the row have a record under this header? Area and codes must be valid in its period too."""
    try:
        period = shift(row.period, years) if years else row.period
    except ValueError:
        return False
    place = keys.place(row.area, period)
    if place.fault:
        found = finding(
            place.fault,
            row.number,
            column,
            sheet=sheet.name,
            found=row.area,
            period=period,
            level="",
            unit="",
        )
        records.faults.append((Scope(period, row.unit), found))
        return False
    for name, code in carried:
        if not keys.lasts(name, code, period):
            cell = row.cells[column - 1].strip()
            if cell:
                found = finding(
                    "code_not_valid",
                    row.number,
                    column,
                    sheet=sheet.name,
                    found=code,
                    dimension=name,
                    period=period,
                )
                records.faults.append((Scope(period, row.unit), found))
            return False
    return True


def _long(keys: Keys, sheet: Sheet, binding: Binding, rows: list[Row], records: Records) -> None:
    """A row per figure: rows of one area, period and codes become one record."""
    assert binding.long is not None
    named, value = binding.long
    order = list(keys.plan.dimensions)
    known = keys.plan.measure_names
    index: dict[tuple[str, str, Codes], int] = {}
    for measure in keys.plan.measures:
        records.measures[measure] = Cells()
    for row in rows:
        text = row.cells[named - 1]
        measure = None if noted(text) else known.get(fold(text))
        if measure is None:
            header = binding.headers[named]
            code = "footnote_mark" if noted(text) else "measure_unknown"
            found = finding(code, row.number, named, sheet=sheet.name, header=header, found=text)
            records.faults.append((Scope(row.period, row.unit), found))
            continue
        key = (row.area, row.period, row.codes)
        at = index.get(key)
        cells = records.measures[measure]
        again = at is not None and at < len(cells.texts) and cells.texts[at] is not None
        if at is None or (again and keys.plan.table.duplicates == "hold"):
            at, again = len(records.rows), False
            index.setdefault(key, at)
            codes = sorted(row.codes, key=lambda pair: order.index(pair[0]))
            records.areas.append(row.area)
            records.units.append(row.unit)
            records.periods.append(row.period)
            records.breakdowns.append(breakdown(codes))
            records.rows.append(row.number)
            records.statuses.append(row.status)
        _level(cells, at + 1)
        if again:
            records.twice.append((at, row.number))
            continue
        cells.texts[at], cells.rows[at], cells.columns[at] = row.cells[value - 1], row.number, value
    for cells in records.measures.values():
        _level(cells, len(records.rows))


def _level(cells: Cells, count: int) -> None:
    """Fills up with cells that the file does not have."""
    lacking = count - len(cells.texts)
    if lacking > 0:
        cells.texts += [None] * lacking
        cells.rows += [0] * lacking
        cells.columns += [0] * lacking
