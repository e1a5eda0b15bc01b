"""Whatever goes wrong with a check, the gate is shut."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.validation import engine, gate, read_results, rules, run_rules
from pipelines.validation.run import blocks
from tests.unit.validation import private


def test_a_sound_build_opens_the_gate(whole: tuple[Catalog, Path, Path]) -> None:
    catalog, file, folder = whole
    assert gate(folder / "results.json", catalog, file) == []
    found = read_results(folder)
    assert found is not None
    assert found.evaluated == found.expected == len(found.by_rule())
    assert not any(summary.failed for summary in found.by_rule().values())
    assert not (folder / "failing").exists()


def test_two_runs_find_the_same_bytes(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    catalog, file, folder = whole
    run_rules(catalog, file, tmp_path)
    assert (tmp_path / "results.json").read_bytes() == (folder / "results.json").read_bytes()


BROKEN = {
    "no table": ["drop table mart_indicator"],
    "no column": ["alter table mart_observation drop column obs_status"],
    "an empty table": ["delete from mart_observation"],
    "empty in one year": ["delete from mart_observation where year = 2003"],
    "no coverage": ["delete from mart_coverage"],
    "no indicator figures": ["delete from mart_indicator"],
    "a column of nothing": ["update mart_observation set value = null"],
    "a measure of nothing, said to have vanished": [
        "update mart_observation set value = null, obs_status = 'O', reason = 'vanished' where measure_id = 'cleared'"
    ],
    "an indicator of nothing": ["update mart_indicator set value = null, value_text = ''"],
    "every indicator without a value, for a stated reason": [
        "update mart_indicator set value = null, value_text = '', headline_text = '', obs_status = 'O', "
        "reason = 'not_delivered'"
    ],
    "one indicator without a value, in every year": [
        "update mart_indicator set value = null, value_text = '', headline_text = '', obs_status = 'O', "
        "reason = 'not_delivered', numerator = null, denominator = null where indicator_id = 'clearance'",
        "update mart_scorecard set verdict = 'no_data'",
        "update mart_indicator set value = null, value_text = '', headline_text = '', obs_status = 'O', "
        "reason = 'not_delivered', numerator = null where indicator_id = 'good_towns'",
    ],
    "no share of areas": ["delete from mart_indicator where indicator_id = 'good_towns'"],
    "every verdict is met": ["update mart_scorecard set verdict = 'met'"],
    "every verdict is met, and the shares say so": [
        "update mart_scorecard set verdict = 'met'",
        "update mart_indicator set numerator = 2, value = 100, value_text = '100.0', headline_text = '100.0' "
        "where indicator_id = 'good_towns'",
    ],
    "no scorecard": ["delete from mart_scorecard"],
    "no scorecard, and no shares": [
        "delete from mart_scorecard",
        "delete from mart_indicator where indicator_id = 'good_towns'",
    ],
    "rows dropped": ["delete from mart_observation where rowid % 7 = 0"],
    "values times ten": ["update mart_observation set value = value * 10 where breakdown = 'kind=all'"],
    "figures doubled": ["insert into mart_observation from mart_observation where table_id = 'caseload'"],
    "a figure beyond 64 bits": [
        "alter table mart_observation alter value type hugeint",
        "update mart_observation set value = 170141183460469231731687303715884105727",
    ],
}


@pytest.mark.parametrize("statements", BROKEN.values(), ids=BROKEN)
def test_a_broken_build_shuts_it(statements: list[str], whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    catalog, original, _ = whole
    file = private.change(Path(shutil.copy(original, tmp_path / "warehouse.duckdb")), *statements)
    run_rules(catalog, file, tmp_path)
    assert gate(tmp_path / "results.json", catalog, file)


def test_no_build_shuts_it(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    found = run_rules(whole[0], tmp_path / "none.duckdb", tmp_path)
    assert {result.status for result in found.results} == {"fail"}
    assert gate(tmp_path / "results.json", whole[0])
    assert not (tmp_path / "none.duckdb").exists()


def test_a_build_that_is_no_database_shuts_it(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    (tmp_path / "w.duckdb").write_bytes(b"not a database" * 1000)
    run_rules(whole[0], tmp_path / "w.duckdb", tmp_path)
    (reason, *_) = [text for text in gate(tmp_path / "results.json", whole[0]) if "could not be checked" in text]
    assert f"{len(rules(whole[0])) - 1} more rules" in reason


def test_an_empty_set_of_rules_shuts_it(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    catalog = replace(whole[0], returns={}, indicators={}, targets={})
    run_rules(catalog, whole[1], tmp_path)
    assert gate(tmp_path / "results.json", catalog, whole[1])


def _answer(**changes: Any) -> Callable[..., Any]:
    """A stand-in for the engine's answer: all is well, but for the changes."""

    def validate(self: Any, suite: Any, result_format: str) -> Any:
        frame = self.data.dataframe
        missing = int((frame["left"].isna() | (frame["right"].isna() if "right" in frame else False)).sum())
        told = {
            "element_count": len(frame),
            "missing_count": missing,
            "unexpected_count": 0,
            "unexpected_index_list": [],
        }
        one = SimpleNamespace(
            result=told | changes.get("result", {}),
            success=changes.get("success", True),
            exception_info=changes.get("exception_info", {"raised_exception": False}),
        )
        answer = SimpleNamespace(
            statistics={"evaluated_expectations": changes.get("evaluated", 1)},
            results=changes.get("results", [one]),
        )
        return answer

    return validate


