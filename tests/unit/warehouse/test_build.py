"""Running dbt: its own unit tests, odd paths, an empty landing, failures in words, vintages, as_of."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.contracts import Catalog, load
from pipelines.contracts.periods import parse
from pipelines.home import PROJECT, Home
from pipelines.warehouse import build, inputs
from pipelines.warehouse.due import periods, units
from tests.unit.warehouse.synthetic import FAILS_WHERE_DOUBLED, Built, Landed, doubled


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture(scope="module")
def empty(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run without a submission, in a folder whose name means something to SQL, globs, Jinja and formats."""
    run_dir = tmp_path_factory.mktemp("odd") / "it's {a} [b] (c) *d"
    Landed().build(catalog, run_dir)
    return run_dir


def test_nothing_received_is_a_build_too(empty: Path, catalog: Catalog) -> None:
    built = Built(build.warehouse(empty))
    assert built.rows("select count(*) from marts.mart_submission") == [(0,)]
    assert built.rows("select distinct status from marts.mart_coverage") == [("overdue",)]
    assert built.rows(
        "select distinct value_text, reason from marts.mart_indicator "
        "where indicator_id = 'return_completeness' and reason = ''"
    ) == [("0.0", "")]
    assert built.rows("select count(*) from marts.dim_indicator") == [(len(catalog.indicators),)]


def test_the_unit_tests_of_the_models(empty: Path) -> None:
    assert build.by_hand(empty, ["--quiet", "test", "--select", "test_type:unit"]) == 0
    results = json.loads((build.target(empty) / "run_results.json").read_text(encoding="utf-8"))["results"]
    assert len(results) >= 25 and {r["status"] for r in results} == {"pass"}


def test_marts_say_what_a_row_is(empty: Path) -> None:
    manifest = json.loads((build.target(empty) / "manifest.json").read_text(encoding="utf-8"))
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    assert len(models) > 40
    for model in models:
        assert model["description"].startswith("Each row is"), model["name"]
        if model["fqn"][1] == "marts":
            assert model["config"]["contract"]["enforced"]
            assert all(column["description"] and column["data_type"] for column in model["columns"].values()), model[
                "name"
            ]


def test_no_year_stands_in_the_project() -> None:
    for path in (*build.PROJECT.rglob("*.sql"), *build.PROJECT.rglob("*.yml")):
        assert not re.search(r"\b(19|20)\d\d\b", path.read_text(encoding="utf-8")), path


def test_file_can_be_read_by_the_oldest_supported_engine(empty: Path) -> None:
    rows = Built(build.warehouse(empty)).rows(
        "select tags['storage_version'] from duckdb_databases() where database_name = 'warehouse'"
    )
    assert rows == [("v1.5.0+",)]


def test_failures_are_told_in_sentences(tmp_path: Path) -> None:
    results = [
        {
            "unique_id": "test.yearbook.unique_key_mart_indicator_a__b.0123abcd",
            "status": "fail",
            "message": "Got 1 result,\n expected 0",
        },
        {
            "unique_id": "model.yearbook.obs_area",
            "status": "error",
            "message": "Out of memory\n  > in macro x\n  > called by model y",
        },
        {"unique_id": "model.yearbook.obs_figure", "status": "skipped", "message": None},
        {"unique_id": "model.yearbook.stg_area", "status": "success", "message": "OK"},
    ]
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}), encoding="utf-8")
    assert str(build.WarehouseError.from_results(tmp_path)).splitlines() == [
        "The test unique_key_mart_indicator_a__b fails: Got 1 result, expected 0",
        "The model obs_area could not be built: Out of memory",
    ]
    assert "before it ran a model" in str(build.WarehouseError.from_results(tmp_path / "nothing"))


@pytest.mark.slow
def test_a_doubled_figure_stops_the_build(catalog: Catalog, tmp_path: Path) -> None:
    with pytest.raises(build.WarehouseError, match=FAILS_WHERE_DOUBLED):
        doubled(catalog).build(catalog, tmp_path)


def _slice(catalog: Catalog) -> tuple[tuple[str, str, str], str, list[str], str]:
    """A slice without dimension; its unit; the other areas in it; a measure that adds up over areas."""
    table = next(t for t in catalog.returns.values() if not t.dimensions and len(t.due.areas) > 1)
    period = next(periods(table, parse(table.due.start).end + timedelta(days=1)))
    unit = units(catalog, table, period)[0]
    areas, _ = catalog.expected_rows(table, unit, period.text)
    measure = next(m.id for m in table.measures if m.additive_over_areas)
    return (table.table, period.text, unit), unit, [area for area in areas if area != unit], measure


def _figures(measure: str, start: int, areas: list[str]) -> list[dict[str, Any]]:
    return [{"measure_id": measure, "area_code": a, "breakdown": "_T", "value": start + n} for n, a in enumerate(areas)]


def test_later_submissions_replace_overlay_and_vanish(catalog: Catalog, tmp_path: Path) -> None:
    key, unit, areas, measure = _slice(catalog)
    landed = Landed()
    landed.add(*key, _figures(measure, 100, areas), prepared_on="0001-01-01")
    landed.add(*key, _figures(measure, 200, areas[:-1]), prepared_on="0002-01-01")
    landed.add(*key, _figures(measure, 300, areas[:1]), prepared_on="0003-01-01", partial=True)
    landed.add(*key, _figures(measure, 100, areas), prepared_on="0004-01-01", delivery_sha256="s0000001")
    built = landed.build(catalog, tmp_path)
    found = {
        row[0]: row[1:]
        for row in built.rows(
            f"select area_code, value, origin, reason from marts.mart_observation where measure_id = '{measure}'"
        )
    }
    assert found[areas[0]] == (300, "delivered", "")
    assert found[areas[1]] == (201, "delivered", "")
    assert found[areas[-1]] == (None, "delivered", "vanished")
    assert found[unit] == (None, "summed", "not_all_children")
    standings = built.rows("select standing from marts.mart_submission order by submission_number")
    assert standings == [("superseded",), ("in_force",), ("overlay",), ("duplicate",)]


