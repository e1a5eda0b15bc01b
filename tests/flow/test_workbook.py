"""The demo's edition as a workbook in another program: LibreOffice opens it, and shows what the marts say."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.release.database import DATABASE
from tests.flow.conftest import Convert, Installation

pytestmark = pytest.mark.slow

AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1"
"""LibreOffice's words for: CSV in UTF-8, every cell as it is shown, a file for each sheet."""


@pytest.fixture(scope="module")
def edition(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    yearbook = Installation(demo, tmp_path_factory.mktemp("published"))
    done = yearbook("publish", "--by", "Li Wei")
    assert done.returncode == 0, done.stderr
    return (yearbook.home / "releases" / "latest_edition").resolve()


def shown(convert: Convert, edition: Path, folder: Path, language: str) -> dict[str, list[dict[str, str]]]:
    """Title in A1 -> the rows of the table, as LibreOffice shows them."""
    convert(edition / f"yearbook_{language}.xlsx", AS_SHOWN, folder)
    return dict(_tables(folder))


def _tables(folder: Path) -> Iterator[tuple[str, list[dict[str, str]]]]:
    for path in folder.glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            title, *rows = csv.reader(stream)
        # above the head of a table only the first column says something
        head = next((place for place, row in enumerate(rows) if len(row) > 1 and row[1]), None)
        if head is not None:
            yield title[0], [dict(zip(rows[head], row, strict=True)) for row in rows[head + 1 :]]


def test_libreoffice_shows_the_figures_of_the_marts(convert: Convert, edition: Path, tmp_path: Path) -> None:
    found = shown(convert, edition, tmp_path, "en")
    assert len(found) > 60
    of_area = {}
    for title, rows in found.items():
        name = title.partition(": ")[2].partition(" by area, ")[0]
        for row in rows if " by area, " in title else ():
            if row.get("Unit", "per cent") == "per cent":
                of_area[name, row["Area code"]] = row
    with duckdb.connect(edition / DATABASE, read_only=True) as connection:
        rates = connection.execute(
            "select title_en, area_code, period, value_text, obs_status from mart_indicator join dim_indicator "
            "using (indicator_id) where breakdown = '_T' and area_level in ('county', 'township') "
            "and area_code not in (select pool_id from dim_pool)"
        ).fetchall()
        counts = connection.execute(
            "select t.title_en, m.title_en, coalesce(b.label_en, ''), o.period, o.value from mart_observation o "
            "join dim_return t using (table_id) join dim_measure m using (table_id, measure_id) "
            "left join dim_breakdown b using (table_id, breakdown) where o.area_code = '990101' and o.value is not null"
        ).fetchall()
    assert len(rates) > 5000 and len(counts) > 1000
    for title, area, period, text, status in rates:
        cell = of_area[title, area][period]
        mark = {"M": "[z]", "O": "[x]", "L": "[x]", "Q": "[c]"}.get(status)
        assert cell.replace(",", "") == (text or mark), (title, area, period)
    returned = {
        (title.partition(": ")[2].partition(": figures returned")[0], row["Figure"], row.get("Class", "")): row
        for title, rows in found.items()
        if ": figures returned, " in title
        for row in rows
    }
    for table, measure, label, period, value in counts:
        assert returned[table, measure, label][period].replace(",", "") == str(value), (table, measure, label, period)


def test_the_chinese_one_opens_too(convert: Convert, edition: Path, tmp_path: Path) -> None:
    found = shown(convert, edition, tmp_path, "zh")
    (rows,) = (rows for title, rows in found.items() if "目标完成情况" in title)
    assert {row["结论"] for row in rows} >= {"达标", "未达标"} and all(row["指标"] for row in rows)
