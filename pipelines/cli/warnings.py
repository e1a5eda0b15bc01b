"""`warnings`, `warnings explain`, `warnings take-back`: what the checks leave to a person to explain, and doing so."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, console, fail, home, next_steps, pasted, print_json, prose, sentences

app = typer.Typer(
    help="What the checks warn of, and why it is accepted all the same.\n\nA warning keeps no release back; it is for "
    "a person to explain. pipelines/docs/warnings.md says how an explanation goes with its figure.",
)
SHOWN = 50
"""Warnings that are listed; --json has all of them."""

IDS = "Ids of warnings, or their first 8 characters or more."
By = Annotated[str, typer.Option(help="Name of the person who says it; kept, and published with the figure.")]


@app.callback(invoke_without_command=True)
def warnings(context: typer.Context, json: Json = False) -> None:
    """Every figure of which a check warns, unexplained ones first, and every explanation that has lapsed."""
    if context.invoked_subcommand:
        return
    from pipelines.validation import standing

    with sentences():
        where = home()
        there = standing.found(where)
        language = catalog(where).programme.language
    if json:
        print_json(_plain(there))
    elif there is None:
        typer.echo("No results of a validation are here; warnings show after the first run.")
    else:
        _show(there, language)


@app.command("explain")
def explain(
    ids: Annotated[list[str], typer.Argument(autocompletion=complete.warnings, help=IDS)],
    because: Annotated[
        str, typer.Option(help="Why the figures are right as they are, in words; kept, and published with them.")
    ],
    by: By,
    json: Json = False,
) -> None:
    """Accept figures of which a check warns, with an explanation. It holds as long as they are what they are now.

    The next run follows it: the warning counts as explained and nobody is told of it again. A later explanation
    replaces it, and both are kept. Name nothing in it that must not be public.
    """
    from pipelines.validation import standing

    with sentences():
        try:
            made = standing.explain(home(), ids, because, by)
        except standing.DecisionError as error:
            raise fail(str(error)) from None
    _recorded(made, "accepted with an explanation", json)


@app.command("take-back")
def take_back(
    ids: Annotated[list[str], typer.Argument(autocompletion=complete.explained, help=IDS)],
    because: Annotated[str, typer.Option(help="Why the explanation does not hold, in words; kept.")],
    by: By,
    json: Json = False,
) -> None:
    """Take explanations back: the warnings stand again from the next run on. What was said stays on record."""
    from pipelines.validation import standing

    with sentences():
        try:
            made = standing.take_back(home(), ids, because, by)
        except standing.DecisionError as error:
            raise fail(str(error)) from None
    _recorded(made, "explained no more", json)


def _plain(there: Any) -> dict[str, Any]:
    if there is None:
        return {"known_by": "", "warnings": [], "lapsed": []}
    from pipelines.validation.spoken import in_each

    warnings, lapsed = (
        [row | {side: in_each(row[side]) for side in ("found", "expected")} for row in rows]
        for rows in (there.findings, there.lapsed)
    )
    return {"known_by": there.known_by, "warnings": warnings, "lapsed": lapsed}


def _show(there: Any, language: str) -> None:
    screen, open_ = console(), len(there.open)
    if not there.findings:
        typer.echo(f"No check warns of anything, as {there.known_by} has it.")
    else:
        one = len(there.findings) == 1
        said = f"{len(there.findings):,} warning{'' if one else 's'} of the checks, {open_:,} unexplained"
        typer.echo(f"{said}, as {there.known_by} has it:")
    for row in there.findings[:SHOWN]:
        style = "dim" if row["said"] else "yellow"
        screen.print()
        prose("", f"{row['finding']}  {row['rule']}  {row['place']}", style)
        prose("  ", _seen(row, language))
        prose("  ", row["because"][language], "dim")
        if row["said"]:
            prose("  ", f"explained by {_words(row['said'])}", "green")
    if (more := len(there.findings) - SHOWN) > 0:
        screen.print(f"\n... and {more:,} more; --json has all")
    if there.lapsed:
        typer.echo("\nExplained once, but the figures are not those any more:")
    for row in there.lapsed[:SHOWN]:
        key = " ".join(part for part in (row["subject"], row["measure_id"], row["area_code"], row["period"]) if part)
        screen.print()
        prose("", f"{row['finding']}  {row['rule']}  {key}", "dim")
        prose("  ", f"was {_seen(row, language)}")
        prose("  ", f"explained by {_words(row)}", "dim")
    if open_:
        words = ("--because", "WHY", "--by", "YOUR NAME")
        next_steps((pasted("warnings", "explain", there.open[0]["finding"], *words), "accept it, with an explanation"))


def _seen(row: dict[str, str], language: str) -> str:
    from pipelines.validation.spoken import in_words

    return f"found {in_words(row['found'], language)}, expected {in_words(row['expected'], language)}"


def _words(said: dict[str, str]) -> str:
    return f"{said['by']}, {said['at'][:10]}: {said['because']}"


def _recorded(made: list[dict[str, Any]], words: str, json: bool) -> None:
    if json:
        print_json(made)
        return
    for one in made:
        said = f"Decision {one['number']}: {one['subject']} {words}, by {one['decided_by']}."
        console().print(said, markup=False, soft_wrap=True)
    next_steps((pasted("run"), "make a candidate that follows it"))
