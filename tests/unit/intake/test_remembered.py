"""What a gate remembers of earlier files (headers, areas, figures) changes nothing about a later one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import to_json
from tests.unit.intake.conftest import Rows, caseload_rows, crime_rows, csv_bytes, figures

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


def _judged(gates: Iterator[Gate], each: list[tuple[str, bytes]], folder: Path) -> list[Any]:
    found: list[Any] = []
    for gate, (name, data) in zip(gates, each, strict=False):
        path = folder / "delivered"
        path.write_bytes(data)
        verdict, landings = gate.judge(str(path), name, {}, "0" * 64)
        found.append((to_json(verdict), figures(landing for _, landing in landings)))
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(each=files())
def test_a_gate_judges_the_hundredth_file_as_the_first(
    gate: Gate, catalog: Catalog, tmp_path: Path, each: list[tuple[str, bytes]]
) -> None:
    warm = _judged(iter([gate] * len(each)), each, tmp_path)
    assert warm == _judged((Gate(catalog) for _ in each), each, tmp_path)
