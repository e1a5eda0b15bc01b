"""Which sensitive measures hang together: the families whose figures are published together or not at all.

Only what the documents say, and what of it gives a sensitive measure away. Which areas are published together is the
release's business.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Term, relation
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import own

Key = tuple[str, str]
"""(table, measure)"""


def family_of(catalog: Catalog) -> dict[Key, str]:
    """(table, measure) -> its family, of every sensitive measure, in the documents' order."""
    return {
        (table.table, measure.id): measure.family or table.table
        for table in catalog.returns.values()
        for measure in table.measures
        if measure.sensitive
    }


def ties(catalog: Catalog) -> Iterator[tuple[str, list[Key]]]:
    """What ties figures to each other: (in words, the measures tied).

    A part and its whole, a rule that is always held, and the two sides of a proportion: with one, the other is known or
    bounded. A warning ties nothing, since it need not hold.
    """
    for table in catalog.returns.values():
        for measure in table.measures:
            if measure.part_of and table.measure(measure.part_of):
                words = f"{measure.id} is part of {measure.part_of}"
                yield words, [(table.table, measure.id), (table.table, measure.part_of)]
        for rule in (*table.rules, *table.agreements):
            if rule.severity == "error":
                yield f"the rule {rule.id} holds", list(_of_rule(table, rule.check))


def shown_together(catalog: Catalog, indicator: Indicator) -> list[Key]:
    """The sensitive measures that an indicator is made from: it is computed for a pool only if one family has them."""
    known = family_of(catalog)
    try:
        terms = [] if indicator.kind == "share_of_areas" else catalog.terms(indicator)
    except ValueError:  # a formula that cannot be read is a fault of its own
        return []
    return list(dict.fromkeys(key for term in terms if (key := (term.table, term.measure)) in known))


def complements(catalog: Catalog) -> dict[Key, Key]:
    """(table, part) -> (table, whole) of the sensitive measures: their difference is a figure too."""
    known = family_of(catalog)
    return {
        (table.table, measure.id): (table.table, measure.part_of)
        for table in catalog.returns.values()
        for measure in table.measures
        if measure.part_of and (table.table, measure.id) in known and (table.table, measure.part_of) in known
    }


def _of_rule(table: Return, check: str) -> Iterator[Key]:
    try:
        found = relation(check)
    except ValueError:
        return
    for term in (*found.left, *found.right):
        named: Term = own(term, table)
        yield named.table, named.measure
