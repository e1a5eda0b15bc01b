"""`release list|show|verify|disclosure|rebuild` and `query`: what was released, read only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, console, fail, home, pasted, print_json, sentences
from pipelines.cli.editions import confidential, withdraw
from pipelines.cli.exits import Code
from pipelines.cli.following import following
from pipelines.cli.tables import Table

if TYPE_CHECKING:
    from pipelines.home import Home
    from pipelines.release.as_of import Known

app = typer.Typer(no_args_is_help=True, help="Releases: list, show, verify, audit disclosure, rebuild, withdraw.")
app.command()(withdraw)
Id = Annotated[
    str, typer.Argument(autocompletion=complete.releases, help="A release id, `current` or `latest_edition`.")
]


@app.command("list")
def list_(json: Json = False) -> None:
    """Every release, newest first; * marks the current candidate and the latest edition."""
    from pipelines.release import read

    where = home()
    found = read.list_releases(where)
    if json:
        print_json(found)
        return
    if not found:
        typer.echo("There is no release yet.")
        typer.echo(f"Make one: {pasted('run')}")
        return
    figures = ("indicators", "observations")
    table = Table(("", "release", "kind", "created (UTC)", *figures), figures, folds=("kind",))
    for release in found:
        rows, gone = release["rows"], release["withdrawn"]
        table.add(
            "*" if release["current"] or release["latest_edition"] else "",
            release["release_id"],
            f"{release['kind']}, withdrawn" if gone else release["kind"],
            release["created"][:16].replace("T", " "),
            f"{rows.get('mart_indicator', 0):,}",
            f"{rows.get('mart_observation', 0):,}",
            style="dim" if gone else "",
        )
    table.show()


@app.command()
def show(release_id: Id = "current", json: Json = False) -> None:
    """The manifest of one release: what it holds, from what it was made, which checks it passed."""
    from pipelines.release import read

    try:
        manifest = read.show(home(), release_id)
    except read.ReleaseError as error:
        raise fail(str(error)) from None
    if json:
        print_json(manifest)
        return
    screen = console()
    screen.print(f"[bold]{manifest['release_id']}[/bold] ({manifest['kind']}), created {manifest['created']}")
    if gone := manifest["withdrawn"]:
        screen.print("withdrawn", style="red", end=" ")
        screen.print(f"{gone['at']} by {gone['by']}: {gone['reason']}", soft_wrap=True, markup=False)
    if "approved_by" in manifest:
        screen.print(f"signed off by {manifest['approved_by']}, {manifest['approved_at']}", markup=False)
        screen.print(
            f"made from {manifest['made_from']}{'; ' if manifest['note'] else ''}{manifest['note']}", markup=False
        )
    if answered := manifest.get("acknowledged"):
        words = f"{answered['figures']:,} changed final figures were unexplained; {answered['by']} answers: "
        screen.print(f"{words}{answered['why']}", soft_wrap=True, markup=False)
    count = len(manifest.get("batches", ()))
    batches = f", {count} batch{'' if count == 1 else 'es'}" if "batches" in manifest else ""
    screen.print(f"software {manifest['software']}, {len(manifest['documents'])} documents{batches}")
    checks = manifest["checks"]
    explained = f", {count} warned of explained figures only" if (count := checks.get("explained", 0)) else ""
    said = f"{checks['passed']} passed, {checks['warned']} warned{explained}, {checks['failed']} failed"
    screen.print(f"checks: {said}")
    for line in confidential(manifest):
        screen.print(line)
    table = Table(("table", "rows"), ("rows",))
    for name, rows in manifest["rows"].items():
        table.add(name, f"{rows:,}")
    table.show()
    screen.print(f"files in {manifest['folder']}", soft_wrap=True)


@app.command()
def verify(release_id: Id = "current", json: Json = False) -> None:
    """Hash and read everything again, and compare with the manifest. Exit code 1 when anything differs."""
    from pipelines.release import read, verify

    try:
        release_id = read.folder_of(home(), release_id).name
        with sentences(), following(f"verify {release_id}"):
            faults = verify.verify(home(), release_id)
    except read.ReleaseError as error:
        raise fail(str(error)) from None
    gone = read.show(home(), release_id)["withdrawn"] if not faults else None
    if json:
        print_json({"release_id": release_id, "faults": faults, "withdrawn": gone})
    elif faults:
        for fault in faults:
            typer.echo(fault)
    else:
        typer.echo(f"{release_id}: every file and every figure is as the manifest says.")
    if gone and not json:
        typer.echo(f"It was withdrawn on {gone['at'][:10]} by {gone['by']}: {gone['reason']}")
    if faults:
        raise typer.Exit(Code.NOT_DONE)


@app.command()
def disclosure(release_id: Id = "latest_edition", json: Json = False) -> None:
    """What a stranger can work out from an edition and those before it. Exit code 1 when a small figure can be told.

    Of every figure that is not printed it finds the lowest and the highest value that all printed ones allow.
    """
    from pipelines.release import disclosure, read

    with sentences():
        try:
            with following(f"disclosure of {release_id}"):
                found = disclosure.of_edition(home(), release_id)
        except read.ReleaseError as error:
            raise fail(str(error)) from None
    if json:
        print_json(found.counted() | {"leaks": [str(leak) for leak in found.leaks]})
    else:
        typer.echo(found.text())
    if found.leaks:
        raise typer.Exit(Code.NOT_DONE)


@app.command()
def rebuild(release_id: Id = "current", json: Json = False) -> None:
    """Compute a candidate again from the stored figures and its own documents. Exit code 1 when a cell differs."""
    from pipelines.release import diff, read
    from pipelines.release import rebuild as again
    from pipelines.warehouse.build import WarehouseError

    with sentences():
        try:
            release_id = read.folder_of(home(), release_id).name
            with following(f"rebuild {release_id}", log=True):
                found = again.rebuild(home(), release_id)
        except (read.ReleaseError, WarehouseError) as error:
            raise fail(str(error)) from None
    if json:
        print_json({"release_id": found.release_id, "tables": found.tables, "changed": found.changed})
    else:
        rows = sum(found.tables.values())
        typer.echo(f"{found.release_id}: {rows:,} rows of {len(found.tables)} tables computed again.")
        if found.made_by:
            typer.echo(f"It was made by {found.made_by}, which may compute otherwise than this version.")
        for name, table in found.changed.items():
            counts = ", ".join(f"{count:,} rows {what}" for what, count in diff.counts(table).items() if count)
            typer.echo(f"{name} differs: {counts or 'not comparable row by row'}")
        if not found.changed:
            typer.echo("Every cell is the same.")
    if found.changed:
        raise typer.Exit(Code.NOT_DONE)


def query(
    sql: Annotated[str, typer.Argument(help="One SELECT on the current release, e.g. 'from mart_indicator limit 5'.")],
    release_id: Annotated[
        str, typer.Option("--release", autocompletion=complete.releases, help="Another release.")
    ] = "current",
    as_of: Annotated[
        str | None,
        typer.Option(
            help="Ask what was known at a time (2005-03-01, 2005-03-01T12:00+08:00), or by a release (its id)."
        ),
    ] = None,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask a release in SQL: read only, no files, no network, bounded memory and time.

    Other releases can be named beside it, as in `from edition_000001.mart_indicator`. With --as-of, what was known then
    is computed from the store and asked: by a release, under its own documents; at a time, under those of the newest
    candidate there was by then. Which documents it was is said on standard error; --json then prints
    {"as_of", "documents", "rows"}.
    """
    from pipelines.release import query as session
    from pipelines.release import read
    from pipelines.warehouse.build import WarehouseError

    with sentences():
        try:
            where = home()
            known = _known(where, as_of) if as_of else None
            names, rows = session.query(where, sql, release_id, database=known.database if known else None)
        except (session.QueryError, read.ReleaseError, WarehouseError) as error:
            raise fail(str(error)) from None
    if known and not json:
        typer.echo(known.said, err=True)
    if json:
        found = [dict(zip(names, row, strict=True)) for row in rows]
        print_json({"as_of": as_of, "documents": known.documents or "today", "rows": found} if known else found)
    elif csv:
        import csv as writer
        import sys

        out = writer.writer(sys.stdout)
        out.writerow(names)
        out.writerows(rows)
    else:
        _print_rows(names, [["" if value is None else str(value) for value in row] for row in rows])
        typer.echo(f"{len(rows)} row{'s' if len(rows) != 1 else ''}")
        _legend(names, rows)


