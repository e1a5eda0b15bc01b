"""What a gate remembers of earlier files (headers, areas, figures) changes nothing about a later one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, load
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import to_json
from tests.unit.intake.conftest import DOCUMENTS, Rows, caseload_rows, crime_rows, csv_bytes, figures

CELLS = st.sampled_from(
    ["", "7", "١", "x", "..", "≥3", "1,000", "-1", "010101", "010103", "10101", "0102", "East", "all", "合计",
     "accepted", "area_code", "period", "recorded", "measure", "value", "2001", "2004", "2003年"]
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> list[tuple[str, bytes]]:
    """Some files of two tables, each with a few of its cells, rows or columns changed, the first row among them."""
    found: list[tuple[str, bytes]] = []
    for _ in range(draw(st.integers(2, 4))):
        table, rows = draw(st.sampled_from([("crime", crime_rows()), ("caseload", caseload_rows())]))
        for _ in range(draw(st.integers(0, 3))):
            _change(draw, rows)
        period = draw(st.sampled_from(["2001", "2004"])) if table == "crime" else "2004"
        found.append((f"{table}_0101_{period}_2005-01-20.csv", csv_bytes(rows)))
    return found


def _change(draw: st.DrawFn, rows: Rows) -> None:
    row = rows[draw(st.integers(0, len(rows) - 1))]
    match draw(st.sampled_from(["cell", "cell", "cell", "longer", "shorter", "head", "again"])):
        case "cell":
            row[draw(st.integers(0, len(row) - 1))] = draw(CELLS)
        case "longer":
            row.append(draw(CELLS))
        case "shorter" if len(row) > 1:
            row.pop()
        case "head":  # a better header than the first row, or one as good
            rows.insert(draw(st.integers(0, 2)), [*rows[0], *draw(st.lists(CELLS, max_size=2))])
        case _:
            rows.append(list(row))


def _same(catalog: Catalog, warm: Gate, each: list[tuple[str, bytes]], folder: Path) -> bool:
    """Does one gate say of each file what a new one says of it?"""
    return _judged([warm] * len(each), each, folder) == _judged([Gate(catalog) for _ in each], each, folder)


def _judged(gates: list[Gate], each: list[tuple[str, bytes]], folder: Path) -> list[Any]:
    found: list[Any] = []
    for gate, (name, data) in zip(gates, each, strict=True):
        path = folder / "delivered"
        path.write_bytes(data)
        verdict, landings = gate.judge(str(path), name, {"prepared_on": "2005-01-20"}, "0" * 64)
        found.append((to_json(verdict), figures(landing for _, landing in landings)))
    return found


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(each=files())
def test_a_gate_judges_the_hundredth_file_as_the_first(
    gate: Gate, catalog: Catalog, tmp_path: Path, each: list[tuple[str, bytes]]
) -> None:
    assert _same(catalog, gate, each, tmp_path)


HEAD, ROWS = ["code", "period", "accepted", "concluded"], [["0101", "93", 10, 5], ["0102", "93", 20, 5]]
LONGER = [HEAD, [*HEAD, "clearance_reported"], *([*row, "50,0"] for row in ROWS)]
BLANK, FILLED = ([[*HEAD, ""], *([*row, cell] for row in ROWS)] for cell in ("", "7"))


@pytest.mark.parametrize(("before", "after"), [([HEAD, *ROWS], LONGER), (BLANK, FILLED)], ids=["longer", "filled"])
def test_a_first_row_that_is_known_is_not_all_of_a_header(
    before: Rows, after: Rows, catalog: Catalog, tmp_path: Path
) -> None:
    each = [("rates 2004.csv", csv_bytes(rows, delimiter=";")) for rows in (before, after)]
    assert _same(catalog, Gate(catalog), each, tmp_path)


def test_a_name_that_is_known_may_mean_two_areas_later(tmp_path: Path) -> None:
    another = "010104,0101,township,East,新东镇,2003,,\n"
    for name, text in DOCUMENTS.items():
        path = tmp_path / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n") + (another if name == "codelists/area.csv" else ""), encoding="utf-8")
    catalog = load(tmp_path / "documents")
    head, first, _ = caseload_rows()
    each = [
        (f"caseload_0101_{year}_2005-01-20.csv", csv_bytes([head, ["East", year, *first[2:]]]))
        for year in ("2002", "2004")
    ]
    assert _same(catalog, Gate(catalog), each, tmp_path)
