"""One sheet against its return: header, rows, figures, truths; one result per period and unit in it.

Which file and which return it is was settled before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeVar

from pipelines.contracts.periods import parse
from pipelines.intake import asked, checks, controls, header, rows
from pipelines.intake.checks import Slice, Values
from pipelines.intake.figures import MOST, RAW, Landing, Run
from pipelines.intake.files import Sheet
from pipelines.intake.keys import Keys
from pipelines.intake.numbers import Column, Figure, Rate, decimal_mark
from pipelines.intake.plan import Plan
from pipelines.intake.records import Cells, Records, arrange
from pipelines.intake.rows import Scope, Scoped
from pipelines.intake.text import address
from pipelines.intake.verdicts import Declared, Finding, finding
from pipelines.messages import LANGUAGES, say

Result = tuple[str, str, list[Finding], Landing]
"""period, unit ('' when not known), findings, figures"""

_ABSENT: Figure = (None, "", "", "")
_NO_RATE: Rate = (None, "", "")


def judge_sheet(keys: Keys, sheet: Sheet, declared: Declared) -> list[Result]:
    """The results of a sheet. At least one, so that a sheet without a readable row is rejected by name."""
    plan = keys.plan
    binding = header.bind(plan, sheet, declared.period)
    faults: list[Scoped] = [(Scope(), one) for one in binding.findings]
    timed = bool(binding.period or declared.period)
    if not timed:
        faults.append(
            (
                Scope(),
                finding("period_missing", binding.row, sheet=sheet.name, expected=plan.table.period.header),
            )
        )
    faults += [(Scope(), one) for one in _unfit(keys, sheet, binding, declared)] if timed else []
    if not binding.readable or not timed:
        return [_empty(plan, sheet, declared, [one for _, one in faults])]
    found = rows.identify(keys, sheet, binding, declared)
    excused = found.lost
    records = arrange(keys, sheet, binding, found)
    faults += records.faults
    faults += asked.strip(plan, sheet.name, records)
    values, rates = _figures(plan, sheet, records, faults), _rates(plan, sheet, records, faults)
    if not faults:
        faults += controls.check(plan, sheet.name, records, values)
    slices: dict[tuple[str, str], list[int]] = {}
    for record, key in enumerate(zip(records.periods, records.units, strict=True)):
        slices.setdefault(key, []).append(record)
    for period, unit in slices if not declared.period else ():
        faults += ((Scope(period, unit), one) for one in asked.lacking(plan, sheet.name, records, period))
    if not slices and not faults:
        faults.append((Scope(), finding("no_rows", binding.row, sheet=sheet.name)))
    for scope in dict.fromkeys(scope for scope, _ in faults):
        if not any(scope.period in ("", period) and scope.unit in ("", unit) for period, unit in slices):
            slices[scope.period or declared.period, scope.unit or declared.unit] = []
    whole = not declared.partial and not any(one.code == "column_missing" for one in binding.findings)
    return [
        _slice(
            Slice(plan, sheet.name, records, values, period, unit, members),
            rates,
            faults + [(Scope(period, unit), one) for one in _of_note(keys, sheet.name, period, declared)],
            excused if whole else -1,
        )
        for (period, unit), members in sorted(slices.items())
    ]


def _unfit(keys: Keys, sheet: Sheet, binding: header.Binding, declared: Declared) -> Iterator[Finding]:
    """A period declared for all rows that the return has none like, and merged cells among those that are read."""
    if declared.period and not binding.period and keys.period(declared.period).fault:
        places = {"found": declared.period, "like": keys.plan.table.due.start}
        yield finding("period_frequency", sheet=sheet.name, **places)
    read = {
        binding.area,
        *binding.outer.values(),
        binding.period,
        *binding.dimensions.values(),
        *(one.column for one in binding.figures),
    }
    read |= set(binding.long or ())
    for top, left, bottom, right in sheet.merged:
        if binding.readable and bottom > binding.row and read.intersection(range(left, right + 1)):
            yield finding("cells_merged", top, left, sheet=sheet.name, last=address(bottom, right))


def _empty(plan: Plan, sheet: Sheet, declared: Declared, findings: list[Finding]) -> Result:
    return declared.period, declared.unit, findings, Landing(plan.table.table, declared.period, sheet.name)


def _slice(part: Slice, rates: dict[str, list[Rate]], faults: list[Scoped], excused: int) -> Result:
    """One submission's findings and figures. `excused` below 0: it need not be complete."""
    mine = [one for scope, one in faults if scope.period in ("", part.period) and scope.unit in ("", part.unit)]
    held: set[int] = set()
    if part.members:
        index, held, twice = checks.keys(part)
        mine += twice
        if excused >= 0:
            mine += checks.complete(part, index, held, excused)
        mine += checks.rules(part, held)
        mine += checks.sums(part, index, held)
    landing = Landing(part.plan.table.table, part.period, part.sheet)
    if part.members and not any(one.severity == "error" for one in mine):
        runs = partial(_runs, part, rates, held)
        if len(part.members) * (len(part.values) + len(rates)) <= MOST:  # asked for twice, and small enough to be kept
            runs = tuple(runs()).__iter__
        landing = replace(landing, runs=runs)
    return part.period, part.unit, mine, landing


