"""The truths of figures as ODCS quality rules: of a return table (within a row, parts and totals, between tables) and
of indicators (bounds, plausible values).

SQL where one table decides. A return is meant as it is written long: a row per area, period and codes, NULL where
there is no figure. A row with a figure missing decides nothing, so it breaks no rule. The gate and validation do not
run this SQL; they know marks and qualifiers (`at least`) that it cannot see.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Term, relation
from pipelines.contracts.indicators import BOUNDED, Indicator
from pipelines.contracts.odcs_words import Contract, custom, literal, no_rows, quality, quoted, rest, unique_key
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import rules_of


def of_return(catalog: Catalog, table: Return) -> list[Contract]:
    """Every rule of a return table, in document order."""
    return [
        *_rows(catalog, table),
        *_within_a_row(table),
        *_parts(catalog, table),
        *_between_tables(table),
    ]


def of_indicators(catalog: Catalog) -> Iterator[Contract]:
    """Every rule of the indicators, over the mart that holds their values, in document order."""
    for indicator in catalog.indicators.values():
        if indicator.kind in BOUNDED:
            yield _rule(
                indicator, "part_within_whole", "numerator > denominator", "error",
                f"{indicator.title.en}: a part cannot exceed its whole.",
            )  # fmt: skip
        limits = indicator.plausible
        if limits and (limits.min is not None or limits.max is not None):
            bounds = [f"value < {limits.min:f}"] if limits.min is not None else []
            bounds += [f"value > {limits.max:f}"] if limits.max is not None else []
            yield _rule(
                indicator, "plausible", f"({' or '.join(bounds)})", limits.severity, limits.because.en,
                becauseZh=limits.because.zh,
            )  # fmt: skip


def _rule(indicator: Indicator, name: str, broken: str, severity: str, because: str, **more: Any) -> Contract:
    id = indicator.indicator
    where = f"select count(*) from ${{object}} where indicator_id = {literal(id)} and {broken}"
    own = custom(indicator=id, titleZh=indicator.title.zh, **more)
    return quality(f"{id}__{name}", because, "accuracy", severity, **no_rows(where), customProperties=own)


def key_columns(table: Return) -> list[str]:
    """The columns whose values name a row."""
    return ["area_code", "period", *(dimension.id for dimension in table.dimensions)]


def _rows(catalog: Catalog, table: Return) -> Iterator[Contract]:
    held = table.duplicates == "hold"
    fate = "both are held for a person to decide" if held else "the submission is rejected"
    yield unique_key(
        key_columns(table), "warning" if held else "error", f"No two rows have the same key; if two do, {fate}."
    )
    combined = " and each combination of codes" if table.dimensions else ""
    each = f"each area of level {' or '.join(table.due.areas)}" + ("" if table.due.complete else " that has any,")
    areas = f"the area {table.area.fixed}" if table.area.fixed else each
    yield quality(
        "every_row_is_there",
        f"There is a row for {areas} that is valid on the last day of the period{combined}; "
        "a whole submission that lacks one is rejected.",
        "completeness",
        "error",
    )


def _within_a_row(table: Return) -> Iterator[Contract]:
    written = {rule.id: rule.check for rule in table.rules}
    for id, operator, severity, en, zh, left, right in rules_of(table):
        condition = f"{_side(left)} {operator} {_side(right)}"
        formula = written.get(id) or condition.replace('"', "")
        yield quality(
            id, en, "consistency", severity,
            **no_rows(f"select count(*) from ${{object}} where not ({condition})"),
            customProperties=custom(formula=formula, becauseZh=zh),
        )  # fmt: skip


def _parts(catalog: Catalog, table: Return) -> Iterator[Contract]:
    """A total is the sum of its exclusive parts: one rule per total, for all measures that add."""
    for dimension in table.dimensions:
        adding = [m.id for m in table.measures if catalog.additive_over(table.table, m.id, dimension.id)]
        for total, parts in catalog.dimensions(table.table)[dimension.id].parts.items():
            if not adding:
                continue
            code = quoted(dimension.id)
            sign = f"case when {code} = {literal(total)} then 1 else -1 end"
            whole = len(parts) + 1  # a part that is not there decides nothing
            broken = " or ".join(f"(count({quoted(m)}) = {whole} and sum({quoted(m)} * {sign}) <> 0)" for m in adding)
            keys = ", ".join(quoted(name) for name in key_columns(table) if name != dimension.id)
            codes = ", ".join(literal(each) for each in (total, *parts))
            yield quality(
                f"parts_of_{dimension.id}_{total}_add_up",
                f"Over {dimension.id}, the figures of {', '.join(parts)} add up to those of {total}.",
                "consistency",
                "error",
                **no_rows(
                    f"select count(*) from (select 1 as broken from ${{object}} where {code} in ({codes}) "
                    f"group by {keys} having {broken}) as broken_groups"
                ),
                customProperties=custom(dimension=dimension.id, total=total, parts=list(parts), measures=adding),
            )


def _between_tables(table: Return) -> Iterator[Contract]:
    for rule in table.agreements:
        found = relation(rule.check)
        others = dict.fromkeys(t.table for t in (*found.left, *found.right) if t.table not in ("", table.table))
        more = rest(rule, "id", "check", "severity", "because")
        yield quality(
            rule.id, rule.because.en, "consistency", rule.severity,
            customProperties=custom(
                formula=rule.check, becauseZh=rule.because.zh, withTables=list(others), **more
            ),
        )  # fmt: skip


def _side(terms: Sequence[Term]) -> str:
    """One side of a relation within a row, as SQL."""
    found = ""
    for term in terms:
        sign = ("-" if term.times < 0 else "") if not found else (" - " if term.times < 0 else " + ")
        times = "" if abs(term.times) == 1 else f"{abs(term.times)} * "
        found += f"{sign}{times}{quoted(term.measure)}"
    return found
