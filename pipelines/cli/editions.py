"""`publish`, `release withdraw` and `diff`: signing a release off, taking that back, and what changed between two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, console, fail, home, next_steps, pasted, print_json, sentences
from pipelines.cli.following import following

By = Annotated[str, typer.Option(help="Name of the person who decides it; it is kept and shown.")]
SHOWN = 20
"""Rows of a table that `diff` prints; --json has them all."""


@contextmanager
def _writing() -> Iterator[None]:
    """Holds the writer's lock; what a release refuses becomes a sentence."""
    from pipelines.locks import sole_writer
    from pipelines.release.read import ReleaseError

    where = home()
    if not where.root.is_dir():
        raise fail(f"There is no installation in {where.root}; run `yearbook run` first.")
    with sentences(), sole_writer(where):
        try:
            yield
        except ReleaseError as error:
            raise fail(str(error)) from None


def publish(
    by: By,
    release_id: Annotated[
        str, typer.Option("--release", autocompletion=complete.releases, help="The candidate to make it from.")
    ] = "current",
    note: Annotated[str, typer.Option(help="A sentence that goes with the edition.")] = "",
    acknowledge: Annotated[
        str, typer.Option(help="Why final figures changed of which nothing else says so; kept and shown.")
    ] = "",
    json: Json = False,
) -> None:
    """Sign a candidate off: an edition for the public, checked again, made afresh, never removed.

    It holds no figure below the level down to which its document lets it be seen, and nothing of who sent which file.
    It stops where a figure that was final in the edition before changed and nothing says why, until --by answers for
    it with --acknowledge.
    """
    from pipelines.release import read

    with _writing():
        from pipelines.release.edition import edition

        with following(f"publish {release_id}", log=True):
            made = edition(home(), by, note, release_id, acknowledge=acknowledge)
    said = read.show(home(), made.release_id)
    if json:
        print_json(said)
        return
    screen = console()
    screen.print("published", style="green", end=" ")
    screen.print(f"{made.release_id}, signed off by {said['approved_by']}", markup=False)
    screen.print(f"          made from {said['made_from']}: {_figures(made.rows)}")
    for line in _changed(said["changes"].get("rows", {})):
        screen.print(f"          {line}", markup=False)
    for line in confidential(said):
        screen.print(f"          {line}")
    if answered := said.get("acknowledged"):
        screen.print(f"          {answered['figures']:,} unexplained, acknowledged: {answered['why']}", markup=False)
    screen.print(f"          {made.folder}", soft_wrap=True, markup=False)
    next_steps(
        (pasted("release", "verify", made.release_id), "read and hash it again"),
        (pasted("release", "show", made.release_id), "what it holds"),
    )


def _figures(rows: dict[str, int]) -> str:
    return f"{rows.get('mart_indicator', 0):,} indicator figures, {rows.get('mart_observation', 0):,} observations"


def _changed(tables: dict[str, dict[str, int]]) -> Iterator[str]:
    for name, counts in tables.items():
        yield f"{name}: {', '.join(f'{count:,} {what}' for what, count in counts.items() if count)}"


def confidential(manifest: dict[str, Any]) -> Iterator[str]:
    """How much of an edition's sensitive figures is not shown by itself."""
    if (found := manifest.get("confidentiality", {})).get("hidden"):
        lines = "one line" if found["lines"] == 1 else f"{found['lines']:,} lines"
        together = f", {found['pooled']:,} of them published together as {lines}" if found["pooled"] else ""
        yield f"confidential: the sensitive figures of {found['hidden']:,} areas and years{together}"


def withdraw(
    edition_id: Annotated[str, typer.Argument(autocompletion=complete.editions, help="The edition.")],
    by: By,
    reason: Annotated[str, typer.Option(help="Why it must not be used any more.")],
    json: Json = False,
) -> None:
    """Withdraw an edition: it stays where it is and says so; `latest_edition` goes back to the one before."""
    with _writing():
        from pipelines.release.edition import withdraw as take_back

        latest = take_back(home(), edition_id, by, reason)
    if json:
        print_json({"withdrawn": edition_id, "latest_edition": latest})
        return
    typer.echo(f"{edition_id} is withdrawn. The latest edition is {latest or 'none now'}.")


def diff(
    first: Annotated[
        str,
        typer.Argument(
            autocompletion=complete.releases, help="The earlier release: an id, `current` or `latest_edition`."
        ),
    ],
    second: Annotated[str, typer.Argument(autocompletion=complete.releases, help="The later one.")] = "current",
    json: Json = False,
) -> None:
    """What changed from one release to another: documents, and every row by its key, column by column; of a figure
    that changed its value also why, as far as the return, a correction or a document says.
    """
    from pipelines.release import diff as differences
    from pipelines.release.read import ReleaseError

    try:
        found = differences.compare(home(), first, second)
    except ReleaseError as error:
        raise fail(str(error)) from None
    if json:
        print_json(found)
        return
    screen = console()
    screen.print(f"from [bold]{found['from']}[/bold] to [bold]{found['to']}[/bold]")
    for name in ("software", "engine"):
        if name in found:
            screen.print(f"{name}: {' -> '.join(found[name])}", markup=False)
    for what, names in found["documents"].items():
        for name in names:
            screen.print(f"document {what}: {name}", markup=False)
    for name in found["not_compared"]:
        screen.print(f"not compared: {name} (only one has it, or it states no key)", style="yellow")
    for name, table in found["tables"].items():
        _print_table(screen, name, table)
    if not (found["tables"] or found["not_compared"] or any(found["documents"].values())):
        screen.print("Nothing differs: the same documents, the same figures.")


def _print_table(screen: Any, name: str, table: dict[str, list[dict[str, Any]]]) -> None:
    from pipelines.release.diff import counts

    screen.print(f"\n[bold]{name}[/bold]  {next(_changed({name: counts(table)})).partition(': ')[2]}")
    # a figure that only comes from another file by now says less than one that is another
    for row in sorted(table["changed"], key=lambda row: "value" not in row["to"])[:SHOWN]:
        key = " ".join(value for value in row["key"].values() if value not in (None, "_T"))
        cells = ", ".join(f"{c}: {_cell(row['from'][c])} -> {_cell(row['to'][c])}" for c in row["to"])
        why = f"  ({row['reason'].replace('|', ', ') or 'nothing says why'})" if "reason" in row else ""
        screen.print(f"  {key}  {cells}{why}", markup=False, soft_wrap=True)
    if len(table["changed"]) > SHOWN:
        screen.print(f"  ... and {len(table['changed']) - SHOWN:,} more; --json lists all", style="dim")


def _cell(value: str | None) -> str:
    return "nothing" if value in (None, "") else str(value)
