"""Measures asked for in some years, parents that equal their children, agreements code by code."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.validation.engine import Engine
from pipelines.validation.rules import rules
from tests.unit.validation import private
from tests.unit.validation.cases import COUNTY, DRUGS, FIGURES, NONE
from tests.unit.validation.test_cases import check

CRIME = "returns/police/crime.yaml"
RECORDED = "table_id = 'crime' and measure_id = 'recorded'"
WHOLE = (
    f"{FIGURES} value = (3 * share * 100 + 2 * share) from shares where {RECORDED} and {COUNTY} and breakdown = kind"
)
SHARES = (
    "create temp table shares as "
    "select * from (values ('kind=all', 3), ('kind=drugs', 1), ('kind=other', 2)) t(kind, share)"
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


def _status(engine: Engine, folder: Path, rule: str, changes: tuple[str, str], *statements: str) -> dict[int, str]:
    """year -> status of a rule, where the document of `crime` is changed, and then the build."""
    text = private.DOCUMENTS[CRIME]
    assert changes[0] in text
    catalog = load(private.documents(folder / "documents", {CRIME: text.replace(*changes)}))
    file = private.change(private.build(folder / "w.duckdb"), *statements)
    return {year: result.status for year, result in check(engine, catalog, file, rule, folder).items()}


def _since(year: int) -> tuple[str, str]:
    return "over_time: sum, part_of: recorded", f'over_time: sum, part_of: recorded, from: "{year}"'


LOST = "delete from mart_observation where table_id = 'crime' and measure_id = 'cleared'"


def test_a_measure_not_asked_for_yet_is_not_missed(engine: Engine, tmp_path: Path) -> None:
    rule = "crime__every_measure_has_figures"
    assert _status(engine, tmp_path / "a", rule, _since(2005), LOST) == {2003: "pass", 2004: "pass"}
    assert _status(engine, tmp_path / "b", rule, _since(2004), LOST) == {2003: "pass", 2004: "fail"}
    assert _status(engine, tmp_path / "c", rule, _since(2004)) == {2003: "pass", 2004: "pass"}


@pytest.mark.parametrize(
    ("expected", "more"),
    [
        ("pass", []),
        ("fail", [f"{FIGURES} value = value + 1 where {RECORDED} and {COUNTY} and breakdown = 'kind=drugs'"]),
        ("fail", [f"{FIGURES} value = value - 1 where {RECORDED} and {COUNTY} and breakdown = 'kind=drugs'"]),
        ("pass", [f"delete from mart_observation where {DRUGS.split(' and area')[0]} and area_code = '110101001'"]),
        (
            "undecided",  # a town without a figure: what is there does not exceed the county
            [f"{FIGURES} {NONE} where {RECORDED} and area_code = '110101001' and year = 2004"],
        ),
        ("fail", [f"{FIGURES} {NONE} where {RECORDED} and area_code = '110101001' and year = 2004",
                  f"{FIGURES} value = 1 where {RECORDED} and {COUNTY}"]),
    ],
)  # fmt: skip
def test_of_what_is_fully_allocable_nothing_remains(
    engine: Engine, tmp_path: Path, expected: str, more: list[str]
) -> None:
    whole = ("over_time: sum, maximum: 5000", "over_time: sum, maximum: 5000, fully_allocable: true")
    found = _status(engine, tmp_path, "crime__parents_equal_children", whole, SHARES, WHOLE, *more)
    assert found[2004] == expected


def test_only_measures_that_say_so_must_leave_nothing(engine: Engine, tmp_path: Path) -> None:
    whole = ("over_time: sum, maximum: 5000", "over_time: sum, maximum: 5000, fully_allocable: true")
    text = private.DOCUMENTS[CRIME].replace(*whole)
    found = {rule.id for rule in rules(load(private.documents(tmp_path / "x", {CRIME: text})))}
    assert {"crime__parents_hold_children", "crime__parents_equal_children"} <= found
    both = text.replace("over_time: sum, part_of", "over_time: sum, fully_allocable: true, part_of")
    found = {rule.id for rule in rules(load(private.documents(tmp_path / "y", {CRIME: both})))}
    assert "crime__parents_hold_children" not in found
    status = _status(
        engine,
        tmp_path / "z",
        "crime__parents_hold_children",
        whole,
        f"delete from mart_observation where {RECORDED} and area_code <> '110101'",
    )
    assert status[2004] == "pass", "the figures of the others alone are looked at"


def test_a_broken_agreement_names_the_code(engine: Engine, tmp_path: Path) -> None:
    catalog = load(private.documents(tmp_path / "documents"))
    file = private.change(private.build(tmp_path / "w.duckdb"), f"{FIGURES} value = 0 where {DRUGS}")
    result = check(engine, catalog, file, "crime__cleared_of_each_kind", tmp_path)[2004]
    assert (result.failed, result.first[0]["breakdown"], result.first[0]["area_code"]) == (1, "kind=drugs", "110101")
