"""Rio de Janeiro: documents without faults, and a gate that reads any vintage of the source."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import DeliveryVerdict, Finding
from tests.real_data import compare

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "isp_rj"
DOCUMENTS = Path(compare.HERE) / "rio"
MONTHLY = [DATA / f"BaseMunicipioMensal_{day}.csv" for day in ("2025-08-29", "2025-09-18", "2025-09-19", "2026-01-17")]
RATES, PEOPLE, FLEET = (
    DATA / f"{name}.csv" for name in ("BaseMunicipioTaxaAno", "PopulacaoEvolucaoAnualMunic", "FrotaVeiculoEstadoAno")
)
Lines = list[list[str]]

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not RATES.is_file(), reason=f"the real returns are not on this machine ({DATA})"),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(DOCUMENTS)


@pytest.fixture(scope="module")
def gate(catalog: Catalog) -> Gate:
    return Gate(catalog)


Changed = Callable[..., tuple[DeliveryVerdict, list[Finding], dict[tuple[str, ...], tuple[object, str, str]]]]


@pytest.fixture
def changed(gate: Gate, tmp_path: Path) -> Changed:
    """The verdict on a copy of the first `rows` rows of a file after a change, its findings and its figures."""

    def make(
        file: Path,
        change: Callable[[Lines], object] = lambda lines: None,
        rows: int = 184,
        quoting: int = csv.QUOTE_ALL,
    ) -> tuple[DeliveryVerdict, list[Finding], dict[tuple[str, ...], tuple[object, str, str]]]:
        with file.open(encoding="iso-8859-1", newline="") as stream:
            lines = list(csv.reader(stream, delimiter=";"))[: rows + 1]
        change(lines)
        text = io.StringIO()
        csv.writer(text, delimiter=";", quoting=quoting, lineterminator="\r\n").writerows(lines)
        copy = tmp_path / "changed.csv"
        copy.write_bytes(text.getvalue().encode("iso-8859-1"))
        day = {} if file in MONTHLY else {"prepared_on": "2025-08-29"}
        verdict, landings = gate.judge(str(copy), file.name, day, "0" * 64)
        found = [*verdict.findings, *(each for one in verdict.submissions for each in one.findings)]
        figures = {
            (landing.period, measure, area): (reported if value is None else value, status, qualifier)
            for _, landing in landings
            for measure, *columns in landing.runs()
            for area, _, value, reported, status, qualifier, *_ in zip(*columns, strict=True)
        }
        return verdict, found, figures

    return make


def test_the_name_says_what_a_file_is_and_when_it_was_prepared(changed: Changed) -> None:
    verdict, found, figures = changed(MONTHLY[3])
    assert (verdict.verdict, found, verdict.declared.prepared_on) == ("accepted", [], "2026-01-17")
    assert [(one.table, one.period, one.unit) for one in verdict.submissions] == [
        ("monthly_counts", "2014-01", "33"), ("monthly_counts", "2014-02", "33"),
    ]  # fmt: skip
    assert figures["2014-01", "letalidade_violenta", "3300100"] == (12, "A", "")


def test_other_quotes_and_another_order_of_columns_change_nothing(changed: Changed) -> None:
    def turn(lines: Lines) -> None:
        for line in lines:
            line.reverse()

    same = changed(MONTHLY[0])[2]
    assert len(same) == 2 * 92 * 53
    assert changed(MONTHLY[0], turn, quoting=csv.QUOTE_MINIMAL)[2] == same


def test_a_phase_says_what_is_provisional_and_an_unknown_one_is_refused(changed: Changed) -> None:
    def phase(text: str) -> Callable[[Lines], None]:
        def change(lines: Lines) -> None:
            at = lines[0].index("fase")
            for line in lines[1:93]:
                line[at] = text

        return change

    for code in ("1", "2"):
        figures = changed(MONTHLY[0], phase(code))[2]
        assert {(period, status) for (period, *_), (_, status, _) in figures.items()} == {
            ("2014-01", "P"), ("2014-02", "A"),
        }  # fmt: skip
    verdict, found, figures = changed(MONTHLY[0], phase("9"))
    assert verdict.verdict == "partly" and {one.code for one in found} == {"status_unknown"}
    assert {period for period, *_ in figures} == {"2014-02"}


@pytest.mark.parametrize("month", ["13", "0", "", "3.5"])
def test_a_month_that_is_none(changed: Changed, month: str) -> None:
    def change(lines: Lines) -> None:
        lines[5][lines[0].index("mes")] = month

    verdict, found, _ = changed(MONTHLY[0], change)
    assert verdict.verdict == "rejected" and found[0].code == "month_unreadable" and found[0].row == 6


def test_a_column_of_years_without_one_of_months_is_refused(changed: Changed) -> None:
    def cut(lines: Lines) -> None:
        at = lines[0].index("mes")
        for line in lines:
            line.pop(at)

    verdict, found, _ = changed(MONTHLY[0], cut)
    assert verdict.verdict == "rejected"
    assert ("column_missing", "mes") in {(one.code, one.header) for one in found}


def test_both_rows_of_a_doubled_key_land_and_count_for_nothing(changed: Changed, gate: Gate) -> None:
    def double(lines: Lines) -> None:
        lines.append(list(lines[1]))
        lines[-1][6:-1] = ["0"] * 53

    verdict, found, figures = changed(MONTHLY[0], double)
    assert verdict.verdict == "accepted" and {one.code for one in found} == {"key_held"}
    assert {qualifier for (period, _, area), (_, _, qualifier) in figures.items() if area == "3300100"} == {"", "held"}
    months = {one.period: one.figures for one in verdict.submissions}
    assert months["2014-01"] == months["2014-02"] + 53


def test_a_wrong_sum_is_refused(changed: Changed) -> None:
    def change(lines: Lines) -> None:
        lines[1][lines[0].index("cvli")] = "99"

    verdict, found, _ = changed(MONTHLY[0], change)
    assert verdict.verdict == "partly" and "lethal_crimes_are_three_kinds" in {one.places["rule"] for one in found}


def test_estimates_with_decimals_are_whole_and_say_so(changed: Changed) -> None:
    verdict, found, figures = changed(PEOPLE, rows=10_000)
    assert (verdict.verdict, found) == ("accepted", [])
    assert figures["2022", "inhabitants", "3300100"] == (213_345, "E", "estimated")  # 213345,2273
    assert figures["2022", "inhabitants", "3300159"] == (12_173, "E", "estimated")  # 12172,53138
    assert figures["2021", "inhabitants", "3300100"][1:] == ("A", "")


def test_years_without_a_fleet_are_missing_not_zero(changed: Changed) -> None:
    verdict, found, figures = changed(FLEET, rows=100)
    assert (verdict.verdict, found) == ("accepted", [])
    missing = {period for (period, *_), (value, status, _) in figures.items() if (value, status) == (None, "M")}
    assert missing == {str(year) for year in range(1991, 2001)}
    assert figures["2021", "vehicles", "33"] == (7_608_791, "A", "")


def test_rates_that_are_not_published_are_marked(changed: Changed) -> None:
    verdict, found, figures = changed(RATES, rows=10_000)
    assert (verdict.verdict, found) == ("accepted", [])
    assert str(figures["2014", "hom_doloso_reported", "3300100"][0]) == "40.55"
    assert figures["2014", "hom_doloso_reported", "3300159"] == (None, "Q", "")
    assert {one.period for one in verdict.submissions} == {str(year) for year in range(2014, 2021)}
