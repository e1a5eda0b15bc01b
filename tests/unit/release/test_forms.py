"""What a reader finds in a release: tables, labelled views, Parquet, CSV."""

from __future__ import annotations

import csv
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts import load
from pipelines.release import build, content, database, parts
from tests.unit.release.conftest import Line
from tests.unit.validation import private

CELL = (
    "table_id = 'crime' and breakdown = 'kind=drugs' and measure_id = 'recorded' "
    "and area_code = '110101' and year = 2004"
)


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "csv" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def test_the_database_has_marts_views_and_says_what_they_are(line: Line) -> None:
    folder = line.publish(
        "run1",
        "comment on table mart_observation is 'Each row is a figure.'",
        "comment on column mart_observation.value is 'Zero counts.'",
    ).folder
    with duckdb.connect(folder / database.DATABASE, read_only=True) as connection:
        comments = dict(
            connection.execute(
                "select column_name, comment from duckdb_columns() where table_name = 'wide_crime'"
            ).fetchall()
        )
        said = connection.execute(
            "select comment from duckdb_tables() where table_name = 'mart_observation'"
        ).fetchone()
        value = connection.execute(
            "select comment from duckdb_columns() where table_name = 'mart_observation' and column_name = 'value'"
        ).fetchone()
        view = connection.execute("select comment from duckdb_views() where view_name = 'wide_crime'").fetchone()
        wide = connection.execute("select * from wide_crime where area_code = '110101' and period = '2004'").fetchall()
        wal = (folder / "yearbook.duckdb.wal").exists()
    assert said == ("Each row is a figure.",) and value == ("Zero counts.",)
    assert view == ("Crime / 案件. Each row is a class in an area.",)
    assert comments["recorded"] == "Recorded / 立案 (cases)"
    assert wide == [
        ("110101", "East County", "东县", "county", "2004", 2004, "all", "All", "合计", 1203, 723, ""),
        ("110101", "East County", "东县", "county", "2004", 2004, "drugs", "Drugs", "毒品", 401, 241, ""),
        ("110101", "East County", "东县", "county", "2004", 2004, "other", "Other", "其他", 802, 482, ""),
    ]
    assert not wal


def test_a_wide_view_says_what_is_missing_or_qualified(line: Line) -> None:
    folder = line.publish(
        "run1",
        f"update mart_observation set value = null, obs_status = 'O', reason = 'vanished' where {CELL}",
        f"update mart_observation set qualifier = 'at_least' where {CELL.replace('recorded', 'cleared')}",
        f"update mart_observation set obs_status = 'D', reason = 'part_of_period', covers_period = false "
        f"where {CELL.replace('drugs', 'other')}",
        f"update mart_observation set obs_status = 'P', reason = 'held', covers_period = false "
        f"where {CELL.replace('recorded', 'cleared').replace('drugs', 'other')}",
    ).folder
    (found,) = [
        r for r in rows(folder, "wide_crime") if (r["area_code"], r["period"], r["kind"]) == ("110101", "2004", "drugs")
    ]
    assert (found["recorded"], found["cleared"]) == ("", "241")
    assert found["remarks"] == "cleared: at_least; recorded: O, vanished"
    (other,) = [
        r for r in rows(folder, "wide_crime") if (r["area_code"], r["period"], r["kind"]) == ("110101", "2004", "other")
    ]
    assert other["remarks"] == "cleared: P, held, part_of_period; recorded: D, part_of_period"


def test_a_wide_view_calls_an_area_as_it_was_called_and_looks_at_no_pairs_for_it(line: Line) -> None:
    folder = line.publish(
        "run1",
        "delete from dim_area_name where area_code = '110101'",
        "insert into dim_area_name by name select '110101' as area_code, 'Old' as name_en, '旧' as name_zh, "
        "null as valid_from, date '2004-12-30' as valid_to",
        "insert into dim_area_name by name select '110101' as area_code, 'New' as name_en, '新' as name_zh, "
        "date '2004-12-31' as valid_from, null as valid_to",
    ).folder
    with duckdb.connect(folder / database.DATABASE, read_only=True) as connection:
        named = "select distinct period, area_name_en from wide_crime where area_code = '110101' order by all"
        assert connection.execute(named).fetchall() == [("2003", "Old"), ("2004", "New")]
        for (view,) in connection.execute("select view_name from duckdb_views() where not internal").fetchall():
            (_, plan), *_ = connection.execute(f"explain select * from {view}").fetchall()
            assert "_NL_JOIN" not in plan and "NESTED_LOOP" not in plan, plan


def test_the_database_opens_under_another_name_too(line: Line, tmp_path: Path) -> None:
    folder = line.publish().folder
    (tmp_path / "copy.duckdb").write_bytes((folder / database.DATABASE).read_bytes())
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path}/copy.duckdb' as other (read_only)")
        assert connection.execute("select count(*) from other.wide_caseload").fetchone() == (2,)


def test_the_file_is_of_a_storage_version_that_older_engines_read(line: Line) -> None:
    folder = line.publish().folder
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder}/yearbook.duckdb' as released (read_only)")
        tags = connection.execute("select tags from duckdb_databases() where database_name = 'released'").fetchone()
    assert tags is not None and tags[0]["storage_version"].startswith("v1.5.0")


