"""Each kind of rule: a valid, an invalid and an undecidable case, on the smallest build that shows it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.validation import frames
from pipelines.validation.engine import Engine
from pipelines.validation.results import Result
from pipelines.validation.rules import rules
from pipelines.validation.run import _Run
from tests.unit.validation import private

FIGURES, RATES = "update mart_observation set", "update mart_indicator set"
ALL = "table_id = 'crime' and breakdown = 'kind=all'"
COUNTY = "area_code = '110101' and year = 2004"
CELL = f"{ALL} and measure_id = 'recorded' and {COUNTY}"
DRUGS = f"table_id = 'crime' and breakdown = 'kind=drugs' and measure_id = 'recorded' and {COUNTY}"
NO_VALUE = "value = null, value_text = '', headline_text = '', obs_status = 'O', reason = 'not_delivered'"
PARTLY = NO_VALUE.replace("not_delivered", "part_of_period")
NOW_NONE = f"numerator = -denominator where indicator_id = 'recorded_change' and {COUNTY}"
NONE = "value = null, obs_status = 'O', reason = 'marked_missing'"
VANISHED = "value = null, obs_status = 'O', reason = 'vanished'"
TOWN = "area_code = '110101002' and year = 2004"
RATE = f"indicator_id = 'clearance' and {COUNTY}"

CASES = [
    # rule, status expected in 2004, changes of the build
    ("crime__all_accepted_stand", "pass", []),
    ("crime__all_accepted_stand", "fail", [f"delete from mart_observation where {CELL}"]),
    (
        "crime__all_accepted_stand",
        "fail",
        ["delete from mart_observation where table_id = 'crime' and year = 2004"],
    ),
    (
        "crime__all_accepted_stand",
        "undecided",
        [f"{FIGURES} value = null, obs_status = 'O', reason = 'held' where {CELL}"],
    ),
    ("crime__every_measure_has_figures", "pass", []),
    (
        "crime__every_measure_has_figures",
        "fail",
        ["delete from mart_observation where table_id = 'crime' and measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "fail",
        [f"{FIGURES} value = null where measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "fail",
        [f"{FIGURES} {VANISHED} where measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "undecided",
        [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"],
    ),
    ("crime__missing_has_reason", "pass", [f"{FIGURES} {NONE} where {CELL}"]),
    ("crime__missing_has_reason", "fail", [f"{FIGURES} value = null where {CELL}"]),
    ("crime__not_negative", "pass", [f"{FIGURES} value = 0 where {CELL}"]),
    ("crime__not_negative", "fail", [f"{FIGURES} value = -1 where {CELL}"]),
    ("crime__not_negative", "undecided", [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"]),
    ("crime__within_maximum", "pass", [f"{FIGURES} value = 5000 where {CELL}"]),
    ("crime__within_maximum", "fail", [f"{FIGURES} value = 5001 where {CELL}"]),
    ("crime__within_maximum", "pass", [f"{FIGURES} value = 5001, origin = 'summed' where {CELL}"]),
    ("crime__within_maximum", "undecided", [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"]),
    ("caseload__flow", "pass", []),
    ("caseload__flow", "fail", [f"{FIGURES} value = 96 where measure_id = 'concluded' and year = 2004"]),
    ("caseload__flow", "undecided", [f"{FIGURES} {NONE} where measure_id = 'concluded' and year = 2004"]),
    (
        "caseload__flow",
        "undecided",
        [f"{FIGURES} qualifier = 'at_least' where measure_id = 'accepted' and year = 2004"],
    ),
    ("caseload__flow", "fail", [f"{FIGURES} value = null where measure_id = 'concluded' and year = 2004"]),
    ("caseload__prosecuted", "pass", []),
    ("caseload__prosecuted", "fail", [f"{FIGURES} value = 724 where measure_id = 'accepted' and year = 2004"]),
    ("caseload__prosecuted", "undecided", [f"{FIGURES} {NONE} where measure_id = 'cleared' and year = 2004"]),
    ("caseload__prosecuted", "undecided", ["delete from mart_observation where table_id = 'crime' and year = 2004"]),
    ("caseload__prosecuted", "fail", [f"{FIGURES} value = null where measure_id = 'accepted' and year = 2004"]),
    (
        "crime__cleared_within_recorded",
        "pass",
        [f"{FIGURES} value = 300 where measure_id = 'cleared' and breakdown = 'kind=all'"],
    ),
    (
        "crime__cleared_within_recorded",
        "fail",
        [f"{FIGURES} value = 100000 where {ALL} and measure_id = 'cleared' and {COUNTY}"],
    ),
    (
        "crime__cleared_within_recorded",
        "undecided",
        [f"{FIGURES} {NONE} where measure_id = 'cleared' and year = 2004"],
    ),
    ("crime__parts_add_up_kind", "pass", []),
    ("crime__parts_add_up_kind", "fail", [f"{FIGURES} value = value + 1 where {DRUGS}"]),
    ("crime__parts_add_up_kind", "pass", [f"{FIGURES} {NONE} where {DRUGS}"]),  # the others decide
    (
        "crime__parts_add_up_kind",
        "fail",  # one part is missing, and the other alone exceeds the total
        [f"{FIGURES} {NONE} where {DRUGS}", f"{FIGURES} value = 1 where {CELL}"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",
        [f"{FIGURES} {NONE} where breakdown = 'kind=drugs' and year = 2004"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",
        [f"{FIGURES} qualifier = 'at_least' where breakdown = 'kind=all' and year = 2004"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",  # a delivered total, its parts summed from the towns: not comparable
        [f"{FIGURES} origin = 'summed' where breakdown not in ('kind=all', '_T') and year = 2004"],
    ),
    ("crime__totals_stand_kind", "pass", [f"{FIGURES} {NONE} where {CELL}"]),
    ("crime__totals_stand_kind", "fail", [f"delete from mart_observation where {CELL}"]),
    ("crime__totals_stand_kind", "fail", [f"{FIGURES} {VANISHED} where {CELL}"]),
    (
        "crime__totals_stand_kind",
        "undecided",
        [f"{FIGURES} origin = 'summed' where table_id = 'crime' and year = 2004"],
    ),
    ("crime__parents_hold_children", "pass", []),
    ("crime__parents_hold_children", "fail", [f"{FIGURES} value = 903 where {CELL}"]),
    ("crime__parents_hold_children", "pass", [f"{FIGURES} value = 906 where {CELL}"]),
    (
        "crime__parents_hold_children",
        "undecided",
        [f"{FIGURES} {NONE} where table_id = 'crime' and {COUNTY}"],
    ),
    (
        "crime__parents_hold_children",
        "undecided",
        ["delete from mart_observation where area_code <> '110101' and year = 2004"],
    ),
    ("indicators__none_left_out", "pass", []),
    ("indicators__none_left_out", "fail", [f"delete from mart_indicator where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{RATES} {NO_VALUE} where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{RATES} numerator = numerator - 1 where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{FIGURES} {NONE} where {CELL}"]),  # a value of what is not there
    (
        "indicators__none_left_out",
        "fail",  # whole years make a change, whatever is said of the reason
        [f"{RATES} {PARTLY}, covers_period = false where indicator_id = 'recorded_change'"],
    ),
    (
        "indicators__none_left_out",
        "pass",  # a part of a year makes no change, but a share
        [
            f"{FIGURES} covers_period = false where table_id = 'crime' and year = 2004",
            f"{RATES} {NO_VALUE} where indicator_id = 'recorded_change' and year = 2004",
        ],
    ),
    (
        "indicators__none_left_out",
        "pass",  # 0/0 is none
        [f"{FIGURES} value = 0 where {ALL} and {COUNTY}", f"{RATES} {NO_VALUE} where {RATE}", f"{RATES} {NOW_NONE}"],
    ),
    (
        "indicators__none_left_out",
        "undecided",
        [f"{FIGURES} {NONE} where year = 2004", f"{RATES} {NO_VALUE} where year = 2004"],
    ),
    (
        "indicators__missing_has_reason",
        "pass",
        [f"{RATES} value = null, value_text = '', obs_status = 'M', reason = 'zero_denominator' where {RATE}"],
    ),
    ("indicators__missing_has_reason", "fail", [f"{RATES} value = null where {RATE}"]),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} numerator = 1737, denominator = 1818, value = 95.5, value_text = '95.5' where {RATE}"],
    ),
    ("indicators__rounded_once", "fail", [f"{RATES} value = 99, value_text = '99.0' where {RATE}"]),
    ("indicators__rounded_once", "fail", [f"{RATES} value = 59.9 where {RATE}"]),
    (
        "indicators__rounded_once",
        "fail",  # 0/0 has no figure, least of all a zero
        [f"{RATES} numerator = 0, denominator = 0, value = 0, value_text = '0.0' where {RATE}"],
    ),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} numerator = 0, denominator = 0, value = null, value_text = '' where {RATE}"],
    ),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} value = null, value_text = '', reason = 'part_of_period', obs_status = 'M' where {RATE}"],
    ),
    ("indicators__not_negative", "pass", [f"{RATES} numerator = -3 where indicator_id = 'recorded_change'"]),
    ("indicators__not_negative", "fail", [f"{RATES} numerator = -3 where {RATE}"]),
    (
        "indicators__not_negative",
        "undecided",
        [f"{RATES} value = null, numerator = null, denominator = null, obs_status = 'O', reason = 'not_delivered'"],
    ),
    ("clearance__part_within_whole", "pass", [f"{RATES} numerator = denominator where {RATE}"]),
    ("clearance__part_within_whole", "fail", [f"{RATES} numerator = denominator + 1 where {RATE}"]),
    (
        "clearance__part_within_whole",
        "fail",
        [f"{RATES} qualifier = 'at_least', numerator = denominator + 1 where {RATE}"],
    ),
    ("clearance__part_within_whole", "undecided", [f"{RATES} qualifier = 'at_most'"]),
    ("clearance__plausible", "pass", [f"{RATES} value = 99.5 where {RATE}"]),
    ("clearance__plausible", "fail", [f"{RATES} value = 99.500001 where {RATE}"]),
    ("clearance__plausible", "fail", [f"{RATES} value = 19.9 where {RATE}"]),
    (
        "clearance__plausible",
        "undecided",
        [f"{RATES} value = null, obs_status = 'O', reason = 'not_delivered'"],
    ),
    (
        "crime__rate_printed__as_calculated",
        "pass",
        ["update mart_reported set comparison = 'zero_over_zero'"],
    ),
    ("crime__rate_printed__as_calculated", "fail", ["update mart_reported set comparison = 'different'"]),
    (
        "crime__rate_printed__as_calculated",
        "undecided",
        ["update mart_reported set comparison = 'not_reported'"],
    ),
    ("verdicts__as_judged_again", "pass", []),
    ("verdicts__as_judged_again", "fail", ["update mart_scorecard set verdict = 'met'"]),
    ("verdicts__as_judged_again", "fail", ["update mart_scorecard set verdict = 'no_data' where year = 2004"]),
    ("verdicts__as_judged_again", "fail", [f"delete from mart_scorecard where {RATE}"]),
    ("verdicts__as_judged_again", "fail", [f"delete from mart_indicator where {RATE}"]),  # a verdict on nothing
    (
        "verdicts__as_judged_again",
        "fail",  # no document sets a target for it
        ["insert into mart_scorecard values ('cases_accepted', '110101', '2004', '_T', 2004, 'county', 'met')"],
    ),
    ("verdicts__as_judged_again", "fail", [f"{RATES} covers_period = false where {RATE}"]),
    (
        "verdicts__as_judged_again",
        "pass",  # a part of a year is no year
        [
            f"{RATES} covers_period = false where {RATE}",
            f"update mart_scorecard set verdict = 'no_data' where {RATE}",
        ],
    ),
    (
        "verdicts__as_judged_again",
        "pass",  # 60.3 % exactly; one case in a billion less is not met
        [
            f"{RATES} numerator = 603000000000, denominator = 1000000000000 where {RATE}",
            f"update mart_scorecard set verdict = 'met' where {RATE}",
        ],
    ),
    (
        "verdicts__as_judged_again",
        "fail",
        [
            f"{RATES} numerator = 602999999999, denominator = 1000000000000 where {RATE}",
            f"update mart_scorecard set verdict = 'met' where {RATE}",
        ],
    ),
    ("shares__as_counted_again", "pass", []),
    ("shares__as_counted_again", "fail", ["delete from mart_indicator where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"{RATES} {NO_VALUE} where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"{RATES} numerator = 2 where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"update mart_scorecard set verdict = 'no_data' where {TOWN}"]),
    (
        "shares__as_counted_again",
        "pass",  # one area unknown makes bounds
        [
            f"update mart_scorecard set verdict = 'no_data' where {TOWN}",
            f"{RATES} upper_numerator = 2 where indicator_id = 'good_towns' and year = 2004",
        ],
    ),
    (
        "shares__as_counted_again",
        "pass",  # nothing known of any area is no share
        [
            "update mart_scorecard set verdict = 'no_data' where year = 2004",
            f"{RATES} {NO_VALUE} where indicator_id = 'good_towns' and year = 2004",
        ],
    ),
    ("shares__as_counted_again", "fail", ["delete from mart_scorecard where year = 2004"]),
    ("returns__expected", "pass", ["update mart_coverage set status = 'overdue'"]),
    ("returns__expected", "fail", ["update mart_coverage set status = 'unexpected'"]),
    ("returns__undisputed", "pass", []),
    ("returns__undisputed", "fail", ["update mart_coverage set held_count = 2"]),
    ("returns__whole", "pass", []),
    ("returns__whole", "fail", ["update mart_coverage set waiting_count = 1, status = 'overdue'"]),
    ("returns__arrived", "pass", ["update mart_coverage set status = 'late'"]),
    ("returns__arrived", "fail", ["update mart_coverage set status = 'overdue'"]),
]


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Path]:
    folder = tmp_path_factory.mktemp("made")
    return load(private.documents(folder / "documents")), private.build(folder / "warehouse.duckdb")


def check(engine: Engine, catalog: Catalog, file: Path, rule_id: str, folder: Path) -> dict[int, Result]:
    """The results of one rule by year."""
    (rule,) = [rule for rule in rules(catalog) if rule.id == rule_id]
    run = _Run(catalog, folder)
    with frames.connect(file) as connection:
        run.years = frames.years(connection, catalog)
        frames.define(connection, catalog)
        run.check(connection, engine, rule)
    return {result.year: result for result in run.results}


@pytest.mark.parametrize(
    ("rule_id", "expected", "statements"), CASES, ids=[f"{c[0]}-{c[1]}-{n}" for n, c in enumerate(CASES)]
)
def test_case(
    rule_id: str,
    expected: str,
    statements: list[str],
    engine: Engine,
    made: tuple[Catalog, Path],
    tmp_path: Path,
) -> None:
    catalog, original = made
    file = Path(shutil.copy(original, tmp_path / "warehouse.duckdb"))
    private.change(file, *statements)
    result = check(engine, catalog, file, rule_id, tmp_path)[2004]
    assert (result.status, result.problem) == (expected, result.problem if expected == "fail" else "")


def test_every_kind_of_rule_has_valid_and_invalid_cases(made: tuple[Catalog, Path]) -> None:
    kinds = {rule.id: rule.kind for rule in rules(made[0])}
    for status in ("pass", "fail"):
        assert {kinds[id] for id, expected, _ in CASES if expected == status} == set(kinds.values())


def test_failing_rows_name_the_cell_of_the_file(engine: Engine, made: tuple[Catalog, Path], tmp_path: Path) -> None:
    catalog, original = made
    file = private.change(
        Path(shutil.copy(original, tmp_path / "w.duckdb")),
        f"{FIGURES} value = -1 where {CELL}",
    )
    result = check(engine, catalog, file, "crime__not_negative", tmp_path)[2004]
    assert result.failed == 1
    assert result.first == [
        {
            "year": "2004",
            "subject": "crime",
            "measure_id": "recorded",
            "area_code": "110101",
            "period": "2004",
            "breakdown": "kind=all",
            "found": "-1",
            "expected": "0 <= figure",
            "file_name": "crime_2004.csv",
            "sheet": "Sheet1",
            "row": "8",
            "col": "3",
            "submission_id": "c2004",
        }
    ]
    text = (tmp_path / "failing" / "crime__not_negative.csv").read_text(encoding="utf-8-sig")
    assert text.splitlines()[1].startswith(
        "2004,crime,recorded,110101,2004,kind=all,-1,0 <= figure,crime_2004.csv,Sheet1,8,3"
    )


def test_figures_beyond_the_precision_of_floating_point_are_compared_exactly(
    engine: Engine, made: tuple[Catalog, Path], tmp_path: Path
) -> None:
    catalog, original = made
    big = 2**53
    file = private.change(
        Path(shutil.copy(original, tmp_path / "w.duckdb")),
        f"{FIGURES} value = {big} where measure_id = 'pending_at_start' and year = 2004",
        f"{FIGURES} value = {big + 6} where measure_id = 'pending_at_end' and year = 2004",
        f"{FIGURES} value = null, obs_status = 'O' where table_id = 'caseload' and year = 2003",
    )
    result = check(engine, catalog, file, "caseload__flow", tmp_path)[2004]
    assert (result.status, result.first[0]["found"]) == ("fail", str(big + 5))
