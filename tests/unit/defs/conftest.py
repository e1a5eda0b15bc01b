"""An installation with Dagster's folder, in whose environment a test runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import PROJECT, Home


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """DAGSTER_HOME and the like name it."""
    from pipelines.defs import instance

    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    instance.prepare(home)
    for name, value in instance.environment(home).items():
        monkeypatch.setenv(name, value)
    return home