def _figures(plan: Plan, sheet: Sheet, records: Records, faults: list[Scoped]) -> Values:
    """Every measure read. Cells that are no figure are added to the faults."""
    values: Values = {}
    for measure in plan.table.measures:
        read = plan.figures(measure.id).__getitem__
        cells = records.measures.get(measure.id)
        if cells is None:
            continue
        column = Column.of([_ABSENT if text is None else read(text) for text in cells.texts])
        values[measure.id], most = column, measure.maximum
        wrong = [
            record
            for record, (value, fault) in enumerate(zip(column.values, column.faults, strict=True))
            if fault or (value is not None and not -most <= value <= most)
        ]
        for record in wrong:
            code = column.faults[record] or "number_too_large"
            places = {"maximum": f"{most:,}", **(_marks(plan) if code == "number_empty" else {})}
            faults.append(_cell(plan, sheet, records, cells, record, measure.id, code, **places))
    return values


def _rates(plan: Plan, sheet: Sheet, records: Records, faults: list[Scoped]) -> dict[str, list[Rate]]:
    """Every reported rate read, likewise."""
    found: dict[str, list[Rate]] = {}
    texts = [text for cells in records.rates.values() for text in cells.texts if text]
    decimal = decimal_mark(plan.format, texts)
    read = plan.rates(decimal).__getitem__
    for name, cells in records.rates.items():
        found[name] = [_NO_RATE if text is None else read(text) for text in cells.texts]
        for record, (_, _, fault) in enumerate(found[name]):
            if fault:
                places = {
                    "decimal": decimal,
                    **(_marks(plan) if fault == "rate_empty" else {}),
                }
                faults.append(_cell(plan, sheet, records, cells, record, name, fault, **places))
    return found


def _cell(
    plan: Plan, sheet: Sheet, records: Records, cells: Cells, record: int, name: str, code: str, **places: str
) -> Scoped:
    at = (cells.rows[record], cells.columns[record])
    one = finding(
        code,
        *at,
        sheet=sheet.name,
        header=name,
        found=cells.texts[record] or "",
        **plan.title(name),
        **places,
    )
    return Scope(records.periods[record], records.units[record]), one


def _of_note(keys: Keys, sheet: str, period: str, declared: Declared) -> Iterator[Finding]:
    """What a person should look at, of a submission that may be sound."""
    if not period or keys.period(period).fault:
        return
    due, end = keys.plan.table.due, parse(period).end.isoformat()
    whole = (declared.coverage_months or 12) >= parse(period).months
    if whole and declared.prepared_on < end:
        yield finding("prepared_early", severity="warning", sheet=sheet, found=declared.prepared_on, expected=end)
    if not due.owed:
        return
    if end < parse(due.start).end.isoformat() or (due.until and end > parse(due.until).end.isoformat()):
        places = {"found": period, "start": due.start, "until": due.until or "…"}
        yield finding("not_due", severity="warning", sheet=sheet, **places)


def _marks(plan: Plan) -> dict[str, str]:
    """A mark for each reason why there is no figure, as places of a sentence."""
    first: dict[str, str] = {}
    for mark, status in plan.format.missing.items():
        if mark.strip():
            first.setdefault(status, mark)
    found: dict[str, str] = {}
    for language in LANGUAGES:
        each = [say("mark", language, mark=mark, why=say(f"mark.{why}", language)) for why, mark in first.items()]
        found[f"marks_{language}"] = (
            say("marks", language, marks=say("marks.between", language).join(each)) if each else ""
        )
    return found


def _runs(part: Slice, rates: dict[str, list[Rate]], held: set[int]) -> Iterator[Run]:
    """The figures of a submission in order of measure, area and breakdown. Each copy of a held key comes with the
    qualifier `held`, in an order that does not depend on that of the rows: equal contents have equal hashes."""
    records = part.records
    areas, breakdowns = records.areas, records.breakdowns
    columns = [*records.measures.values(), *records.rates.values()]
    words = {record: [cells.texts[record] or "" for cells in columns] for record in held}
    members = sorted(part.members, key=lambda record: (areas[record], breakdowns[record], words.get(record, [])))
    own = any(status != "A" for status in records.statuses)
    whole = len(members) == len(records.rows) and members == list(range(len(members)))
    for name in sorted([*part.values, *rates]):
        cells = records.measures[name] if name in part.values else records.rates[name]
        there = members if not cells.gaps else [one for one in members if cells.texts[one] is not None]
        for start in range(0, len(there), MOST):
            few = there[start : start + MOST]
            chosen = None if whole and len(few) == len(members) else few
            empty = [None] * len(few)
            if name in part.values:
                column, reported = part.values[name], empty
                values, statuses = _pick(column.values, chosen), _pick(column.statuses, chosen)
                qualifiers = _pick(column.qualifiers, chosen)
            else:
                values, found = empty, _pick(rates[name], chosen)
                reported, statuses, qualifiers = [one[0] for one in found], [one[1] for one in found], [""] * len(few)
            if own:
                mine = _pick(records.statuses, chosen)
                statuses = [of if said == "A" else said for said, of in zip(statuses, mine, strict=True)]
            if held:
                qualifiers = ["held" if one in held else kind for one, kind in zip(few, qualifiers, strict=True)]
            yield Run(
                name,
                _pick(areas, chosen),
                _pick(breakdowns, chosen),
                values,
                reported,
                statuses,
                qualifiers,
                _pick(cells.rows, chosen),
                _pick(cells.columns, chosen),
                [(text or "")[:RAW] for text in _pick(cells.texts, chosen)],
            )


T = TypeVar("T")


def _pick(column: Sequence[T], chosen: Sequence[int] | None) -> Sequence[T]:
    """Those chosen of a column, in their order; None: all of it."""
    return column if chosen is None else [column[one] for one in chosen]
