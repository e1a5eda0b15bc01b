"""Runs the demo once per worker, as a person would: the `yearbook` command, in a folder of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]


def command(home: Path, *words: str, contracts: Path | None = None, prefix: tuple[str, ...] = ()) -> Any:
    """`yearbook` with other arguments; never raises, so that a test can look at the exit code."""
    settings = {"YEARBOOK_HOME": str(home)} | ({"YEARBOOK_CONTRACTS": str(contracts)} if contracts else {})
    environment = {
        k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_", "COLUMNS"))
    }
    return subprocess.run(
        [*prefix, sys.executable, "-m", "pipelines.cli", *words],
        env=environment | settings,
        capture_output=True,
        text=True,
        timeout=600,
    )


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo has run and released."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = command(home, "demo", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["last_run"]["outcome"] == "released"
    return home


def query(home: Path, sql: str, **options: Any) -> list[dict[str, Any]]:
    """Rows of the current release."""
    done = command(home, "query", sql, "--json", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
