"""Which column is what: finds the header row, binds each column by its name, and says what does not fit.

A header's name may be repeated in a finding, the cells below an unknown or ignored one are never looked at.
Rows of figures are not read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipelines.intake import blocks
from pipelines.intake.files import Sheet
from pipelines.intake.plan import LONG_MEASURE, LONG_VALUE, Plan, Slot
from pipelines.intake.text import fold, letters, nearest, unnoted
from pipelines.intake.verdicts import Finding, finding

_LONG: dict[str, Slot] = {fold(name): Slot("measure") for name in LONG_MEASURE + LONG_VALUE}


@dataclass
class Bound:
    """A column that carries figures: what it stands for, its number (from 1) and its header as written."""

    slot: Slot
    column: int
    header: str


@dataclass
class Binding:
    """The columns of one sheet. Column numbers count from 1, 0 = there is none. `row` is the header's row."""

    row: int
    width: int
    area: int = 0
    outer: dict[str, int] = field(default_factory=dict)
    period: int = 0
    month: int = 0
    status: int = 0
    dimensions: dict[str, int] = field(default_factory=dict)
    figures: list[Bound] = field(default_factory=list)
    long: tuple[int, int] | None = None
    headers: dict[int, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    readable: bool = True
    """False when the rows below make no sense without a mended header."""


def bind(plan: Plan, sheet: Sheet, period: str = "") -> Binding:
    """Binds the columns of a sheet that is for `period` ('': its rows say). Every fault of the header is found."""
    first = tuple(sheet.rows[0]) if sheet.rows and not sheet.merged else ()
    plain = bool(first) and all(len(row) <= len(first) for row in sheet.rows[: plan.format.header_within])
    if plain and (known := plan.bindings.get((first, period))):
        return known
    binding = _bind(plan, sheet, period)
    plain = plain and not binding.findings and all(_meaning(plan, one, frozenset()) for one in first)
    if plain and len(plan.bindings) < 1000:  # no row below could name more columns, nor change what these mean
        plan.bindings[first, period] = binding
    return binding


def _bind(plan: Plan, sheet: Sheet, period: str) -> Binding:
    sheet = _without_marks(plan, sheet) if plan.format.notes else sheet
    at, known = _header_row(plan, sheet)
    cells = sheet.rows[at - 1] if at else []
    binding = Binding(at, len(cells))
    found = _enough(known, cells)
    last = at if found else plan.format.header_within
    merged = [area for area in sheet.merged if area[0] <= last and (area[2] >= at or not found)]
    if merged:
        binding.findings = [finding("header_merged", one[0], one[1], sheet=sheet.name) for one in merged]
    elif not found:
        expected = ", ".join(required(plan))
        binding.findings = [finding("header_not_found", at, 1, sheet=sheet.name, expected=expected)]
    if binding.findings:
        binding.readable = False
        return binding
    unknown = _columns(plan, sheet, cells, binding, period)
    _missing(plan, sheet, binding, unknown, period)
    return binding


def _without_marks(plan: Plan, sheet: Sheet) -> Sheet:
    """The sheet with no marks of notes in the rows of heads, but where they are part of a known header."""
    within = plan.format.header_within
    heads = [[cell if fold(cell) in plan.slots else unnoted(cell) for cell in row] for row in sheet.rows[:within]]
    return replace(sheet, rows=heads + sheet.rows[within:])


def _header_row(plan: Plan, sheet: Sheet) -> tuple[int, int]:
    """The row (from 1) among the first few that names most known columns, and how many it names."""
    best, most = 1, 0
    for row, cells in enumerate(sheet.rows[: plan.format.header_within], start=1):
        count = sum(1 for cell in cells if _meaning(plan, cell, frozenset()))
        if count > most:
            best, most = row, count
    return best, most


def _enough(known: int, cells: Sequence[str]) -> bool:
    """Is this a header at all? If not, its cells may be figures or names, and are not repeated."""
    return known >= 2 or (known == 1 and sum(1 for cell in cells if cell.strip()) <= 2)


def _meaning(plan: Plan, header: str, bound: frozenset[str]) -> Slot | None:
    """What a header stands for. A pattern that carries a dimension is left out when that has a column."""
    name = fold(header)
    slot = plan.slots.get(name)
    if slot or not name:
        return slot if name else None
    for carried, headers in plan.wide:
        if not bound.intersection(carried) and name in headers:
            return headers[name]
    return _LONG.get(name)


def _named(plan: Plan, cells: Sequence[str], period: str) -> list[Slot | None]:
    """What each header stands for by its name, or by its position where it has none."""
    own = {slot.id for cell in cells if (slot := plan.slots.get(fold(cell))) and slot.kind == "dimension"}
    slots = [_meaning(plan, cell, frozenset(own)) for cell in cells]
    named = {(slot.kind, slot.id) for slot in slots if slot}
    for position, slot in plan.positions.items():
        blank = position <= len(cells) and not fold(cells[position - 1])
        if blank and (slot.kind, slot.id) not in named and asked(plan, slot, period):
            slots[position - 1] = slot
    return slots


def _slots(plan: Plan, slots: list[Slot | None]) -> list[Slot | None]:
    """The same slots; among columns with codes, one without stands for the total."""
    own = {slot.id for slot in slots if slot and slot.kind == "dimension"}
    carried = {name for slot in slots if slot for name, _ in slot.codes} - own
    for index, slot in enumerate(slots):
        if carried and slot and slot.id and slot.kind in ("measure", "reported"):
            codes = dict(slot.codes)
            full = [
                (name, codes.get(name) or plan.dimensions[name].total) for name in plan.dimensions if name in carried
            ]
            slots[index] = (
                Slot(slot.kind, slot.id, tuple((name, code) for name, code in full if code), slot.years)
                if all(code for _, code in full)
                else None
            )
    return slots


def _columns(plan: Plan, sheet: Sheet, cells: Sequence[str], binding: Binding, period: str) -> list[tuple[int, str]]:
    """Binds every cell of the header. Returns the unknown ones."""
    named = _named(plan, cells, period)
    binding.findings += blocks.faults(plan, sheet, binding.row, named)
    slots = _slots(plan, blocks.spread(plan, named))
    unknown: list[tuple[int, str]] = []
    seen: dict[Slot, int] = {}
    long: dict[str, int] = {}
    blank_is_ignored = "" in plan.slots and plan.slots[""].kind == "ignored"
    for column, cell in enumerate(cells, start=1):
        name, slot = fold(cell), slots[column - 1]
        if not name and slot is None:
            if not blank_is_ignored and any(
                len(row) >= column and row[column - 1].strip() for row in sheet.rows[binding.row :]
            ):
                binding.findings.append(finding("header_blank", binding.row, column, sheet=sheet.name))
            continue
        if slot is None:
            unknown.append((column, cell))
            continue
        if slot.kind == "ignored":
            continue
        if slot.kind == "measure" and not slot.id:
            kind = "measure" if name in map(fold, LONG_MEASURE) else "value"
            slot = Slot("measure", kind, (("long", kind),))
            long[kind] = column
        if slot in seen:
            first = seen[slot]
            binding.findings.append(
                finding(
                    "header_twice",
                    binding.row,
                    column,
                    sheet=sheet.name,
                    header=cell,
                    first=first,
                    known=slot.id or slot.kind,
                )
            )
            continue
        seen[slot] = column
        binding.headers[column] = cell
        if slot.kind == "area":
            binding.area = column
        elif slot.kind == "outer":
            binding.outer[slot.id] = column
        elif slot.kind in ("period", "month", "status"):
            setattr(binding, slot.kind, column)
        elif slot.kind == "dimension":
            binding.dimensions[slot.id] = column
        elif not (slot.codes and slot.codes[0][0] == "long"):
            binding.figures.append(Bound(slot, column, cell))
    _settle_long(binding, long, cells, unknown)
    for column, cell in unknown:
        near = nearest(cell, [*required(plan), *(one.id for one in plan.table.reported)])
        binding.findings.append(
            finding("column_unknown", binding.row, column, sheet=sheet.name, header=cell, found=cell, nearest=near)
        )
    return unknown


def _settle_long(binding: Binding, long: dict[str, int], cells: Sequence[str], unknown: list[tuple[int, str]]) -> None:
    """The long shape needs both its columns and no column of a measure; else their headers are unknown."""
    measures = any(one.slot.kind == "measure" for one in binding.figures)
    if len(long) == 2 and not measures:
        binding.long = (long["measure"], long["value"])
        return
    for column in sorted(long.values()):
        unknown.append((column, cells[column - 1]))
        binding.headers.pop(column, None)


def _missing(plan: Plan, sheet: Sheet, binding: Binding, unknown: list[tuple[int, str]], period: str) -> None:
    """Adds a finding for each column that is asked for and lacking, with its likely name or its position.

    Where the rows say the period, a measure asked for in some periods only is looked for once those are known.
    """
    lacking: list[tuple[str, list[str]]] = []
    t = plan.table
    if not binding.area and not t.area.fixed:
        lacking.append((t.area.header, [t.area.header, *t.area.aliases]))
    lacking += [(one.header, [one.header, *one.aliases]) for one in t.area.within if one.header not in binding.outer]
    if t.status and not binding.status:
        lacking.append((t.status.header, [t.status.header, *t.status.aliases]))
    if (month := t.period.month) and bool(binding.period) != bool(binding.month):
        half = month if binding.period else t.period
        lacking.append((half.header, [half.header, *half.aliases]))
    carried = {name for one in binding.figures for name, _ in one.slot.codes}
    for dimension in t.dimensions:
        if dimension.id not in binding.dimensions and dimension.id not in carried:
            lacking.append((dimension.id, [dimension.id, *dimension.aliases]))
    if binding.long is None:
        had = {one.slot.id for one in binding.figures if one.slot.kind == "measure" and not one.slot.years}
        for measure in t.measures:
            limited = measure.start or measure.until
            if measure.id not in had and (measure.asked_in(period) if period else not limited):
                names = [measure.id, *measure.aliases, measure.title.en, measure.title.zh]
                lacking.append((measure.id, names))
        lacking += _missing_codes(plan, binding)
        lacking += [(name, [name]) for name in blocks.lacking(plan, (one.slot for one in binding.figures))]
    for name, names in lacking:
        near = _likely(names, unknown)
        place = next((column for column, cell in unknown if cell == near), 0)
        position = next((at for at, slot in plan.positions.items() if name == (slot.id or slot.kind)), 0)
        places = {"nearest": near, "at": letters(place), "position": letters(position)}
        binding.findings.append(finding("column_missing", binding.row, sheet=sheet.name, header=name, **places))


def _missing_codes(plan: Plan, binding: Binding) -> list[tuple[str, list[str]]]:
    """Columns of a wide table that other codes of the same measure have: one per code without a column."""
    have: dict[tuple[str, int], set[tuple[tuple[str, str], ...]]] = {}
    lacking: dict[Slot, str] = {}
    for one in binding.figures:
        if one.slot.codes and one.slot.kind == "measure":
            have.setdefault((one.slot.id, one.slot.years), set()).add(one.slot.codes)
    for wide, (carried, headers) in zip(plan.table.wide, plan.wide, strict=True) if have else ():
        for slot in dict.fromkeys(headers.values()):
            codes = have.get((slot.id, slot.years), set())
            alike = any(tuple(name for name, _ in each) == carried for each in codes)
            if slot.kind == "measure" and alike and slot.codes not in codes and _lasting(plan, slot):
                header = wide.pattern.replace("{measure}", slot.id)
                for name, code in slot.codes:
                    header = header.replace(f"{{{name}}}", code)
                lacking.setdefault(slot, header)
    return [(header, [header]) for header in lacking.values()]


def _lasting(plan: Plan, slot: Slot) -> bool:
    """Have its codes no end? Whether one that ended is due depends on the period, not known here."""
    return all(not plan.dimensions[name].items[code].valid_to for name, code in slot.codes)


def asked(plan: Plan, slot: Slot, period: str) -> bool:
    """Is a column asked for in a period? '' (the rows say the period) leaves that open."""
    measure = plan.table.measure(slot.id) if slot.kind == "measure" else None
    return measure is None or not period or measure.asked_in(period)


def _likely(names: list[str], unknown: list[tuple[int, str]]) -> str:
    """The unknown header most like one of a column's names."""
    for name in names:
        if near := nearest(name, [cell for _, cell in unknown]):
            return near
    return ""


def required(plan: Plan) -> list[str]:
    """The canonical headers that a file should have."""
    t = plan.table
    area = [] if t.area.fixed else [*(one.header for one in t.area.within), t.area.header]
    return [*area, *(one.id for one in t.dimensions), *plan.measures]