def test_csv_and_parquet_hold_every_row_exactly(line: Line) -> None:
    big = 2**62 + 1
    folder = line.publish("run1", f"update mart_observation set value = {big} where {CELL}").folder
    values = [row["value"] for row in rows(folder, "mart_observation")]
    assert len(values) == 44 and str(big) in values
    with duckdb.connect() as connection:
        found = connection.execute(
            f"select value from '{folder}/parquet/mart_observation.parquet' where value > 2**60"
        ).fetchall()
    assert found == [(big,)]
    assert (folder / "csv" / "dim_area.csv").read_bytes().startswith(b"\xef\xbb\xbfarea_code")


def test_a_wider_integer_becomes_an_exact_decimal_in_parquet(line: Line) -> None:
    folder = line.publish("run1", "alter table mart_indicator alter numerator type hugeint").folder
    with duckdb.connect() as connection:
        kinds = dict(content.columns(connection, f"'{folder}/parquet/mart_indicator.parquet'"))
    assert kinds["numerator"] == "DECIMAL(38,0)"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-cmd|x", "'-cmd|x"),
        ("+1 more", "'+1 more"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-12.5", "-12.5"),
        ("+75", "+75"),
        ("东县", "东县"),
        ("", ""),
        (None, None),
        ("-", "'-"),
    ],
)
def test_no_text_is_taken_for_a_formula(cell: str | None, expected: str | None) -> None:
    assert build.guarded(cell) == expected


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.one_of(st.none(), st.text("=+-@\t\r\n\",;' #.1a东", max_size=4))),
        min_size=1,
        max_size=20,
    )
)
def test_csv_holds_every_text_as_guarded_in_the_order_of_the_table(found: list[tuple[int, str | None]]) -> None:
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as folder:
        connection.execute("set threads = 1")
        connection.execute("create table t (n integer, said varchar)")
        connection.executemany("insert into t values (?, ?)", found)
        build.write_csv(connection, "t", Path(folder), [parts.WHOLE])
        with (Path(folder) / "csv" / "t.csv").open(encoding="utf-8-sig", newline="") as stream:
            assert list(csv.reader(stream, strict=True)) == [
                ["n", "said"],
                *([str(number), build.guarded(said) or ""] for number, said in found),
            ]


def test_names_that_look_like_formulas_are_guarded_in_csv_alone(line: Line) -> None:
    folder = line.publish("run1", "update dim_area set name_en = '=HYPERLINK(1)' where level = 'county'").folder
    assert "'=HYPERLINK(1)" in {row["name_en"] for row in rows(folder, "dim_area")}
    with duckdb.connect(folder / database.DATABASE, read_only=True) as connection:
        assert connection.execute("select name_en from dim_area where level = 'county'").fetchone() == (
            "=HYPERLINK(1)",
        )


def test_a_new_return_with_two_dimensions_gets_a_view_without_any_sql(line: Line, tmp_path: Path) -> None:
    text = private.DOCUMENTS["returns/courts/caseload.yaml"].replace(
        "measures:", "dimensions: [{id: kind, codelist: kind}, {id: year, codelist: kind}]\n        measures:"
    )
    changed = {"returns/courts/caseload.yaml": text}
    catalog = load(private.documents(tmp_path / "two", changed, without=("corrections/misread.yaml",)))
    file = private.build(tmp_path / "warehouse.duckdb")
    private.change(
        file,
        "update mart_observation set breakdown = 'kind=drugs;year=other' where table_id = 'caseload'",
        "update dim_breakdown set breakdown = 'kind=drugs;year=other', label_en = 'Drugs, Other' "
        "where table_id = 'caseload'",
    )
    (tmp_path / "staged").mkdir()
    build.stage(catalog, tmp_path, tmp_path / "two", tmp_path / "staged")
    found = rows(tmp_path / "staged", "wide_caseload")[0]
    assert (found["kind"], found["year_"], found["year"], found["breakdown_en"]) == (
        "drugs",
        "other",
        "2003",
        "Drugs, Other",
    )


def test_content_is_of_figures_not_of_their_order(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table a as from (values (1, 'x'), (2, null), (3, '')) t(n, s)")
        connection.execute("create table b as select * from a order by n desc")
        connection.execute("create table c as select n, coalesce(s, '') as s from a")
        connection.execute("create table d as select n::bigint as n, s from a")
        one, two, three, four = (content.of(connection, name)["content"] for name in "abcd")
    assert one == two
    assert len({one, three, four}) == 3  # a missing text is not an empty one; a type is part of the content


def test_content_tells_the_years_apart(tmp_path: Path) -> None:
    rows = "('2004', 1), ('2004-Q2', 2), ('2004', 1), ('2005', 4), (null, 5), ('x', 6)"
    with duckdb.connect() as connection:
        connection.execute(f"create table a as from (values {rows}) t(period, n)")
        all_of = content.of(connection, "a")
        alone = content.of(connection, "(from a where period < '2005')")
        twice = content.of(connection, "(from a union all from a where n = 1)")
    assert {year: rows for year, (rows, _) in all_of["years"].items()} == {"2004": 3, "2005": 1, content.NO_YEAR: 2}
    assert alone["years"] == {"2004": all_of["years"]["2004"]}
    assert twice["years"]["2004"][1] != all_of["years"]["2004"][1], "rows that stand twice do not cancel out"
    assert {**twice["years"], "2004": 0} == {**all_of["years"], "2004": 0}
