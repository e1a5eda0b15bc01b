"""`held`, `decide`, `explain`: what waits for a person, side by side, and what persons say of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from pipelines.cli import copies
from pipelines.cli.common import Json, console, fail, home, next_steps, pasted, print_json, sentences
from pipelines.intake.text import visible

Submission = Annotated[str, typer.Argument(help="Id of an accepted submission, or its first 8 characters or more.")]
By = Annotated[str, typer.Option(help="Name of the person who says it; it is kept and shown.")]
Because = Annotated[str, typer.Option(help="Why, in words; kept and shown with every figure that it changes.")]
CODES = "late_return, correction, reclassification, method, boundary or denominator"
SHOWN = 10
"""Figures of a submission that `held` prints; --json has all of them."""
ALL = 1_000_000


class Outcome(StrEnum):
    """What may be decided of a submission."""

    accept = "accept"
    refuse = "refuse"


def held(json: Json = False) -> None:
    """Everything that waits for a person: the figure that stands, the one that is held, and how to decide.

    Held are submissions with a figure out of all proportion to the one that stands (`revision_limit` of the return),
    those that contradict each other by the same day of preparation and revision, and rows of one file with one key
    (`duplicates: hold`). The figures before them stand.
    """
    from pipelines.release import query, read, waiting

    submissions, doubled = [], []
    with sentences():
        where = home()
        try:
            if read.current_id(where):
                submissions, doubled = waiting.held(where, cells=ALL if json else SHOWN), copies.copies(where)
            elif not json:
                typer.echo("There is no release yet; what waits for a person shows after the first run.")
                return
        except (read.ReleaseError, query.QueryError) as error:
            raise fail(str(error)) from None
    if json:
        print_json({"submissions": submissions, "doubled_keys": doubled})
        return
    if not submissions and not doubled:
        typer.echo("Nothing waits for a person.")
        return
    for one in submissions:
        _print(one)
    if doubled:
        copies.show(doubled)
        typer.echo("They wait until the office sends a file, prepared later, in which each key stands once.")
    if open_ := [one["submission_id"] for one in submissions if not one["decided"]]:
        words = ("--because", "WHY", "--by", "YOUR NAME")
        next_steps(
            (pasted("decide", open_[0], "accept", *words), "let it stand from the next run on"),
            (pasted("decide", open_[0], "refuse", *words), "keep it out for good"),
        )
    elif submissions:
        next_steps((pasted("run"), "make a candidate that follows the decisions"))


def _print(one: dict[str, Any]) -> None:
    from rich.table import Table

    screen = console()
    screen.print(f"\n[bold]{one['submission_id']}[/bold]  {one['table_id']}, {one['period']}, {one['unit_code']}")
    why = {
        "proportion": f"{one['out_of_proportion']:,} of its figures are out of all proportion to those that stand",
        "contradiction": "it contradicts another submission of the same day of preparation and revision",
    }[one["held_for"]]
    name = visible(one["file_name"], 200)
    screen.print(f"  {name}, prepared {one['prepared_on']}, revision {one['revision']}: {why}", markup=False)
    if decided := one["decided"]:
        verb = {"accept": "accepted", "refuse": "refused"}[decided["outcome"]]
        words = f"{verb} by {decided['decided_by']}: {decided['because']}; the next run follows it"
        screen.print(f"  {words}", style="green", markup=False)
        return
    table = Table(box=None, header_style="bold", padding=(0, 2))
    for heading in ("measure", "area", "breakdown", "stands", "held", "times", "cell"):
        table.add_column(heading, justify="right" if heading in ("stands", "held", "times") else "left")
    for cell in one["cells"]:
        sheet = f"{cell['source_sheet']} " if cell["source_sheet"] else ""
        table.add_row(
            cell["measure_id"], cell["area_code"], "" if cell["breakdown"] == "_T" else cell["breakdown"],
            _figure(cell["standing_value"], cell["standing_status"]), _figure(cell["held_value"], cell["held_status"]),
            "" if cell["times"] is None else f"{cell['times']:,.1f}", f"{sheet}{cell['cell']}",
            style="yellow" if cell["is_out_of_proportion"] else "",
        )  # fmt: skip
    screen.print(table)
    if (more := one["figures"] - len(one["cells"])) > 0:
        screen.print(f"  ... and {more:,} more figures that would change; --json has all")


def _figure(value: int | None, status: str | None) -> str:
    return f"{value:,}" if value is not None else f"none ({status})" if status else "none"


def decide(
    submission: Submission,
    outcome: Annotated[Outcome, typer.Argument(help="accept: let it stand. refuse: it never does.")],
    because: Because,
    by: By,
    reason: Annotated[str, typer.Option(help=f"Reason code of the revision, if known: {CODES}.")] = "",
    json: Json = False,
) -> None:
    """Decide whether a submission stands. The next run follows it; a later decision replaces it, and both are kept.

    Of submissions that contradict each other, accept one: the others are then out. A refusal also takes out what stood.
    """
    from pipelines.landing import decisions

    with sentences():
        try:
            made = decisions.decide(home(), submission, outcome.value, because, by, reason)
        except decisions.DecisionError as error:
            raise fail(str(error)) from None
    _recorded(made, f"{outcome.value} {made['subject']}", json)


def explain(
    submission: Submission,
    reason: Annotated[str, typer.Option(help=f"Reason code: {CODES}.")],
    because: Because,
    by: By,
    json: Json = False,
) -> None:
    """Say why a submission revised figures. It stands beside each of them from the next run on, before what the office
    said itself; a later explanation replaces it, and both are kept.
    """
    from pipelines.landing import decisions

    with sentences():
        try:
            made = decisions.explain(home(), submission, reason, because, by)
        except decisions.DecisionError as error:
            raise fail(str(error)) from None
    _recorded(made, f"{made['subject']} revises for {made['reason']}", json)


def _recorded(made: dict[str, Any], words: str, json: bool) -> None:
    if json:
        print_json(made)
        return
    console().print(f"Decision {made['number']}: {words}, by {made['decided_by']}.", markup=False, soft_wrap=True)
    next_steps((pasted("run"), "make a candidate that follows it"))
