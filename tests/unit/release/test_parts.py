"""A large table in parts by year: the same rows as in one file, and everything that names files knows of it."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from pipelines.adversary.files import Files
from pipelines.release import content, parts, publish, read, verify
from tests.unit.release.conftest import Line

TABLE = "mart_observation"


def lines(files: list[Path]) -> list[list[str]]:
    """Of the CSV files, one after the other, each with its titles."""
    found = []
    for file in files:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            found += list(csv.reader(stream, strict=True))[1:]
    return found


@pytest.fixture
def both(line: Line, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """The folders of a release with a file for each table, and of the same with parts."""
    whole = publish.candidate(line.home, line.catalog, line.run("run1")).folder
    monkeypatch.setattr(parts, "ROWS_OF_ONE_FILE", 20)
    return whole, publish.candidate(line.home, line.catalog, line.run("run2")).folder


def test_parts_hold_what_the_one_file_holds(line: Line, both: tuple[Path, Path]) -> None:
    whole, made = both
    assert verify.verify(line.home) == []
    one, two = (read.show(line.home, folder.name) for folder in both)
    assert one["tables"] == two["tables"] and one["views"] == two["views"]
    stands = parts.standing(made, "csv")
    with duckdb.connect(made / "yearbook.duckdb", read_only=True) as connection:
        years = connection.execute(f"select distinct period[:4] from {TABLE}").fetchall()
    assert [file.stem for file in stands[TABLE]] == sorted(year for (year,) in years)
    assert stands["dim_area"] == [made / "csv" / "dim_area.csv"], "a table without periods is never in parts"
    assert stands.keys() == parts.standing(whole, "csv").keys()
    for name, files in stands.items():
        assert sorted(lines(files)) == sorted(lines(parts.standing(whole, "csv")[name])), name
    assert {len(files) > 1 for files in stands.values()} == {True, False}
    columns = ["table_id", "area_code", "period", "value"]
    assert sorted(map(str, Files(made).rows(TABLE, columns))) == sorted(map(str, Files(whole).rows(TABLE, columns)))


def test_a_part_that_is_missing_or_spoilt_is_told(line: Line, both: tuple[Path, Path]) -> None:
    _, made = both
    *_, last = parts.standing(made, "csv")[TABLE]
    last.parent.chmod(0o700)
    last.unlink()
    faults = verify.verify(line.home)
    assert f"{last.relative_to(made).as_posix()} is missing." in faults
    assert f"{TABLE}.csv does not hold 44 rows." in faults


@pytest.mark.parametrize(
    ("rows", "years"), [(0, [""]), (20, [""]), (21, ["2004"]), (22, ["2004", "other"]), (25, ["2004", "2009", "other"])]
)
def test_the_limit_is_of_the_rows_and_every_row_is_in_one_part(
    rows: int, years: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(parts, "ROWS_OF_ONE_FILE", 20)
    with duckdb.connect() as connection:
        odd = "case range when 21 then null when 22 then 'it''s' when 23 then '' when 24 then '2009' end"
        period = f"case when range < 21 then '2004-0' || (range % 4 + 1) else {odd} end"
        connection.execute(f"create table t as select {period} as period from range({rows})")
        found = parts.years(connection, "t")
        parts.copy(connection, "*", "t", found, tmp_path, "csv", "format csv")
        ((_, files),) = parts.standing(tmp_path, "csv").items()
        read_back = sum(len(lines([file])) for file in files)
        one = content.of(connection, "t")["years"]
        for year in one:
            assert content.of(connection, f"(from t where {content.of_year(year)})")["years"] == {year: one[year]}
    assert found == years and read_back == rows
