"""Exported contracts are ODCS v3.1, and all that a return document says is in them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.contracts.odcs_return import contract
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import rules_of
from tests.unit.contracts.exported import CONTRACTS, CRIME, ODD, SHIPPED, TABLES, custom, everything
from tests.unit.contracts.standard import faults


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _leaves(each)
    elif value is not None:
        yield value


@pytest.mark.parametrize("place", CONTRACTS)
def test_a_contract_is_one_of_the_standard(place: str) -> None:
    assert CONTRACTS[place]["apiVersion"] == "v3.1.0"
    assert faults(CONTRACTS[place]) == []


@pytest.mark.parametrize(("catalog", "table"), TABLES)
def test_so_is_that_of_other_documents(catalog: Catalog, table: Return) -> None:
    assert faults(contract(catalog, table)) == []


BREAK: dict[str, Callable[[dict[str, Any]], Any]] = {
    "an unknown field": lambda c: c.update(additivity="areas"),
    "an unknown field of a table": lambda c: c["schema"][0].update(grain="a row"),
    "an unknown field of a column": lambda c: c["schema"][0]["properties"][0].update(unit="cases"),
    "an unknown field of a rule": lambda c: c["schema"][0]["quality"][0].update(because="it is so"),
    "an unknown field of a due date": lambda c: c["slaProperties"][0].update(days=31),
    "no version": lambda c: c.pop("version"),
    "no id": lambda c: c.pop("id"),
    "another standard": lambda c: c.update(apiVersion="v9"),
    "a column without a name": lambda c: c["schema"][0]["properties"][0].pop("name"),
    "a type that is none": lambda c: c["schema"][0]["properties"][0].update(logicalType="text"),
    "an option of another type": lambda c: c["schema"][0]["properties"][3]["logicalTypeOptions"].update(minLength=1),
    "required in words": lambda c: c["schema"][0]["properties"][0].update(required="when known"),
    "a rule without its query": lambda c: c["schema"][0]["quality"][2].pop("query"),
    "a rule without what it must be": lambda c: c["schema"][0]["quality"][0].pop("mustBe"),
    "a dimension of quality that is none": lambda c: c["schema"][0]["quality"][0].update(dimension="beauty"),
    "a custom property without a value": lambda c: c["customProperties"][0].pop("value"),
}


@pytest.mark.parametrize("change", BREAK)
def test_a_broken_contract_is_noticed(change: str) -> None:
    broken = copy.deepcopy(CRIME)
    BREAK[change](broken)
    assert faults(broken)


@pytest.mark.parametrize(("catalog", "table"), TABLES)
def test_every_word_and_number_of_a_document_is_in_its_contract(catalog: Catalog, table: Return) -> None:
    said = _leaves(table.model_dump(mode="json", exclude={"due": {"every"}}))  # `y` in the standard's words
    written = set(_leaves(contract(catalog, table)))
    assert not [leaf for leaf in said if leaf not in written]


@pytest.mark.parametrize(("catalog", "table"), TABLES)
def test_columns_key_and_rules(catalog: Catalog, table: Return) -> None:
    (found,) = contract(catalog, table)["schema"]
    dimensions = [one.id for one in table.dimensions]
    key = ["area_code", "period", *dimensions]
    assert [one["name"] for one in found["properties"]] == [
        *key, *(one.id for one in table.measures), *(one.id for one in table.reported)
    ]  # fmt: skip
    placed = {one["name"]: one["primaryKeyPosition"] for one in found["properties"] if one.get("primaryKey")}
    assert placed == {name: place for place, name in enumerate(key, 1)}
    rules = {rule["name"]: rule for rule in found["quality"]}
    assert len(rules) == len(found["quality"])
    assert rules["unique_key"]["arguments"] == {"properties": key}
    for id, _, severity, en, zh, _, _ in rules_of(table):
        assert (rules[id]["severity"], rules[id]["description"], rules[id]["type"]) == (severity, en, "sql")
        assert custom(rules[id])["becauseZh"] == zh
    for one in (*table.rules, *table.agreements):
        assert custom(rules[one.id])["formula"] == one.check
        assert rules[one.id]["severity"] == one.severity


@pytest.mark.parametrize(("catalog", "table"), TABLES)
def test_what_the_standard_has_no_field_for(catalog: Catalog, table: Return) -> None:
    found = contract(catalog, table)
    columns = {one["name"]: one for one in found["schema"][0]["properties"]}
    for measure in table.measures:
        own = custom(columns[measure.id])
        assert (own["titleZh"], own["unit"], own["overTime"]) == (measure.title.zh, measure.unit, measure.over_time)
        assert (own["additiveOverAreas"], own["sensitive"]) == (measure.additive_over_areas, measure.sensitive)
        assert (own.get("partOf"), own.get("followUpYears")) == (measure.part_of, measure.follow_up_years)
        over = [one.id for one in table.dimensions if measure.additive_over is None or one.id in measure.additive_over]
        assert own.get("additiveOver", []) == over
        assert columns[measure.id]["logicalTypeOptions"] == {"minimum": 0, "maximum": measure.maximum}
        assert (columns[measure.id].get("classification") == "restricted") is measure.sensitive
    for dimension in table.dimensions:
        items = catalog.dimensions(table.table)[dimension.id].items
        (rule,) = columns[dimension.id]["quality"]
        assert rule["arguments"] == {"validValues": list(items)}
        codes = {one["code"]: (one["en"], one["zh"]) for one in custom(columns[dimension.id])["codes"]}
        assert codes == {code: (item.name_en, item.name_zh) for code, item in items.items()}
    due = {one["property"]: (one["value"], one["unit"]) for one in found["slaProperties"]}
    assert due == {"frequency": (1, table.due.every[0]), "latency": (table.due.days_after_end, "d")}
    own = custom(found)
    assert (own["firstPeriodOwed"], own.get("lastPeriodOwed")) == (table.due.start, table.due.until)
    assert found["id"] == f"{catalog.programme.programme}.returns.{table.table}"


def test_a_moved_due_date_is_told_to_whom_it_concerns() -> None:
    moved = everything()
    (one,) = custom(contract(moved, moved.returns["recorded_crime"]))["postponements"]
    assert one == {"period": "2004", "dueOn": "2005-03-01", "becauseEn": ODD.en, "becauseZh": ODD.zh}
    assert "postponements" not in custom(contract(moved, moved.returns["caseload"]))


def test_ids_are_those_of_one_contract_each() -> None:
    assert len({one["id"] for one in CONTRACTS.values()}) == len(CONTRACTS) == len(SHIPPED.returns) + 1
