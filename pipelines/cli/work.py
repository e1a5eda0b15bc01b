"""`demo`, `run`, `status`: the line as a whole."""

from __future__ import annotations

import json as jsonlib
from pathlib import Path
from typing import Any

import typer

from pipelines.cli.common import Json, catalog, console, fail, home, next_steps, pasted, print_json, sentences
from pipelines.home import Home, writer

STAGES = {
    "deliveries": "intake: judge what arrived",
    "inputs": "landing: lay out what stands",
    "dbt_models": "observations, indicators: build and test",
    "expectations": "validation: hold every figure against its rules",
    "candidate": "release: publish the candidate",
}


_MEDIATION = (
    "select period, value_text from mart_indicator "
    "where indicator_id = 'dispute_mediation_success_rate' and area_level = 'county' order by period"
)


def _execute(where: Home) -> None:
    """Runs the job with a progress line per stage; raises Busy and ContractError."""
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from pipelines.defs import execute

    screen = console()
    with Progress(
        SpinnerColumn(finished_text="[green]✓[/green]"),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        console=screen,
        disable=not screen.is_terminal,
    ) as progress:
        tasks = {"start": progress.add_task("loading the documents and the stages", total=1)}

        def follow(step: str, what: str) -> None:
            progress.update(tasks["start"], completed=1)
            if step in STAGES and what == "start":
                tasks[step] = progress.add_task(STAGES[step], total=1)
            elif step in tasks:
                progress.update(tasks[step], completed=1)

        execute.execute(where, follow)


def run(json: Json = False) -> None:
    """Take in what arrived, rebuild, validate, publish a candidate. Exit code 1: the previous one stands; 3: busy."""
    with sentences():
        where = home()
        catalog(where)
        _execute(where)
    state = _state(where)
    if json:
        print_json(state)
    else:
        _print_run(state)
        if state["last_run"]["outcome"] == "released":
            next_steps(
                (pasted("status"), "what arrived, what was rejected, what the checks say"),
                (pasted("query", "from mart_indicator limit 5"), "ask the release in SQL"),
            )
        else:
            next_steps((pasted("status"), "the same again, later"))
    if state["last_run"]["outcome"] != "released":
        raise typer.Exit(1)


def status(json: Json = False) -> None:
    """The current release, the last run (running, or why it did not release), what waits, what was rejected."""
    state = _state(home())
    if json:
        print_json(state)
        return
    screen = console()
    if state["last_run"] is None:
        screen.print(f"Nothing has run in {state['home']} yet.", soft_wrap=True)
        next_steps((pasted("demo"), "a fictitious county, to see it work"), (pasted("run"), "take in the inbox"))
        return
    _print_run(state)
    screen.print(f"waiting   {state['waiting']} deliver{'y' if state['waiting'] == 1 else 'ies'} for the next run")
    if state["rejected"]:
        screen.print("\n[bold]Not accepted[/bold], the last ones; the figures before them stand")
        for row in state["rejected"]:
            partly = " (in part)" if row["verdict"] == "partly" else ""
            screen.print(f"  {row['file_name']}{partly}, received {row['received_at'][:10]}", markup=False)
            screen.print(f"    {row['receipt']}", style="dim", soft_wrap=True, markup=False)


def demo(json: Json = False) -> None:
    """Ten years of a fictitious county: generate its returns, run everything, show the result."""
    from pipelines import demo as county

    with sentences():
        where = home()
        marker = where.root / ".demo"
        if where.root.exists() and any(where.root.iterdir()) and not marker.exists():
            raise fail(
                f"{where.root} already holds an installation; the demo needs a folder of its own.\n"
                f"Set YEARBOOK_HOME to an empty folder and run the demo again."
            )
        where.create()
        marker.touch()
        documents = catalog(where)
        plan = county.generate(documents, where.inbox)
        if not json:
            console().print(
                f"[bold]{documents.programme.title.en}[/bold]: {plan.files} files of fictitious returns, "
                f"{plan.first} to {plan.last}, laid into {where.inbox}",
                soft_wrap=True,
            )
        _execute(where)
    state = _state(where)
    if json:
        print_json(state)
    else:
        _print_run(state)
        if state["last_run"]["outcome"] == "released":
            _print_results(where, plan.reference_period)
            next_steps(
                (pasted("status"), "the rejected return, and where its receipt lies"),
                (pasted("query", _MEDIATION), "one indicator over the years"),
                (pasted("release", "verify"), "read and hash the whole release again"),
            )
    if state["last_run"]["outcome"] != "released":
        raise typer.Exit(1)


