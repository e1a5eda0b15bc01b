"""What a delivery says it is, and what it may not say."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import load
from pipelines.intake import identify, periods
from pipelines.intake.gate import Gate
from tests.unit.intake.conftest import (
    Judge,
    codes,
    crime_rows,
    csv_bytes,
)
from tests.unit.validation.trial import documents


def test_options_win_over_the_file_name(judge_bytes: Judge) -> None:
    name = "crime_0101_2004_2005-01-20_r3.csv"
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), name)
    assert verdict.submissions[0].declared.revision == 3
    verdict, _ = judge_bytes(
        csv_bytes(crime_rows()),
        name,
        period="2005",
        prepared_on="2006-02-01",
        obs_status="P",
        supersedes="abc",
    )
    declared = verdict.submissions[0].declared
    assert (declared.period, declared.prepared_on, declared.revision) == ("2005", "2006-02-01", 3)
    assert (declared.obs_status, declared.supersedes) == ("P", "abc")


def test_a_reason_does_not_make_another_submission(judge_bytes: Judge) -> None:
    name = "crime_0101_2004_2005-01-20.csv"
    silent, _ = judge_bytes(csv_bytes(crime_rows()), name)
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), name, reason="method", because=" Counted\nanew. ")
    declared = verdict.submissions[0].declared
    assert (declared.reason, declared.because) == ("method", "Counted anew.")
    assert verdict.submissions[0].submission_id == silent.submissions[0].submission_id


def test_titles_in_file_names(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), "刑事案件_0101_2004年_20050120.csv")
    assert verdict.verdict == "accepted", codes(verdict)


@pytest.mark.parametrize(
    ("name", "declared", "expected"),
    [
        ("x.csv", {}, {"table_unspecified", "prepared_on_missing"}),
        ("x.csv", {"table": "crime"}, {"prepared_on_missing"}),
        ("x.csv", {"table": "crme", "prepared_on": "2005-01-20"}, {"table_unknown"}),
        ("crimes_0101_2004_2005-01-20.csv", {}, {"table_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"office": "courts"}, {"office_differs"}),
        ("crime_0101_2004_2005-01-20.csv", {"office": "court"}, {"office_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"prepared_on": "20th January"}, {"prepared_on_unreadable"}),
        ("crime_0101_2004_2005-01-20.csv", {"coverage_months": 13}, {"declared_number"}),
        ("crime_0101_2004_2005-01-20.csv", {"reason": "corection", "because": "A slip."}, {"reason_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"reason": "correction"}, {"reason_alone"}),
        ("crime_0101_2004_2005-01-20.csv", {"because": "A slip."}, {"because_alone"}),
        ("crime_0101_2004_2005-01-20.csv", {"reason": "correction", "because": "x" * 1001}, {"because_long"}),
        ("crime_0199_2004_2005-01-20.csv", {}, {"unit_unknown"}),
        ("crime_0101_2004_2005-01-20.csv", {"period": "2004-13"}, {"period_unreadable"}),
        ("crime_0101_2004_2005-01-20.ods", {}, {"file_type"}),
    ],
)
def test_faults_of_identification_reject_the_delivery(
    judge_bytes: Judge, name: str, declared: dict[str, Any], expected: set[str]
) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()), name, **declared)
    assert verdict.verdict == "rejected" and not verdict.submissions
    assert set(codes(verdict)) == expected


def test_a_table_cannot_be_prepared_after_it_was_received(gate: Gate, tmp_path: Any) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(csv_bytes(crime_rows()))
    name = "crime_0101_2004_2005-01-20.csv"
    for received_on, verdict in (("2005-01-20", "accepted"), ("2005-01-19", "rejected")):
        assert gate.judge(str(path), name, {}, "0" * 64, received_on)[0].verdict == verdict


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("JULY 2018 -  JUNE 2019", "2018-07-01/P1Y"),
        ("Jul 2018 - Jun 2019", "2018-07-01/P1Y"),
        ("Sept. 2018 to Aug. 2019", "2018-09-01/P1Y"),
        ("January 2018 – December 2018", "2018"),
        ("July 2018 - July 2018", "2018-07"),
        ("2018年7月至2019年6月", "2018-07-01/P1Y"),
        ("July 2018 through December 2018", "2018-07-01/P6M"),
    ],
)
def test_spans_of_months_in_words(text: str, period: str) -> None:
    assert periods.read(text) == period


@pytest.mark.parametrize(
    "text",
    ["June 2019 - July 2018", "Ju 2018 - Jun 2019", "Jux 2018 - Jun 2019", "July - June 2019", f"2003{' ' * 32_000}1"],
)
def test_spans_that_are_none(text: str) -> None:
    with pytest.raises(ValueError):
        periods.read(text)


def test_where_no_file_name_is_agreed_none_is_proposed(tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(b"area_code,recorded\n110101,1\n")
    gate = Gate(load(documents(tmp_path / "documents")))
    verdict, _ = gate.judge(str(file), file.name, {"prepared_on": "2005-01-20"}, "0" * 64, "2005-02-01")
    assert codes(verdict) == ["table_undeclared"]


def test_a_sign_that_no_database_holds_is_a_space() -> None:
    declared = identify.from_options({"because": "Counted\0again.", "supersedes": "a\0b", "unit": "\0990101"})
    assert (declared.because, declared.supersedes, declared.unit) == ("Counted again.", "a b", "990101")
