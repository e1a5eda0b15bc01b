"""The columns of a return table as ODCS properties: key, codes, measures, printed rates.

What ODCS has no field for (how a measure goes over time, over what it adds, under which headers it arrives) stands in
custom properties, under the names that the documents use.
"""

from __future__ import annotations

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.codelists import Item
from pipelines.contracts.odcs_rules import key_columns
from pipelines.contracts.odcs_words import Contract, column, custom, primary, rest, stated, valid_values
from pipelines.contracts.returns import Dimension, Measure, Reported, Return

_OVER_TIME = {
    "sum": "the months of a year add up",
    "first": "a year has the figure of its start",
    "last": "a year has the figure of its end",
    "none": "months do not make a year",
}


def columns(catalog: Catalog, table: Return) -> list[Contract]:
    """Every column that a return may hold, the key first."""
    area, period = table.area, table.period
    keys = {name: {"required": True, **primary(place)} for place, name in enumerate(key_columns(table), 1)}
    return [
        column(
            "area_code", "varchar", "string", physicalName=area.header, **keys["area_code"],
            description="Code of the area (codelists/area.csv), text for ever: a leading zero is part of it.",
            customProperties=custom(**rest(area, "header")),
        ),
        column(
            "period", "varchar", "string", physicalName=period.header, **keys["period"],
            description="Period of the figures, SDMX text; where there is no such column, the file name says it.",
            customProperties=custom(**rest(period, "header")),
        ),
        *(_dimension(catalog, table, dimension, keys[dimension.id]) for dimension in table.dimensions),
        *(_measure(catalog, table, measure) for measure in table.measures),
        *(_reported(catalog, reported) for reported in table.reported),
    ]  # fmt: skip


def _dimension(catalog: Catalog, table: Return, dimension: Dimension, keyed: Contract) -> Contract:
    codes = catalog.dimensions(table.table)[dimension.id].items
    return column(
        dimension.id, "varchar", "string",
        description=f"Code of the list {dimension.codelist}; a cell may hold a label of the code instead.",
        **keyed,
        quality=[
            valid_values(f"{dimension.id}_is_a_code", f"Codes of the list {dimension.codelist}.", list(codes)),
        ],
        customProperties=custom(**rest(dimension, "id", "codes"), codes=[_code(item) for item in codes.values()]),
    )  # fmt: skip


def _code(item: Item) -> Contract:
    found = stated(code=item.code, en=item.name_en, zh=item.name_zh, partOf=item.parent)
    return found | stated(validFrom=item.valid_from, validTo=item.valid_to, aliases=list(item.aliases))


def _measure(catalog: Catalog, table: Return, measure: Measure) -> Contract:
    whole = table.measure(measure.part_of) if measure.part_of else None
    dimensions = [d.id for d in table.dimensions if catalog.additive_over(table.table, measure.id, d.id)]
    over_areas = "adds up over areas" if measure.additive_over_areas else "does not add up over areas"
    return column(
        measure.id, "bigint", "integer",
        businessName=measure.title.en,
        description=f"{measure.title.en}, counted in {measure.unit}; {_OVER_TIME[measure.over_time]}; {over_areas}."
        + (f" Each is also one of {whole.title.en!r}." if whole else ""),
        required=not catalog.format_of(table).missing or None,  # where no mark stands for no figure, each has one
        logicalTypeOptions={"minimum": -measure.maximum if measure.signed else 0, "maximum": measure.maximum},
        classification="restricted" if measure.sensitive else None,
        customProperties=custom(titleZh=measure.title.zh, **rest(measure, "id", "title", "maximum", "additive_over"))
        + ([{"property": "additiveOver", "value": dimensions}] if table.dimensions else []),
    )  # fmt: skip


def _reported(catalog: Catalog, reported: Reported) -> Contract:
    title = reported.title or catalog.indicators[reported.indicator or ""].title
    use = "compared with ours" if reported.indicator else "kept as it is"
    return column(
        reported.id, "decimal(38, 12)", "number",
        businessName=title.en,
        description=f"{title.en}, as the office printed it; {use}, never used to compute anything.",
        customProperties=custom(titleZh=title.zh, **rest(reported, "id", "title")),
    )  # fmt: skip
