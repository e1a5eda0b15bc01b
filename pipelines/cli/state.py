"""The state of an installation, collected for `run`, `demo` and `status`, and shown in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.cli.common import console, pasted, prose
from pipelines.home import Home
from pipelines.intake.text import visible

if TYPE_CHECKING:
    from pipelines.contracts import Catalog

SHOWN = 5
"""Rejected deliveries that `status` lists; a run's summary names fewer."""
OF_A_RUN = 3
_NAME = 200
"""Characters of a file's name that are shown."""


def collect(where: Home) -> dict[str, Any]:
    """Current release, last run, what waits for the next run or for a person, what lies in the inbox, what was
    rejected; receipts as absolute paths.
    """
    from pipelines.alerts import report
    from pipelines.landing import history, inbox, waiting
    from pipelines.release import read
    from pipelines.runs import VALIDATION, WELL, is_running

    last = history.last(where, 1)
    run = last[0] if last else None
    if run:
        run["reasons"] = json.loads(run["reasons"])
        run["outcome"] = run["outcome"] or ("running" if is_running(where, run["run_id"]) else "interrupted")
        run["well"] = run["outcome"] in WELL
        run["warnings"], run["explained"] = _warnings(where.runs / run["run_id"] / VALIDATION)
        run["built"] = _built(where.runs / run["run_id"])
        found = _rejected(where, run["run_id"])
        run["not_accepted"] = {"deliveries": len(found), "first": found[:OF_A_RUN]}
    rejected = _rejected(where)
    lies = inbox.look(where)
    return {
        "home": str(where.root),
        "current": next((release for release in read.list_releases(where) if release["current"]), None),
        "last_run": run,
        "waiting": waiting.count(where),
        "held": _held(where),
        "inbox": lies.waiting,
        "left_in_inbox": lies.left,
        "rejected": rejected[:SHOWN],
        "rejected_count": len(rejected),
        "alerts": report.overview(where, _catalog(where)),
    }


def _catalog(where: Home) -> Catalog | None:
    """The documents; None when they cannot be used: the state is told all the same."""
    from pipelines.contracts import ContractError, load

    try:
        return load(where.contracts)
    except ContractError:
        return None


def _rejected(where: Home, run_id: str | None = None) -> list[dict[str, Any]]:
    """Deliveries not (wholly) accepted, newest first. The same file sent again with the same words is the same one."""
    from sqlalchemy import func, select

    from pipelines.landing import register

    found = register.delivery.c
    query = select(func.max(found.number)).where(found.verdict.in_(("rejected", "partly")))
    query = query.group_by(found.sha256, found.file_name, found.declared)
    if run_id:
        query = query.where(found.run_id == run_id)
    rows = register.rows(
        where,
        select(found.number, found.file_name, found.verdict, found.received_at, found.receipt)
        .where(found.number.in_(query))
        .order_by(found.number.desc()),
    )
    for row in rows:
        row["receipt"] = str(where.root / row["receipt"]) if row["receipt"] else None
    return rows


def _held(where: Home) -> int:
    """Submissions that wait for a person, as far as was built last; those decided since no longer do."""
    from pipelines.release import read, waiting

    try:
        return sum(one["decided"] is None for one in waiting.told(where)["submissions"])
    except read.ReleaseError:  # none yet, or made before anything could wait
        return 0


def _built(folder: Path) -> str:
    """Was everything built (`whole`), or which years again? '' where the run came to no build."""
    from pipelines.runs import FILE

    try:
        return json.loads((folder / FILE).read_bytes())["stages"]["warehouse"]["built"]
    except (OSError, ValueError, KeyError):
        return ""


def _warnings(folder: Path) -> tuple[list[str], int]:
    """What the checks of a run say that is not explained throughout, and how many rows are explained."""
    from pipelines.validation import read_results

    results = read_results(folder)
    if results is None:
        return [], 0
    by_rule, open_ = results.by_rule(), {r.rule for r in results.results if r.status == "fail" and not r.is_explained}
    said = [f"{id}: {summary.sentence}" for id, summary in by_rule.items() if id in open_]
    return said, sum(summary.explained for summary in by_rule.values())


