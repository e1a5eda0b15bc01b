"""A backup of a whole installation by the command line: what is restored goes on where the other stood."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT, Home
from pipelines.locks import sole_writer
from tests.flow.conftest import command

pytestmark = pytest.mark.slow

KILLED = """
import os, shutil, signal, sys
from pathlib import Path
from pipelines.home import PROJECT, Home
from pipelines.release import backup

root, kept, left = sys.argv[1], sys.argv[2], int(sys.argv[3])
whole = shutil.copyfile

def copyfile(source, target):
    global left
    left -= 1
    if left == 0:  # in the middle of a file
        Path(target).write_bytes(Path(source).read_bytes()[:1000])
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(source, target)

shutil.copyfile = copyfile
backup.create(Home(Path(root), PROJECT / "data_contracts"), Path(kept))
"""


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
            (home / "originals" / f"more{turn}{number}").write_bytes(chance.randbytes(2**16))
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(home), str(kept), str(chance.randrange(1, 40))],
            cwd=PROJECT, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert list(objects.glob(".*")), "it was killed between two files"
        assert len(list((kept / "manifests").iterdir())) == 1
        other = tmp_path / f"other{turn}"
        assert command(other, "restore", str(kept)).returncode == 0
        assert _said(other, "release", "show")["digest"] == first
    assert command(home, "backup", str(kept)).returncode == 0
    assert len(list((kept / "manifests").iterdir())) == 2 and not list(objects.glob(".*"))
