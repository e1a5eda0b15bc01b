"""The gates that are asked again before anything is published."""

from __future__ import annotations

import duckdb
import pytest

from pipelines.release import gates, publish
from tests.unit.release.conftest import Line, dbt, state


def test_a_shut_gate_publishes_nothing(line: Line) -> None:
    old = line.publish("run1")
    run = line.run("run2")
    (run / "validation" / "results.json").unlink()
    with pytest.raises(gates.Shut, match="There are no results of validation"):
        publish.candidate(line.home, line.catalog, run)
    assert state(line) == (old.release_id, {old.release_id})


def test_the_build_must_be_the_one_that_was_validated(line: Line) -> None:
    run = line.run()
    with duckdb.connect(run / "warehouse.duckdb") as connection:
        connection.execute("update marts.mart_observation set value = 1 where rowid = 1")
    with pytest.raises(gates.Shut, match="another private build"):
        publish.candidate(line.home, line.catalog, run)


def test_dbt_must_have_tested_the_build_that_was_validated(line: Line) -> None:
    run = line.run()
    with duckdb.connect(run / "warehouse.duckdb") as connection:
        connection.execute("update marts.mart_observation set value = 1 where rowid = 1")
    line.validate(run)
    with pytest.raises(gates.Shut, match="dbt's results speak of another private build"):
        publish.candidate(line.home, line.catalog, run)


@pytest.mark.parametrize("name", ["sealed.json", "run_results.json"])
def test_results_of_dbt_without_their_seal_shut_the_gate(line: Line, name: str) -> None:
    run = line.run()
    with (run / "dbt" / name).open("a") as stream:
        stream.write("\n" if name == "run_results.json" else "{")
    with pytest.raises(gates.Shut, match="no word of which private build"):
        publish.candidate(line.home, line.catalog, run)


@pytest.mark.parametrize(
    ("nodes", "known", "word"),
    [
        ({"model.a": "success", "test.b": "warn"}, None, "ended with warn"),
        ({"model.a": "success", "test.b": "fail"}, None, "ended with fail: as asked"),
        ({"model.a": "error"}, None, "ended with error"),
        ({"model.a": "success", "test.b": "skipped"}, None, "ended with skipped"),
        ({"model.a": "success"}, {"model.a": "", "test.b": ""}, "did not run test.b"),
        ({}, None, "no models"),
    ],
)
def test_dbt_must_have_built_and_tested_everything(
    line: Line, nodes: dict[str, str], known: dict[str, str] | None, word: str
) -> None:
    run = line.run()
    dbt(run, nodes, known)
    with pytest.raises(gates.Shut, match=word):
        publish.candidate(line.home, line.catalog, run)


@pytest.mark.parametrize("name", ["run_results.json", "manifest.json"])
def test_without_the_results_of_dbt_nothing_is_published(line: Line, name: str) -> None:
    run = line.run()
    (run / "dbt" / name).write_text('{"results": [')
    with pytest.raises(gates.Shut, match="cannot be read"):
        publish.candidate(line.home, line.catalog, run)
    assert state(line) == (None, set())
