"""One return table as an ODCS contract: what an office owes, for which areas, until when.

Everything is taken from the document; a sentence here only joins what it says. Its columns are `odcs_columns`', its
rules `odcs_rules`'.
"""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.odcs_columns import columns
from pipelines.contracts.odcs_rules import of_return
from pipelines.contracts.odcs_words import Contract, custom, frame, rest
from pipelines.contracts.programme import Postponement
from pipelines.contracts.returns import Return

_ELSEWHERE = (
    "table", "office", "version", "title", "grain", "due", "area", "period", "dimensions", "measures", "reported",
    "rules", "agreements", "file_names", "format",
)  # fmt: skip
"""Fields of a return that have a place of their own in its contract."""


def contract(catalog: Catalog, table: Return) -> Contract:
    """The contract of one return table."""
    office = next(o for o in catalog.programme.offices if o.id == table.office)
    due = table.due
    return frame(
        catalog,
        f"returns.{table.table}",
        name=table.title.en,
        version=table.version,
        domain=table.office,
        description={
            "purpose": f"{table.title.en}: what the {office.title.en} owes for each {due.every}.",
            "limitations": " ".join(_limitations(catalog, table)),
        },
        schema=[_object(catalog, table)],
        team={"name": office.title.en, "customProperties": custom(office=office.id, titleZh=office.title.zh)},
        slaProperties=[
            {"property": "frequency", "value": 1, "unit": due.every[0], "description": f"Owed for every {due.every}."},
            {
                "property": "latency",
                "value": due.days_after_end,
                "unit": "d",
                "element": f"{table.table}.period",
                "description": "Days from the end of the period to the day by which the return is due; "
                f"a day ends at midnight in {catalog.calendar.time_zone}.",
            },
        ],
        customProperties=custom(
            titleZh=table.title.zh,
            document=catalog.sources.get(f"return:{table.table}"),
            fictitious=catalog.programme.fictitious or None,
            firstPeriodOwed=due.start,
            lastPeriodOwed=due.until,
            owedForLevels=due.areas,
            owedForEachOfThem=due.complete,
            isOwed=due.owed,
            postponements=[_postponed(moved) for moved in catalog.calendar.postponements if _meant(moved, table)],
        ),
    )


def _limitations(catalog: Catalog, table: Return) -> Iterator[str]:
    if catalog.programme.fictitious:
        yield "All figures are invented."
    yield "A row is an area, never a person; a figure that is missing has a mark that says why, and is not zero."
    if table.lowest_published_level:
        yield f"Nothing below the level {table.lowest_published_level} is published."
    for says, found in (
        ("Small figures are published together with others, or not at all", [m for m in table.measures if m.sensitive]),
        ("Not added up over areas", [m for m in table.measures if not m.additive_over_areas]),
    ):
        if found:
            yield f"{says}: {', '.join(m.title.en for m in found)}."


def _object(catalog: Catalog, table: Return) -> Contract:
    return {
        "name": table.table,
        "logicalType": "object",
        "physicalType": "file",
        "businessName": table.title.en,
        "description": f"{table.title.en}. {table.grain.en}",
        "dataGranularityDescription": table.grain.en,
        "properties": columns(catalog, table),
        "quality": of_return(catalog, table),
        "customProperties": custom(
            titleZh=table.title.zh,
            grainZh=table.grain.zh,
            **rest(table, *_ELSEWHERE),
            fileNames=[*table.file_names, *catalog.programme.file_names],
            format=catalog.format_of(table).model_dump(mode="json"),
        ),
    }


def _meant(moved: Postponement, table: Return) -> bool:
    return moved.office in (None, table.office) and moved.table in (None, table.table)


def _postponed(moved: Postponement) -> Contract:
    because = {"becauseEn": moved.because.en, "becauseZh": moved.because.zh}
    return {"period": moved.period, "dueOn": moved.due_on.isoformat(), **because}