def test_rows_without_a_whole_return_wait_and_change_nothing(catalog: Catalog, tmp_path: Path) -> None:
    key, _, areas, measure = _slice(catalog)
    landed = Landed()
    landed.add(*key, _figures(measure, 300, areas[:1]), prepared_on="0002-01-01", partial=True)
    built = landed.build(catalog, tmp_path / "before")
    assert built.rows("select standing from marts.mart_submission") == [("waiting",)]
    assert built.rows(f"select count(*) from marts.mart_observation where table_id = '{key[0]}'") == [(0,)]
    coverage = f"from marts.mart_coverage where table_id = '{key[0]}' and period = '{key[1]}'"
    asked = f"select status, is_received, is_on_time, submission_id, waiting_count {coverage}"
    assert built.rows(asked) == [("overdue", False, False, None, 1)]
    landed.add(*key, _figures(measure, 100, areas), prepared_on="0001-01-01")  # arrives later, was prepared before
    built = landed.build(catalog, tmp_path / "after")
    standings = "select standing from marts.mart_submission order by submission_number"
    assert built.rows(standings) == [("overlay",), ("in_force",)]
    assert built.rows(asked) == [("received", True, True, "s0000002", 0)]
    values = f"select value from marts.mart_observation where measure_id = '{measure}' and origin = 'delivered'"
    assert sorted(built.rows(values)) == sorted([(300,), *((100 + n,) for n in range(1, len(areas)))])


@pytest.mark.slow
def test_what_was_known_then(catalog: Catalog, tmp_path: Path) -> None:
    key, unit, areas, measure = _slice(catalog)
    landed = Landed()
    landed.add(*key, _figures(measure, 100, areas), prepared_on="0001-01-01", accepted_at="1")
    landed.add(*key, _figures(measure, 200, areas), prepared_on="0002-01-01", accepted_at="2")
    landed.write(catalog, tmp_path)
    assert build.by_hand(tmp_path, ["--quiet", "run", "--vars", "{as_of: '1'}"]) == 0
    found = Built(build.warehouse(tmp_path)).rows(
        f"select value from marts.mart_observation where measure_id = '{measure}' and area_code = '{unit}'"
    )
    assert found == [(sum(range(100, 100 + len(areas))),)]


def test_manifest_is_made_once(tmp_path: Path) -> None:
    home = Home(tmp_path, PROJECT / "data_contracts")
    made = build.manifest(home)
    assert len(json.loads(made.read_text(encoding="utf-8"))["nodes"]) > 40
    stamp = made.stat().st_mtime_ns
    assert build.manifest(home) == made and made.stat().st_mtime_ns == stamp
    assert [path.name for path in home.cache.iterdir()] == [made.parent.name]
    made.write_bytes(made.read_bytes()[:1000])  # a power cut, say
    assert len(json.loads(build.manifest(home).read_text(encoding="utf-8"))["nodes"]) > 40
    assert [path.name for path in home.cache.iterdir()] == [made.parent.name]


def test_where_nothing_can_be_kept_dbt_parses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(home: Home) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(build, "manifest", full)
    build.parsed(Home(tmp_path / "home", PROJECT / "data_contracts"), tmp_path / "run")
    assert [*build.target(tmp_path / "run").iterdir()] == []


def test_a_new_installation_takes_what_was_parsed_with_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "INSTALLED", tmp_path / "environment")
    installed = build.install()
    parse = build.program
    monkeypatch.setattr(build, "program", lambda: ("false",))
    one = build.manifest(Home(tmp_path / "one", PROJECT / "data_contracts"))
    assert one.read_bytes() == (installed / "manifest.json").read_bytes() and one.parent.name == installed.name
    (installed / build.PARSED).write_bytes(b"")
    with pytest.raises(build.WarehouseError, match="dbt cannot read its project"):
        build.manifest(Home(tmp_path / "two", PROJECT / "data_contracts"))
    (installed / build.PARSED).unlink()
    (installed / build.PARSED).symlink_to("gone")  # copying it fails half way
    with pytest.raises(build.WarehouseError, match="dbt cannot read its project"):
        build.manifest(Home(tmp_path / "two", PROJECT / "data_contracts"))
    monkeypatch.setattr(build, "program", parse)
    build.parsed(None, tmp_path / "run")
    assert not (build.target(tmp_path / "run") / build.PARSED).exists(), "damaged"
    assert build.install() == installed and (installed / build.PARSED).stat().st_size, "mended where it was damaged"
    build.parsed(None, tmp_path / "run")
    assert (build.target(tmp_path / "run") / build.PARSED).read_bytes() == (installed / build.PARSED).read_bytes()


def test_inputs_are_as_declared(catalog: Catalog, tmp_path: Path) -> None:
    folder = inputs.write(catalog, tmp_path, [], [])
    for path in folder.glob("*.parquet"):
        assert pq.read_schema(path).equals(inputs.schema(path.stem))
    inputs.write(catalog, tmp_path, [], [])
    assert pq.read_table(folder / "indicator.parquet").num_rows == len(catalog.indicators)
