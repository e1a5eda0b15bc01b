"""The German tables: documents without faults, a gate that takes each layout, readings that agree."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.intake.gate import Gate
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict
from tests.real_data import judged as page_of
from tests.real_data.independent import compare, rows

DOCUMENTS = Path(__file__).parent / "pks"
FIGURES = {  # counts and printed rates in a row of each table
    "2017": 9 + 4, "2019": 9 + 4, "2020": 10 + 4, "2021": 9 + 4,
    "bl_2019": 5 + 3, "bl_2021": 5 + 3, "bund_2019": 14 + 4, "bund_2021": 14 + 4,
}  # fmt: skip

pytestmark = pytest.mark.real_data


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(DOCUMENTS)


@pytest.fixture(scope="module")
def gate(catalog: Catalog) -> Gate:
    return Gate(catalog)


def test_the_documents_have_no_faults(catalog: Catalog) -> None:
    found = {}
    for name, table in catalog.returns.items():
        areas, keys = catalog.expected_rows(table, "DE", "2021")
        found[name] = (len(areas), len(keys))
    assert found == {"pks_county": (401, 41), "pks_state": (17, 1_101), "pks_federal": (1, 1_102)}


@pytest.mark.parametrize("name", FIGURES)
def test_every_printed_rate_is_recomputed_without_the_product(real_data: Path, name: str) -> None:
    found = compare(real_data / "pks" / f"{name}.csv")
    assert len(found) == (4 if name.startswith("bund") or name == "2020" else 3)
    for rate, counts in found.items():
        assert counts["compared"] > 1_000, rate
        assert counts["compared"] == counts["equal"] + counts["unrounded"], (rate, counts)


def judged(gate: Gate, file: Path, name: str) -> DeliveryVerdict:
    year = int(name[-4:])
    return gate.judge(str(file), f"{name}.csv", {"prepared_on": f"{year + 1}-04-05"}, "0" * 64)[0]


@pytest.mark.parametrize("name", FIGURES)
def test_the_gate_takes_the_file_as_it_is(real_data: Path, gate: Gate, name: str) -> None:
    file = real_data / "pks" / f"{name}.csv"
    verdict = judged(gate, file, name)
    assert verdict.verdict == "accepted", verdict
    (one,) = verdict.submissions
    assert (one.period, one.unit) == (name[-4:], "DE")
    assert {each.code for each in one.findings} <= {"not_due"}, "editions besides the one owed are taken, and noted"
    keys = {(row.area, row.key) for row in rows(file)}
    assert one.figures == len(keys) * FIGURES[name]


def _written(lines: Iterable[list[str]], file: Path) -> Path:
    stream = io.StringIO()
    csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(lines)
    file.write_bytes(stream.getvalue().encode("iso-8859-1"))
    return file


def _lines(file: Path) -> list[list[str]]:
    with file.open(encoding="iso-8859-1", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


UMLAUTS = {"ae": "ä", "oe": "ö", "ue": "ü"}


def _german(cell: str) -> str:
    """A number with the marks of thousands and decimals exchanged."""
    return cell.translate(str.maketrans(".,", ",.")) if re.fullmatch("[0-9.,]+", cell) else cell


@pytest.mark.parametrize("name", ["2019", "2021", "bl_2021", "bund_2019"])
def test_an_edition_in_other_spelling_says_the_same(real_data: Path, gate: Gate, tmp_path: Path, name: str) -> None:
    """Umlauts in the header, the row of numbers once more, 594.657 cases, 58,1 per cent: nothing but style."""
    lines = _lines(real_data / "pks" / f"{name}.csv")
    header = [re.sub("ae|oe|ue", lambda found: UMLAUTS[found[0]], cell) for cell in lines[1]]
    assert header != lines[1]
    other = [lines[0], header, lines[0], *([_german(cell) for cell in line] for line in lines[2:])]
    verdict = judged(gate, _written(other, tmp_path / "other.csv"), name)
    assert verdict.verdict == "accepted", [sentence(one, "en") for each in verdict.submissions for one in each.findings]
    (one,), (same,) = verdict.submissions, judged(gate, real_data / "pks" / f"{name}.csv", name).submissions
    assert one.content_hash == same.content_hash


def test_the_population_is_missed_where_it_was_and_not_elsewhere(real_data: Path, gate: Gate, tmp_path: Path) -> None:
    lines = [line[:22] for line in _lines(real_data / "pks" / "2020.csv")]
    file = _written(lines, tmp_path / "cut.csv")
    verdict = judged(gate, file, "2020")
    (found,) = (each for one in verdict.submissions for each in one.findings if each.code != "not_due")
    assert (verdict.verdict, found.code, found.header) == ("rejected", "column_missing", "population")
    assert sentence(found, "en").endswith("It may stand without a header as column W.")


def test_a_figure_in_the_wrong_row_is_seen(real_data: Path, gate: Gate, tmp_path: Path) -> None:
    lines = _lines(real_data / "pks" / "bund_2021.csv")
    place = next(line for line in lines if line[0] == "10000")
    place[6] = str(int(place[6]) + 1)
    verdict = judged(gate, _written(lines, tmp_path / "wrong.csv"), "bund_2021")
    ((found,),) = (one.findings for one in verdict.submissions)
    assert (found.code, found.places["rule"]) == ("rule_broken", "cases_by_place")


def test_the_page_about_verdicts_shows_the_table_that_the_product_made() -> None:
    page = (PROJECT / "pipelines" / "docs" / "verdicts.md").read_text(encoding="utf-8").splitlines()
    made = page_of.path("pks").read_text(encoding="utf-8").splitlines()
    first = next(number for number, line in enumerate(made) if line.startswith("| year |"))
    table = made[first : made.index("", first)]
    shown = page.index(table[0])
    assert page[shown : shown + len(table) + 1] == [*table, ""], "copy the table by year from VERDICTS.md"
    assert any(line.startswith("| 2021 |") for line in table)
