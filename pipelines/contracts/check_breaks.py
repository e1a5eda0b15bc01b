"""Do the breaks name indicators, figures and areas that there are?"""

from __future__ import annotations

from collections.abc import Iterator, Set

from pipelines.contracts.breaks import Break
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import Fault, nearest
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
    for index, code in enumerate(found.areas):
        if code not in catalog.areas and "codelist:area" not in unread:
            message = f"{code} is not in codelists/area.csv{nearest(code, list(catalog.areas))}"
            yield where.fault(message, "areas", index)