LIES = {
    "nothing evaluated": {"evaluated": 0},
    "no result": {"results": []},
    "fewer rows than the frame": {"result": {"element_count": 1}},
    "more failing than named": {"result": {"unexpected_count": 2}},
    "failed without a row": {"success": False},
    "succeeded with a failing row": {"result": {"unexpected_count": 1, "unexpected_index_list": [0]}},
    "an exception": {"exception_info": {"raised_exception": True, "exception_message": "boom"}},
    "an exception of a metric": {"exception_info": {"m": {"raised_exception": True, "exception_message": "boom"}}},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_an_answer_of_the_engine_that_does_not_fit_shuts_it(
    lie: dict[str, Any], whole: tuple[Catalog, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from great_expectations.datasource.fluent.interfaces import Batch

    monkeypatch.setattr(Batch, "validate", _answer(**lie))
    found = run_rules(whole[0], whole[1], tmp_path)
    assert any(not result.ran for result in found.results)
    assert gate(tmp_path / "results.json", whole[0], whole[1])


def test_a_check_that_crashes_has_failed_and_the_others_still_run(
    whole: tuple[Catalog, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = engine.Engine.failing

    def failing(self: engine.Engine, rule: Any, frame: Any) -> list[int]:
        if rule.id == "returns__arrived":  # a warning: a crash shuts the gate all the same
            raise MemoryError("no more")
        return real(self, rule, frame)

    monkeypatch.setattr(engine.Engine, "failing", failing)
    found = run_rules(whole[0], whole[1], tmp_path)
    assert {result.rule for result in found.results if not result.ran} == {"returns__arrived"}
    assert [text for text in gate(tmp_path / "results.json", whole[0]) if "returns__arrived" in text]


def test_a_failed_warning_leaves_it_open_and_is_told(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    file = private.change(
        Path(shutil.copy(whole[1], tmp_path / "warehouse.duckdb")),
        "update mart_coverage set status = 'unexpected'",
    )
    found = run_rules(whole[0], file, tmp_path)
    summary = found.by_rule()["returns__expected"]
    assert summary.failed and summary.unexpected == 4
    assert summary.sentence.startswith("4 of 4 returns came although the calendar does not expect them. The first: ")
    assert summary.failing_file == tmp_path / "failing" / "returns__expected.csv"
    assert "不在日程之内" in found.by_rule("zh")["returns__expected"].sentence
    assert gate(tmp_path / "results.json", whole[0], file) == []


COVERAGE = {
    "expected": ("status = 'unexpected'", "caseload 110101 2003", "不在日程之内"),
    "arrived": ("status = 'overdue'", "are overdue. The first: caseload 110101 2003. Ask the office", "逾期未报"),
    "whole": ("waiting_count = 1", "Ask the office for the whole return", "完整报表"),
    "undisputed": ("held_count = 2", "Ask the office which is right", "互相矛盾"),
}


@pytest.mark.parametrize("name", COVERAGE)
def test_what_is_wrong_with_a_return_is_told_in_a_sentence(
    name: str, whole: tuple[Catalog, Path, Path], tmp_path: Path
) -> None:
    change, en, zh = COVERAGE[name]
    file = private.change(
        Path(shutil.copy(whole[1], tmp_path / "warehouse.duckdb")), f"update mart_coverage set {change}"
    )
    found = run_rules(whole[0], file, tmp_path)
    said = found.by_rule()[f"returns__{name}"].sentence
    assert en in said and "found " not in said and "expected a" not in said
    assert zh in found.by_rule("zh")[f"returns__{name}"].sentence
    row = (tmp_path / "failing" / f"returns__{name}.csv").read_text(encoding="utf-8-sig").splitlines()[1]
    assert row.startswith("2003,caseload,,110101,2003,,")
    assert gate(tmp_path / "results.json", whole[0], file) == []


def test_blocks_cover_each_year_once_and_bound_their_rows() -> None:
    years = {"2001": 200_000, "2002": 50_000, "2003": 900_000, "2004": 1, "2005": 2}
    assert list(blocks(years, 600_000)) == [[2001, 2002], [2003], [2004, 2005]]
    assert list(blocks({}, 600_000)) == []


def test_small_frames_of_one_year_give_the_same_results_as_one_frame_of_all(
    whole: tuple[Catalog, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipelines.validation.run.BLOCK", 1)
    monkeypatch.setattr("pipelines.validation.run.LONG_BLOCK", 1)
    monkeypatch.setattr("pipelines.validation.frames.FRAME", 2)
    monkeypatch.setattr("pipelines.validation.steps.AT_ONCE", 1)
    found, before = run_rules(whole[0], whole[1], tmp_path), read_results(whole[2])
    assert before is not None
    assert found.results == before.results
    assert found.expected > before.expected


def test_a_rule_about_what_has_not_arrived_is_told_and_shuts_nothing(
    whole: tuple[Catalog, Path, Path], tmp_path: Path
) -> None:
    file = private.change(
        Path(shutil.copy(whole[1], tmp_path / "warehouse.duckdb")),
        *(f"delete from {mart} where table_id = 'caseload'" for mart in ("mart_observation", "mart_submission")),
        "delete from mart_indicator where indicator_id = 'cases_accepted'",
        "update mart_coverage set submission_id = null, status = 'overdue' where table_id = 'caseload'",
    )
    found = run_rules(whole[0], file, tmp_path)
    assert set(found.by_rule()) == {rule.id for rule in rules(whole[0])}
    assert not found.by_rule()["caseload__flow"].failed
    assert "no figures yet" in found.by_rule()["caseload__flow"].sentence
    assert found.by_rule()["returns__arrived"].failed
    assert gate(tmp_path / "results.json", whole[0], file) == []
