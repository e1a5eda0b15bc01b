"""Below which level figures are not for the public: of a return's measures, of the indicators made from them, of the
corrections that state them.

Only what the documents say. Leaving rows out is the release's business.
"""

from __future__ import annotations

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.returns import Return

COUNTY = "county"


def protected_level(catalog: Catalog, table: Return) -> str:
    """The level below which no sensitive measure of a table is published: the county, or where a programme has no such
    level, that of the reporting unit.
    """
    return COUNTY if COUNTY in catalog.programme.levels else table.reporting_unit


def hidden_measures(catalog: Catalog) -> dict[tuple[str, str], list[str]]:
    """(table, measure) -> the levels at which it is not published: below the table's lowest published level, and of a
    sensitive measure below the protected one, whatever the table says.
    """
    levels = catalog.programme.levels
    found: dict[tuple[str, str], list[str]] = {}
    for table in catalog.returns.values():
        for measure in table.measures:
            lowest = [table.lowest_published_level] if table.lowest_published_level else []
            lowest += [protected_level(catalog, table)] if measure.sensitive else []
            if lowest:
                found[table.table, measure.id] = _below(catalog, min(lowest, key=levels.index))
    return found


def hidden_indicators(catalog: Catalog) -> dict[str, list[str]]:
    """indicator -> the levels at which no figure of it is published: those of any measure it is made from.

    A share of areas takes over what holds for the indicators it counts.
    """
    measures = hidden_measures(catalog)
    found: dict[str, list[str]] = {}
    for indicator in sorted(catalog.indicators.values(), key=lambda one: one.kind == "share_of_areas"):
        levels = [level for lists in _used(catalog, indicator, measures, found) for level in lists]
        if levels:
            found[indicator.indicator] = [level for level in catalog.programme.levels if level in levels]
    return found


def hidden_corrections(catalog: Catalog) -> set[str]:
    """Ids of the corrections whose figure is not published: of such a document nothing is, not its hash either, since
    a hash confirms a guess.
    """
    measures = hidden_measures(catalog)
    return {
        id
        for id, found in catalog.corrections.items()
        if catalog.areas[found.area].level in measures.get((found.table, found.measure), ())
    }


def public_documents(catalog: Catalog) -> dict[str, str]:
    """Relative path -> sha256 of the documents that go with what is published."""
    kept_back = {catalog.sources[f"correction:{id}"] for id in hidden_corrections(catalog)}
    return {file: digest for file, digest in catalog.files.items() if file not in kept_back}


def _used(
    catalog: Catalog, indicator: Indicator, measures: dict[tuple[str, str], list[str]], found: dict[str, list[str]]
) -> list[list[str]]:
    if indicator.kind == "share_of_areas":
        return [found[other] for other in indicator.meeting if other in found]
    terms = [(term.table, term.measure) for term in catalog.terms(indicator)]
    return [measures[key] for key in terms if key in measures]


def _below(catalog: Catalog, level: str) -> list[str]:
    levels = catalog.programme.levels
    return levels[levels.index(level) + 1 :]
