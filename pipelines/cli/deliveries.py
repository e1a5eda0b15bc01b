"""`check` and `deliver`: one file, judged on the spot or laid down for the next run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, fail, home, next_steps, pasted, print_json, sentences
from pipelines.cli.exits import Code
from pipelines.home import file_digest
from pipelines.intake.text import printable, visible

File = Annotated[Path, typer.Argument(help="A CSV or XLSX file.", exists=True, dir_okay=False, readable=True)]
WHAT = "What the file is"
Office = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete.offices,
        help="Id of the office that sends it, as in programme.yaml.",
        rich_help_panel=WHAT,
    ),
]
Table = Annotated[
    str | None,
    typer.Option(
        autocompletion=complete.tables, help="Id of the return table it holds, as under returns/.", rich_help_panel=WHAT
    ),
]
PeriodOption = Annotated[
    str | None, typer.Option(autocompletion=complete.years, help="Period: 2004, 2004-07.", rich_help_panel=WHAT)
]
PreparedOn = Annotated[str | None, typer.Option(help="Day the office finished it: YYYY-MM-DD.", rich_help_panel=WHAT)]
Revision = Annotated[int | None, typer.Option(help="The office's revision number.", min=0, rich_help_panel=WHAT)]
Supersedes = Annotated[
    str | None,
    typer.Option(
        help="For a wilful return to older figures: id of the accepted submission (see its receipt; several with "
        "commas) that the same file, sent again, is to replace. It then counts at its own, later date of preparation; "
        "the later date wins, as always. Whether the id exists shows when the file is taken in.",
        rich_help_panel=WHAT,
    ),
]
Reason = Annotated[
    str | None,
    typer.Option(
        help="Why it revises figures that were sent before: late_return, correction, reclassification, method, "
        "boundary or denominator. Shown with every figure that it changes.",
        rich_help_panel=WHAT,
    ),
]
Because = Annotated[str | None, typer.Option(help="The reason in words.", rich_help_panel=WHAT)]
Partial = Annotated[bool, typer.Option("--partial", help="Only some rows; the others stand.", rich_help_panel=WHAT)]
Provisional = Annotated[bool, typer.Option("--provisional", help="Not final yet.", rich_help_panel=WHAT)]
Months = Annotated[
    int | None,
    typer.Option("--coverage-months", min=1, max=12, help="Months covered.", rich_help_panel=WHAT),
]
Language = Annotated[
    Literal["en", "zh"] | None, typer.Option(help="Language of the receipt (default: the programme's).")
]


def _declared(
    office: str | None,
    table: str | None,
    period: str | None,
    prepared_on: str | None,
    revision: int | None,
    supersedes: str | None,
    reason: str | None,
    because: str | None,
    partial: bool,
    provisional: bool,
    months: int | None,
) -> dict[str, Any]:
    values = {
        "office": office,
        "table": table,
        "period": period,
        "prepared_on": prepared_on,
        "revision": revision,
        "supersedes": supersedes,
        "reason": reason,
        "because": because,
        "partial": partial or None,
        "obs_status": "P" if provisional else None,
        "coverage_months": months,
    }
    said = {name: printable(value) if isinstance(value, str) else value for name, value in values.items()}
    return {name: value for name, value in said.items() if value is not None}


def check(
    file: File,
    office: Office = None,
    table: Table = None,
    period: PeriodOption = None,
    prepared_on: PreparedOn = None,
    revision: Revision = None,
    supersedes: Supersedes = None,
    reason: Reason = None,
    because: Because = None,
    partial: Partial = False,
    provisional: Provisional = False,
    coverage_months: Months = None,
    language: Language = None,
    json: Json = False,
) -> None:
    """Would this file be accepted? Prints the receipt the office would get; stores nothing. Exit code 1: rejected."""
    with sentences():
        from pipelines.intake import clock, receipts, store
        from pipelines.intake.judge import Request, judge

        where = home()
        documents = catalog(where)
        declared = _declared(
            office, table, period, prepared_on, revision, supersedes, reason, because, partial, provisional,
            coverage_months,
        )  # fmt: skip
        if problem := store.problem(file):  # before it is read: what is no ordinary file may have no end
            raise fail(f"{printable(file.name)}: {problem}")
        sha256 = file_digest(file)
        today = clock.day(documents)
        request = Request(file.absolute(), printable(file.name), declared, sha256, today)
        (verdict,) = judge(where, documents, [request], None)
    if json:
        print_json(receipts.as_dict(verdict))
    else:
        typer.echo(receipts.as_text(documents, verdict, None, language or documents.programme.language))
    if verdict.verdict != "accepted":
        raise typer.Exit(Code.NOT_DONE)


def deliver(
    file: File,
    office: Office = None,
    table: Table = None,
    period: PeriodOption = None,
    prepared_on: PreparedOn = None,
    revision: Revision = None,
    supersedes: Supersedes = None,
    reason: Reason = None,
    because: Because = None,
    partial: Partial = False,
    provisional: Provisional = False,
    coverage_months: Months = None,
    json: Json = False,
) -> None:
    """Lay a file down for the next run, saying what it is. (Or put a well-named file into the inbox folder.)"""
    from pipelines.intake import clock, identify, receipts
    from pipelines.intake.store import StoreError
    from pipelines.landing import inbox

    name = printable(file.name)
    with sentences():
        where = home().create()
        documents = catalog(where)
        declared = _declared(
            office, table, period, prepared_on, revision, supersedes, reason, because, partial, provisional,
            coverage_months,
        )  # fmt: skip
        if mistakes := identify.mistakes(documents, declared, clock.day(documents)):
            raise fail("\n".join(receipts.sentence(one, "en") for one in mistakes))
        try:
            number = inbox.receive(where, file, declared, "deliver")
        except StoreError as error:
            raise fail(f"{name}: {error}") from None
    if json:
        print_json({"delivery": number, "file": name, "declared": declared})
        return
    typer.echo(f"Delivery {number}: {visible(name, 200)} is stored and waits for the next run.")
    next_steps((pasted("run"), "take it in, and make a new candidate"))
