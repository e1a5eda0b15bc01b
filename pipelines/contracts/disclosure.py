"""Below which level figures are not for the public at all: of a return's measures, of the indicators made from them, of
the corrections that state them; and below which level sensitive measures have no classes.

Only what the documents say. Which areas are published together is the release's business, as is leaving rows out.
"""

from __future__ import annotations

from collections.abc import Collection

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.families import family_of
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.returns import Return

COUNTY = "county"


def detail_level(catalog: Catalog, table: Return) -> str:
    """The level below which a sensitive measure is published in total only, not by class: the county, or where a
    programme has no such level, that of the reporting unit.
    """
    return COUNTY if COUNTY in catalog.programme.levels else table.reporting_unit


def total_of(catalog: Catalog, table: str) -> str | None:
    """The breakdown of a table's totals; None where one of its dimensions has none."""
    totals = {name: codelist.total for name, codelist in catalog.dimensions(table).items()}
    if not all(totals.values()):
        return None
    return ";".join(f"{name}={code}" for name, code in totals.items()) or TOTAL


def hidden_measures(catalog: Catalog) -> dict[tuple[str, str], list[str]]:
    """(table, measure) -> the levels at which it is not published: below the table's lowest published level. Sensitive
    measures of one family have the same levels, those of the table that has the fewest.
    """
    levels, families = catalog.programme.levels, family_of(catalog)
    found: dict[tuple[str, str], list[str]] = {}
    for table in catalog.returns.values():
        for measure in table.measures:
            if table.lowest_published_level:
                found[table.table, measure.id] = _below(levels, table.lowest_published_level)
    for key, family in families.items():
        together = [found[other] for other, named in families.items() if named == family and other in found]
        if together:
            found[key] = max(together, key=len)
    return found


def hidden_details(catalog: Catalog) -> dict[tuple[str, str], tuple[list[str], str | None]]:
    """(table, measure) of sensitive measures by class -> the levels at which only the total is published, and which
    breakdown that is.
    """
    levels = catalog.programme.levels
    return {
        (table, measure): (_below(levels, detail_level(catalog, catalog.returns[table])), total_of(catalog, table))
        for table, measure in family_of(catalog)
        if catalog.dimensions(table)
    }


def hidden_indicators(catalog: Catalog) -> dict[str, dict[str, list[str]]]:
    """indicator -> breakdown -> the levels at which it is not published; those of which all is published left out."""
    found = {id: hidden_levels(catalog, one) for id, one in catalog.indicators.items()}
    return {id: hidden for id, hidden in found.items() if hidden}


def hidden_levels(catalog: Catalog, indicator: Indicator) -> dict[str, list[str]]:
    """breakdown -> the levels at which an indicator is not published: those of any figure it is made from.

    A share of areas takes over what holds for the indicators it counts.
    """
    if indicator.kind == "share_of_areas":
        counted = [hidden_levels(catalog, catalog.indicators[id]) for id in indicator.meeting]
        hidden = {TOTAL: _union(catalog, [levels for one in counted for levels in one.values()])}
    else:
        hidden = _of_terms(catalog, indicator, hidden_measures(catalog), hidden_details(catalog))
    return {breakdown: levels for breakdown, levels in hidden.items() if levels}


def _of_terms(
    catalog: Catalog,
    indicator: Indicator,
    measures: dict[tuple[str, str], list[str]],
    details: dict[tuple[str, str], tuple[list[str], str | None]],
) -> dict[str, list[str]]:
    found = {}
    for breakdown, sides in catalog.sides(indicator).items():
        lists = []
        for term in (*sides[0], *sides[1]):
            key = (term.table, term.measure)
            lists.append(measures.get(key, []))
            levels, total = details.get(key, ([], None))
            lists.append(levels if term.breakdown != total else [])
        found[breakdown] = _union(catalog, lists)
    return found


def hidden_corrections(catalog: Catalog, hidden: Collection[str] = ()) -> set[str]:
    """Ids of the corrections whose figure is not published: of such a document nothing is, not its hash either, since
    a hash confirms a guess. `hidden`: further ones, of figures that are published together with others.
    """
    measures = hidden_measures(catalog)
    return set(hidden) | {
        id
        for id, found in catalog.corrections.items()
        if catalog.areas[found.area].level in measures.get((found.table, found.measure), ())
    }


def public_documents(catalog: Catalog, hidden: Collection[str] = ()) -> dict[str, str]:
    """Relative path -> sha256 of the documents that go with what is published; `hidden` as above."""
    kept_back = {catalog.sources[f"correction:{id}"] for id in hidden_corrections(catalog, hidden)}
    return {file: digest for file, digest in catalog.files.items() if file not in kept_back}


def _union(catalog: Catalog, lists: list[list[str]]) -> list[str]:
    return [level for level in catalog.programme.levels if any(level in levels for levels in lists)]


def _below(levels: list[str], level: str) -> list[str]:
    return levels[levels.index(level) + 1 :]
