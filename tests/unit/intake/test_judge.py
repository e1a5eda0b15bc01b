"""Many files in child processes: same verdicts, in order, and no file can harm another."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.home import PROJECT, Home
from pipelines.intake import figures
from pipelines.intake import judge as module
from pipelines.intake.judge import Limits, Request, judge
from tests.faults import processes
from tests.unit.intake.conftest import (
    DOCUMENTS,
    caseload_rows,
    codes,
    crime_rows,
    csv_bytes,
    write_xlsx,
)

NAME = "crime_0101_2004_2005-01-20.csv"


def request(folder: Path, data: bytes | Path, name: str = NAME, **declared: Any) -> Request:
    data = data.read_bytes() if isinstance(data, Path) else data
    sha256 = hashlib.sha256(data).hexdigest()
    path = folder / f"{sha256}.bin"
    path.write_bytes(data)
    return Request(path, name, declared, sha256)


def killer(folder: Path) -> Path:
    """A workbook whose rectangle of cells passes the look-over and is more than the memory allowed."""
    good = write_xlsx(folder / "good.xlsx", {"crime": crime_rows()})
    out = folder / "killer.xlsx"
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            data = source.read(member)
            if member == "xl/worksheets/sheet1.xml":
                far = b'<row r="200000"><c r="T200000"><v>1</v></c></row></sheetData>'
                data = data.replace(b"</sheetData>", far)
            target.writestr(member, data)
    return out


def test_verdicts_in_order_and_figures_in_files(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    rows = crime_rows()
    rows[1][2] = "x"
    requests = [
        request(tmp_path, csv_bytes(crime_rows())),
        request(tmp_path, csv_bytes(rows)),
        request(tmp_path, csv_bytes(caseload_rows()), "caseload_0101_2004_2005-01-20.csv"),
        request(
            tmp_path,
            write_xlsx(tmp_path / "x.xlsx", {"crime": crime_rows()}),
            "crime_0101_2004_2005-01-20.xlsx",
        ),
    ]
    chunks = tmp_path / "chunks"
    chunks.mkdir()
    verdicts = list(judge(home, catalog, requests, chunks))
    assert [one.sha256 for one in verdicts] == [one.sha256 for one in requests]
    assert [one.verdict for one in verdicts] == ["accepted", "rejected", "accepted", "accepted"]
    (file,) = chunks.iterdir()
    assert [one.chunk for one in verdicts] == [file.name, "", file.name, file.name]
    table = figures.read(file)
    assert table.schema == figures.schema() and tuple(table.schema.names) == figures.COLUMNS
    assert table.num_rows == 27 + 8 + 27
    row = next(r for r in table.to_pylist() if r["measure_id"] == "pending_at_end" and r["area_code"] == "010101")
    assert row == {
        "submission_id": verdicts[2].submissions[0].submission_id,
        "table_id": "caseload",
        "measure_id": "pending_at_end",
        "area_code": "010101",
        "period": "2004",
        "breakdown": "_T",
        "value": 7,
        "reported": None,
        "obs_status": "A",
        "qualifier": "",
        "sheet": "",
        "row": 2,
        "col": 6,
        "raw": "7",
    }
    assert {r["sheet"] for r in table.to_pylist()} == {"", "crime"}


def test_without_a_folder_nothing_is_written(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    before = set(tmp_path.rglob("*"))
    one = request(tmp_path, csv_bytes(crime_rows()))
    (verdict,) = judge(home, catalog, [one], None)
    assert verdict.verdict == "accepted" and verdict.chunk == ""
    assert set(tmp_path.rglob("*")) - before == {one.path}


def test_no_requests_start_no_process(home: Home, catalog: Catalog) -> None:
    assert list(judge(home, catalog, [], None)) == []


@pytest.mark.parametrize("figures_too", [True, False])
def test_a_killer_takes_only_itself(home: Home, catalog: Catalog, tmp_path: Path, figures_too: bool) -> None:
    """Without figures the workbook aborts the process; with them a CSV uses up its memory."""
    good = csv_bytes(crime_rows())
    bad = b"11,22,33,44,55,66\n" * 1_500_000 if figures_too else killer(tmp_path)
    name = NAME if figures_too else "crime_0101_2004_2005-01-20.xlsx"
    order = [good, bad, good] if figures_too else [bad, good, bad, good]
    requests = [request(tmp_path, data, NAME if data is good else name) for data in order]
    chunks = tmp_path / "chunks" if figures_too else None
    if chunks:
        chunks.mkdir()
    limits = Limits(memory=450 * 1024**2 if figures_too else 200 * 1024**2, children=1)
    verdicts = list(judge(home, catalog, requests, chunks, limits))
    assert [codes(one) for one in verdicts] == [[] if data is good else ["unsafe"] for data in order]
    assert [one.verdict for one in verdicts] == ["accepted" if data is good else "rejected" for data in order]
    if chunks:
        rows = {file.name: figures.read(file).num_rows for file in chunks.glob("*.arrow")}
        assert sum(rows.values()) == 2 * 27, "no figure lost, none twice"
        assert {one.chunk for one in verdicts if one.chunk} == set(rows)


@pytest.mark.parametrize(("sign", "others"), [(signal.SIGKILL, 0), (signal.SIGKILL, 2), (signal.SIGSTOP, 0)])
def test_a_file_is_tried_once_more_when_something_else_may_have_ended_its_reader(
    sign: int, others: int, home: Home, catalog: Catalog, tmp_path: Path
) -> None:
    one = request(tmp_path, csv_bytes(crime_rows()))
    with processes.met(one.path, "pipelines.intake.worker", sign):
        found = list(judge(home, catalog, [one] * (1 + others), tmp_path, Limits(seconds=2, children=1)))
    assert [verdict.verdict for verdict in found] == ["accepted"] * (1 + others)


def test_a_file_that_takes_too_long(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    slow = "area_code,period,pending_at_start,accepted,concluded,pending_at_end\n" + "0101,2004,1,2,3,0\n" * 1_500_000
    requests = [
        request(tmp_path, csv_bytes(crime_rows())),
        request(tmp_path, slow.encode(), "caseload_0101_2004_2005-01-20.csv"),
        request(tmp_path, csv_bytes(crime_rows())),
    ]
    verdicts = list(judge(home, catalog, requests, None, Limits(seconds=1)))
    assert [one.verdict for one in verdicts] == ["accepted", "rejected", "accepted"]
    assert codes(verdicts[1])[0] in ("took_too_long", "unsafe")


def test_chunks_do_not_change_the_verdicts(
    home: Home, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    requests = []
    for number in range(7):
        rows = crime_rows()
        rows[1][4] = "x" if number % 3 == 1 else number
        requests.append(request(tmp_path, csv_bytes(rows)))
    together = list(judge(home, catalog, requests, None))
    monkeypatch.setattr(module, "_CHUNK_FILES", 2)
    assert list(judge(home, catalog, requests, None, Limits(children=2))) == together


def test_bytes_that_changed_in_the_store(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    one = request(tmp_path, csv_bytes(crime_rows()))
    one.path.write_bytes(csv_bytes(crime_rows()).replace(b"30", b"31"))
    gone = Request(tmp_path / "gone.csv", NAME, {}, "0" * 64)
    assert [codes(verdict) for verdict in judge(home, catalog, [one, gone], None)] == [
        ["store_damaged"],
        ["store_damaged"],
    ]


def test_an_installation_that_cannot_start_says_so(
    home: Home, catalog: Catalog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(RuntimeError, match="does not start"):
        list(judge(home, catalog, [request(tmp_path, csv_bytes(crime_rows()))], None))


def test_the_parent_and_the_child_load_nothing_heavy(tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    for name, text in DOCUMENTS.items():
        (documents / name).parent.mkdir(parents=True, exist_ok=True)
        (documents / name).write_text(text.lstrip("\n"), encoding="utf-8")
    data = tmp_path / NAME
    data.write_bytes(csv_bytes(crime_rows()))
    heavy = {"dagster", "dbt", "great_expectations", "pandas", "numpy", "pyarrow", "duckdb", "sqlalchemy"}
    heavy |= {"cn2an", "python_calamine", "charset_normalizer"}
    script = f"""
import sys
from pathlib import Path
from pipelines.contracts import load
from pipelines.intake import judge, receipts, store, worker
from pipelines.intake.gate import Gate
catalog = load(Path({str(documents)!r}))
verdict, _ = Gate(catalog).judge({str(data)!r}, {NAME!r}, {{}}, "0" * 64)
receipts.as_text(catalog, verdict, None, "zh")
assert verdict.verdict == "accepted"
print(sorted({heavy} & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=PROJECT)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
