"""The Taiwan tables: documents without faults, a gate that reads merged heads, Big5 and years of the Republic."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict, Finding
from tests.real_data.test_taiwan import COUNTIES, DOCUMENTS, NATIONAL

Lines = list[list[str]]

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not NATIONAL.is_file(), reason=f"the real returns are not on this machine ({NATIONAL.parent})"),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(DOCUMENTS)


@pytest.fixture(scope="module")
def gate(catalog: Catalog) -> Gate:
    return Gate(catalog)


def judged(gate: Gate, file: Path, name: str = "") -> DeliveryVerdict:
    return gate.judge(str(file), name or file.name, {"prepared_on": "2024-06-30"}, "0" * 64)[0]


Changed = Callable[..., tuple[DeliveryVerdict, list[Finding]]]


@pytest.fixture
def changed(gate: Gate, tmp_path: Path) -> Changed:
    """The verdict on a copy of a file after a change to its lines, and all its findings."""

    def make(file: Path, encoding: str, change: Callable[[Lines], object]) -> tuple[DeliveryVerdict, list[Finding]]:
        lines = list(csv.reader(io.StringIO(file.read_text(encoding=encoding), newline="")))
        change(lines)
        copy, text = tmp_path / "changed.csv", io.StringIO()
        csv.writer(text).writerows(lines)
        copy.write_bytes(text.getvalue().encode(encoding))
        verdict = judged(gate, copy, file.name)
        return verdict, [*verdict.findings, *(each for one in verdict.submissions for each in one.findings)]

    return make


def test_the_gate_takes_the_files_as_they_are(gate: Gate) -> None:
    found = {file.name: judged(gate, file) for file in (NATIONAL, *COUNTIES)}
    for name, verdict in found.items():
        assert (verdict.verdict, [one.findings for one in verdict.submissions if one.findings]) == ("accepted", []), (
            name
        )
    years = found[NATIONAL.name].submissions
    assert [(one.period, one.figures) for one in years] == [
        (str(year), 3 * 3 + 3 + 3 + 1) for year in range(2003, 2024)
    ]
    assert [(one.period, one.figures) for file in COUNTIES for one in found[file.name].submissions] == [
        ("2015", 22 * 4), ("2016", 22 * 4),
    ]  # fmt: skip


def test_blocks_in_another_order_are_refused(changed: Changed) -> None:
    def swap(lines: Lines) -> None:
        heads = next(line for line in lines if "年別" in line)
        heads[9], heads[13] = heads[13], heads[9]

    verdict, found = changed(NATIONAL, "utf-8-sig", swap)
    assert verdict.verdict == "rejected"
    assert {one.code for one in found} == {"header_blocks"}
    assert "name all, larceny, violent; expected are all, violent, larceny" in sentence(found[0], "en")


def test_a_block_that_lacks_a_column_is_refused(changed: Changed) -> None:
    def cut(lines: Lines) -> None:
        for line in lines:
            line.pop(8)  # recorded, of violent crime

    verdict, found = changed(NATIONAL, "utf-8-sig", cut)
    assert (verdict.verdict, {one.header for one in found if one.code == "column_missing"}) == (
        "rejected", {"cases_recorded (violent)"},
    )  # fmt: skip


def test_a_block_too_few_is_refused(changed: Changed) -> None:
    verdict, found = changed(NATIONAL, "utf-8-sig", lambda lines: [line.__delitem__(slice(13, 18)) for line in lines])
    assert verdict.verdict == "rejected" and "header_blocks" in {one.code for one in found}


def test_nil_is_no_zero_and_a_wider_title_is_no_matter(changed: Changed) -> None:
    def change(lines: Lines) -> None:
        lines.insert(0, ["民國112年警政統計", *[""] * 17])
        line = next(line for line in lines if line[1] == "2023")
        line[8] = line[9] = line[10] = line[11] = line[12] = "　－"

    verdict, found = changed(NATIONAL, "utf-8-sig", change)
    assert (verdict.verdict, found) == ("accepted", [])


def test_notes_and_their_marks_are_passed_over_and_a_figure_is_not(changed: Changed) -> None:
    """Marks in heads, a line of heads in English, notes below: nothing but style. A row of figures needs its year."""

    def annotate(lines: Lines) -> None:
        (at,) = (at for at, line in enumerate(lines) if line[2].startswith("發生數"))
        lines[at][4] = lines[at][4].replace("破獲率", "破獲率①")
        lines[at - 1][9] += "②"
        lines[at + 1][:] = ["Year", "", *["Cases", "Cleared", "Rate (%)", "Suspects", "(per 100,000)"] * 3, ""]
        lines.append(["資料來源：警政署。", *[""] * 17])
        lines.append(["附註：①破獲率=破獲數/發生數x100。"])

    def nameless(lines: Lines) -> None:
        next(line for line in lines if line[1] == "2023")[0] = ""

    plain, annotated = changed(NATIONAL, "utf-8-sig", lambda lines: None), changed(NATIONAL, "utf-8-sig", annotate)
    assert (annotated[0].verdict, annotated[1]) == ("accepted", [])
    assert [one.content_hash for one in annotated[0].submissions] == [one.content_hash for one in plain[0].submissions]
    verdict, found = changed(NATIONAL, "utf-8-sig", nameless)
    assert verdict.verdict != "accepted" and {one.code for one in found} == {"period_empty"}


def test_a_county_code_without_its_zero(changed: Changed) -> None:
    def strip(lines: Lines) -> None:
        for line in lines[2:]:
            line[0] = line[0].lstrip("0")

    (same,) = changed(COUNTIES[0], "cp950", lambda lines: None)[0].submissions
    (one,) = changed(COUNTIES[0], "cp950", strip)[0].submissions
    assert one.verdict == "accepted" and one.content_hash == same.content_hash


def test_a_county_of_another_time(changed: Changed) -> None:
    _, found = changed(COUNTIES[0], "cp950", lambda lines: lines[4].__setitem__(0, "10003"))
    assert "area_not_valid" in {one.code for one in found}, "Taoyuan became a special municipality in 2014"
