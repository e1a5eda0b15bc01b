"""Do the breaks name indicators, figures and areas that there are?"""

from __future__ import annotations

from collections.abc import Iterator, Set

from pipelines.contracts.breaks import Break
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.periods import parse
from pipelines.contracts.yamlfile import Located


def faults(catalog: Catalog, found: Break, where: Located, unread: Set[str]) -> Iterator[Fault]:
    """All faults of one break. `unread` as in `checks.all_faults`."""
    if not found.indicators and not found.figures:
        yield where.fault("says neither `indicators` nor `figures`; name what changes its meaning", "series_break")
    for index, id in enumerate(found.indicators):
        if id not in catalog.indicators and f"indicator:{id}" not in unread:
            message = f"there is no indicator {id}{nearest(id, list(catalog.indicators))}"
            yield where.fault(message, "indicators", index)
        elif id in catalog.indicators and catalog.indicators[id].kind == "share_of_areas":
            yield where.fault(
                f"{id} counts areas by their verdicts; name the indicators it counts", "indicators", index
            )
    for index, name in enumerate(found.figures):
        table, _, measure = name.partition(".")
        if f"return:{table}" in unread:
            continue
        if table not in catalog.returns:
            message = f"there is no return table {table}{nearest(table, list(catalog.returns))}"
            yield where.fault(message, "figures", index)
        elif measure and catalog.returns[table].measure(measure) is None:
            known = [one.id for one in catalog.returns[table].measures]
            yield where.fault(f"{table} has no measure {measure}{nearest(measure, known)}", "figures", index)
    yield from _before_all(catalog, found, where)
    for index, code in enumerate(found.areas):
        if code not in catalog.areas and "codelist:area" not in unread:
            message = f"{code} is not in codelists/area.csv{nearest(code, list(catalog.areas))}"
            yield where.fault(message, "areas", index)


def _before_all(catalog: Catalog, found: Break, where: Located) -> Iterator[Fault]:
    """A break before the first period of all that it concerns parts nothing: most likely its year is a slip."""
    concerned = {name.partition(".")[0] for name in found.figures}
    for indicator in (catalog.indicators[id] for id in found.indicators if id in catalog.indicators):
        try:
            concerned |= {term.table for term in catalog.terms(indicator)}
        except ValueError:  # a formula that cannot be read is told of by itself
            return
    tables = [catalog.returns[table] for table in sorted(concerned) if table in catalog.returns]
    if not tables:
        return
    first = min(tables, key=lambda table: parse(table.due.start).start)
    if parse(found.start).start < parse(first.due.start).start:
        message = (
            f"the break from {found.start} on lies before all figures: of {first.table} there are some from "
            f"{first.due.start} on; name the first period under the new definition"
        )
        yield where.fault(message, "from")
