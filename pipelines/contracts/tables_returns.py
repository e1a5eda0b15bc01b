"""Return tables, their breakdowns, measures and rules as relations of `tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.expression import relation
from pipelines.contracts.periods import parse
from pipelines.contracts.rules import resolved, rules_of

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "return_table": "table_id text, office text, version text, title_en text, title_zh text, grain_en text, "
    "grain_zh text, reporting_unit text, lowest_published_level text, due_every text, "
    "due_days_after_end int, due_from text, due_until text, document text, is_owed bool",
    "due_level": "table_id text, level text",
    "breakdown": "table_id text, breakdown text, position int, label_en text, label_zh text, "
    "valid_from text, valid_to text",
    "breakdown_part": "table_id text, dimension text, total_breakdown text, part_breakdown text",
    "measure": "table_id text, measure_id text, position int, title_en text, title_zh text, unit text, "
    "over_time text, additive_over_areas bool, fully_allocable bool, sensitive bool, maximum bigint, "
    "follow_up_years int, valid_from text, valid_to text, signed bool",
    "measure_part": "table_id text, dimension text, measure_id text",
    "rule": "rule_id text, table_id text, operator text, severity text, because_en text, because_zh text",
    "rule_term": "rule_id text, table_id text, side text, measure_id text, times bigint",
    "agreement": "agreement_id text, table_id text, operator text, severity text, because_en text, because_zh text, "
    "by_dimension text",
    "agreement_term": "agreement_id text, table_id text, code text, side text, in_table_id text, measure_id text, "
    "breakdown text, lag_years int, times bigint",
    "reported": "table_id text, reported_id text, indicator_id text, decimals int",
}


def _return_table(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        due = t.due
        yield (
            t.table, t.office, t.version, t.title.en, t.title.zh, t.grain.en, t.grain.zh, t.reporting_unit,
            t.lowest_published_level or "", due.every, due.days_after_end, due.start, due.until or "",
            catalog.sources[f"return:{t.table}"], due.owed,
        )  # fmt: skip


def _due_level(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for level in t.due.areas if t.due.complete else ():
            yield t.table, level


def _tables(catalog: Catalog) -> list[str]:
    return [*catalog.returns, "returns", "areas"]


def breakdowns(catalog: Catalog) -> Iterator[Row]:
    """Every combination of codes of every table, with labels and the days between which all its codes are valid."""
    for table in _tables(catalog):
        combinations: list[tuple[list[str], list[str], list[str], str, str]] = [([], [], [], "", "")]
        for name, codelist in catalog.dimensions(table).items():
            combinations = [
                (
                    [*codes, f"{name}={item.code}"], [*en, item.name_en], [*zh, item.name_zh],
                    max(start, item.valid_from), min(end or "9999", item.valid_to or "9999"),
                )
                for codes, en, zh, start, end in combinations
                for item in codelist.items.values()
            ]  # fmt: skip
        for position, (codes, en, zh, start, end) in enumerate(combinations):
            text = ";".join(codes) or TOTAL
            yield table, text, position, ", ".join(en), "，".join(zh), start, "" if end == "9999" else end


def _breakdown_part(catalog: Catalog) -> Iterator[Row]:
    """total breakdown -> each exclusive part, for one dimension at a time, the other dimensions held."""
    for table in catalog.returns:
        lists = catalog.dimensions(table)
        every = [row[1] for row in breakdowns(catalog) if row[0] == table]
        for name, codelist in lists.items():
            for total, parts in codelist.parts.items():
                for breakdown in every:
                    pieces = breakdown.split(";")
                    if f"{name}={total}" in pieces:
                        at = pieces.index(f"{name}={total}")
                        for part in parts:
                            yield (
                                table,
                                name,
                                breakdown,
                                ";".join([*pieces[:at], f"{name}={part}", *pieces[at + 1 :]]),
                            )


def _measure(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for position, m in enumerate(t.measures):
            yield (
                t.table, m.id, position, m.title.en, m.title.zh, m.unit, m.over_time, m.additive_over_areas,
                m.fully_allocable, m.sensitive, m.maximum, m.follow_up_years or 0,
                parse(m.start).start.isoformat() if m.start else "", parse(m.until).end.isoformat() if m.until else "",
                m.signed,
            )  # fmt: skip


def _measure_part(catalog: Catalog) -> Iterator[Row]:
    """Measures that add over a dimension whose list has a total."""
    for t in catalog.returns.values():
        for m in t.measures:
            for name, codelist in catalog.dimensions(t.table).items():
                if codelist.parts and catalog.additive_over(t.table, m.id, name):
                    yield t.table, name, m.id


def _rule(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for id, operator, severity, en, zh, _, _ in rules_of(t):
            yield id, t.table, operator, severity, en, zh


def _rule_term(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for id, _, _, _, _, left, right in rules_of(t):
            for side, terms in (("left", left), ("right", right)):
                for term in terms:
                    yield id, t.table, side, term.measure, term.times


def _agreement(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for rule in t.agreements:
            operator = relation(rule.check).operator
            yield rule.id, t.table, operator, rule.severity, rule.because.en, rule.because.zh, rule.by or ""


def _agreement_term(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for rule in t.agreements:
            for code, left, right in resolved(catalog, t, rule):
                for side, terms in (("left", left), ("right", right)):
                    for term in terms:
                        of = (term.table, term.measure, term.breakdown, term.lag, term.times)
                        yield rule.id, t.table, code, side, *of


def _reported(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for r in t.reported:
            yield t.table, r.id, r.indicator or "", r.decimals


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {
    "return_table": _return_table,
    "due_level": _due_level,
    "breakdown": breakdowns,
    "breakdown_part": _breakdown_part,
    "measure": _measure,
    "measure_part": _measure_part,
    "rule": _rule,
    "rule_term": _rule_term,
    "agreement": _agreement,
    "agreement_term": _agreement_term,
    "reported": _reported,
}
