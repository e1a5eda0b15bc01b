"""`method`: what an indicator is and what it does not say, as a page."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Literal

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, fail, home, print_json, sentences
from pipelines.cli.tables import Table


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
    else:
        typer.echo(markdown.of_page(made), nl=False)
