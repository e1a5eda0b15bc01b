"""The documents whose export is tested: those shipped, those of another house, and a return that uses every field."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipelines.contracts import Catalog, load, odcs
from pipelines.contracts.base import Label
from pipelines.contracts.programme import Postponement
from pipelines.contracts.returns import Dimension, Measure, Reported, Rule, WideColumn
from pipelines.home import PROJECT

DBT = PROJECT / "dbt_project"
SHIPPED = load(PROJECT / "data_contracts")
OTHERS = load(PROJECT / "tests" / "real_data" / "pks")
CONTRACTS = odcs.contracts(SHIPPED, DBT)
MARTS = CONTRACTS["marts.odcs.yaml"]
CRIME = CONTRACTS["returns/public_security/recorded_crime.odcs.yaml"]
ODD = Label(en='it\'s "so": 50% # no, yes', zh="“合计”：是\u3000否")


def everything() -> Catalog:
    """A return that uses every field of its model."""
    table = SHIPPED.returns["recorded_crime"]
    measure = table.measures[0]
    full = table.model_copy(
        update={
            "title": ODD,
            "lowest_published_level": "county",
            "area": table.area.model_copy(update={"header": "Gebiet", "pad": 6, "fixed": "990101"}),
            "period": table.period.model_copy(update={"header": "民国", "calendar": "roc"}),
            "dimensions": [*table.dimensions, Dimension(id="handled", codelist="handling_office", aliases=["by"])],
            "measures": [
                *table.measures,
                Measure(id="part", title=ODD, unit="cohorts", over_time="none", part_of=measure.id, follow_up_years=7,
                        sensitive=True, maximum=77, additive_over_areas=False, additive_over=["handled"]),
            ],
            "reported": [Reported(id="printed", indicator="clearance_rate", decimals=4, aliases=["Quote"])],
            "rules": [
                *table.rules,
                Rule(id="odd", check="2*cases_recorded - part >= -part", severity="warning", because=ODD),
            ],
            "agreements": [Rule(id="far", check="part = caseload.accepted[case_type=civil,lag=1]", because=ODD)],
            "wide": [WideColumn(pattern="{measure} {handled}", years=-3)],
            "duplicates": "hold",
            "file_names": ["{table}-{period}"],
        }
    )  # fmt: skip
    moved = Postponement(office="public_security", period="2004", due_on=date(2005, 3, 1), because=ODD)
    calendar = SHIPPED.calendar.model_copy(update={"postponements": [moved]})
    returns = SHIPPED.returns | {"recorded_crime": full}
    return Catalog(
        SHIPPED.programme, calendar, returns, SHIPPED.indicators, {}, SHIPPED.codelists,
        sources={"return:recorded_crime": "returns/public_security/recorded_crime.yaml"},
    )  # fmt: skip


TABLES = [
    pytest.param(catalog, table, id=f"{name}-{table.table}")
    for name, catalog in {"county": SHIPPED, "pks": OTHERS}.items()
    for table in catalog.returns.values()
]
TABLES.append(pytest.param(everything(), everything().returns["recorded_crime"], id="everything"))


def custom(part: dict[str, Any]) -> dict[str, Any]:
    """The custom properties of a part of a contract."""
    return {one["property"]: one["value"] for one in part["customProperties"]}
