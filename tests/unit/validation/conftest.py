"""A sound private build and its results, made once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.validation import run_rules
from tests.unit.validation import private


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Path, Path]:
    """Documents, a sound private build, and the folder of its results. To be read only: change a copy."""
    folder = tmp_path_factory.mktemp("whole")
    catalog = load(private.documents(folder / "documents"))
    file = private.build(folder / "warehouse.duckdb")
    run_rules(catalog, file, folder / "validation")
    return catalog, file, folder / "validation"
