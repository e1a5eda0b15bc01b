"""A run that is ready to be released: private build, open gates, inputs. Copied for each test."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import Home, file_digest
from pipelines.release import forms, protocol, publish, read
from pipelines.validation import frames, kept, results, rules
from pipelines.warehouse import build as warehouse
from tests.unit.validation import private

KEYS = {
    "mart_indicator": "indicator_id area_code period breakdown",
    "mart_observation": "table_id measure_id area_code period breakdown",
    "dim_area": "area_code",
}
"""Keys as dbt's manifest would state them."""


@dataclass
class Line:
    """An installation with one run that may be released."""

    home: Home
    catalog: Catalog
    private: Path
    first: tuple[Home, protocol.Release] | None = None

    def run(self, name: str = "run1", *statements: str, batches: tuple[str, ...] = ("batch1",)) -> Path:
        """A run's folder, its private build changed by SQL, its checks all passed."""
        folder = self.home.runs / name
        (folder / "inputs" / "figure").mkdir(parents=True)
        for batch in batches:
            (folder / "inputs" / "figure" / f"{batch}.parquet").write_bytes(batch.encode())
        listed = [f"{batch}.parquet" for batch in batches]
        (folder / "inputs" / "inputs.json").write_text(
            json.dumps({"batches": listed, "decided_until": "", "decisions": 0, "today": "2005-03-01"})
        )
        (folder / "inputs" / "measure.parquet").write_bytes(b"definitions")
        private.change(Path(shutil.copy(self.private, folder / "warehouse.duckdb")), *statements)
        self.validate(folder)
        dbt(folder, {"model.a": "success", "test.b": "pass", "test.c": "pass"})
        return folder

    def validate(self, folder: Path) -> None:
        """Results in which every rule passed, as validation writes them (without its engine: it is slow to
        load).
        """
        (folder / "validation").mkdir(exist_ok=True)
        with frames.connect(folder / "warehouse.duckdb") as connection:
            years = frames.years(connection, self.catalog)
        found = [
            results.Result(r.id, r.asset, r.severity, int(year), "pass", 1, 1, 0, True, "", r.because.model_dump())
            for r in rules(self.catalog)
            for year in years[r.years]
        ]
        documents = kept.documents_digest(self.catalog.files)
        digest = file_digest(folder / "warehouse.duckdb")
        kept.write(
            results.Results(
                documents, digest, [r.id for r in rules(self.catalog)], len(found), len(found), years, found
            ),
            folder / "validation",
        )

    def publish(self, name: str = "run1", *statements: str) -> protocol.Release:
        """A release of a run made for it. The first, when nothing is changed, is a copy of one made once."""
        run = self.run(name, *statements)
        if statements or name != "run1" or self.first is None or read.current_id(self.home):
            return publish.candidate(self.home, self.catalog, run)
        made, release = self.first
        shutil.copytree(made.releases, self.home.releases, symlinks=True, dirs_exist_ok=True)
        return replace(release, folder=self.home.releases / "versions" / release.release_id)


def dbt(folder: Path, nodes: dict[str, str], known: dict[str, str] | None = None) -> None:
    """dbt's results: node -> status, and what its manifest knows (the same nodes, if nothing is said)."""
    (folder / "dbt").mkdir(exist_ok=True)
    ran = [{"unique_id": node, "status": status, "message": "as asked"} for node, status in nodes.items()]
    (folder / "dbt" / "run_results.json").write_text(json.dumps({"results": ran}))
    listed: dict[str, dict[str, object]] = {
        node: {"resource_type": node.split(".")[0], "config": {"enabled": True, "materialized": "table"}}
        for node in (known or nodes)
    }
    for table, key in KEYS.items():
        metadata = {"name": "unique_key", "kwargs": {"columns": key.split()}}
        listed[f"key.{table}"] = {
            "resource_type": "other",
            "attached_node": f"model.trial.{table}",
            "test_metadata": metadata,
        }
    (folder / "dbt" / "manifest.json").write_text(json.dumps({"nodes": listed}))
    warehouse.seal(folder)


def state(line: Line) -> tuple[str | None, set[str]]:
    """What a reader can see: the current release, and all finished ones."""
    return read.current_id(line.home), {entry["release_id"] for entry in read.list_releases(line.home)}


@pytest.fixture(scope="session")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private.documents(tmp_path_factory.mktemp("documents"))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return private.build(tmp_path_factory.mktemp("built") / "warehouse.duckdb")


def install(folder: Path, documents: Path) -> Home:
    """An installation without a run, its documents beside it."""
    shutil.copytree(documents, folder / "documents")
    return Home(folder / "home", folder / "documents").create()


@pytest.fixture(scope="session")
def first(documents: Path, built: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, protocol.Release]:
    home = install(tmp_path_factory.mktemp("first"), documents)
    return home, Line(home, load(home.contracts), built).publish()


@pytest.fixture
def line(documents: Path, built: Path, first: tuple[Home, protocol.Release], tmp_path: Path) -> Line:
    home = install(tmp_path, documents)
    return Line(home, load(home.contracts), built, first)


@pytest.fixture(autouse=True)
def bare(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """No pages, workbooks and SDMX are made of releases whose protocol is looked at, but where a test is marked."""
    if not request.node.get_closest_marker("all_forms"):
        monkeypatch.setattr(forms, "FORMS", ())
