"""A seed that nobody has seen, told with what it made; YEARBOOK_SEED plays one again."""

from __future__ import annotations

import os
import secrets

import pytest


@pytest.fixture
def seed() -> int:
    found = int(os.environ.get("YEARBOOK_SEED") or secrets.randbelow(10**9))
    print(f"YEARBOOK_SEED={found}")
    return found
