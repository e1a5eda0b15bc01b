"""The German county table: documents without faults, a reading that agrees with an independent one."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.intake.gate import Gate
from tests.real_data.independent import compare, read

DOCUMENTS = Path(__file__).parent / "pks"
YEARS = ("2017", "2019", "2020", "2021")

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(DOCUMENTS)


def test_the_documents_have_no_faults(catalog: Catalog) -> None:
    areas, keys = catalog.expected_rows(catalog.returns["pks_county"], "DE", "2021")
    assert (len(areas), len(keys)) == (401, 41)


@pytest.mark.parametrize("year", YEARS)
def test_every_printed_rate_is_recomputed_without_the_product(real_data: Path, year: str) -> None:
    for rate, counts in compare(real_data / "pks" / f"{year}.csv").items():
        assert counts["compared"] > 15_000, rate
        assert counts["compared"] == counts["equal"], (rate, counts)


@pytest.mark.parametrize("year", YEARS)
def test_the_gate_takes_the_file_as_it_is(real_data: Path, catalog: Catalog, year: str) -> None:
    file = real_data / "pks" / f"{year}.csv"
    options = {"prepared_on": f"{int(year) + 1}-04-05"}
    verdict, landings = Gate(catalog).judge(str(file), file.name, options, "0" * 64)
    assert verdict.verdict == "accepted", verdict
    (one,) = verdict.submissions
    assert (one.period, one.unit, one.findings) == (year, "DE", [])
    assert len(landings) == 1
    rows = {(cell.area, cell.key) for _, cell in read(file)}
    assert one.figures == len(rows) * (9 + 3), "nine counts and three printed rates a row"
