"""Runs the trials of a section, two at once, and writes what came of each as soon as it is known.

A trial that is written is not run again while the code is the same: this is how a suite of hours is taken up again.
"""

from __future__ import annotations

import hashlib
import importlib
import json
import os
import shutil
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from pipelines.home import PROJECT
from tests.faults.outcome import Outcome

BUILD = PROJECT / "build" / "faults"
WORKERS = min(2, os.cpu_count() or 1)
PRODUCT = ("pipelines", "dbt_project", "data_contracts")
"""Folders of which a change makes earlier outcomes worthless."""
_TEXTS = (".py", ".sql", ".yaml", ".yml", ".csv", ".json")


def section(name: str) -> ModuleType:
    """The module of a section."""
    return importlib.import_module(f"tests.faults.sections.{name}")


@cache
def code(*tests: str) -> str:
    """A digest of the product's code, and of files of the suite: what an outcome depends on."""
    digest = hashlib.sha256()
    found = (path for folder in PRODUCT for path in (PROJECT / folder).rglob("*") if path.suffix in _TEXTS)
    for path in sorted((*(p for p in found if "target" not in p.parts), *(PROJECT / "tests" / one for one in tests))):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _code_of(name: str) -> str:
    """The same with everything that the trials of a section are made of."""
    shared = sorted(path.name for path in Path(__file__).parent.glob("*.py") if path.name not in _TELLING)
    return code(*(f"faults/{file}" for file in (*shared, f"sections/{name}.py")))


_TELLING = ("__main__.py", "page.py", "listed.py", "running.py")
"""Modules of the suite of which no outcome depends."""


def known(name: str) -> dict[str, dict[str, Any]]:
    """Trial -> what came of it under this very code."""
    file = BUILD / f"{name}.jsonl"
    lines = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    return {line["trial"]: line for line in lines if line["code"] == _code_of(name)}


def run(name: str, whole: bool, anew: bool = False, only: str = "") -> int:
    """Runs what is left of a section, tells how it went, and returns in how many trials the promise was broken."""
    began, of = time.monotonic(), section(name)
    BUILD.mkdir(parents=True, exist_ok=True)
    if anew:
        (BUILD / f"{name}.jsonl").unlink(missing_ok=True)
    asked = [one for one in of.names(whole) if only in one]
    done = known(name)
    left = [one for one in asked if one not in done]
    for line in _trials(name, left):
        done[line["trial"]] = line
        with (BUILD / f"{name}.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
        for sentence in line["broken"]:
            print(f"  {line['trial']}: {sentence}", flush=True)
    told = [done[one] for one in asked]
    broken = sum(bool(line["broken"]) for line in told)
    counts = sum((Counter(line["counts"]) for line in told), Counter[str]())
    of_what = ", ".join(f"{number:,} {what}" for what, number in counts.items())
    again = f", {len(asked) - len(left)} of them known" if len(left) < len(asked) else ""
    print(f"{name}: {len(asked)} trials{again} ({of_what}): {broken} broken", end="", flush=True)
    print(f"; {time.monotonic() - began:.0f} s", flush=True)
    return broken


def _trials(name: str, left: list[str]) -> Iterator[dict[str, Any]]:
    if not left:
        return
    with ProcessPoolExecutor(min(WORKERS, len(left)), max_tasks_per_child=100) as pool:
        asked = [pool.submit(one, name, trial) for trial in left]
        try:
            for future in as_completed(asked):
                yield future.result()
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def one(name: str, trial: str) -> dict[str, Any]:
    """Does one trial; what it raises is a sentence about a broken promise too. Its folder stays only in that case."""
    number = hashlib.sha256(trial.encode()).hexdigest()[:12]
    folder = BUILD / "trials" / name / number
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    began = time.monotonic()
    try:
        outcome: Outcome = section(name).trial(trial, folder)
    except Exception:
        outcome = Outcome(broken=[traceback.format_exc()])
    if not outcome.broken:
        shutil.rmtree(folder, ignore_errors=True)
    took = round(time.monotonic() - began, 2)
    return {
        "trial": trial,
        "code": _code_of(name),
        "seconds": took,
        "counts": dict(outcome.counts),
        "broken": outcome.broken,
    }
