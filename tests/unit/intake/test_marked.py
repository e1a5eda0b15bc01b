"""A rejected file comes back with its cells marked: at their addresses, and never a value of an unknown column."""

from __future__ import annotations

import hashlib
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from pipelines.intake import marked
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import DeliveryVerdict
from tests.factories import SECRET
from tests.unit.intake.conftest import CASELOAD, Rows, caseload_rows, crime_rows, csv_bytes, write_xlsx

NAME = "crime_0101_2004_2005-01-20.csv"


class Marker:
    """Judges a file and gives it back."""

    def __init__(self, gate: Gate, folder: Path):
        self.gate, self.folder = gate, folder

    def __call__(self, data: bytes | Path, name: str = NAME, language: str = "en", **options: Any) -> bytes:
        path = data if isinstance(data, Path) else self.folder / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        self.verdict, _ = self.gate.judge(str(path), name, options, hashlib.sha256(path.read_bytes()).hexdigest())
        return marked.copy(self.gate.reopen(str(path), name, self.verdict.declared), self.verdict, language)

    verdict: DeliveryVerdict


@pytest.fixture
def mark(gate: Gate, tmp_path: Path) -> Marker:
    return Marker(gate, tmp_path)


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def comments(found: Workbook, sheet: int = 1) -> dict[str, str]:
    return {
        cell.coordinate: cell.comment.text
        for row in found.worksheets[sheet].iter_rows()
        for cell in row
        if cell.comment
    }


def spoilt() -> Rows:
    rows = crime_rows()
    rows[1].append(SECRET)
    rows[0].append("inspector")
    for row in rows[2:]:
        row.append(SECRET)
    rows[1][2] = "many"
    rows[5][3] = 99
    return rows


def test_every_finding_is_at_its_cell(mark: Marker) -> None:
    found = opened(mark(csv_bytes(spoilt())))
    at = comments(found)
    assert "“many” in “Cases recorded” is not a number" in at["C2"]
    assert "cleared = 99, expected ≤ recorded" in at["D6"]
    assert "inspector" in at["F1"]
    sheet = found.worksheets[1]
    assert sheet.title == "crime"
    assert sheet["C2"].fill.fgColor.rgb == sheet["D6"].fill.fgColor.rgb == "FFFFC7CE"
    assert sheet["C3"].fill.fgColor.rgb != "FFFFC7CE"
    assert [cell.value for cell in sheet[1]][:5] == spoilt()[0][:5] and sheet["A2"].value == "0101"


def test_unknown_and_ignored_columns_stay_empty(mark: Marker) -> None:
    rows = spoilt()
    rows[0].insert(2, "remark")
    for row in rows[1:]:
        row.insert(2, "Mr X of No. 7")
    data = mark(csv_bytes(rows))
    text = "\n".join(str(cell.value) for sheet in opened(data).worksheets for row in sheet.iter_rows() for cell in row)
    assert SECRET not in text and "Mr X" not in text
    assert "many" in text
    assert opened(data).worksheets[1]["G1"].value is None, "the finding on the header names it"


def test_findings_are_listed_with_links(mark: Marker) -> None:
    cover = opened(mark(csv_bytes(spoilt()))).worksheets[0]
    assert cover.title == "Findings"
    links = {cell.hyperlink.location for row in cover.iter_rows() for cell in row if cell.hyperlink}
    assert {"'crime'!C2", "'crime'!D6"} <= links


def test_words_are_in_the_language_of_the_receipt(mark: Marker) -> None:
    found = opened(mark(csv_bytes(spoilt()), language="zh"))
    assert found.worksheets[0].title == "问题清单" and "不是数字" in comments(found)["C2"]


def test_a_mended_copy_is_accepted(mark: Marker, tmp_path: Path) -> None:
    rows = caseload_rows()
    rows[1][5] = 99
    found = opened(mark(csv_bytes(rows), CASELOAD))
    found.worksheets[1]["F2"] = 7
    found.worksheets[0]["B4"] = date(2005, 1, 25)
    found.save(tmp_path / "again.xlsx")
    mark(tmp_path / "again.xlsx", "again.xlsx")
    assert (mark.verdict.verdict, mark.verdict.declared.prepared_on) == ("accepted", "2005-01-25")


@pytest.mark.parametrize("shape", ["wide", "long"])
def test_other_layouts_are_marked_too(mark: Marker, shape: str) -> None:
    rows: Rows = [["", ""], ["area_code", "kind", "measure", "value"]]
    if shape == "wide":
        rows = [
            ["area_code", *(f"{m}_{k}" for m in ("recorded", "cleared", "suspects") for k in ("all", "theft", "drugs"))]
        ]
        rows += [[area, "x", *[0] * 8] for area in ("0101", "010101", "010102")]
        place = "B2"
    else:
        rows = [rows[1], *([area, kind, m, "x"] for area in ("0101",) for kind in ("all",) for m in ("recorded",))]
        place = "D2"
    assert "is not a number" in comments(opened(mark(csv_bytes(rows))))[place]


def test_formulas_and_leading_zeros_stay_text(mark: Marker) -> None:
    rows = crime_rows()
    rows[1][2] = "=1+1"
    rows[2][2] = "007"
    sheet = opened(mark(csv_bytes(rows))).worksheets[1]
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=1+1", "s")
    assert sheet["C3"].value == "007"


def test_nothing_comes_back_where_no_cell_is_at_fault_or_all_too_many(mark: Marker, monkeypatch: Any) -> None:
    assert mark(csv_bytes([row[:4] for row in crime_rows()])) != b"", "a missing column is said of the header"
    monkeypatch.setattr(marked, "MOST", 10)
    assert mark(csv_bytes(spoilt())) == b""


def test_a_workbook_keeps_the_names_of_its_sheets(mark: Marker, tmp_path: Path) -> None:
    rows = caseload_rows()
    rows[2][2] = -1
    path = write_xlsx(tmp_path / "two.xlsx", {"案件": rows}, {"yearbook_prepared_on": "2005-01-20"})
    found = opened(mark(path, "two.xlsx"))
    assert found.sheetnames == ["Findings", "案件"] and "C3" in comments(found)
