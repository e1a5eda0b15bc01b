from __future__ import annotations

import pytest

from pipelines import demo
from pipelines.contracts import Catalog, load
from pipelines.demo import DemoPlan, profile
from pipelines.demo.figures import Figures
from pipelines.demo.plan import SEED
from pipelines.home import PROJECT


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture(scope="session")
def figures(catalog: Catalog) -> Figures:
    return Figures(catalog, profile.county(), profile.report().figures, SEED)


@pytest.fixture(scope="session")
def plan(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> DemoPlan:
    return demo.generate(catalog, tmp_path_factory.mktemp("inbox"))
