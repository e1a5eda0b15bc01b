"""`held`, `decide`, `explain`: what waits for a person, side by side, and what persons say of it."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from pipelines.cli import complete, copies, held_one, side_by_side
from pipelines.cli.common import Json, console, fail, home, next_steps, pasted, print_json, sentences

ID = "Id of an accepted submission, or its first 8 characters or more."
By = Annotated[str, typer.Option(help="Name of the person who says it; it is kept and shown.")]
Because = Annotated[str, typer.Option(help="Why, in words; kept and shown with every figure that it changes.")]
CODES = "late_return, correction, reclassification, method, boundary or denominator"
SHOWN = 10
"""Figures of a submission that `held` prints; --json has all of them."""


class Outcome(StrEnum):
    """What may be decided of a submission."""

    accept = "accept"
    refuse = "refuse"


def held(json: Json = False) -> None:
    """Everything that waits for a person: the figure that stands, the one that is held, and how to decide.

    Held are submissions with a figure out of all proportion to the one that stands (`revision_limit` of the return),
    those that contradict each other by the same day of preparation and revision, and rows of one file with one key
    (`duplicates: hold`). The figures before them stand. Shown is what the last run found, also when it was blocked.
    """
    from pipelines.release import read, waiting

    with sentences():
        where = home()
        try:
            found = waiting.told(where, cells=None if json else SHOWN)
        except read.ReleaseError as error:
            if read.current_id(where):
                raise fail(str(error)) from None
            found = None
    if json:
        print_json(found or {"submissions": [], "contradictions": [], "doubled_keys": []})
    elif found is None:
        typer.echo("There is no release yet; what waits for a person shows after the first run.")
    else:
        _print_all(found)


def _print_all(found: dict[str, Any]) -> None:
    if found["outcome"]:
        said = f"as the last run found it, which was {found['outcome']} ({found['known_by']})"
    else:
        said = f"as {found['known_by']} has it"
    submissions, doubled = found["submissions"], found["doubled_keys"]
    if not submissions and not doubled:
        typer.echo(f"Nothing waits for a person, {said}.")
        return
    typer.echo(f"What waits for a person, {said}:")
    by_id = {one["submission_id"]: one for one in submissions}
    for one in submissions:
        if one["held_for"] != "contradiction":
            held_one.show(one)
    for contradiction in found["contradictions"]:
        side_by_side.show(contradiction, by_id, SHOWN)
    if doubled:
        typer.echo("")
        copies.show(doubled)
        typer.echo("They wait until the office sends a file, prepared later, in which each key stands once.")
    words = ("--because", "WHY", "--by", "YOUR NAME")
    open_ = [one for one in submissions if not one["decided"]]
    if open_ and open_[0]["held_for"] == "contradiction":
        rivals = next(
            c["submissions"] for c in found["contradictions"] if open_[0]["submission_id"] in c["submissions"]
        )
        waiting_ = [(number, id) for number, id in enumerate(rivals, 1) if not by_id[id]["decided"]]
        next_steps(
            *(
                (
                    pasted("decide", id, "accept", *words),
                    f"let file {number} stand from the next run on, the others not",
                )
                for number, id in waiting_
            )
        )
    elif open_:
        next_steps(
            (pasted("decide", open_[0]["submission_id"], "accept", *words), "let it stand from the next run on"),
            (pasted("decide", open_[0]["submission_id"], "refuse", *words), "keep it out for good"),
        )
    elif submissions:
        next_steps((pasted("run"), "make a candidate that follows the decisions"))


def decide(
    submission: Annotated[str, typer.Argument(autocompletion=complete.held, help=ID)],
    outcome: Annotated[Outcome, typer.Argument(help="accept: let it stand. refuse: it never does.")],
    because: Because,
    by: By,
    reason: Annotated[
        str, typer.Option(autocompletion=complete.reasons, help=f"Reason code of the revision, if known: {CODES}.")
    ] = "",
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
    submission: Annotated[str, typer.Argument(autocompletion=complete.submissions, help=ID)],
    reason: Annotated[str, typer.Option(autocompletion=complete.reasons, help=f"Reason code: {CODES}.")],
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
