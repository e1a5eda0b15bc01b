"""What documents state of figures: within a row (`rules`, `part_of`), between tables (`agreements`).

Only what they say, parsed and resolved. Holding figures against them is for the gate and for validation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipelines.contracts.catalog import Catalog, ResolvedTerm
from pipelines.contracts.expression import Term, relation
from pipelines.contracts.returns import Agreement, Return


def rules_of(table: Return) -> Iterator[tuple[str, str, str, str, str, tuple[Term, ...], tuple[Term, ...]]]:
    """Every rule within a row: those stated, and `part <= whole` for each part_of.

    Yields (rule id, operator, severity, because en, because zh, left, right).
    """
    for rule in table.rules:
        found = relation(rule.check)
        yield (
            rule.id, found.operator, rule.severity, rule.because.en, rule.because.zh, found.left, found.right,
        )  # fmt: skip
    for m in table.measures:
        whole = table.measure(m.part_of) if m.part_of else None
        if whole:
            yield (
                f"{m.id}_within_{whole.id}", "<=", "error",
                f"Each of {m.title.en!r} is also one of {whole.title.en!r}; a part cannot exceed its whole.",
                f"“{m.title.zh}”是“{whole.title.zh}”的一部分，部分不能大于整体。",
                (Term(1, "", m.id),), (Term(1, "", whole.id),),
            )  # fmt: skip


def resolved(
    catalog: Catalog, table: Return, rule: Agreement
) -> Iterator[tuple[str, list[ResolvedTerm], list[ResolvedTerm]]]:
    """What an agreement of a table compares, for one area and one period.

    Yields (code, left, right) once per code of `by`, without it once with code ''. A side is the sum of `times` x
    figure over its terms.
    """
    found = relation(rule.check)
    for code in codes_of(catalog, table, rule):
        left, right = (
            [one for term in side for one in catalog.resolve(own(term, table), rule.by, code or None)]
            for side in (found.left, found.right)
        )
        yield code, left, right


def codes_of(catalog: Catalog, table: Return, rule: Agreement) -> list[str]:
    """The codes that an agreement is held for: those that every table of it has; [''] without `by`."""
    if rule.by is None:
        return [""]
    found = relation(rule.check)
    terms = [own(term, table) for term in (*found.left, *found.right) if rule.by not in dict(term.where)]
    known = [catalog.dimensions(term.table)[rule.by].items for term in terms]
    return [code for code in catalog.dimensions(table.table)[rule.by].items if all(code in each for each in known)]


def own(term: Term, table: Return) -> Term:
    """The term with the table's own name where it names none."""
    return term if term.table else replace(term, table=table.table)
