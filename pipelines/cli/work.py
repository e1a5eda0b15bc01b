"""`demo`, `run`, `status`: the line as a whole."""

from __future__ import annotations

from typing import Annotated

import typer

from pipelines.cli import alerts, scorecard, state
from pipelines.cli.common import Json, catalog, console, fail, home, next_steps, pasted, print_json, sentences
from pipelines.cli.exits import Code
from pipelines.cli.following import following
from pipelines.cli.tables import Table
from pipelines.home import Home

STAGES = {
    "deliveries": "intake: judge what arrived",
    "inputs": "landing: lay out what stands",
    "dbt_models": "figures: build and test",
    "expectations": "validation: hold to the rules",
    "candidate": "release: publish the candidate",
}
"""Steps of the job that a person sees, in words."""

_MEDIATION = (
    "select period, value_text from mart_indicator "
    "where indicator_id = 'dispute_mediation_success_rate' and area_level = 'county' order by period"
)


def execute(where: Home, anew: bool = False) -> None:
    """Runs the job and shows each stage; raises Busy, Unusable and ContractError, Exit where it ended before it was a
    run: what is told of the last run would be told of another.
    """
    from pipelines.alerts import watch
    from pipelines.defs import execute as job
    from pipelines.landing import history

    before = [row["run_id"] for row in history.last(where, 1)]
    with following("start: load documents and stages", log=True) as stages:

        def follow(step: str, what: job.Happened) -> None:
            if step in STAGES and what == "start":
                stages.begin(STAGES[step])
            elif step in STAGES:
                stages.end(well=what == "end")

        outcome = job.execute(where, follow, anew)
    if not outcome.success and before == [row["run_id"] for row in history.last(where, 1)]:
        raise fail("\n".join(outcome.failures.values()))
    for sentence in watch.after_run(where, catalog(where)):
        typer.echo(sentence, err=True)


def run(
    anew: Annotated[
        bool, typer.Option("--anew", help="Build everything, and publish also when nothing has changed.")
    ] = False,
    json: Json = False,
) -> None:
    """Take in what arrived; if anything changed, rebuild, validate, publish a candidate.

    Exit code 0: there is a new candidate, or nothing new. 1: something is wrong, the previous one stands. 3: busy.
    """
    with sentences():
        where = home()
        catalog(where)
        execute(where, anew)
    found = state.collect(where)
    well = found["last_run"]["well"]
    if json:
        print_json(found)
    else:
        state.show_run(found)
        if well:
            next_steps(
                (pasted("status"), "what arrived, what was rejected, what the checks say"),
                (pasted("query", "from mart_indicator limit 5"), "ask the release in SQL"),
            )
        else:
            next_steps((pasted("status"), "the same again, later"))
    if not well:
        raise typer.Exit(Code.NOT_DONE)


def status(json: Json = False) -> None:
    """The current release, the last run (running, or why it did not release), what waits, what was rejected."""
    with sentences():
        found = state.collect(home())
    if json:
        print_json(found)
        return
    if found["last_run"] is None:
        console().print(f"Nothing has run in {found['home']} yet.", soft_wrap=True, markup=False)
        state.show_left(found)
        state.show_waiting(found)
        next_steps((pasted("demo"), "a fictitious county, to see it work"), (pasted("run"), "take in the inbox"))
        return
    state.show_run(found)
    alerts.show(found["alerts"])
    state.show_waiting(found)
    state.show_rejected(found)


def demo(json: Json = False) -> None:
    """Ten years of a fictitious county: generate its returns, run everything, show the result."""
    from pipelines import demo as county

    with sentences():
        where = home()
        marker = where.root / ".demo"
        if where.root.is_dir() and any(where.root.iterdir()) and not marker.exists():
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
        execute(where)
    found = state.collect(where)
    if json:
        print_json(found)
    else:
        state.show_run(found)
        if found["last_run"]["outcome"] == "released":
            _print_results(where, plan.reference_period)
            next_steps(
                (pasted("status"), "the rejected return, and where its receipt lies"),
                (
                    pasted("scorecard", plan.deliveries[0].unit, plan.reference_period),
                    "its targets, and how far each verdict can be relied on",
                ),
                (pasted("query", _MEDIATION), "one indicator over the years"),
                (pasted("release", "verify"), "read and hash the whole release again"),
            )
    if found["last_run"]["outcome"] != "released":
        raise typer.Exit(Code.NOT_DONE)


def _print_results(where: Home, period: str) -> None:
    from pipelines.release import query

    sql = (
        "select d.title_en, d.kind, d.multiplier, i.value_text, i.headline_text, i.numerator, i.denominator, "
        "case i.qualifier when 'at_least' then '≥ ' else '' end, "
        "coalesce(v.operator || ' ' || v.target_text, ''), coalesce(v.verdict, ''), v.reliability "
        "from mart_indicator i join dim_indicator d using (indicator_id) "
        "left join mart_scorecard v using (indicator_id, area_code, period, breakdown) "
        f"where i.period = '{period}' and i.area_level = 'county' and i.breakdown = '_T' order by d.title_en"
    )
    _, rows = query.query(where, sql)
    headings = ("indicator", "figure", "unit", "from", "target", "verdict", "reliability")
    table = Table(headings, ("figure", "from", "target"), title=f"The county in {period}")
    for title, kind, per, value, headline, numerator, denominator, qualifier, target, verdict, reliability in rows:
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
        table.add(
            title,
            qualifier + shown,
            unit,
            basis,
            target,
            scorecard.verdict(verdict),
            scorecard.words(reliability),
        )
    table.show()