def show_run(state: dict[str, Any]) -> None:
    """How the last run went, what it did not accept, and the current release."""
    screen = console()
    current, last = state["current"], state["last_run"]
    colours = {"running": "cyan", "interrupted": "yellow"}
    colour = "green" if last["well"] else colours.get(last["outcome"], "red")
    nothing = " (nothing new since the current release)" if last["outcome"] == "unchanged" else ""
    screen.print(f"last run  [{colour}]{last['outcome']}[/{colour}]{nothing}  {last['run_id']}")
    for reason in last["reasons"]:
        prose("          ", reason)
    if (built := last["built"]) not in ("", "whole"):
        again = "no year" if built == "no year" else f"{built} again, and what follows from it"
        prose("built     ", f"{again}; the rest is of the build before", "dim")
    if warnings := [warning for warning in last["warnings"] if warning not in last["reasons"]]:
        for warning in warnings:
            prose("warning   ", warning, "yellow")
        prose("          ", f"to explain them: {pasted('warnings')}", "dim")
    if count := last["explained"]:
        words = (
            f"{count:,} warning{' is' if count == 1 else 's are'} accepted with an explanation: {pasted('warnings')}"
        )
        prose("explained ", words, "dim")
    if count := last["not_accepted"]["deliveries"]:
        many = f"{count} deliver{'y was' if count == 1 else 'ies were'} not (wholly) accepted; the receipts say why"
        prose("rejected  ", many, "yellow")
        for row in last["not_accepted"]["first"]:
            screen.print(f"          {row['receipt']}", style="dim", soft_wrap=True, markup=False)
        _more(count - OF_A_RUN, "          ")
    if count := state["held"]:
        words = f"{count} submission{' waits' if count == 1 else 's wait'} for a person: {pasted('held')}"
        prose("held      ", words, "yellow")
    show_left(state)
    if current:
        rows = current["rows"]
        figures = (
            f"{rows.get('mart_indicator', 0):,} indicator figures, {rows.get('mart_observation', 0):,} observations"
        )
        prose("current   ", f"{current['release_id']}  ({figures})")
        screen.print(f"          {current['folder']}", soft_wrap=True, markup=False)
        if held := rows.get("mart_held_copy", 0):
            prose("held      ", f"{held:,} copies of figures wait for a person; `held` lists them", "yellow")
    else:
        screen.print("current   no release yet")


def show_left(state: dict[str, Any]) -> None:
    """Entries of the inbox that cannot be taken, each with the reason."""
    for entry in state["left_in_inbox"]:
        name = visible(entry["file"], _NAME)
        prose("inbox     ", f"{name}: {entry['reason']}", "yellow")


def show_waiting(state: dict[str, Any]) -> None:
    """What the next run will take in."""
    count = state["waiting"] + state["inbox"]
    console().print(f"waiting   {count} deliver{'y' if count == 1 else 'ies'} for the next run")


def show_rejected(state: dict[str, Any]) -> None:
    """The last deliveries that were not accepted."""
    if not state["rejected"]:
        return
    screen = console()
    screen.print("\n[bold]Not accepted[/bold], the last ones; the figures before them stand")
    for row in state["rejected"]:
        partly = " (in part)" if row["verdict"] == "partly" else ""
        name = visible(row["file_name"], _NAME)
        screen.print(f"  {name}{partly}, received {row['received_at'][:10]}", markup=False, soft_wrap=True)
        screen.print(f"    {row['receipt']}", style="dim", soft_wrap=True, markup=False)
    _more(state["rejected_count"] - len(state["rejected"]), "  ")


def _more(count: int, indent: str) -> None:
    if count > 0:
        console().print(f"{indent}... and {count} more")
