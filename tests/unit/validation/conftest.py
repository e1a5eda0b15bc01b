"""A sound private build and its results, made once; and an empty one for rules about whole returns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, load
from pipelines.validation import Rule, run_rules
from tests.unit.validation import private, returned


@pytest.fixture(scope="session")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Catalog, Path, Path]:
    """Documents, a sound private build, and the folder of its results. To be read only: change a copy."""
    folder = tmp_path_factory.mktemp("whole")
    catalog = load(private.documents(folder / "documents"))
    file = private.build(folder / "warehouse.duckdb")
    run_rules(catalog, file, folder / "validation")
    return catalog, file, folder / "validation"


@pytest.fixture(scope="session")
def known(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Rule]:
    """kind -> rule about whole returns."""
    return returned.kinds(tmp_path_factory.mktemp("returned"))


@pytest.fixture
def build() -> Iterator[returned.Build]:
    with duckdb.connect() as connection:
        yield returned.Build(connection)
