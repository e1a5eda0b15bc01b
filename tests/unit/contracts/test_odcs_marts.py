"""The contract of the marts says what dbt's own YAML says of them, read here once more on its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from pipelines.contracts import odcs
from tests.unit.contracts.exported import DBT, MARTS, SHIPPED

TOLD = [
    model
    for path in (DBT / "models" / "marts").glob("*.yml")
    for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", [])
]


def test_the_marts_are_those_of_dbt() -> None:
    told = [
        m for path in (DBT / "models/marts").glob("*.yml") for m in yaml.safe_load(path.read_text()).get("models", [])
    ]
    found = {one["name"]: one for one in MARTS["schema"]}
    assert (
        sorted(found) == sorted(one["name"] for one in told) == sorted(p.stem for p in DBT.glob("models/marts/*.sql"))
    )
    for model in told:
        columns = [(one["name"], one["data_type"], " ".join(one["description"].split())) for one in model["columns"]]
        mine = found[model["name"]]
        assert [(one["name"], one["physicalType"], one["description"]) for one in mine["properties"]] == columns
        required = {one["name"] for one in model["columns"] if {"type": "not_null"} in one.get("constraints", [])}
        assert {one["name"] for one in mine["properties"] if one.get("required")} == required
        assert {one["name"] for one in mine["properties"] if one.get("primaryKey")} <= required
        text = json.dumps(mine)
        for one in model["columns"]:
            for test in one.get("data_tests", []):
                for value in test.get("accepted_values", {}).get("arguments", {}).get("values", []):
                    assert json.dumps(value) in text


def test_keys_links_and_conditions_of_a_mart() -> None:
    mart = next(one for one in MARTS["schema"] if one["name"] == "mart_indicator")
    placed = {one["name"]: one["primaryKeyPosition"] for one in mart["properties"] if one.get("primaryKey")}
    assert placed == {"indicator_id": 1, "area_code": 2, "period": 3, "breakdown": 4}
    columns = {one["name"]: one for one in mart["properties"]}
    assert columns["area_code"]["relationships"] == [{"type": "foreignKey", "to": "dim_area.area_code"}]
    always = next(rule for rule in mart["quality"] if rule["name"] == "indicator_missing_has_a_status")
    assert always["query"].startswith("select count(*) from ${object} where not ((value is null) =")


def test_every_plausible_limit_of_an_indicator() -> None:
    mart = next(one for one in MARTS["schema"] if one["name"] == "mart_indicator")
    rules = {rule["name"]: rule for rule in mart["quality"]}
    limited = {id: one.plausible for id, one in SHIPPED.indicators.items() if one.plausible}
    assert limited and {name for name in rules if name.endswith("__plausible")} == {
        f"{id}__plausible" for id in limited
    }
    for id, limits in limited.items():
        rule = rules[f"{id}__plausible"]
        assert (rule["severity"], rule["description"]) == (limits.severity, limits.because.en)
        for limit, sign in ((limits.min, "<"), (limits.max, ">")):
            assert (limit is None) or f"value {sign} {limit}" in rule["query"]


def test_a_mart_of_an_unknown_type_or_a_project_without_marts_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(odcs.ExportError, match="describes no mart"):
        odcs.contracts(SHIPPED, tmp_path)
    marts = tmp_path / "models" / "marts"
    marts.mkdir(parents=True)
    (tmp_path / "dbt_project.yml").write_text("version: '1'")
    mart = marts / "m.yml"
    mart.write_text("models: [{name: m, description: d, columns: [{name: c, description: d, data_type: blob}]}]")
    with pytest.raises(odcs.ExportError, match=r"m\.c has the type blob"):
        odcs.contracts(SHIPPED, tmp_path)
    mart.write_text("models: [")
    with pytest.raises(odcs.ExportError, match=r"m\.yml cannot be read"):
        odcs.contracts(SHIPPED, tmp_path)
