"""Several starts at one moment, from the command line and from Dagster: one writes, the others say why they do not."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.defs import instance
from pipelines.home import PROJECT, Home
from tests.flow.conftest import command

pytestmark = pytest.mark.slow
CLI = (sys.executable, "-m", "pipelines.cli", "run", "--anew")
DAGSTER = (sys.executable, "-m", "dagster", "job", "execute", "-m", "pipelines.definitions", "-j", "nightly")


def _start(home: Home, words: tuple[str, ...]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words, env=os.environ | instance.environment(home), cwd=home.root, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


@pytest.mark.parametrize("starts", [(CLI, DAGSTER), (CLI, CLI, DAGSTER, DAGSTER)], ids=["two", "four"])
def test_one_of_several_starts_releases(starts: tuple[tuple[str, ...], ...], demo: Path, tmp_path: Path) -> None:
    home = Home(Path(shutil.copytree(demo, tmp_path / "home", symlinks=True)), PROJECT / "data_contracts")
    instance.prepare(home)
    before = _candidates(home)
    running = [_start(home, words) for words in starts]
    said = [(process.args, *process.communicate(timeout=600), process.returncode) for process in running]
    assert len(_candidates(home)) == len(before) + 1, said
    refused = [one for one in said if "Another run is writing" in one[1] + one[2]]
    assert len(refused) == len(starts) - 1, said
    assert command(home.root, "release", "verify").returncode == 0
    for words, _, _, code in refused:
        assert code == (3 if words == CLI else 1)


def _candidates(home: Home) -> list[str]:
    return [release["release_id"] for release in json.loads(command(home.root, "release", "list", "--json").stdout)]
