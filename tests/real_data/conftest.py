"""Where other offices' published figures are: YEARBOOK_REAL_DATA, or `shared/data` beside the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pipelines.home import PROJECT
from tests import loaded
from tests.real_data import compare

compare.COMMAND = loaded.program("tests.real_data.bare")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data; skips without it."""
    folder = Path(os.environ.get("YEARBOOK_REAL_DATA") or PROJECT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}; set YEARBOOK_REAL_DATA")
    return folder
