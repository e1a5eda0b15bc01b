"""Good returns are good and broken ones have the fault they claim, for whichever documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import DeliveryVerdict
from tests.factories import ALL_FAULTS, SECRET, Factory

TABLES = sorted(path.stem for path in (PROJECT / "data_contracts" / "returns").glob("*/*.yaml"))

CODES = {
    "missing_column": "column_missing",
    "renamed_column": "column_missing",
    "unknown_column": "column_unknown",
    "text_in_number": "number_text",
    "negative_count": "number_negative",
    "part_above_whole": "rule_broken",
    "duplicate_key": "key_twice",
    "missing_row": "area_missing",
    "wrong_year": "period_wrong",
    "unknown_area": "area_unknown",
    "undecodable": "undecodable",
    "merged_header": "header_merged",
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture(scope="module")
def factory(catalog: Catalog) -> Factory:
    return Factory(catalog)


def _judge(catalog: Catalog, path: Path, **declared: str) -> DeliveryVerdict:
    verdict, _ = Gate(catalog).judge(str(path), path.name, declared, "0" * 64)
    return verdict


@pytest.mark.parametrize("table", TABLES)
def test_good_returns_of_every_table_are_accepted(
    catalog: Catalog, factory: Factory, tmp_path: Path, table: str
) -> None:
    expected = None
    for number, (headers, shape, encoding, ending) in enumerate(
        [
            ("en", "long", "utf-8-sig", ".csv"),
            ("zh", "long", "gb18030", ".csv"),
            ("zh", "long", "utf-8", ".csv"),
            ("en", "long", "", ".xlsx"),
            ("en", "wide", "utf-8", ".csv"),
        ]
    ):
        if shape == "wide" and not catalog.returns[table].wide:
            continue
        folder = tmp_path / str(number)
        folder.mkdir()
        rows = factory.good(table, headers=headers, shape=shape)
        verdict = _judge(catalog, factory.write(folder, table, rows, encoding=encoding, ending=ending))
        assert verdict.verdict == "accepted", verdict
        (one,) = verdict.submissions
        expected = expected or one.content_hash
        assert one.content_hash == expected, "the same figures, however written"


def test_a_workbook_is_identified_by_its_properties(catalog: Catalog, factory: Factory, tmp_path: Path) -> None:
    sheets = {table: factory.good(table) for table in ("caseload", "defendants")}
    verdict = _judge(catalog, factory.workbook(tmp_path, "courts", sheets))
    assert verdict.verdict == "accepted", verdict
    assert {one.table for one in verdict.submissions} == set(sheets)


@pytest.mark.parametrize("fault", ALL_FAULTS)
def test_broken_returns_are_rejected_for_their_fault(
    catalog: Catalog, factory: Factory, tmp_path: Path, fault: str
) -> None:
    broken = factory.broken(fault, tmp_path)
    verdict = _judge(catalog, broken.path)
    assert verdict.verdict == "rejected"
    findings = [*verdict.findings, *(one for each in verdict.submissions for one in each.findings)]
    found = {one.code: one for one in findings}
    assert CODES[fault] in found, findings
    if broken.cell:
        assert broken.cell in {one.cell or f"A{one.row}" for one in findings}
    assert SECRET not in repr(verdict)
