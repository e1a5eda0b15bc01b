"""Here releases are made with all their forms."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def bare() -> None:
    """Stands in place of the one that leaves forms out."""
