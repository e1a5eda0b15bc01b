"""The tools that take part, and how each is started on a job: ours, and the peers in environments of their own.

A peer is a folder of `peers/`: `run.py JOB TARGET` and `requirements.txt`. What comes of it is looked at in `compare`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from pipelines.home import PROJECT
from tests.benchmarks import returns
from tests.benchmarks.measure import Cost, measure
from tests.benchmarks.sizes import tree

PEERS = Path(__file__).parent / "peers"
BENCH = PROJECT / "build" / "bench"
OURS, FLOOR = "ours", "floor"
TITLES = {
    FLOOR: "the floor: a script, no checks",
    "polars_dataframely": "Polars, Dataframely",
    "dbt": "dbt-duckdb",
    "dlt_dbt": "dlt, dbt-duckdb",
    "pandas_gx": "pandas, Great Expectations",
    "frictionless": "Frictionless (checks only)",
    OURS: "Yearbook",
}
"""Tool -> what people call it, in the order in which they run."""
CHECKS_ONLY = frozenset({"frictionless"})
TOGETHER = ("frictionless", "dlt_dbt", "pandas_gx")
"""What an office would need to put together for most of what is promised here."""
_QUIET = {
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
    "PYTHONPATH": "",
    "RUNTIME__DLTHUB_TELEMETRY": "false",
}


def job(size: str) -> Path:
    """The job of a size, made where it is not there yet."""
    folder = BENCH / "jobs" / size
    if not folder.exists():
        making = folder.with_name(f"{size}.making")
        shutil.rmtree(making, ignore_errors=True)
        returns.write(making, tree(size))
        making.rename(folder)
    return folder


def ready(tool: str) -> None:
    """Sees to it that a peer has the environment that its requirements name. Raises CalledProcessError if it cannot."""
    if tool == OURS:
        return
    wanted, folder = PEERS / tool / "requirements.txt", BENCH / "venvs" / tool
    installed = folder / "installed.txt"
    if installed.exists() and installed.read_bytes() == wanted.read_bytes():
        return
    print(f"Installing {TITLES[tool]} into {folder}.", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    pip = [_python(tool), "-m", "pip", "install", "-qq", "--progress-bar", "off", "-r", str(wanted)]
    subprocess.run(pip, check=True)
    shutil.copyfile(wanted, installed)


def run(tool: str, of: Path, target: Path) -> Cost:
    """Runs a tool on a job into a folder that is made anew. What it prints goes to a `.log` beside that folder."""
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    log = target.with_suffix(".log")
    if tool != OURS:
        return measure([_python(tool), str(PEERS / tool / "run.py"), str(of), str(target)], log, _QUIET)
    shutil.copytree(of / "returns", target / "inbox")
    home = {"YEARBOOK_HOME": str(target), "YEARBOOK_CONTRACTS": str(of / "documents"), "PYTHONPATH": str(PROJECT)}
    return measure([sys.executable, "-m", "pipelines.cli", "run"], log, home)


def kept(folder: Path) -> int:
    """Bytes of all files below a folder; one with several names counts once."""
    files = (os.lstat(Path(at) / name) for at, _, names in os.walk(folder) for name in names)
    return sum({(one.st_dev, one.st_ino): one.st_size for one in files}.values())


def stages(home: Path) -> dict[str, float]:
    """Stage -> seconds on the clock, of the last run of ours in a home, as its journal says."""
    lines = [
        json.loads(line) for file in sorted((home / "logs").glob("*.jsonl")) for line in file.open(encoding="utf-8")
    ]
    told = [line for line in lines if line["event"] == "stage"]
    return {line["stage"]: line["seconds"] for line in told if line["run"] == told[-1]["run"]}


def _python(tool: str) -> str:
    return str(BENCH / "venvs" / tool / "bin" / "python")
