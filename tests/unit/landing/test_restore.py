"""A batch that is lost is made again byte for byte, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import batches
from pipelines.landing.restore import lost, restore
from tests import backfills
from tests.backfills import FIRST, SECOND


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "documents").create()


@pytest.fixture
def catalog(home: Home) -> Catalog:
    """Two batches taken in."""
    found = backfills.write_documents(home.contracts)
    for run in range(2):
        for year in range(FIRST, FIRST + 3):
            data = backfills.Event("crime", f"{year}", run, 0, "").file()
            backfills.deliver(home, home.root.parent, "crime", year, data)
            backfills.deliver(home, home.root.parent, "caseload", year, backfills.caseload(year + run))
        backfills.take(home, found, f"run-{run}")
    return found


def test_it_is_the_same_to_the_byte(home: Home, catalog: Catalog) -> None:
    assert lost(home) == [] and restore(home, catalog) == []
    before = {path.name: path.read_bytes() for path in home.landing.iterdir()}
    first = batches.committed(home)[0]
    first.unlink()
    assert [row["batch_id"] for row in lost(home)] == [first.stem]
    (sentence,) = restore(home, catalog)
    assert first.name in sentence and "byte for byte" in sentence
    assert {path.name: path.read_bytes() for path in home.landing.iterdir()} == before


def test_under_another_contract_it_is_not_made_up(home: Home, catalog: Catalog) -> None:
    first = batches.committed(home)[0]
    first.unlink()
    (sentence,) = restore(home, backfills.write_documents(home.contracts, SECOND))
    assert "3 of its 6 submissions" in sentence and "backup" in sentence
    assert not first.exists() and len(lost(home)) == 1


def test_an_original_that_is_gone_too_is_not_made_up(home: Home, catalog: Catalog) -> None:
    for path in (batches.committed(home)[0], *home.originals.rglob("*.csv")):
        path.unlink()
    (sentence,) = restore(home, catalog)
    assert "6 of its 6 submissions" in sentence and "backup" in sentence