def _print_rows(names: list[str], rows: list[list[str]]) -> None:
    """A table; where it would not fit the terminal, a line per column and a block per row."""
    from rich import table as rich
    from rich.cells import cell_len
    from rich.text import Text

    screen = console()
    widths = [max(map(cell_len, cells)) + 2 for cells in zip(names, *rows, strict=True)]
    if sum(widths) <= screen.width or not rows:
        table = rich.Table(box=None, header_style="bold")
        for name in names:
            table.add_column(Text(name), overflow="fold")
        for row in rows:
            table.add_row(*map(Text, row))  # what stands there is no markup
        screen.print(table)
        return
    for number, row in enumerate(rows, 1):
        screen.print(f"[dim]row {number}[/dim]")
        table = rich.Table(box=None, show_header=False)
        table.add_column(style="bold", no_wrap=True)
        table.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            table.add_row(Text(name), Text(value))
        screen.print(table)


def _known(where: Home, moment: str) -> Known:
    """What was known at a time, or when a release was made."""
    from pipelines.release import as_of

    with following(f"as of {moment}"):
        return as_of.asked(where, moment)


def _legend(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    """What the statuses in an answer mean, where they are not plain figures."""
    from pipelines.messages import catalogue, say

    places = [place for place, name in enumerate(names) if name == "obs_status" or name.endswith("_status")]
    codes = {str(row[place]) for row in rows for place in places}
    for code in sorted(code for code in codes if f"status.{code}" in catalogue()):
        typer.echo(f"  {code}: {say(f'status.{code}', 'en')}")
