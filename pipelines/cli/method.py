"""`method`: what an indicator is and what it does not say, as a page."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, console, fail, home, print_json, prose, sentences
from pipelines.cli.tables import Table

if TYPE_CHECKING:
    from pipelines.release.methods.parts import Page


def method(
    indicator: Annotated[
        str, typer.Argument(autocompletion=complete.indicators, help="Id of the indicator; left out: the list of all.")
    ] = "",
    language: Annotated[
        Literal["en", "zh"] | None, typer.Option(help="Language of the page (default: the programme's).")
    ] = None,
    release_id: Annotated[
        str,
        typer.Option(
            "--release",
            autocompletion=complete.releases,
            help="By the documents of a release; left out: by those of today.",
        ),
    ] = "",
    json: Json = False,
) -> None:
    """An indicator's method page: definition, figures it is made from, interval, target, confidentiality, known limits.

    The same pages lie in the folder `methods` of every release.
    """
    from pipelines.contracts import load
    from pipelines.release import read
    from pipelines.release.methods import folder, markdown, page

    with sentences():
        try:
            where = home()
            found = load(read.folder_of(where, release_id) / "documents") if release_id else catalog(where)
            spoken = language or found.programme.language
            made = page(found, indicator, spoken) if indicator else None
        except read.ReleaseError as error:
            raise fail(str(error)) from None
    if made is None and json:
        print_json(folder.listed(found, spoken))
    elif made is None:
        table = Table(("indicator", "title"), folds=("title",))
        for row in folder.listed(found, spoken):
            table.add(row["indicator"], row["title"])
        table.show()
    elif json:
        print_json(asdict(made))
    elif sys.stdout.isatty():
        _show(made)
    else:
        typer.echo(markdown.of_page(made), nl=False)


def _show(page: Page) -> None:
    """The page for a person at a terminal; piped it is Markdown, as in the folder `methods`."""
    from pipelines.release.methods import parts

    screen = console()
    screen.print(page.title, style="bold", markup=False)
    for section in page.sections:
        screen.print(f"\n{section.heading}", style="bold", markup=False)
        for block in section.blocks:
            if isinstance(block, parts.Text):
                prose("", block.text)
            elif isinstance(block, parts.Items):
                for item in block.items:
                    prose("- ", item)
            else:
                table = Table(block.columns, folds=block.columns)
                for row in block.rows:
                    table.add(*row)
                table.show()
