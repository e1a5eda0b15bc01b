"""`revisions`: how much figures changed from one version of a return to the next, which of them, and why."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, console, fail, home, print_json, sentences
from pipelines.cli.tables import Table


def revisions(
    what: Annotated[
        str, typer.Argument(autocompletion=complete.tables, help="Only this return table, or this measure.")
    ] = "",
    unexplained: Annotated[bool, typer.Option("--unexplained", help="Only those for which nobody said why.")] = False,
    limit: Annotated[int, typer.Option(min=0, max=100_000, help="Revised figures that are listed.")] = 20,
    release_id: Annotated[
        str, typer.Option("--release", autocompletion=complete.releases, help="Another candidate.")
    ] = "current",
    json: Json = False,
) -> None:
    """How much figures were revised, and which ones: from, to, and the reason.

    MR, MAR and RMAR are the mean, mean absolute and relative mean absolute revision of the ESS guidelines, over every
    figure that took the place of another, changed or not.
    """
    from pipelines.release import read
    from pipelines.release import revisions as release

    with sentences():
        try:
            found = release.told(home(), what, release_id, unexplained, limit)
        except read.ReleaseError as error:
            raise fail(str(error)) from None
    if json:
        print_json(found)
        return
    if not found["summary"]:
        typer.echo(f"In {found['release']} no figure{f' of {what}' if what else ''} was ever sent in a second version.")
        return
    _summary(found)
    _figures(found)


def _summary(found: dict[str, Any]) -> None:
    figures = ("compared", "revised", "MR", "MAR", "RMAR %")
    headings = ("table", "measure", "reason", *figures)
    table = Table(headings, figures, ("measure",), title=f"Revisions in {found['release']}")
    for row in found["summary"]:
        whole = row["reason"] == "_T"
        table.add(
            row["table_id"] if whole else "", row["measure_id"] if whole else "", _reason(row["reason"]),
            f"{row['cells_compared']:,}", f"{row['cells_revised']:,}", _mean(row["mean_revision"]),
            _mean(row["mean_absolute_revision"]), _mean(row["relative_mean_absolute_revision"]),
            style="" if whole else "dim",
        )  # fmt: skip
    table.show()


def _figures(found: dict[str, Any]) -> None:
    if not found["revisions"]:
        return
    headings = ("measure", "area", "period", "breakdown", "from", "to", "prepared", "reason", "because")
    table = Table(headings, ("from", "to"), ("measure", "because"))
    for row in found["revisions"]:
        table.add(
            row["measure_id"], row["area_code"], row["period"], "" if row["breakdown"] == "_T" else row["breakdown"],
            _figure(row, "from"), _figure(row, "to"), str(row["to_prepared_on"]), _reason(row["reason"]),
            f"{row['because'] or ''}{' (' + row['explained_by'] + ')' if row['explained_by'] else ''}",
        )  # fmt: skip
    screen = console()
    screen.print()
    table.show()
    if (more := found["count"] - len(found["revisions"])) > 0:
        screen.print(f"... and {more:,} more; --limit shows them")


def _figure(row: dict[str, Any], side: str) -> str:
    value, status = row[f"{side}_value"], row[f"{side}_status"]
    sign = "≥ " if row[f"{side}_qualifier"] == "at_least" else ""
    if value is None:
        return f"none ({status})" if status else "none"
    return f"{sign}{value:,}{'' if status == 'A' else f' ({status})'}"


def _reason(code: str) -> str:
    return {"_T": "all", "": "unexplained"}.get(code, code)


def _mean(value: Any) -> str:
    return "" if value is None else f"{value:,.4f}"
