"""What is hidden, as relations beside a database: by level, and what `protect` found. `public` looks at marts through
them; nothing else belongs here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.disclosure import hidden_details, hidden_indicators, hidden_measures
from pipelines.contracts.families import Key, family_of
from pipelines.release.protect import Protection
from pipelines.validation import rules

Rows = list[tuple[Any, ...]]
_OF_ALL = ("mart_indicator", "mart_scorecard", "mart_reported", "mart_observation", "mart_correction")
"""Marts that rules without a subject look at as a whole, hidden figures among the others."""


def tables(catalog: Catalog, protected: Protection) -> dict[str, tuple[str, Rows]]:
    """name -> (columns, rows).

    hidden_measure, hidden_indicator: by level, a measure perhaps but for its total; hidden_check: rules that look at
    hidden figures; sensitive, sensitive_indicator: what is made from sensitive measures, of which year; hidden_cell,
    hidden_rate: figures of areas that are hidden; hidden_rest: not-allocable remainders; hidden_rank: indicators among
    the areas of a parent of which some are hidden.
    """
    families = family_of(catalog)
    indicators = list(_indicators(catalog, families))
    by_family: dict[str, list[Key]] = {}
    for key, family in families.items():
        by_family.setdefault(family, []).append(key)
    rates = {
        (id, breakdown, area, year + lag)
        for family, area, year in protected.hidden
        for id, breakdown, named, lag in indicators
        if named == family
    }
    ranks = {(id, breakdown, catalog.areas[area].parent, year) for id, breakdown, area, year in rates}
    place = "area_code varchar, year integer"
    return {
        "hidden_measure": (
            "table_id varchar, measure_id varchar, level varchar, except_breakdown varchar",
            list(_measures(catalog)),
        ),
        "hidden_indicator": (
            "indicator_id varchar, breakdown varchar, level varchar",
            [
                (id, breakdown, level)
                for id, breakdowns in hidden_indicators(catalog).items()
                for breakdown, levels in breakdowns.items()
                for level in levels
            ],
        ),
        "hidden_check": ("rule_id varchar, severity varchar", list(_checks(catalog))),
        "sensitive": ("table_id varchar, measure_id varchar, family varchar", [(*k, f) for k, f in families.items()]),
        "sensitive_indicator": (
            "indicator_id varchar, breakdown varchar, family varchar, lag_years integer",
            indicators,
        ),
        "hidden_cell": (
            f"table_id varchar, measure_id varchar, {place}",
            [(*key, area, year) for family, area, year in sorted(protected.hidden) for key in by_family[family]],
        ),
        "hidden_rate": (f"indicator_id varchar, breakdown varchar, {place}", sorted(rates)),
        "hidden_rest": (
            f"table_id varchar, measure_id varchar, {place}",
            [(*key, area, year) for family, area, year in sorted(protected.bare) for key in by_family[family]],
        ),
        "hidden_rank": ("indicator_id varchar, breakdown varchar, parent_code varchar, year integer", sorted(ranks)),
    }


def _measures(catalog: Catalog) -> Iterator[tuple[str, str, str, str | None]]:
    for key, levels in hidden_measures(catalog).items():
        yield from ((*key, level, None) for level in levels)
    for table, levels in _printed_only(catalog).items():  # its printed rates have no measure that says so
        yield from ((table, "", level, None) for level in levels)
    for key, (levels, total) in hidden_details(catalog).items():
        yield from ((*key, level, total) for level in levels)


def _printed_only(catalog: Catalog) -> dict[str, list[str]]:
    """Table without a measure -> the levels at which it is not published."""
    levels = catalog.programme.levels
    return {
        table.table: levels[levels.index(table.lowest_published_level) + 1 :]
        for table in catalog.returns.values()
        if table.lowest_published_level and not table.measures
    }


def _indicators(catalog: Catalog, families: dict[Key, str]) -> Iterator[tuple[str, str, str, int]]:
    """(indicator, breakdown, family, years back) of each sensitive figure that an indicator is made from, once."""
    for id, indicator in catalog.indicators.items():
        for breakdown, sides in catalog.sides(indicator).items():
            terms = [term for side in sides for term in side if (term.table, term.measure) in families]
            for family, lag in sorted({(families[term.table, term.measure], term.lag) for term in terms}):
                yield id, breakdown, family, lag


def _checks(catalog: Catalog) -> Iterator[tuple[str, str]]:
    """(rule, severity) of the checks that look at hidden figures, among others."""
    families = family_of(catalog)
    measures = {key for key, levels in hidden_measures(catalog).items() if levels} | set(families)
    subjects = {table for table, _ in measures} | set(hidden_indicators(catalog))
    subjects |= {id for id, *_ in _indicators(catalog, families)} | set(_printed_only(catalog))
    printed = {f"{t.table}.{one.id}": one.indicator for t in catalog.returns.values() for one in t.reported}
    for rule in rules(catalog):
        of_others = rule.kind == "agreement" and any(option[2:4] in measures for option in rule.options[1:])
        of_all = not rule.subject and rule.asset in _OF_ALL
        named = {rule.subject.partition(".")[0], printed.get(rule.subject)}
        if subjects and (named & subjects or of_others or of_all):
            yield rule.id, rule.severity
