"""Do the rules and agreements that a return states name what exists, and compare like with like?"""

from __future__ import annotations

from collections.abc import Iterator, Set

from pipelines.contracts import check_terms
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Relation, Term, relation
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.limits import HISTORY
from pipelines.contracts.returns import Agreement, Return
from pipelines.contracts.rules import codes_of, own
from pipelines.contracts.yamlfile import Located


def faults(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of the rules and agreements of one return."""
    yield from _rules(table, where)
    yield from _agreements(catalog, table, where, unread)


def _rules(table: Return, where: Located) -> Iterator[Fault]:
    ids = [measure.id for measure in table.measures]
    taken = [f"{measure.id}_within_{measure.part_of}" for measure in table.measures if measure.part_of]
    taken += [*HISTORY] if table.history_limit else []
    taken += [f"{measure.id}_change_within_limit" for measure in table.measures if measure.change_limit]
    for place in ("rules", "agreements"):
        for index, rule in enumerate(getattr(table, place)):
            if rule.id in taken:
                yield where.fault(f"the rule {rule.id} stands twice", place, index, "id")
            taken.append(rule.id)
    for place in ("measures", "steady"):
        for index, id in enumerate((table.history_limit and getattr(table.history_limit, place)) or []):
            if id not in ids:
                yield where.fault(f"the unknown measure {id}{nearest(id, ids)}", "history_limit", place, index)
    for index, rule in enumerate(table.rules):
        at = ("rules", index, "check")
        found = _relation(rule.check)
        if isinstance(found, str):
            yield where.fault(found, *at)
            continue
        for term in found.left + found.right:
            if term.table or term.lag or term.where:
                yield where.fault(
                    f"a rule holds within a row; `{term.name}` may have no table and no filter "
                    "(what holds between tables stands under `agreements`)",
                    *at,
                )
            elif term.measure not in ids:
                hint = nearest(term.measure, ids)
                yield where.fault(f"the rule {rule.id} names the unknown measure {term.measure}{hint}", *at)
        units = {m.unit for m in table.measures if m.id in {t.measure for t in found.left + found.right}}
        if len(units) > 1:
            yield where.fault(f"the rule {rule.id} compares different units: {', '.join(sorted(units))}", *at)


def _agreements(catalog: Catalog, table: Return, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """Faults of the truths between this table and others."""
    for index, rule in enumerate(table.agreements):
        at = ("agreements", index, "check")
        found = _relation(rule.check)
        if isinstance(found, str):
            yield where.fault(found, *at)
            continue
        terms = [own(term, table) for term in found.left + found.right]
        messages = [message for term in terms for message in check_terms.messages(catalog, term, unread)]
        if not messages and rule.by and check_terms.complete(catalog, terms, unread):
            messages += _by(catalog, table, rule, rule.by, terms)
        if not messages and check_terms.complete(catalog, terms, unread):
            units = {catalog.unit(term.table, term.measure) for term in terms}
            if len(units) > 1 and not rule.across_units:
                messages.append(
                    f"the agreement {rule.id} compares different units: {', '.join(sorted(units))} "
                    "(`across_units: true` if that is meant)"
                )
            try:
                for term in terms:
                    for code in codes_of(catalog, table, rule)[:1]:
                        catalog.resolve(term, rule.by, code or None)
            except ValueError as error:
                messages.append(str(error))
        for message in messages:
            yield where.fault(message, *at)


def _by(catalog: Catalog, table: Return, rule: Agreement, by: str, terms: list[Term]) -> Iterator[str]:
    """What is wrong with the dimension that an agreement is held by."""
    sound = True
    for name in dict.fromkeys([table.table, *(term.table for term in terms)]):
        dimensions = catalog.dimensions(name)
        if by not in dimensions:
            sound = False
            yield f"the agreement {rule.id} is by {by}, which {name} does not have{nearest(by, list(dimensions))}"
    if all(by in dict(term.where) for term in terms):
        yield f"the agreement {rule.id} names the {by} of every term; leave out the filters, or `by`"
    elif sound and not codes_of(catalog, table, rule):
        yield f"the agreement {rule.id} is by {by}, of which its tables share no code"


def _relation(text: str) -> Relation | str:
    try:
        return relation(text)
    except ValueError as error:
        return str(error)
