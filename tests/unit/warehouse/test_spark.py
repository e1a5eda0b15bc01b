"""What settings of a cluster may say, and the sentences where they say nothing; tests/cluster has the rest."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.home import PROJECT, Home
from pipelines.warehouse import again, build, spark
from pipelines.warehouse.failure import WarehouseError


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Spark is asked for."""
    monkeypatch.setenv("YEARBOOK_ENGINE", "spark")
    monkeypatch.setenv("YEARBOOK_SPARK_FOLDER", str(tmp_path / "shared"))
    (tmp_path / "shared").mkdir()
    return monkeypatch


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("YEARBOOK_ENGINE", "flint", "YEARBOOK_ENGINE is 'flint'; it may be duckdb or spark, or left out."),
        ("YEARBOOK_SPARK_PORT", "high", "YEARBOOK_SPARK_PORT is 'high'; it must be the number of a port."),
        ("YEARBOOK_SPARK_PORT", "70000", "must be the number of a port"),
        ("YEARBOOK_SPARK_FOLDER", "", "it must be a folder that this machine and all of the cluster have"),
        ("YEARBOOK_SPARK_FOLDER", "shared", "from / on"),
        ("YEARBOOK_SPARK_FOLDER", "/no/such`folder", "in plain letters"),
    ],
)
def test_a_setting_that_says_nothing_is_a_sentence(
    asked: pytest.MonkeyPatch, name: str, value: str, said: str, tmp_path: Path
) -> None:
    asked.setenv(name, value)
    with pytest.raises(WarehouseError) as told:
        build.build(tmp_path / "run")
    assert said in str(told.value)


def test_without_a_setting_the_embedded_engine_builds(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for engine in ("", "duckdb"):
        monkeypatch.setenv("YEARBOOK_ENGINE", engine)
        assert spark.chosen() is None
        with spark.lent(tmp_path) as lent:
            assert "--target" not in build.arguments(lent=lent)


def test_without_the_extra_a_sentence_says_so(asked: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked.setitem(sys.modules, "pyhive", None)
    with pytest.raises(WarehouseError, match=r"its extra `spark`, or leave YEARBOOK_ENGINE out"):
        build.build(tmp_path / "run")
    assert not any((tmp_path / "shared").iterdir())


def test_a_build_on_a_cluster_is_whole(asked: pytest.MonkeyPatch, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    of_cluster = again._made_by()
    assert again.start(home, tmp_path / "run") is None
    asked.setenv("YEARBOOK_ENGINE", "duckdb")
    assert again._made_by() != of_cluster  # no engine goes on from the other's build