def _state(where: Home) -> dict[str, Any]:
    from sqlalchemy import select

    from pipelines.landing import register
    from pipelines.release import read
    from pipelines.runs import VALIDATION

    last = register.rows(where, select(register.run).order_by(register.run.c.run_id.desc()).limit(1))
    found = register.delivery.c
    rejected = register.rows(
        where,
        select(found.file_name, found.verdict, found.received_at, found.receipt)
        .where(found.verdict.in_(("rejected", "partly")))
        .group_by(found.sha256)  # the same file sent again is the same rejection
        .order_by(found.number.desc())
        .limit(5),
    )
    run = last[0] if last else None
    if run:
        run["reasons"] = jsonlib.loads(run["reasons"])
        run["outcome"] = run["outcome"] or ("running" if _is_running(where, run["run_id"]) else "interrupted")
        run["warnings"] = _warnings(where.runs / run["run_id"] / VALIDATION)
    current = next((release for release in read.list_releases(where) if release["current"]), None)
    return {
        "home": str(where.root),
        "current": current,
        "last_run": run,
        "waiting": len(register.pending(where)),
        "rejected": rejected,
    }


def _is_running(where: Home, run_id: str) -> bool:
    """Does the process whose number ends the run's id hold the writer's lock?"""
    holder = writer(where)
    return holder is not None and holder.startswith(f"process {int(run_id.rpartition('-')[2].rstrip('x'))} ")


def _warnings(folder: Path) -> list[str]:
    from pipelines.validation import read_results

    results = read_results(folder)
    return [] if results is None else [f"{id}: {s.sentence}" for id, s in results.by_rule().items() if s.failed]


def _print_run(state: dict[str, Any]) -> None:
    screen = console()
    current, last = state["current"], state["last_run"]
    colour = {"released": "green", "running": "cyan"}.get(last["outcome"], "red")
    screen.print(f"last run  [{colour}]{last['outcome']}[/{colour}]  {last['run_id']}")
    for reason in last["reasons"]:
        screen.print(f"          {reason}", markup=False, soft_wrap=True)
    for warning in last["warnings"]:
        if warning not in last["reasons"]:
            screen.print(f"warning   {warning}", style="yellow", markup=False, soft_wrap=True)
    if current:
        rows = current["rows"]
        screen.print(
            f"current   {current['release_id']}  ({rows.get('mart_indicator', 0):,} indicator figures, "
            f"{rows.get('mart_observation', 0):,} observations)"
        )
        screen.print(f"          {current['folder']}", soft_wrap=True, markup=False)
    else:
        screen.print("current   no release yet")


def _print_results(where: Home, period: str) -> None:
    from rich.table import Table

    from pipelines.release import query

    sql = (
        "select d.title_en, d.kind, d.multiplier, i.value_text, i.headline_text, i.numerator, i.denominator, "
        "case i.qualifier when 'at_least' then '≥ ' else '' end, "
        "coalesce(v.operator || ' ' || v.target_text, ''), coalesce(v.verdict, '') "
        "from mart_indicator i join dim_indicator d using (indicator_id) "
        "left join mart_scorecard v using (indicator_id, area_code, period, breakdown) "
        f"where i.period = '{period}' and i.area_level = 'county' and i.breakdown = '_T' order by d.title_en"
    )
    _, rows = query.query(where, sql)
    table = Table(title=f"The county in {period}", box=None, header_style="bold", title_justify="left")
    for heading in ("indicator", "figure", "unit", "from", "target", "verdict"):
        table.add_column(heading, justify="right" if heading in ("figure", "from", "target") else "left")
    marks = {"met": "[green]met[/green]", "not_met": "[red]not met[/red]", "no_data": "[dim]no data[/dim]"}
    for title, kind, per, value, headline, numerator, denominator, qualifier, target, verdict in rows:
        shown, basis, unit = "–" if value is None else value, "", "" if kind == "count" else "%"
        if kind == "count" and value is not None:
            shown = f"{int(value):,}"
        elif headline not in (None, value):
            shown += f" ({headline})"
        if kind == "change" and value is not None:
            shown = shown if shown.startswith("-") else f"+{shown}"
            basis = f"{denominator:,} → {denominator + numerator:,}"
        elif denominator is not None and numerator is not None:
            basis = f"{numerator:,} / {denominator:,}"
        if kind == "rate_per_n":
            unit = f"per {per:,}"
        table.add_row(title, qualifier + shown, unit, basis, target, marks.get(verdict, ""))
    console().print(table)
