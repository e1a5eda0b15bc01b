"""The benchmark: tools in turn on one job in one session, what each costs, and whether their figures are equal.

    python -m tests.benchmarks --size city --runs 3 [--only ours,floor] [--corrected equal] [--faults] [--page]

Writes `build/bench/<size>.json` (with --faults: `faults.json`); --page brings all that was written there into the page.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.benchmarks import corrected, faults, lookups, page, tools
from tests.benchmarks.compare import compare
from tests.benchmarks.measure import Cost
from tests.benchmarks.sizes import COUNTIES, tree
from tests.benchmarks.tools import BENCH, CHECKS_ONLY, FLOOR, OURS, TITLES


def session(size: str, runs: int, chosen: list[str], correct: str = "") -> dict[str, Any]:
    """Every chosen tool `runs` times, in turn. Ours also on the smallest job: what it costs whatever the size; then
    what an analyst waits for its marts, and, where asked (see `arguments`), what a corrected return costs.

    Raises SystemExit for a tool that fails, with the place of what it printed.
    """
    job, outcomes, of = tools.job(size), BENCH / "outcomes" / size, tree(size)
    costs: dict[str, list[dict[str, float]]] = {tool: [] for tool in chosen}
    fixed: list[dict[str, float]] = []
    for number in range(runs):
        for tool in chosen:
            costs[tool].append(_run(tool, job, outcomes / tool, f"{size}, run {number + 1} of {runs}"))
        if OURS in chosen and size != "county":
            fixed.append(_run(OURS, tools.job("county"), outcomes / "fixed", "the fixed cost, on a county"))
    computing = [tool for tool in chosen if tool not in CHECKS_ONLY]
    compared = {tool: compare(outcomes / FLOOR, outcomes / tool) for tool in computing if FLOOR in chosen}
    ours: dict[str, Any] = {}
    kept = {tool: tools.kept(outcomes / tool) for tool in computing}
    if OURS in chosen:
        ours["stages"] = tools.stages(outcomes / OURS)
        ours["waits"] = lookups.waits(outcomes / OURS)
        if correct:
            ours["corrected"] = corrected.corrected(job, outcomes / OURS, anew=correct == "equal")
    return {
        "size": size, "returns": of.returns, "figures": of.figures, "machine": machine(),
        "costs": costs, "fixed": fixed,
        "kept": kept,
        "compared": {tool: {name: vars(one) for name, one in found.items()} for tool, found in compared.items()},
        "versions": {tool: _versions(tool) for tool in chosen},
        **ours,
    }  # fmt: skip


def machine() -> str:
    """Processor, cores, memory, system and Python, in one line. Raises OSError where there is no Linux."""
    cpu = next(
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    )
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 2**20
    cores = len(Path("/proc/cpuinfo").read_text().split("processor\t")) - 1
    return f"{cpu}, {cores} cores, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def _run(tool: str, job: Path, target: Path, what: str) -> dict[str, float]:
    cost: Cost = tools.run(tool, job, target)
    print(f"{TITLES[tool]:32} {what:24} {cost.cpu:8.2f} CPU s {cost.wall:8.2f} s {cost.peak:7.0f} MB", flush=True)
    if cost.code:
        sys.exit(f"{TITLES[tool]} failed; what it printed is in {target.with_suffix('.log')}.")
    return cost.told()


def _versions(tool: str) -> str:
    if tool == OURS:
        return ", ".join(f"{name} {version(name)}" for name in ("dagster", "dbt-core", "duckdb", "great-expectations"))
    return ", ".join((tools.PEERS / tool / "requirements.txt").read_text().replace("==", " ").split("\n")[:-1])


def arguments(words: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """What is asked for, and the tools that take part. Raises SystemExit for what nobody knows."""
    parser = argparse.ArgumentParser(description="Measures tools on one job, in turn.")
    parser.add_argument("--size", choices=list(COUNTIES), help="the job; left out: nothing is measured")
    parser.add_argument("--runs", type=int, default=3, help="how often each tool runs; the median counts")
    parser.add_argument("--only", default="", help="tools, with commas; left out: all")
    parser.add_argument(
        "--corrected", choices=["cost", "equal"], default="",
        help="run ours again after a corrected return; equal: and once more anew, to compare the two",
    )  # fmt: skip
    parser.add_argument("--faults", action="store_true", help="plant faults, and see what each tool makes of them")
    parser.add_argument("--page", action="store_true", help="write what was measured into the page")
    given = parser.parse_args(words)
    asked = given.only.split(",") if given.only else list(TITLES)
    if unknown := set(asked) - set(TITLES):
        parser.error(f"no tool is called {', '.join(sorted(unknown))}; there are {', '.join(TITLES)}")
    return given, [tool for tool in TITLES if tool in asked]


def main() -> None:
    """Does what was asked for."""
    given, chosen = arguments(sys.argv[1:])
    for tool in chosen if given.size or given.faults else []:
        tools.ready(tool)
    if given.size:
        found = session(given.size, given.runs, chosen, given.corrected)
        _write(given.size, found)
        for tool, costs in found["costs"].items():
            print(f"{TITLES[tool]:32} {statistics.median(one['cpu'] for one in costs):8.2f} CPU s (median)")
    if given.faults:
        known = BENCH / "faults.json"
        before = json.loads(known.read_text()) if known.exists() else {}
        found = faults.trial(chosen)
        _write("faults", {fault: _in_order(before.get(fault, {}) | of) for fault, of in found.items()})
    if given.page:
        page.write(BENCH)


def _in_order(of: dict[str, str]) -> dict[str, str]:
    """What came of a fault, tool by tool: a tool's outcome stays until it is tried again."""
    return {tool: of[tool] for tool in TITLES if tool in of}


def _write(name: str, found: dict[str, Any]) -> None:
    (BENCH / f"{name}.json").write_text(json.dumps(found, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
