"""Does a term of a formula name a figure that exists? Shared by the checks of returns and of indicators."""

from __future__ import annotations

from collections.abc import Iterator, Set

from pipelines.contracts.catalog import BUILT_IN, Catalog
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.expression import Term
from pipelines.contracts.faults import nearest


def known_measures(catalog: Catalog) -> list[str]:
    """`table.measure` of everything a formula may name, sorted."""
    known = {f"{table.table}.{measure.id}" for table in catalog.returns.values() for measure in table.measures}
    known |= {f"areas.{level}" for level in catalog.programme.levels}
    known |= {f"{table}.{measure}" for table, measures in BUILT_IN.items() for measure in measures}
    return sorted(known)


def messages(catalog: Catalog, term: Term, unread: Set[str]) -> Iterator[str]:
    """What is wrong with the references of a term."""
    known = known_measures(catalog)
    if term.name not in known:
        if f"return:{term.table}" in unread or (term.table == "areas" and "programme" in unread):
            return
        owners = [name for name in known if name.endswith(f".{term.measure}")] if not term.table else []
        hint = f"; write {' or '.join(owners)}" if owners else nearest(term.name, known)
        yield f"the measure {term.name} does not exist{hint}"
        return
    dimensions = catalog.dimensions(term.table)
    for name, codes in term.where:
        if name not in dimensions:
            if not _lost(catalog, term, name):
                yield f"{term.table} has no dimension {name}{nearest(name, list(dimensions))}"
            continue
        for code in codes:
            if code not in dimensions[name].items and not _partly(dimensions[name], unread):
                yield f"{name} has no code {code}{nearest(code, list(dimensions[name].items))}"
        for code in codes:
            twice = [other for other in codes if other in _above(dimensions[name], code)]
            if twice:
                yield f"{name}={code} is part of {twice[0]}; {term.name} would count it twice, leave one out"


def complete(catalog: Catalog, terms: list[Term], unread: Set[str]) -> bool:
    """Are all tables and code lists that the terms need at hand, so that the terms can be resolved?"""
    return not any(
        f"return:{term.table}" in unread
        or (term.table in ("areas", "returns") and "programme" in unread)
        or any(
            dimension.codelist not in catalog.codelists or f"codelist:{dimension.codelist}" in unread
            for dimension in (catalog.returns[term.table].dimensions if term.table in catalog.returns else ())
        )
        for term in terms
    )


def _partly(codelist: Codelist, unread: Set[str]) -> bool:
    """Are some codes of the list not known, because it has faults of its own?"""
    return f"codelist:{codelist.name}" in unread or (codelist.name == "office" and "programme" in unread)


def _lost(catalog: Catalog, term: Term, name: str) -> bool:
    """Is it a dimension whose code list is missing (a fault already reported)?"""
    table = catalog.returns.get(term.table)
    return table is not None and any(dimension.id == name for dimension in table.dimensions)


def _above(codelist: Codelist, code: str) -> list[str]:
    found: list[str] = []
    item = codelist.items.get(code)
    while item and item.parent and item.parent not in found:
        found.append(item.parent)
        item = codelist.items.get(item.parent)
    return found
