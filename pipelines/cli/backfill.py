"""`backfill`: past years read again from the stored returns, then a run."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import complete, state, work
from pipelines.cli.common import Json, catalog, console, fail, home, listed, next_steps, pasted, print_json, sentences
from pipelines.cli.exits import Code
from pipelines.cli.following import following

if TYPE_CHECKING:
    from pipelines.contracts import Catalog
    from pipelines.home import Home
    from pipelines.landing.backfill import Asked
    from pipelines.landing.reread import Reread

_YEARS = re.compile(r"([0-9]{4})(?:\.\.([0-9]{4}))?")


def _years(texts: list[str]) -> tuple[int, ...]:
    found: set[int] = set()
    for text in texts:
        match = _YEARS.fullmatch(text)
        first, last = (int(match[1]), int(match[2] or match[1])) if match else (1, 0)
        if not 0 < first <= last:
            form = "1999 or 1999..2019"  # no year of figures: examples
            raise typer.BadParameter(f"{text!r} is neither a year nor a range of years, like {form}.")
        found |= set(range(first, last + 1))
    return tuple(sorted(found))


def _asked(where: Home, documents: Catalog, years: list[str], offices: list[str], as_of: str) -> Asked:
    from pipelines.landing.backfill import Asked
    from pipelines.release.as_of import instant
    from pipelines.release.manifest import ReleaseError

    for office in offices:
        if office not in documents.offices.items:
            raise typer.BadParameter(f"There is no office {office!r}; there are {', '.join(documents.offices.items)}.")
    try:
        until = instant(where, as_of) if as_of else None
    except ReleaseError:
        raise typer.BadParameter(f"{as_of!r} is no time; write a day, or a day with a time.") from None
    return Asked(_years(years), frozenset(offices), until)


def backfill(
    years: Annotated[
        list[str],
        typer.Argument(
            autocompletion=complete.years, help="Reference years: 2004, or a range like 1999..2019; several."
        ),
    ],
    office: Annotated[
        list[str] | None,
        typer.Option(autocompletion=complete.offices, help="Only the returns of this office; may be repeated."),
    ] = None,
    as_of: Annotated[
        str, typer.Option(help="Only returns received by then: a day, or a day with a time. Default: all.")
    ] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be read again.")] = False,
    json: Json = False,
) -> None:
    """Read the stored returns of past years again, under today's documents; then run.

    For when a contract has changed, or a batch of landing is lost. What the documents of today have read already is
    passed over, so that the command can be given again after whatever stopped it. Nothing is overwritten: earlier
    releases stay as they are. The run builds and publishes one candidate if anything changed. Exit codes as of `run`.
    """
    with sentences():
        where = home()
        documents = catalog(where)
        asked = _asked(where, documents, years, office or [], as_of)
        if dry_run:
            _dry(where, documents, asked, json)
            return
        restored, done = _read_and_run(where, documents, asked)
    found = state.collect(where)
    well = found["last_run"]["well"]
    if json:
        print_json({"restored": restored, "backfill": [asdict(year) for year in done], **found})
    else:
        for sentence in restored:
            console().print(f"landing   {sentence}", style="yellow", markup=False, soft_wrap=True)
        _show(done)
        state.show_run(found)
        next_steps((pasted("release", "list"), "earlier releases stay; see what changed with `diff`"))
    if not well:
        raise typer.Exit(Code.NOT_DONE)


def _dry(where: Home, documents: Catalog, asked: Asked, json: bool) -> None:
    from pipelines.landing.backfill import plan

    found: list[dict[str, Any]] = [
        {
            "year": year.year,
            "deliveries": [row["number"] for row, _ in year.again],
            "current": year.current,
            "gone": year.gone,
        }
        for year in plan(where, documents, asked)
    ]
    if json:
        print_json(found)
        return
    for year in found:
        what = f"{len(year['deliveries'])} to read again, {year['current']} read by today's documents already"
        console().print(f"{year['year']:04d}  {what}", markup=False)
        for sentence in year["gone"]:
            console().print(f"      {sentence}", markup=False, soft_wrap=True)


def _read_and_run(where: Home, documents: Catalog, asked: Asked) -> tuple[list[str], list[Reread]]:
    """Reads again, then runs the job. The writer's lock is held from start to end.

    Returns sentences on batches that were lost, and what was done a year.
    """
    from pipelines.landing.reread import reread
    from pipelines.landing.restore import restore
    from pipelines.locks import sole_writer

    with sole_writer(where.create()):
        with following("backfill: read again", log=True):
            try:
                restored = restore(where, documents)
                done = reread(where, documents, asked)
            except RuntimeError as error:  # the process that reads files does not start
                raise fail(str(error)) from None
        work.execute(where)
    return restored, done


def _show(done: list[Reread]) -> None:
    screen = console()
    if not any(year.deliveries for year in done):
        screen.print("backfill  nothing to read again: today's documents have read all that is stored of these years")
    for year in done:
        if year.deliveries:
            landed = f"{year.accepted} landed anew ({year.figures:,} figures), {year.same} as they were"
            words = f"{year.deliveries} deliveries read again: {landed}, {year.rejected} rejected"
            screen.print(f"backfill  {year.year:04d}  {words}", markup=False, soft_wrap=True)
    listed([sentence for year in done for sentence in year.sentences])
