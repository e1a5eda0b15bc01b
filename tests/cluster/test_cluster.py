"""What needs Spark besides `make cluster`, which compares every cell (pipelines/docs/cluster.md)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.warehouse import build
from pipelines.warehouse.failure import WarehouseError
from pipelines.warehouse.spark import Server
from tests.cluster import both
from tests.cluster.machines import cluster, missing
from tests.receivers import free_port
from tests.unit.warehouse.synthetic import FAILS_WHERE_DOUBLED, doubled
from tests.unit.warehouse.test_portable import OF_DUCKDB, said

pytestmark = [pytest.mark.cluster, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with cluster(tmp_path_factory.mktemp("cluster")) as server:
        yield server


def test_a_data_test_that_fails_stops_the_build(server: Server, tmp_path: Path) -> None:
    with both.on(server), pytest.raises(WarehouseError, match=FAILS_WHERE_DOUBLED):
        doubled(load(both.DOCUMENTS)).build(load(both.DOCUMENTS), tmp_path)
    assert not build.warehouse(tmp_path).exists() and build.tested(tmp_path) is None
    assert not any(server.folder.iterdir())


def test_where_nobody_answers_a_sentence_says_so(tmp_path: Path) -> None:
    nobody = Server(free_port(), tmp_path / "shared")
    nobody.folder.mkdir()
    with (
        both.on(nobody),
        pytest.raises(WarehouseError, match=r"No Spark server answers at 127\.0\.0\.1:\d+ .*Nothing was published"),
    ):
        build.build(tmp_path / "run")
    assert not any(nobody.folder.iterdir())


def test_compiled_for_spark_nothing_of_duckdb_is_left(tmp_path: Path) -> None:
    done = subprocess.run(
        [*build.program(), "--quiet", "compile", "--target", "spark", "--no-populate-cache", "--no-introspect"],
        env=build.environment(tmp_path), cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    nodes = json.loads((build.target(tmp_path) / "manifest.json").read_bytes())["nodes"].values()
    compiled = {node["name"]: node["compiled_code"] for node in nodes if node.get("compiled_code")}
    assert len(compiled) > 150
    left = {name: said(sql, OF_DUCKDB) for name, sql in compiled.items()}
    assert {name: words for name, words in left.items() if words} == {}
