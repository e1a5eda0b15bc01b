"""Years read again in any order, together or one by one, give the same marts."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import batches, inbox, register
from pipelines.landing.backfill import Asked
from pipelines.landing.reread import reread
from pipelines.warehouse import inputs
from tests import backfills
from tests.backfills import COUNTY, SECOND, YEARS
from tests.compiled import Models, compiled
from tests.histories import Event

pytestmark = pytest.mark.slow

CHOSEN = YEARS[-4:]
CRIME = backfills.CRIME.replace("1.0.0", "1.1.0")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compiled(tmp_path_factory.mktemp("compiled"))


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Some years with what revises, repeats, contradicts and lies over them, under the first contracts."""
    folder = tmp_path_factory.mktemp("history")
    home = Home(folder / "home", folder / "documents").create()
    catalog = backfills.write_documents(home.contracts)
    (folder / "files").mkdir()
    for year in CHOSEN:
        backfills.deliver(home, folder / "files", "caseload", year, backfills.caseload(year))
        backfills.deliver(home, folder / "files", "caseload", year, backfills.caseload(year + 1))
        first = Event("crime", f"{year}", year % 4, 0, f"{year + 1}-01-05")
        later = replace(first, prepared_on=f"{year + 1}-02-05", figures=(first.figures + 1) % 4)
        for event in (later, replace(later, variant=1), first, replace(later, revision=1, partial=True)):
            path = folder / "files" / f"{event.id}-{event.variant}.csv"
            path.write_bytes(event.file())
            facts = {"table": "crime", "period": event.period, "unit": COUNTY, "prepared_on": event.prepared_on}
            inbox.receive(home, path, facts | {"revision": event.revision, "partial": event.partial}, "deliver")
    taken = backfills.take(home, catalog, "run-1")
    assert taken.accepted == 6 * len(CHOSEN) and taken.rejected == 0
    return home


def _marts(models: Models, home: Home, catalog: Catalog, calls: list[tuple[int, ...]]) -> object:
    with tempfile.TemporaryDirectory() as folder:
        copy = Home(Path(shutil.copytree(home.root, Path(folder) / "home")), home.contracts)
        done = [year for years in calls for year in reread(copy, catalog, Asked(years))]
        assert sum(year.accepted for year in done) == 6 * len(CHOSEN)
        run = Path(folder) / "run"
        run.mkdir()
        files = batches.committed(copy)
        return models.marts(inputs.write(catalog, run, register.export(copy), files, date(YEARS[-1] + 2, 7, 1), []))


@settings(
    max_examples=4, derandomize=True, phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(order=st.permutations(CHOSEN), together=st.booleans())
def test_any_order_of_years(models: Models, history: Home, order: list[int], together: bool) -> None:
    catalog = backfills.write_documents(history.contracts, SECOND, {"returns/police/crime.yaml": CRIME})
    calls = [tuple(order)] if together else [(year,) for year in order]
    assert _marts(models, history, catalog, calls) == _marts(models, history, catalog, [CHOSEN])
