"""The SQL of exported rules, run: a valid, a broken and an undecided return for every rule of every return."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from pipelines.contracts.odcs_return import contract
from tests.unit.contracts.exported import SHIPPED, custom, everything

Row = dict[str, Any]

TABLES = [contract(SHIPPED, table)["schema"][0] for table in SHIPPED.returns.values()]
TABLES.append(contract(everything(), everything().returns["recorded_crime"])["schema"][0] | {"name": "everything"})
RULES = [
    pytest.param(table, rule, id=f"{table['name']}-{rule['name']}")
    for table in TABLES
    for rule in table["quality"]
    if rule["type"] == "sql"
]


def _broken(table: dict[str, Any], rule: dict[str, Any], rows: list[Row]) -> int:
    """What the rule counts in a table made as the contract describes it."""
    with duckdb.connect() as connection:
        columns = ", ".join(f'"{one["name"]}" {one["physicalType"]}' for one in table["properties"])
        connection.execute(f"create table delivered ({columns})")
        for row in rows:
            names, marks = ", ".join(f'"{name}"' for name in row), ", ".join("?" * len(row))
            connection.execute(f"insert into delivered ({names}) values ({marks})", list(row.values()))
        found = connection.execute(rule["query"].replace("${object}", "delivered")).fetchone()
        assert found is not None
        return found[0]


def _row(table: dict[str, Any], **changes: Any) -> Row:
    """A row in which every figure is 0, which every rule allows."""
    row: Row = {}
    for one in table["properties"]:
        codes = [code for rule in one.get("quality", []) for code in rule["arguments"]["validValues"]]
        row[one["name"]] = 0 if one["logicalType"] in ("integer", "number") else codes[0] if codes else one["name"]
    return row | changes


@pytest.mark.parametrize(("table", "rule"), [one for one in RULES if "formula" in custom(one.values[1])])
def test_a_rule_within_a_row(table: dict[str, Any], rule: dict[str, Any]) -> None:
    measures = [one["name"] for one in table["properties"] if f'"{one["name"]}"' in rule["query"]]
    assert _broken(table, rule, [_row(table)]) == 0
    assert any(_broken(table, rule, [_row(table, **{m: sign}), _row(table)]) == 1 for m in measures for sign in (1, -1))
    for measure in measures:
        assert _broken(table, rule, [_row(table, **{measure: None})]) == 0


@pytest.mark.parametrize(("table", "rule"), [one for one in RULES if "total" in custom(one.values[1])])
def test_parts_and_their_total(table: dict[str, Any], rule: dict[str, Any]) -> None:
    own = custom(rule)
    for measure in own["measures"]:
        parts = [_row(table, **{own["dimension"]: part, measure: 2}) for part in own["parts"]]
        for said, broken in ((2 * len(parts), 0), (2 * len(parts) + 1, 1), (2 * len(parts) - 1, 1), (None, 0)):
            total = _row(table, **{own["dimension"]: own["total"], measure: said})
            assert _broken(table, rule, [total, *parts]) == broken
            assert _broken(table, rule, [total, *parts[1:]]) == 0  # a part is not there: undecided
            elsewhere = [one | {"area_code": "other"} for one in (total, *parts)]
            assert _broken(table, rule, [total, *parts, *elsewhere]) == 2 * broken


def test_there_are_rules_of_both_kinds() -> None:
    assert len(RULES) > len(SHIPPED.returns)
    assert any("total" in custom(one.values[1]) for one in RULES)
