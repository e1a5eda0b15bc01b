"""Runs the trials of a section, two at once, and writes what came of each as soon as it is known.

A trial that is written is not run again while the code is the same: this is how a suite of hours is taken up again.
What could not be tried on this machine is told and not written, so that another may try it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path
from types import ModuleType
from typing import Any

from pipelines.home import PROJECT
from tests import loaded
from tests.faults import keyed
from tests.faults.apart import end_with
from tests.faults.outcome import Outcome

BUILD = PROJECT / "build" / "faults"
WORKERS = min(2, os.cpu_count() or 1)
AT_ONCE = 200
"""Trials of one pool of workers: these grow."""


def section(name: str) -> ModuleType:
    """The module of a section."""
    return importlib.import_module(f"tests.faults.sections.{name}")


def known(name: str) -> dict[str, dict[str, Any]]:
    """Trial -> what came of it under this very code."""
    return _under(keyed.code(keyed.section(name)), _written(name))


def last(name: str) -> dict[str, dict[str, Any]]:
    """Trial -> what came of it under the code that was tried last."""
    lines = _written(name)
    return _under(lines[-1]["code"], lines) if lines else {}


def _written(name: str) -> list[dict[str, Any]]:
    file = BUILD / f"{name}.jsonl"
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []


def _under(code: str, lines: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {line["trial"]: line for line in lines if line["code"] == code}


def version() -> str:
    """The commit that the files are of; with a + where some were changed since, nothing where there are no commits."""
    said = [
        subprocess.run(["git", *words], cwd=PROJECT, capture_output=True, text=True, check=False).stdout.strip()
        for words in (("rev-parse", "--short=7", "HEAD"), ("status", "--porcelain", "--untracked-files=no"))
    ]
    return said[0] + ("+" if said[1] else "")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """No other suite works in the same folders meanwhile. Raises SystemExit where one does."""
    BUILD.mkdir(parents=True, exist_ok=True)
    with (BUILD / "suite.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"Another suite attacks the promises in {BUILD}: wait for it, or end it.")
        yield


def run(name: str, asked: list[str], anew: bool = False) -> int:
    """Runs what is left of a section's trials, tells how it went, and returns in how many the promise was broken.

    Raises SystemExit where the code changes meanwhile: of which code the outcome would tell nobody could say.
    """
    began, start, of = time.monotonic(), keyed.section(name), version()
    if anew:
        (BUILD / f"{name}.jsonl").unlink(missing_ok=True)
    taken = keyed.hand_over(start, keyed.PREPARED, keyed.UNDISTURBED)
    done = known(name)
    left = [one for one in asked if one not in done]
    for line in _trials(name, left, taken):
        if any(keyed.now(one) != digest for one, digest in taken.items()):
            sys.exit(f"The code changed while {name} was tried, {line['trial']} last: give it again.")
        done[line["trial"]] = line
        if not line["untried"]:
            with (BUILD / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(line | {"code": taken[start], "version": of}, ensure_ascii=False) + "\n")
        for sentence in line["broken"]:
            print(f"  {line['trial']}: {sentence}", flush=True)
    told = [done[one] for one in asked]
    broken = sum(bool(line["broken"]) for line in told)
    counts = sum((Counter(line["counts"]) for line in told), Counter[str]())
    of_what = ", ".join(f"{number:,} {what}" for what, number in counts.items())
    again = f", {len(asked) - len(left)} of them known" if len(left) < len(asked) else ""
    untried = Counter(line["untried"] for line in told if line["untried"])
    again += "".join(f", {number} not tried: {why}" for why, number in untried.items())
    print(f"{name}: {len(asked)} trials{again} ({of_what}): {broken} broken", end="", flush=True)
    print(f"; {time.monotonic() - began:.0f} s", flush=True)
    return broken


def _trials(name: str, left: list[str], taken: dict[str, str]) -> Iterator[dict[str, Any]]:
    new = get_context("spawn")  # nothing of the suite's own state
    for begin in range(0, len(left), AT_ONCE):  # a pool that renews its workers by itself may wait for ever (3.11)
        some = left[begin : begin + AT_ONCE]
        with ProcessPoolExecutor(min(WORKERS, len(some)), new, _work, (os.getpid(), taken, loaded.served())) as pool:
            asked = [pool.submit(one, name, trial) for trial in some]
            try:
                for future in as_completed(asked):
                    yield future.result()
            except BaseException:
                pool.shutdown(wait=False, cancel_futures=True)
                raise


def _work(suite: int, taken: dict[str, str], served: str) -> None:
    """At the start of a worker: it ends with the suite, its outcomes are of the code that the suite has taken, and
    programs of ours are forked from the suite's process of loaded modules. Where a bug is planted there is no worker.
    """
    end_with(suite)
    loaded.instead(served)
    keyed.take(taken)


def one(name: str, trial: str, folder: Path | None = None) -> dict[str, Any]:
    """Does one trial; what it raises is a sentence about a broken promise too. Its folder stays only in that case."""
    folder = folder or BUILD / "trials" / name / hashlib.sha256(trial.encode()).hexdigest()[:12]
    began = time.monotonic()
    try:
        cleared(folder)
        folder.mkdir(parents=True)
        outcome: Outcome = section(name).trial(trial, folder)
    except Exception:
        outcome = Outcome(broken=[traceback.format_exc()])
    if not outcome.broken:
        shutil.rmtree(folder, ignore_errors=True)
    return {
        "trial": trial,
        "seconds": round(time.monotonic() - began, 2),
        "counts": dict(outcome.counts),
        "untried": outcome.untried,
        "broken": outcome.broken,
    }


def cleared(folder: Path) -> None:
    """Removes a folder with all that is in it, a file system that a trial which was killed left mounted there too."""
    mounted = [re.sub(r"\\(\d{3})", lambda match: chr(int(match[1], 8)), line.split()[1]) for line in _mounts()]
    for place in reversed(mounted):
        if Path(place).is_relative_to(folder):
            subprocess.run(["umount", "-l", place], check=True)
    if folder.exists():
        shutil.rmtree(folder)


def _mounts() -> list[str]:
    return Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
