"""The shipped documents, read once, and copies of them to break."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT

SHIPPED = PROJECT / "data_contracts"


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return load(SHIPPED)


@pytest.fixture
def documents(tmp_path: Path) -> Path:
    """A copy of the shipped documents, free to be changed."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "documents"))
