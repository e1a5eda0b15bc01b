"""`kill -9` at each step of the publish protocol: the old release or the new one, whole; the next run needs no hand."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import PROJECT
from pipelines.release import edition, manifest, pointer, protocol, publish, read, verify
from tests.unit.release.conftest import Line

pytestmark = pytest.mark.faults

CHILD = """
import os, signal, sys
from pathlib import Path
from pipelines.contracts import load
from pipelines.home import Home, sole_writer
from pipelines.release import edition, publish

root, contracts, kind, step = sys.argv[1:]
home = Home(Path(root), Path(contracts))

def reached(here):
    if here == step:
        os.kill(os.getpid(), signal.SIGKILL)

with sole_writer(home):
    if kind == "edition":
        edition.edition(home, "Li Wei", reached=reached)
    else:
        publish.candidate(home, load(home.contracts), home.runs / "run2", reached)
"""


def killed(line: Line, kind: str, step: str) -> None:
    """A process of its own that publishes, and is killed where it reaches the step."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(line.home.root), str(line.home.contracts), kind, step],
        cwd=PROJECT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == -signal.SIGKILL, done.stderr


def whole(folder: Path) -> bool:
    return manifest.files(folder) == manifest.read(folder)["files"]


@pytest.mark.parametrize("step", protocol.STEPS)
def test_a_candidate(line: Line, step: str) -> None:
    old = line.publish("run1")
    run = line.run("run2", "update mart_indicator set headline_text = '7'")
    killed(line, "candidate", step)
    after = protocol.STEPS.index(step) >= protocol.STEPS.index("swapped")
    assert read.current_id(line.home) == ("candidate-000002" if after else old.release_id)
    assert whole(read.folder_of(line.home))
    assert [fault for fault in verify.verify(line.home) if "current.json" not in fault] == []
    made = publish.candidate(line.home, line.catalog, run)
    assert read.current_id(line.home) == made.release_id and verify.verify(line.home) == []
    _clean(line)


@pytest.mark.parametrize("step", protocol.STEPS)
def test_an_edition(line: Line, step: str) -> None:
    line.publish("run1")
    old = edition.edition(line.home, "Li Wei")
    line.publish("run2", "update mart_indicator set headline_text = '7'")
    killed(line, "edition", step)
    at = protocol.STEPS.index(step)
    swapped, described = at >= protocol.STEPS.index("swapped"), at >= protocol.STEPS.index("described")
    assert read.named(line.home, read.LATEST_EDITION) == ("edition-000004" if swapped else old.release_id)
    assert whole(read.folder_of(line.home, read.LATEST_EDITION))
    line.publish("run3", "update mart_indicator set headline_text = '8'")  # the next run tidies, whatever it makes
    assert read.named(line.home, read.LATEST_EDITION) == ("edition-000004" if described else old.release_id)
    assert verify.verify(line.home, read.LATEST_EDITION) == []
    _clean(line)
    made = edition.edition(line.home, "Li Wei")
    assert read.named(line.home, read.LATEST_EDITION) == made.release_id
    approvals = {path.stem for path in (line.home.releases / read.APPROVALS).iterdir()}
    assert approvals == {e["release_id"] for e in read.list_releases(line.home) if e["kind"] == "edition"}


def _clean(line: Line) -> None:
    """Nothing is left of the run that died, and every release that is left is whole."""
    assert list((line.home.releases / pointer.STAGING).iterdir()) == []
    assert not list(line.home.releases.rglob(".*"))
    for folder in (line.home.releases / "versions").iterdir():
        assert whole(folder)
