"""`held`: what waits for a person, copies side by side with what stands until then.

Reads the release's own mart; what is held, and why, is decided by the models.
"""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

import typer

from pipelines.cli.common import Json, console, fail, home, print_json, sentences

KEY = ("kind", "table_id", "area_code", "period", "breakdown")
_WORDS = {
    "doubled_key": "stands {copies} times in one file",
    "contradiction": "is contradicted: {copies} submissions prepared on one day",
}
_SQL = """
select h.*, a.name_en as area_name
from mart_held h left join dim_area a using (area_code)
order by h.kind, h.table_id, h.period, h.area_code, h.breakdown, h.measure_id, h.copy_number
"""


def held(
    release_id: Annotated[str, typer.Option("--release", help="Another release.")] = "current",
    all_: Annotated[bool, typer.Option("--all", help="Also figures that all copies agree on.")] = False,
    json: Json = False,
) -> None:
    """List what waits for a person: copies of doubled or contradicting figures, and what stands until it is decided."""
    from pipelines.release import query, read

    with sentences():
        try:
            names, rows = query.query(home(), _SQL, release_id)
        except (query.QueryError, read.ReleaseError) as error:
            raise fail(str(error)) from None
    found = [dict(zip(names, row, strict=True)) for row in rows]
    if json:
        print_json(found)
        return
    if not found:
        typer.echo("Nothing waits for a person.")
    for key, members in groupby(found, key=lambda row: tuple(row[name] for name in KEY)):
        _show(dict(zip(KEY, key, strict=True)), list(members), all_)


def _show(key: dict[str, Any], rows: list[dict[str, Any]], all_: bool) -> None:
    """One key: its copies as columns, a line per measure, and what stands."""
    from rich.table import Table

    copies = sorted({row["copy_number"] for row in rows})
    of = "" if key["breakdown"] == "_T" else f" ({key['breakdown']})"
    name = f"{key['table_id']} {key['area_code']} {rows[0]['area_name'] or ''} {key['period']}{of}"
    typer.echo(f"{name} {_WORDS[key['kind']].format(copies=len(copies))}:")
    places = {row["copy_number"]: f"{row['file_name']}, row {row['source_row']}" for row in rows}
    for copy in copies:
        typer.echo(f"  {copy}: {places[copy]}")
    table = Table(box=None, header_style="bold", padding=(0, 1))
    table.add_column("figure")
    for heading in (*map(str, copies), "stands", "status"):
        table.add_column(heading, justify="right")
    agree = 0
    for measure, cells in groupby(rows, key=lambda row: row["measure_id"]):
        line = list(cells)
        values = {row["copy_number"]: _value(row, "") for row in line}
        shown = [values.get(copy, "–") for copy in copies]
        if len(set(shown)) == 1 and not all_:
            agree += 1
            continue
        table.add_row(measure, *shown, _value(line[0], "standing_"), line[0]["standing_obs_status"])
    console().print(table)
    if agree:
        typer.echo(f"  and {agree} figures on which the copies agree; --all shows them")


def _value(row: dict[str, Any], prefix: str) -> str:
    found = row[f"{prefix}value"] if row["role"] == "measure" else row[f"{prefix}reported_value"]
    return "none" if found is None else f"{found:,}" if isinstance(found, int) else str(found)
