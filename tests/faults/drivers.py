"""What is attacked: each change of an installation, as its command makes it, so small that a trial takes seconds.

A driver begins at a `stage` of `small`. Given again it is the same command again, which must need nobody's hand: it
ends well where all was done already. `run` is the whole command; it is attacked in processes of its own (`inside`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.locks import sole_writer
from tests import loaded
from tests.faults import small
from tests.faults.apart import apart

BACKUP = "kept_elsewhere"
"""Name of the folder beside the home that backups go to."""
RESTORED = "restored"


@dataclass(frozen=True)
class Driver:
    """stage: where it begins; do: what it does; every: the bounded suite tries every so-manieth of its points."""

    stage: str
    do: Callable[[Home], None]
    every: int = 1


def command(home: Home, *words: str) -> None:
    """`yearbook` with these words, in this process. Raises SystemExit for any code but 0."""
    os.environ.update(small.settings(home))
    sys.argv = ["yearbook", *words]
    from pipelines.cli.main import run as whole

    if code := whole():
        raise SystemExit(code)


def intake(home: Home) -> None:
    """Sweeps the inbox and takes in what waits, as the stage of a run does."""
    from pipelines import runs
    from pipelines.contracts import load
    from pipelines.landing import take_in

    catalog = load(home.contracts)
    with runs.begin(home, releases=False) as run:
        take_in.sweep(home, catalog)
        take_in.take_in(home, catalog, run.folder, "en")


def candidate(home: Home) -> None:
    """Publishes what the run has built that the stage `built` left, without pages and workbooks."""
    from pipelines.contracts import load
    from pipelines.release import forms, publish
    from pipelines.warehouse import again

    forms.FORMS = ()
    folder = next(path for path in sorted(home.runs.iterdir(), reverse=True) if (path / "warehouse.duckdb").exists())
    with sole_writer(home):
        publish.candidate(home, load(home.contracts), folder)
        again.keep(home, folder)


def edition(home: Home) -> None:
    """Signs the current candidate off, in the place of an older edition, without pages and workbooks."""
    from pipelines.release import edition, forms
    from pipelines.release.manifest import ReleaseError

    forms.FORMS = ()
    with sole_writer(home):
        try:
            edition.edition(home, "Li Wei", acknowledge="")
        except ReleaseError as error:  # the one that was killed had been finished
            if not str(error).startswith("Nothing changed since"):
                raise


def withdraw(home: Home) -> None:
    """Takes the edition back."""
    from pipelines.release import edition
    from pipelines.release.manifest import ReleaseError

    with sole_writer(home):
        try:
            edition.withdraw(home, "edition-000002", "Li Wei", "a trial")
        except ReleaseError as error:
            if "is withdrawn already" not in str(error):
                raise


def prune(home: Home) -> None:
    """Removes every candidate that nothing needs, as the end of a publication does."""
    from pipelines.release import pointer
    from pipelines.release.prune import prune

    with sole_writer(home):
        pointer.recover(home)
        prune(home, keep=0)


def decide(home: Home) -> None:
    """A person decides of a submission."""
    import sqlite3

    with sqlite3.connect(home.register) as register:
        (id,) = register.execute("select min(submission_id) from submission where verdict = 'accepted'").fetchone()
    command(home, "decide", id, "accept", "--because", "It was asked about.", "--by", "Li Wei")


def backup(home: Home) -> None:
    """Copies the installation elsewhere."""
    command(home, "backup", str(home.root.parent / BACKUP))


def restore(home: Home) -> None:
    """A new installation from the backup that lies beside the home; where there is one, it was restored before."""
    made = home.root.parent / RESTORED
    if made.is_dir() and any(made.iterdir()):
        return
    command(Home(made, home.contracts), "restore", str(home.root.parent / BACKUP))


def backfill(home: Home) -> None:
    """Reads a year again under a contract that has changed since, and lands what it now reads."""
    from pipelines.contracts import load
    from pipelines.landing.backfill import Asked
    from pipelines.landing.reread import reread
    from pipelines.landing.restore import restore

    contract = home.contracts / "returns" / "courts" / "caseload.yaml"
    contract.write_text(contract.read_text().replace("version: 1.0.0", "version: 1.1.0"))
    catalog = load(home.contracts)
    with sole_writer(home):
        restore(home, catalog)
        reread(home, catalog, Asked((2003, 2004)))


def run(home: Home) -> None:
    """The whole command."""
    command(home, "run", "--json")


DRIVERS = {
    "intake": Driver("waiting", intake),
    "candidate": Driver("built", candidate),
    "edition": Driver("newer", edition, 3),
    "withdraw": Driver("published", withdraw),
    "prune": Driver("several", prune),
    "decide": Driver("released", decide),
    "backup": Driver("released", backup),
    "restore": Driver("released", restore),
    "backfill": Driver("released", backfill),
    "run": Driver("published", run, 10),
}


def roots(home: Home, name: str) -> dict[str, Path]:
    """The folders in which a driver's points lie, by what their names begin with."""
    return {"": home.root.parent if name in ("backup", "restore") else home.root}


def copy(name: str, folder: Path) -> Home:
    """A new installation at which a driver begins, in a folder of its own."""
    folder.mkdir(parents=True)
    home = _linked(small.copy(DRIVERS[name].stage, folder))
    if name == "restore":
        made = apart(folder.parent, backup, home)
        assert made.code == 0, made.said
    return home


def _linked(home: Home) -> Home:
    """The inputs of a run name the batches by their whole paths: in a copy these are others."""
    for link in home.runs.glob("*/inputs/figure/*"):
        link.unlink()
        link.symlink_to(home.landing / link.name)
    return home


def _built(home: Home) -> None:
    """The corrected returns were taken in and built by a run that was killed as it began to publish."""
    small._copy("published", home)
    plan = {"kill": "release.protocol:publish mkdir releases/staging/…", "which": 1}
    done = inside(home, "run", plan)
    assert done.returncode == -signal.SIGKILL, done.stdout + done.stderr


def _several(home: Home) -> None:
    """Four candidates, of which an edition needs the first."""
    small._copy("built", home)
    _linked(home)
    for _ in range(3):
        made = apart(home.root.parent, candidate, home)
        assert made.code == 0, made.said


small.STAGES |= {"built": _built, "several": _several}


def inside(
    home: Home, name: str, plan: dict[str, Any], new: bool = False, seconds: float = 600
) -> subprocess.CompletedProcess[str]:
    """A driver in a new process that follows a plan (see `inside`); never raises for how it ends."""
    start = (sys.executable, "-m", "tests.faults.inside") if new else loaded.words("tests.faults.inside")
    words = [*start, json.dumps(plan), name]
    return subprocess.run(
        words, env=small.settings(home), cwd=home.root.parent, capture_output=True, text=True, timeout=seconds,
        start_new_session=True,
    )  # fmt: skip
