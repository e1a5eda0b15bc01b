"""A Spark cluster makes of the demo's returns what the embedded engine makes of them (pipelines/docs/cluster.md)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.warehouse import build
from pipelines.warehouse.failure import WarehouseError
from pipelines.warehouse.spark import Server
from tests.cluster import both
from tests.cluster.machines import cluster, missing
from tests.unit.warehouse.synthetic import FAILS_WHERE_DOUBLED, doubled

pytestmark = [pytest.mark.cluster, pytest.mark.skipif(bool(missing()), reason=missing())]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with cluster(tmp_path_factory.mktemp("cluster")) as server, both.on(server):
        yield server


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return both.laid_out(tmp_path_factory.mktemp("both"))


def test_every_cell_is_the_same_on_both(server: Server, run: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carried, _ = both.built(run, "spark")
    assert not any(server.folder.iterdir())  # nothing is left of the run
    with monkeypatch.context() as patch:
        patch.delenv("YEARBOOK_ENGINE")
        embedded, _ = both.built(run, "embedded")
    found = both.compared(embedded, carried)
    assert [one for one in found if one.different or not one.as_stated] == []
    filled = {one.relation for one in found if one.rows}
    told = {"mart_submission", "mart_observation", "mart_observation_today", "mart_indicator", "mart_scorecard"}
    assert filled >= {"staging.stg_today", *(f"marts.{mart}" for mart in told)}
    assert build.counts(build.target(carried.parent)) == build.counts(build.target(embedded.parent))


def test_a_data_test_that_fails_stops_the_build(server: Server, tmp_path: Path) -> None:
    with pytest.raises(WarehouseError, match=FAILS_WHERE_DOUBLED):
        doubled(load(both.DOCUMENTS)).build(load(both.DOCUMENTS), tmp_path)
    assert not build.warehouse(tmp_path).exists() and build.tested(tmp_path) is None
    assert not any(server.folder.iterdir())
