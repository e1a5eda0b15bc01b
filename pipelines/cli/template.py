"""`template`: a workbook for an office to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, fail, home, next_steps, pasted, print_json, sentences

EXAMPLES = """
Examples:

  yearbook template courts 2004

  yearbook template courts 2004 --table caseload -o caseload.xlsx

  yearbook template 司法局 2004 --language zh

  yearbook template police 2004-07 --unit 990101

The office fills in the open cells and sends the file as it is; intake knows it again, whatever it is called.
"""  # no year of figures: examples


def template(
    office: Annotated[
        str, typer.Argument(autocompletion=complete.offices, help="Id or name of the office, as in programme.yaml.")
    ],
    year: Annotated[
        str,
        typer.Argument(
            autocompletion=complete.years, help="Year (2004), or month (2004-07) of tables due every month."
        ),
    ],
    table: Annotated[
        list[str] | None,
        typer.Option(
            autocompletion=complete.tables,
            help="Only this table; may be given several times. Left out: all that are due.",
        ),
    ] = None,
    unit: Annotated[
        str,
        typer.Option(
            autocompletion=complete.areas, help="Code of the area that reports. Left out: the only one there is."
        ),
    ] = "",
    language: Annotated[
        Literal["en", "zh"] | None, typer.Option(help="Language of headers and guide (default: the programme's).")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write. Left out: its own name, in this folder.")
    ] = None,
    json: Json = False,
) -> None:
    """Write a workbook for an office to fill in: the tables it owes for a year, made from the documents."""
    from pipelines.templates import book
    from pipelines.templates.asked import TemplateError, ask

    with sentences():
        documents = catalog(home())
        try:
            asked = ask(documents, office, year, table or [], unit)
            data = book.write(asked, language or documents.programme.language)
        except TemplateError as error:
            raise fail(str(error)) from None
        path = output or Path(book.file_name(asked))
        if path.suffix.lower() != ".xlsx":
            raise fail(f"{path.name} is no name of a workbook; let it end in .xlsx.")
        if path.exists():
            raise fail(
                f"{path} is there already; somebody may have filled it in. Name another file with -o, or remove it."
            )
        path.write_bytes(data)
    tables = [one.table for one, _ in asked.tables]
    if json:
        due = {one.table: day.isoformat() for one, day in asked.tables}
        print_json({"file": str(path), "office": asked.office, "period": asked.period, "unit": asked.unit, "due": due})
        return
    typer.echo(f"{path} holds {', '.join(tables)} for {asked.period} of {asked.unit}.")
    next_steps((pasted("check", str(path)), "see whether it would be accepted, once it is filled in"))
