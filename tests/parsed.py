"""What dbt parses of the project, once for all the installations that tests begin: it is the same for each."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from pipelines.home import PROJECT, Home
from pipelines.warehouse import build

KEPT = Path(tempfile.gettempdir()) / f"yearbook-tests-{os.getuid()}"


def lay(root: Path) -> None:
    """Into the cache of an installation that has none yet."""
    home = Home(root, PROJECT / "data_contracts")
    if home.cache.exists():
        return
    made = build.manifest(Home(KEPT, home.contracts)).parent
    root.mkdir(parents=True, exist_ok=True, mode=0o700)
    home.cache.mkdir(exist_ok=True, mode=0o700)
    shutil.copytree(made, home.cache / made.name)
