"""Truths within one submission: keys once, every row that is due, rules within a row, parts and totals.

Values are read and keys resolved before. Nothing here looks at another submission, table or period.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from operator import gt, lt, mul, ne

from pipelines.contracts.expression import Term
from pipelines.contracts.periods import parse
from pipelines.intake.numbers import Column
from pipelines.intake.plan import Plan, RowRule, pairs
from pipelines.intake.records import Records
from pipelines.intake.text import letters
from pipelines.intake.verdicts import Finding, finding

Values = dict[str, Column]
"""measure -> its figures, by record."""


@dataclass
class Slice:
    """The records of one period and unit within a sheet."""

    plan: Plan
    sheet: str
    records: Records
    values: Values
    period: str
    unit: str
    members: list[int]

    def at(self, measure: str, record: int) -> tuple[int, int]:
        """Row and column of a figure."""
        cells = self.records.measures[measure]
        return cells.rows[record], cells.columns[record]

    def where(self, record: int) -> dict[str, str]:
        """Area and breakdown of a record in words, as places of a sentence."""
        return describe(self.plan, self.records.areas[record], self.records.breakdowns[record])


def describe(plan: Plan, area: str, breakdown: str) -> dict[str, str]:
    """An area and the codes of a breakdown in words of both languages, as places of a sentence."""
    item = plan.catalog.areas[area]
    found = {"area": area, "name_en": item.name_en, "name_zh": item.name_zh}
    codes = [(name, code, plan.dimensions[name].items[code]) for name, code in pairs(breakdown)]
    found["codes_en"] = "".join(f", {name} {code} ({one.name_en})" for name, code, one in codes)
    found["codes_zh"] = "".join(f"，{name} {code}（{one.name_zh}）" for name, code, one in codes)
    return found


def keys(part: Slice) -> tuple[dict[tuple[str, str], int], set[int], list[Finding]]:
    """(area, breakdown) -> record; the records of keys that stand twice; and a finding for each of those.

    Where the contract says `hold`, the findings are warnings: the figures of these keys wait for a person.
    """
    records, index, held = part.records, {}, set[int]()
    found: list[Finding] = []
    hold = part.plan.table.duplicates == "hold"
    code, severity = ("key_held", "warning") if hold else ("key_twice", "error")

    def twice(record: int, row: int, first: int) -> None:
        area, places = records.areas[record], {**part.where(record), "first": first}
        at = (row, records.area_column)
        found.append(finding(code, *at, found=area, severity=severity, sheet=part.sheet, **places))
        held.add(record)

    for record in part.members:
        key = (records.areas[record], records.breakdowns[record])
        first = index.setdefault(key, record)
        if first != record:
            held.add(first)
            twice(record, records.rows[record], records.rows[first])
    mine = set(part.members) if records.twice else set[int]()
    for record, row in records.twice:
        if record in mine:
            twice(record, row, records.rows[record])
    return index, held, found


def complete(part: Slice, index: dict[tuple[str, str], int], held: set[int], excused: int) -> list[Finding]:
    """A finding for each area and breakdown that is due and absent, and each figure that rows lack.

    As many as `excused` may be absent: rows that are in the file and could not be identified.
    """
    areas, breakdowns = part.plan.rows_due(part.unit, part.period)
    if not part.plan.table.due.complete:
        areas = list(dict.fromkeys(part.records.areas[record] for record in part.members))
    lacking = [(area, [one for one in breakdowns if (area, one) not in index]) for area in areas]
    if sum(len(ones) for _, ones in lacking) <= excused:
        lacking = []
    found: list[Finding] = []
    for area, ones in lacking:
        if len(ones) == len(breakdowns):
            found.append(
                finding("area_missing", sheet=part.sheet, period=part.period, **describe(part.plan, area, "_T"))
            )
        else:
            found += [
                finding("row_missing", sheet=part.sheet, period=part.period, **describe(part.plan, area, one))
                for one in ones
            ]
    for measure, cells in part.records.measures.items():
        if not part.plan.asked(measure, part.period):
            continue
        absent = [record for record in part.members if cells.texts[record] is None] if cells.gaps else []
        if held:  # a copy need not repeat what the other says
            absent = [record for record in absent if record not in held]
        if len(absent) < len(part.members):
            for record in absent:
                places = {**part.where(record), "measure": measure}
                found.append(finding("figure_missing", part.records.rows[record], sheet=part.sheet, **places))
        elif part.records.long:  # a wide table may give only some of its measures for the year before
            found.append(finding("measure_missing", sheet=part.sheet, measure=measure, period=part.period))
    return found


def rules(part: Slice, skip: set[int]) -> Iterator[Finding]:
    """A finding for each record that breaks a rule. A missing figure leaves a rule undecided."""
    for rule in part.plan.rules:
        if any(measure not in part.values for measure in rule.factors):
            continue
        columns = [part.values[measure] for measure in rule.factors]
        factors, wrong = list(rule.factors.values()), _WRONG[rule.operator]
        for record in part.members:
            values = [value for column in columns if (value := column.values[record]) is not None]
            if len(values) < len(columns) or record in skip or not wrong(total := sum(map(mul, factors, values)), 0):
                continue
            marks = (column.qualifiers[record] for column in columns)
            if _broken(rule.operator, total, zip(factors, marks, strict=True)):
                yield _rule_finding(part, rule, record)


_WRONG = {"=": ne, "<=": gt, ">=": lt}
"""Left - right against 0, where every figure is known."""


def _broken(operator: str, total: int, marks: Iterable[tuple[int, str]]) -> bool:
    """Is left - right = `total` wrong whatever the figures marked "at least" really are? `marks`: factor, qualifier."""
    open_ = [factor for factor, qualifier in marks if qualifier == "at_least"]
    grows, shrinks = any(factor > 0 for factor in open_), any(factor < 0 for factor in open_)
    above, below = total > 0 and not shrinks, total < 0 and not grows
    return {"=": above or below, "<=": above, ">=": below}[operator]


def _rule_finding(part: Slice, rule: RowRule, record: int) -> Finding:
    measure = rule.left[0].measure
    (left, a), (right, b) = (_side(part, terms, record) for terms in (rule.left, rule.right))
    sign = {"=": "=", "<=": "≤", ">=": "≥"}[rule.operator]
    places = {
        **part.where(record),
        "rule": rule.id,
        "because_en": rule.because["en"],
        "because_zh": rule.because["zh"],
    }
    one = finding(
        "rule_broken",
        *part.at(measure, record),
        sheet=part.sheet,
        header=measure,
        severity=rule.severity,
        **places,
    )
    one.found, one.expected = f"{left} = {a}", f"{sign} {right} = {b}"
    return one


def _side(part: Slice, terms: tuple[Term, ...], record: int) -> tuple[str, int]:
    """A side of a rule in words, and its value."""
    text, value = "", 0
    for term in terms:
        sign = "-" if term.times < 0 else "+" if text else ""
        times = f"{abs(term.times)} × " if abs(term.times) != 1 else ""
        text += f" {sign} {times}{term.measure}" if text else f"{sign}{times}{term.measure}"
        value += term.times * (part.values[term.measure].values[record] or 0)
    return text, value


def sums(part: Slice, index: dict[tuple[str, str], int], skip: set[int]) -> Iterator[Finding]:
    """A finding for each total that is not the sum of its parts. Undecided while a part is missing."""
    plan, records = part.plan, part.records
    end = parse(part.period).end.isoformat()
    measures = [measure for measure in plan.measures if measure in part.values]
    additive = {
        name: [one for one in measures if plan.catalog.additive_over(plan.table.table, one, name)]
        for name in plan.dimensions
    }
    known: dict[str, list[tuple[str, list[str]]]] = {}
    for record in part.members:
        breakdown, area = records.breakdowns[record], records.areas[record]
        if breakdown not in known:
            known[breakdown] = list(families(plan, breakdown, end))
        for dimension, parts in known[breakdown]:
            members = [index.get((area, one)) for one in parts]
            if record in skip or any(one is None or one in skip for one in members):
                continue
            for measure in additive[dimension]:
                yield from _sum(part, measure, dimension, record, [one for one in members if one is not None])


def families(plan: Plan, breakdown: str, end: str) -> Iterator[tuple[str, list[str]]]:
    """For each total in a breakdown: its dimension, and the breakdowns of its parts valid on a day."""
    pieces = list(pairs(breakdown))
    for at, (name, code) in enumerate(pieces):
        items = plan.dimensions[name].items
        parts = [one for one in plan.dimensions[name].parts.get(code, ()) if items[one].valid_in("", end)]
        if parts:
            yield (
                name,
                [";".join(f"{n}={c}" for n, c in [*pieces[:at], (name, one), *pieces[at + 1 :]]) for one in parts],
            )


def _sum(part: Slice, measure: str, dimension: str, record: int, members: Iterable[int]) -> Iterator[Finding]:
    column = part.values[measure]
    members = list(members)
    values = [column.values[one] for one in members]
    total = column.values[record]
    if total is None or any(value is None for value in values):
        return
    added = sum(value for value in values if value is not None)
    difference = added - total
    if difference == 0:
        return
    marks = [(1, column.qualifiers[one]) for one in members] + [(-1, column.qualifiers[record])]
    if _broken("=", difference, marks):
        cells = part.records.measures[measure]
        parts = ", ".join(f"{letters(cells.columns[one])}{cells.rows[one]}" for one in members)
        places = {
            **part.where(record),
            "dimension": dimension,
            "parts": parts,
            "difference": abs(difference),
            **part.plan.title(measure),
        }
        yield finding(
            "sum_wrong",
            *part.at(measure, record),
            sheet=part.sheet,
            found=str(total),
            expected=str(added),
            **places,
        )
