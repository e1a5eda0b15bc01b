"""A backup of a whole installation by the command line: what is restored goes on where the other stood."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT, Home, sole_writer
from tests.flow.conftest import command

pytestmark = pytest.mark.slow


def _said(home: Path, *words: str) -> Any:
    done = command(home, *words, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def test_an_installation_restored_elsewhere_goes_on(demo: Path, tmp_path: Path) -> None:
    kept, other = tmp_path / "kept", tmp_path / "other"
    assert command(demo, "backup", str(kept)).returncode == 0
    before = _said(demo, "release", "show")
    done = command(other, "restore", str(kept))
    assert done.returncode == 0 and f"Release {before['release_id']} is whole" in done.stdout, done.stdout + done.stderr
    assert _said(other, "release", "show")["digest"] == before["digest"]
    state = _said(other, "run")
    assert state["last_run"]["outcome"] == "unchanged"
    assert command(other, "release", "rebuild").returncode == 0
    assert command(other, "restore", str(kept)).returncode == 1, "where there is an installation nothing is restored"


def test_nothing_is_copied_while_somebody_writes(demo: Path, tmp_path: Path) -> None:
    with sole_writer(Home(demo, PROJECT / "data_contracts")):
        done = command(demo, "backup", str(tmp_path / "kept"))
    assert done.returncode == 3 and "Another run is writing" in done.stderr
    assert not list(tmp_path.glob("kept/manifests/*"))


def test_a_backup_that_is_killed_leaves_the_one_before(demo: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(demo, tmp_path / "home", symlinks=True))
    kept, objects = tmp_path / "kept", tmp_path / "kept" / "objects"
    assert command(home, "backup", str(kept)).returncode == 0
    chance, first = random.Random(4), _said(home, "release", "show")["digest"]
    for turn in range(3):
        for number in range(40):
            (home / "originals" / f"more{turn}{number}").write_bytes(chance.randbytes(2**20))
        there = len(list(objects.iterdir()))
        process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.cli", "backup", str(kept)],
            env=os.environ | {"YEARBOOK_HOME": str(home)}, stdout=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until = there + chance.randrange(2, 30)
        while len(list(objects.iterdir())) < until and process.poll() is None:
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "it ended before it was killed"
        assert len(list((kept / "manifests").iterdir())) == 1
        other = tmp_path / f"other{turn}"
        assert command(other, "restore", str(kept)).returncode == 0
        assert _said(other, "release", "show")["digest"] == first
    assert command(home, "backup", str(kept)).returncode == 0
    assert len(list((kept / "manifests").iterdir())) == 2 and not list(objects.glob(".*"))
