"""Rules are derived from the documents alone."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.validation import rules
from tests.unit.validation import private


def test_every_statement_of_the_documents_becomes_a_rule(tmp_path: Path) -> None:
    found = {rule.id: rule for rule in rules(load(private.documents(tmp_path)))}
    assert found["caseload__flow"].because.en == "What comes in goes out or stays."
    assert found["crime__cleared_within_recorded"].compare == "at_most"
    assert found["clearance__plausible"].severity == "warning"
    assert found["crime__rate_printed__as_calculated"].severity == "warning"
    assert "clearance__part_within_whole" in found  # a proportion is bounded
    assert "recorded_change__part_within_whole" not in found  # a change is not
    assert "crime__parents_hold_children" in found  # county and townships report
    assert "caseload__parents_hold_children" not in found  # the county alone does
    assert "crime__parts_add_up_kind" in found
    assert {rule.subject for rule in found.values() if rule.kind == "rows"} == {"crime", "caseload"}


def test_ids_are_names_that_dagster_takes_and_texts_are_in_both_languages(tmp_path: Path) -> None:
    for rule in rules(load(private.documents(tmp_path))):
        assert re.fullmatch(r"[A-Za-z0-9_]+", rule.id)
        assert rule.because.en and re.search("[\u4e00-\u9fff]", rule.because.zh)


def test_a_persons_measure_is_not_added_over_areas(tmp_path: Path) -> None:
    text = private.DOCUMENTS["returns/police/crime.yaml"].replace(
        "over_time: sum", "over_time: none, additive_over_areas: false"
    )
    found = {rule.id for rule in rules(load(private.documents(tmp_path, {"returns/police/crime.yaml": text})))}
    assert "crime__parents_hold_children" not in found
    assert "crime__parts_add_up_kind" in found


def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    text = private.DOCUMENTS["returns/courts/caseload.yaml"].replace("id: flow", "id: not_negative")
    with pytest.raises(ValueError, match="share the id caseload__not_negative"):
        rules(load(private.documents(tmp_path, {"returns/courts/caseload.yaml": text})))


def test_nothing_heavy_is_imported_to_derive_rules_and_ask_the_gate() -> None:
    code = (
        "import sys, pipelines.validation; "
        "print([m for m in ('great_expectations', 'pandas', 'duckdb', 'pyarrow') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )
