"""One run of the line: its id, its folder, what each stage did and how long it took, and how it ended, in sentences.

All of it is told three times in the same words: in the journal, in the scheduler's record, in the run's folder; and the
same whether the command line or the Dagster UI started it. What a stage does belongs to the stage.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import journal
from pipelines.home import Home
from pipelines.landing import clocks, history, register
from pipelines.locks import Busy, going, sole_writer, turn, writer

WAREHOUSE, VALIDATION = "warehouse.duckdb", "validation"
"""What stands in a run's folder, for every stage: the private build, and the findings (results.json, failing/*.csv)."""

WELL = ("released", "unchanged", "landed")
"""How a run ends when all is well."""

FILE = "run.json"
"""In the folder of an ended run: what its stages took and counted."""
KEEP = 10
"""Folders of ended runs that are kept for their findings and logs."""


@dataclass
class Run:
    """A run in progress. `stages`: stage -> its wall time in seconds and what it counted. `reasons`: why it did not
    release. `unchanged`: the release that it would only have made again. `releases`: is a release asked of it at all? A
    backfill of the Dagster UI lands in one run and builds in the next. `anew`: is everything to be made again?
    """

    home: Home
    run_id: str
    stages: dict[str, dict[str, Any]] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    release_id: str | None = None
    blocked: bool = False
    interrupted: bool = False
    unchanged: str | None = None
    releases: bool = True
    anew: bool = False

    @property
    def folder(self) -> Path:
        """`runs/<run id>/`."""
        return self.home.runs / self.run_id

    @property
    def outcome(self) -> str:
        """How it ended: released, unchanged, landed (no release was asked of it), blocked (a gate was shut),
        interrupted, failed.
        """
        if self.release_id:
            return "released"
        if self.unchanged:
            return "unchanged"
        if not self.releases and not self.reasons:
            return "landed"
        return "blocked" if self.blocked else "interrupted" if self.interrupted else "failed"

    @property
    def warehouse(self) -> Path:
        """The private build."""
        return self.folder / WAREHOUSE

    @property
    def validation(self) -> Path:
        """Folder of the findings."""
        return self.folder / VALIDATION

    @contextmanager
    def stage(self, name: str) -> Iterator[dict[str, Any]]:
        """Times a stage, takes what it counted (put into what is yielded), keeps the sentence of whatever stopped it.

        A stage that is entered more than once is told as one, with the counts of the last time.
        """
        begin = time.monotonic()
        facts = self.stages.setdefault(name, {"seconds": 0.0})
        stopped = {}
        try:
            yield facts
        except Exception as error:
            stopped = {"error": str(error).strip() or type(error).__name__}
            self.reasons.append(f"{name}: {stopped['error']}")
            raise
        except GeneratorExit:
            raise
        except BaseException:  # Ctrl-C, by whatever name the scheduler raises it
            self.interrupted, stopped = True, {"error": "interrupted"}
            self.reasons.append(f"{name}: The run was interrupted.")
            raise
        finally:
            facts["seconds"] = round(facts["seconds"] + time.monotonic() - begin, 3)
            self.note("stage", "error" if stopped else "info", stage=name, **facts, **stopped)

    def note(self, event: str, level: journal.Level = "info", **facts: Any) -> None:
        """A line of this run in the journal."""
        journal.note(self.home, event, level, run=self.run_id, **facts)


@contextmanager
def begin(home: Home, releases: bool = True, job_run: str = "") -> Iterator[Run]:
    """Holds the writer's lock, registers the run, and how it ended. Raises locks.Busy when another writes.

    `job_run`: its id in the scheduler.
    """
    home.create()
    with ExitStack() as held:
        try:
            held.enter_context(sole_writer(home))
        except Busy as error:
            journal.note(home, "run refused", "warning", job_run=job_run, reason=str(error))
            raise
        register.check(home)
        clocks.check(home)
        run_id = _unused(home)
        run = Run(home, run_id, releases=releases)
        run.folder.mkdir(mode=0o700)
        for gone in history.give_up_runs(home):
            journal.note(home, "run gone", "error", run=gone)
        history.start_run(home, run_id, job_run)
        run.note("run began", job_run=job_run)
        try:
            yield run
        finally:
            _conclude(run)


@contextmanager
def intake(home: Home) -> Iterator[Path]:
    """Holds the writer's lock beside others that take in, and gives a folder to work in, named after what does. It is
    no run: nothing is built, and what is told of the last run stays. Raises locks.Busy when another writes.
    """
    home.create()
    with sole_writer(home, beside=True), ExitStack() as held:
        with turn(home):  # what another is about to land is no damage
            register.check(home)
            clocks.check(home)
            id = _unused(home)
            folder = home.runs / id
            folder.mkdir(mode=0o700)
            held.callback(shutil.rmtree, folder, ignore_errors=True)  # the next run removes what a killed one left
            held.enter_context(going(folder))
        journal.note(home, "intake began", intake=id)
        try:
            yield folder
        finally:
            journal.note(home, "intake ended", intake=id)


def _unused(home: Home) -> str:
    """The id of a run that begins now."""
    id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}Z-{os.getpid():05d}"
    while (home.runs / id).exists() or history.is_known(home, id) or [*home.landing.glob(f"batch-{id}*")]:
        id += "x"
    return id


def is_running(home: Home, run_id: str) -> bool:
    """Does the process whose number ends the run's id hold the writer's lock?"""
    holder = writer(home)
    return holder is not None and holder.startswith(f"process {int(run_id.rpartition('-')[2].rstrip('x'))} ")


def _conclude(run: Run) -> None:
    outcome = run.outcome
    if outcome == "failed" and not run.reasons:
        run.reasons.append("The run ended before it reached the release; see its log.")
    release_id = run.release_id or run.unchanged
    history.end_run(run.home, run.run_id, outcome, [] if release_id else run.reasons, release_id)
    told = {"outcome": outcome, "reasons": run.reasons, "release_id": release_id}
    run.note("run ended", "info" if outcome in WELL else "error", **told)
    text = json.dumps({"run_id": run.run_id, **told, "stages": run.stages}, indent=2, ensure_ascii=False, default=str)
    (run.folder / FILE).write_text(text + "\n", encoding="utf-8")
    if release_id:  # a blocked run keeps its private build, so that an engineer can look into it
        run.warehouse.unlink(missing_ok=True)
        shutil.rmtree(run.folder / "inputs", ignore_errors=True)
    kept = {row["run_id"] for row in history.last(run.home, KEEP)}
    for old in run.home.runs.iterdir():
        if old.name not in kept:
            shutil.rmtree(old, ignore_errors=True)
