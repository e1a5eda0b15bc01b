"""The catalog as relations, the form in which definitions enter dbt. Rows of plain Python; writes no file.

`COLUMNS` states name and SQL type of every column once; the warehouse writes Parquet from it, dbt's sources
read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.expression import relation
from pipelines.contracts.periods import parse
from pipelines.contracts.rules import resolved, rules_of

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "area": "area_code text, parent_code text, level text, level_order int, name_en text, name_zh text, "
    "valid_from text, valid_to text",
    "area_closure": "ancestor_code text, area_code text, distance int",
    "office": "office text, title_en text, title_zh text",
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
    "indicator": "indicator_id text, title_en text, title_zh text, definition_en text, definition_zh text, "
    "kind text, by_dimension text, per bigint, multiplier bigint, decimals int, headline_decimals int, "
    "share_level text, plausible_min text, plausible_max text, plausible_severity text, "
    "plausible_because_en text, plausible_because_zh text, numerator text, denominator text, "
    "rank_in_parent text, document text",
    "indicator_level": "indicator_id text, level text",
    "indicator_breakdown": "indicator_id text, breakdown text, position int, label_en text, label_zh text",
    "indicator_term": "indicator_id text, breakdown text, side text, table_id text, measure_id text, "
    "in_breakdown text, lag_years int, times bigint",
    "indicator_meeting": "indicator_id text, meets_indicator_id text",
    "target": "indicator_id text, level text, breakdown text, operator text, value_numerator bigint, "
    "value_denominator bigint, value_text text, start_year int, until_year int, wording_en text, "
    "wording_zh text, document text, direction text",
    "postponement": "office text, table_id text, period text, due_on text",
}
"""relation -> its columns. '' stands for 'does not apply'."""


def rows(catalog: Catalog) -> dict[str, list[Row]]:
    """Every relation of `COLUMNS`, filled from the catalog, rows in document order."""
    return {name: list(make(catalog)) for name, make in _MAKERS.items()}


def columns(name: str) -> list[tuple[str, str]]:
    """(column, type) pairs of a relation; types are text, int, bigint, bool."""
    return [(part.split()[0], part.split()[1]) for part in COLUMNS[name].split(", ")]


def _area(catalog: Catalog) -> Iterator[Row]:
    levels = catalog.programme.levels
    for a in catalog.areas.values():
        yield a.code, a.parent, a.level, levels.index(a.level), a.name_en, a.name_zh, a.valid_from, a.valid_to


def _area_closure(catalog: Catalog) -> Iterator[Row]:
    for code in catalog.areas:
        above, distance = code, 0
        while above:
            yield above, code, distance
            above, distance = catalog.areas[above].parent, distance + 1


def _office(catalog: Catalog) -> Iterator[Row]:
    for office in catalog.programme.offices:
        yield office.id, office.title.en, office.title.zh


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


def _breakdown(catalog: Catalog) -> Iterator[Row]:
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
        every = [row[1] for row in _breakdown(catalog) if row[0] == table]
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


def _formula(part: str | dict[str, str] | None) -> str:
    if isinstance(part, dict):
        return "; ".join(f"{code}: {text}" for code, text in part.items())
    return part or ""


def _indicator(catalog: Catalog) -> Iterator[Row]:
    for i in catalog.indicators.values():
        p = i.plausible
        low, high = ("" if p is None or limit is None else str(limit) for limit in (p and p.min, p and p.max))
        headline = i.decimals if i.headline_decimals is None else i.headline_decimals
        targets = catalog.targets.get(i.indicator)
        yield (
            i.indicator, i.title.en, i.title.zh, i.definition.en, i.definition.zh, i.kind, i.by or "", i.per,
            i.multiplier, i.decimals, headline, i.level or "", low, high,
            p.severity if p else "", p.because.en if p else "", p.because.zh if p else "",
            _formula(i.numerator), _formula(i.denominator), (targets and targets.rank_in_parent) or "",
            catalog.sources[f"indicator:{i.indicator}"],
        )  # fmt: skip


def _indicator_level(catalog: Catalog) -> Iterator[Row]:
    for i in catalog.indicators.values():
        for level in i.levels or catalog.programme.levels:
            yield i.indicator, level


def _indicator_breakdown(catalog: Catalog) -> Iterator[Row]:
    labels = {(row[0], row[1]): (row[3], row[4]) for row in _breakdown(catalog)}
    for i in catalog.indicators.values():
        breakdowns = [TOTAL] if i.kind == "share_of_areas" else list(catalog.sides(i))
        tables = [term.table for term in catalog.terms(i)] if i.kind != "share_of_areas" else []
        for position, breakdown in enumerate(breakdowns):
            found = [labels[(table, breakdown)] for table in tables if (table, breakdown) in labels]
            en, zh = found[0] if found and breakdown != TOTAL else ("Total", "合计")
            yield i.indicator, breakdown, position, en, zh


def _indicator_term(catalog: Catalog) -> Iterator[Row]:
    for i in catalog.indicators.values():
        for breakdown, sides in catalog.sides(i).items():
            for name, terms in zip(("numerator", "denominator"), sides, strict=True):
                for t in terms:
                    yield i.indicator, breakdown, name, t.table, t.measure, t.breakdown, t.lag, t.times


def _indicator_meeting(catalog: Catalog) -> Iterator[Row]:
    for i in catalog.indicators.values():
        for other in i.meeting:
            yield i.indicator, other


def _target(catalog: Catalog) -> Iterator[Row]:
    for id, targets in catalog.targets.items():
        for t in targets.targets:
            top, bottom = Decimal(t.value).as_integer_ratio()
            start, until = (parse(text).year if text else None for text in (t.start, t.until))
            breakdown = ";".join(f"{name}={code}" for name, code in t.breakdown.items()) or TOTAL
            for level in t.level:
                yield (
                    id, level, breakdown, t.operator, top, bottom, str(t.value), start or 0, until or 9999,
                    t.source_wording.en, t.source_wording.zh, catalog.sources[f"target:{id}"], t.better,
                )  # fmt: skip


def _postponement(catalog: Catalog) -> Iterator[Row]:
    for p in catalog.calendar.postponements:
        yield p.office or "", p.table or "", p.period, p.due_on.isoformat()


_MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {
    "area": _area,
    "area_closure": _area_closure,
    "office": _office,
    "return_table": _return_table,
    "due_level": _due_level,
    "breakdown": _breakdown,
    "breakdown_part": _breakdown_part,
    "measure": _measure,
    "measure_part": _measure_part,
    "rule": _rule,
    "rule_term": _rule_term,
    "agreement": _agreement,
    "agreement_term": _agreement_term,
    "reported": _reported,
    "indicator": _indicator,
    "indicator_level": _indicator_level,
    "indicator_breakdown": _indicator_breakdown,
    "indicator_term": _indicator_term,
    "indicator_meeting": _indicator_meeting,
    "target": _target,
    "postponement": _postponement,
}
