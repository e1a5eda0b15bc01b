"""One run of the line: its id, its folder, how long each stage took, and how it ended, in sentences.

The same whether the command line or the Dagster UI started it. What a stage does belongs to the stage.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from pipelines.home import Home, sole_writer, writer
from pipelines.landing import register

WAREHOUSE, VALIDATION = "warehouse.duckdb", "validation"
"""What stands in a run's folder, for every stage: the private build, and the findings (results.json, failing/*.csv)."""

KEEP = 10
"""Folders of ended runs that are kept for their findings and logs."""


@dataclass
class Run:
    """A run in progress. `seconds`: stage -> wall time. `reasons`: why it did not release. `unchanged`: the
    release that it would only have made again. `releases`: is a release asked of it at all? A backfill of the Dagster
    UI lands in one run and builds in the next.
    """

    home: Home
    run_id: str
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: list[str] = field(default_factory=list)
    release_id: str | None = None
    blocked: bool = False
    unchanged: str | None = None
    releases: bool = True

    @property
    def folder(self) -> Path:
        """`runs/<run id>/`."""
        return self.home.runs / self.run_id

    @property
    def warehouse(self) -> Path:
        """The private build."""
        return self.folder / WAREHOUSE

    @property
    def validation(self) -> Path:
        """Folder of the findings."""
        return self.folder / VALIDATION

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Times a stage and keeps the sentence of whatever stopped it."""
        begin = time.monotonic()
        try:
            yield
        except Exception as error:
            self.reasons.append(f"{name}: {str(error).strip() or type(error).__name__}")
            raise
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.monotonic() - begin


@contextmanager
def begin(home: Home, releases: bool = True, job_run: str = "") -> Iterator[Run]:
    """Holds the writer's lock, registers the run, and how it ended. Raises home.Busy when another writes.

    `job_run`: its id in the scheduler.
    """
    home.create()
    with sole_writer(home):
        run_id = f"{datetime.now(UTC):%Y%m%dT%H%M%S}Z-{os.getpid():05d}"
        while (home.runs / run_id).exists():
            run_id += "x"
        run = Run(home, run_id, releases=releases)
        run.folder.mkdir(mode=0o700)
        register.start_run(home, run_id, job_run)
        try:
            yield run
        finally:
            _conclude(run)


def is_running(home: Home, run_id: str) -> bool:
    """Does the process whose number ends the run's id hold the writer's lock?"""
    holder = writer(home)
    return holder is not None and holder.startswith(f"process {int(run_id.rpartition('-')[2].rstrip('x'))} ")


def _outcome(run: Run) -> str:
    if run.release_id:
        return "released"
    if run.unchanged:
        return "unchanged"
    if not run.releases and not run.reasons:
        return "landed"
    return "blocked" if run.blocked else "failed"


def _conclude(run: Run) -> None:
    outcome = _outcome(run)
    if outcome == "failed" and not run.reasons:
        run.reasons.append("The run ended before it reached the release; see its log.")
    release_id = run.release_id or run.unchanged
    register.end_run(run.home, run.run_id, outcome, [] if release_id else run.reasons, release_id)
    summary = {"run_id": run.run_id, "outcome": outcome, "reasons": run.reasons, "release_id": release_id}
    text = json.dumps(summary | {"seconds": run.seconds}, indent=2, ensure_ascii=False)
    (run.folder / "run.json").write_text(text + "\n", encoding="utf-8")
    if release_id:  # a blocked run keeps its private build, so that an engineer can look into it
        run.warehouse.unlink(missing_ok=True)
        shutil.rmtree(run.folder / "inputs", ignore_errors=True)
    for old in sorted(run.home.runs.iterdir())[:-KEEP]:
        shutil.rmtree(old, ignore_errors=True)
