"""What was measured, as tables in the page: `pipelines/docs/benchmark.md`, between its marks. No figure is typed there.

The plot and its exponents are `plot`'s; a table is there only where its file is.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from statistics import median
from typing import Any

from pipelines.home import PROJECT
from tests.benchmarks import lookups, plot
from tests.benchmarks.sizes import COUNTIES
from tests.benchmarks.tools import CHECKS_ONLY, FLOOR, OURS, TITLES, TOGETHER

PAGE = PROJECT / "pipelines" / "docs" / "benchmark.md"
_HEAD = "| tool | CPU s | times the floor | wall s | peak MB | written MB | kept MB | cells compared | different |\n"
_WORDS = {
    "rejected": "rejected", "held": "held", "error": "error", "warning": "warning", "stopped": "caught",
    "right": "right", "marked": "missing, marked", "silent": "**silent**", "wrong": "**wrong figure**",
}  # fmt: skip


def write(bench: Path, to: Path = PAGE) -> None:
    """Brings what lies in a folder of measurements into the page: costs, scaling and faults, each between its marks."""
    sessions = [json.loads(path.read_text()) for size in COUNTIES if (path := bench / f"{size}.json").exists()]
    text = to.read_text(encoding="utf-8")
    text = _between(text, "costs", "\n".join([*map(_session, sessions), _versions(sessions)]))
    if sessions:
        plot.write(sessions, to.with_suffix(".svg"))
        text = _between(text, "scaling", _scaling(sessions))
        text = _between(text, "corrections", _corrections(sessions))
        text = _between(text, "waits", _waits(sessions))
    if (path := bench / "faults.json").exists():
        text = _between(text, "faults", _faults(json.loads(path.read_text())))
    to.write_text(text, encoding="utf-8")


def _between(text: str, mark: str, table: str) -> str:
    begin, end = f"<!-- {mark} -->\n", f"<!-- end of {mark} -->\n"
    pattern = re.compile(f"({re.escape(begin)}).*?({re.escape(end)})", re.DOTALL)
    assert pattern.search(text), f"The page has no place for {mark}."
    return pattern.sub(lambda match: f"{match[1]}\n{table}\n{match[2]}", text)


def _session(one: dict[str, Any]) -> str:
    runs = len(next(iter(one["costs"].values())))
    of = {
        tool: {name: median(cost[name] for cost in costs) for name in costs[0]} for tool, costs in one["costs"].items()
    }
    lines = [
        f"### {one['size'].title()}: {one['returns']:,} returns, {one['figures']:,} figures\n",
        f"{'Medians of ' + str(runs) + ' runs' if runs > 1 else 'One run'}. {one['machine']}.\n",
        _HEAD + "|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [_row(TITLES[tool], cost, of.get(FLOOR), one, tool) for tool, cost in of.items()]
    if one["fixed"]:
        fixed = {name: median(cost[name] for cost in one["fixed"]) for name in one["fixed"][0]}
        beyond = of[OURS] | {name: of[OURS][name] - fixed[name] for name in ("cpu", "wall", "written")}
        lines.append(_row(f"{TITLES[OURS]} beyond its cost on a county", beyond, of.get(FLOOR), one, ""))
    if OURS in of and all(tool in of for tool in TOGETHER):
        together = sum(of[tool]["cpu"] for tool in TOGETHER)
        names = "; ".join(TITLES[tool] for tool in TOGETHER)
        lines.append(f"\n{names}: together {together:.1f} CPU s. Yearbook: {of[OURS]['cpu'] / together:.2f} of that.")
    if of_stages := one.get("stages"):
        told = ", ".join(f"{stage} {seconds:.1f}" for stage, seconds in of_stages.items())
        lines.append(f"\nStages of Yearbook, seconds on the clock of the last run: {told}.")
    return "\n".join(lines) + "\n"


def _versions(sessions: list[dict[str, Any]]) -> str:
    """What ran, once for each tool unless sessions differ."""
    said = {(tool, versions): None for one in sessions for tool, versions in one["versions"].items()}
    return "\n".join(["Versions:\n", *(f"* {TITLES[tool]}: {versions}" for tool, versions in said)]) + "\n"


def _row(title: str, cost: dict[str, float], floor: dict[str, float] | None, one: dict[str, Any], tool: str) -> str:
    compared = one["compared"].get(tool, {}).values()
    cells = f"{sum(part['cells'] for part in compared):,}" if compared else ""
    wrong = str(sum(part[name] for part in compared for name in ("different", "lacking", "more"))) if compared else ""
    if tool in CHECKS_ONLY:
        cells = "computes nothing"
    times = f"{cost['cpu'] / floor['cpu']:.1f}" if floor else ""
    kept = f"{one['kept'][tool] / 1e6:.1f}" if tool in one["kept"] else ""
    return (
        f"| {title} | {cost['cpu']:.2f} | {times} | {cost['wall']:.1f} | {cost['peak']:.0f} | {cost['written']:.0f} "
        f"| {kept} | {cells} | {wrong} |"
    )


def _scaling(sessions: list[dict[str, Any]]) -> str:
    lines = [
        "![Processor time, memory and storage against the number of returns](benchmark.svg)\n",
        "| tool | returns | exponent of CPU | exponent of peak memory | kept MB per million figures |",
        "|---|---|---:|---:|---:|",
    ]
    for tool, title in plot.NAMES.items():
        if len(points := plot.points(sessions, tool)) > 1:
            sizes, (cpu, peak) = plot.said(points), (plot.exponent(points, name) for name in ("cpu", "peak"))
            kept = f"{points[-1]['kept']:.1f}" if "kept" in points[-1] else ""
            lines.append(f"| {title} | {sizes} | {cpu:.2f} | {peak:.2f} | {kept} |")
    return "\n".join(lines) + "\n"


def _corrections(sessions: list[dict[str, Any]]) -> str:
    lines = [
        "| job | whole: CPU s beyond the fixed | a return of the middle year: CPU s beyond the fixed | of the whole "
        "| a return of the last year: CPU s beyond the fixed | of the whole | peak MB | the same as made anew |",
        "|---|---:|---:|---:|---:|---:|---:|---|",
    ]
    for one in sessions:
        if not (of := one.get("corrected")) or not one["fixed"]:
            continue
        fixed = median(cost["cpu"] for cost in one["fixed"])
        costs = (one["costs"][OURS], [of["middle"]], [of["last"]])
        whole, middle, last = (median(cost["cpu"] for cost in some) - fixed for some in costs)
        equal = {True: "yes", False: "**no**", None: ""}[of.get("equal")]
        peak = max(of["middle"]["peak"], of["last"]["peak"])
        lines.append(
            f"| {one['size']} | {whole:.1f} | {middle:.1f} | {middle / whole:.0%} | {last:.1f} | {last / whole:.0%} "
            f"| {peak:.0f} | {equal} |"
        )
    return "\n".join(lines) + "\n"


def _waits(sessions: list[dict[str, Any]]) -> str:
    ways = [f"{title}: median | p95" for title in lookups.WAYS.values()]
    lines = [f"| job | rows | question | {' | '.join(ways)} |", "|---|---:|---|" + "---:|---:|" * len(ways)]
    for one in sessions:
        for question, of in one.get("waits", {}).get("questions", {}).items():
            cells = [f"{of[way]['median']:.1f} | {of[way]['p95']:.1f}" for way in lookups.WAYS]
            rows = f"{one['waits']['rows']:,}"
            lines.append(f"| {one['size']} | {rows} | {lookups.TITLES[question]} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _faults(found: dict[str, dict[str, str]]) -> str:
    chosen = list(next(iter(found.values())))
    lines = [f"| fault | {' | '.join(TITLES[tool] for tool in chosen)} |", "|---|" + "---|" * len(chosen)]
    lines += [
        f"| {fault} | {' | '.join(_WORDS.get(of.get(tool, ''), '') for tool in chosen)} |"
        for fault, of in found.items()
    ]
    counts = {
        word: [sum(of.get(tool) == word for of in found.values()) for tool in chosen] for word in ("silent", "wrong")
    }
    for word, title in (("silent", "passed in silence"), ("wrong", "turned into a wrong figure")):
        lines.append(f"| **{title}** | {' | '.join(map(str, counts[word]))} |")
    return "\n".join(lines) + "\n"
