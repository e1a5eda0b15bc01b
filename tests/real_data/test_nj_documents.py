"""The New Jersey tables: documents without faults, a gate that takes good editions and sees shifted digits."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict, Finding
from tests.real_data.independent_nj import broken

DOCUMENTS = Path(__file__).parent / "nj"
EDITIONS = ("2019", "2020", "2023")

pytestmark = pytest.mark.real_data
Lines = list[list[str]]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(DOCUMENTS)


@pytest.fixture(scope="module")
def gate(catalog: Catalog) -> Gate:
    return Gate(catalog)


def edition(real_data: Path, year: str) -> Path:
    return real_data / "nj_municourt" / f"municipal-courts-{year}-06.csv"


def judged(gate: Gate, file: Path, name: str) -> DeliveryVerdict:
    return gate.judge(str(file), name, {"prepared_on": "2025-04-05"}, "0" * 64)[0]


def lines_of(file: Path) -> Lines:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, strict=True))


Changed = Callable[..., list[Finding]]


@pytest.fixture
def changed(real_data: Path, gate: Gate, tmp_path: Path) -> Changed:
    """Findings on an edition after a change to its lines."""

    def make(change: Callable[[Lines], object], name: str = "municipal-courts-2019-06.csv") -> list[Finding]:
        lines = lines_of(edition(real_data, "2019"))
        change(lines)
        file = tmp_path / "changed.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(lines)
        verdict = judged(gate, file, name)
        found = [*verdict.findings, *(each for one in verdict.submissions for each in one.findings)]
        assert (verdict.verdict == "accepted") == (not found), found
        return found

    return make


def test_names_are_those_of_several_courts_and_courts_have_codes_of_their_own(catalog: Catalog) -> None:
    names = Counter(area.name_en for area in catalog.areas.values() if area.level == "court")
    assert names.total() == 563
    assert sum(count > 1 for count in names.values()) == 10
    assert {area.parent for area in catalog.areas.values() if area.name_en == "WASHINGTON TWP"} >= {"34027", "34041"}


@pytest.mark.parametrize("year", EDITIONS)
def test_the_gate_takes_the_edition_as_two_court_years(real_data: Path, gate: Gate, year: str) -> None:
    file = edition(real_data, year)
    assert not broken(file)
    verdict = judged(gate, file, file.name)
    assert verdict.verdict == "accepted", [sentence(one, "en") for each in verdict.submissions for one in each.findings]
    courts = len(lines_of(file)) - 1
    found = {one.period: (one.table, one.unit, one.figures, one.findings) for one in verdict.submissions}
    assert found == {
        f"{int(year) - 2}-07-01/P1Y": ("court_year", "34", courts * 9 * (5 + 3), []),
        f"{int(year) - 1}-07-01/P1Y": ("court_year", "34", courts * 9 * (5 + 6), []),
    }


def shifted(lines: Lines, measure: str, row: int) -> None:
    """Moves the last digit of every cell of a block into the cell behind it, and the last one's out of the row."""
    columns = [at for at, name in enumerate(lines[0]) if name.startswith(f"{measure}_") and "Label" not in name]
    carried = ""
    for column in columns:
        digits = re.sub("[,-]", "", lines[row][column])
        lines[row][column], carried = (carried + digits)[:-1] or "0", digits[-1]


@pytest.mark.parametrize(
    "measure", ["Filings_Current", "Resolutions_Prior", "Clearance_Current", "ActivePending_Prior"]
)
@pytest.mark.parametrize("row", [1, 2, 300, 557])
def test_digits_in_the_next_column_are_rejected_by_the_identities(changed: Changed, measure: str, row: int) -> None:
    found = changed(lambda lines: shifted(lines, measure, row))
    assert {one.code for one in found} <= {"rule_broken", "sum_wrong"}
    assert {one.row for one in found} == {row + 1}


def test_one_digit_in_the_next_column_is_enough(changed: Changed) -> None:
    def shift(lines: Lines) -> None:
        at = lines[0].index("Filings_Current_DPAndPDP")
        assert lines[1][at : at + 2] == ["503", "90"]
        lines[1][at : at + 2] = ["50", "390"]

    found = changed(shift)
    assert Counter(one.code for one in found) == {"rule_broken": 2, "sum_wrong": 1}
    words = [sentence(one, "en") for one in found]
    assert any("resolutions - filings = 805, expected = clearance = 352" in one for one in words), words
    assert any(
        "disorderly" in one and "The table prints what was resolved less what was filed." in one for one in words
    )


def test_a_split_cell_is_rejected_wherever_it_stands(changed: Changed) -> None:
    """`1,106` over two columns: the rest of the row moves, and its last cell is lost."""

    def split(lines: Lines) -> None:
        at = lines[0].index("Filings_Prior_CriminalTotal")
        assert lines[1][at] == "1,106"
        lines[1][at : at + 1] = ["1", "106"]
        lines[1].pop()

    assert changed(split)


def test_a_court_that_its_county_does_not_have(changed: Changed) -> None:
    (found,) = changed(lambda lines: lines[1].__setitem__(0, "BERGEN"))[:1]
    assert (found.code, found.cell) == ("area_not_within", "B2")
    assert "“ABSECON” is no area of Bergen that existed in 2018-07-01/P1Y." in sentence(found, "en")
    (found,) = changed(lambda lines: lines[1].__setitem__(0, "ATLANTIK"))[:1]
    assert (found.code, found.cell, found.nearest) == ("area_unknown", "A2", "34001")


def test_courts_come_and_go(changed: Changed) -> None:
    assert not changed(lambda lines: lines.pop(5)), "an edition with a court less is whole"


def test_a_name_and_rows_of_different_years(changed: Changed) -> None:
    found = changed(lambda lines: None, "municipal-courts-2020-06.csv")
    assert {one.code for one in found} == {"period_wrong_rows"}


def test_calendar_years_are_a_series_of_their_own(real_data: Path, gate: Gate, tmp_path: Path) -> None:
    text = edition(real_data, "2019").read_text(encoding="utf-8")
    file = tmp_path / "calendar.csv"
    file.write_text(text.replace("JULY 2018 -  JUNE 2019", "JANUARY 2019 - DECEMBER 2019"), encoding="utf-8")
    verdict = judged(gate, file, "municipal-courts-2019-12.csv")
    assert verdict.verdict == "accepted"
    assert [(one.table, one.period) for one in verdict.submissions] == [
        ("calendar_year", "2018"), ("calendar_year", "2019"),
    ]  # fmt: skip
    mistaken = judged(gate, file, "municipal-courts-2019-06.csv")
    assert mistaken.verdict == "rejected"
    assert {each.code for one in mistaken.submissions for each in one.findings} == {"period_frequency"}
