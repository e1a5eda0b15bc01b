"""Indicators, the figures they add and their targets as relations of `tables`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.periods import parse
from pipelines.contracts.tables_returns import breakdowns

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "indicator": "indicator_id text, title_en text, title_zh text, definition_en text, definition_zh text, "
    "known_limits_en text, known_limits_zh text, kind text, by_dimension text, per bigint, multiplier bigint, "
    "decimals int, headline_decimals int, "
    "share_level text, plausible_min text, plausible_max text, plausible_severity text, "
    "plausible_because_en text, plausible_because_zh text, numerator text, denominator text, "
    "rank_in_parent text, document text, frequency text",
    "indicator_level": "indicator_id text, level text",
    "indicator_breakdown": "indicator_id text, breakdown text, position int, label_en text, label_zh text",
    "indicator_term": "indicator_id text, breakdown text, side text, table_id text, measure_id text, "
    "in_breakdown text, lag_years int, times bigint",
    "indicator_meeting": "indicator_id text, meets_indicator_id text",
    "target": "indicator_id text, level text, breakdown text, operator text, value_numerator bigint, "
    "value_denominator bigint, value_text text, start_year int, until_year int, wording_en text, "
    "wording_zh text, document text, direction text",
}


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
            i.indicator, i.title.en, i.title.zh, i.definition.en, i.definition.zh,
            i.known_limits.en if i.known_limits else "", i.known_limits.zh if i.known_limits else "",
            i.kind, i.by or "", i.per, i.multiplier, i.decimals, headline, i.level or "", low, high,
            p.severity if p else "", p.because.en if p else "", p.because.zh if p else "",
            _formula(i.numerator), _formula(i.denominator), (targets and targets.rank_in_parent) or "",
            catalog.sources[f"indicator:{i.indicator}"], i.frequency,
        )  # fmt: skip


def _indicator_level(catalog: Catalog) -> Iterator[Row]:
    for i in catalog.indicators.values():
        for level in i.levels or catalog.programme.levels:
            yield i.indicator, level


def _indicator_breakdown(catalog: Catalog) -> Iterator[Row]:
    labels = {(row[0], row[1]): (row[3], row[4]) for row in breakdowns(catalog)}
    for i in catalog.indicators.values():
        shown = [TOTAL] if i.kind == "share_of_areas" else list(catalog.sides(i))
        tables = [term.table for term in catalog.terms(i)] if i.kind != "share_of_areas" else []
        for position, breakdown in enumerate(shown):
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


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {
    "indicator": _indicator,
    "indicator_level": _indicator_level,
    "indicator_breakdown": _indicator_breakdown,
    "indicator_term": _indicator_term,
    "indicator_meeting": _indicator_meeting,
    "target": _target,
}
