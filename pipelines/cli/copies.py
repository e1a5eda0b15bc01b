"""Figures that wait for a person because their key stands twice in one file: the copies side by side with what stands.

Shown by `held`. What is held, and why, is decided by the models; `waiting` reads it.
"""

from __future__ import annotations

from itertools import groupby
from typing import Any

import typer

from pipelines.cli.tables import Table

KEY = ("table_id", "area_code", "period", "breakdown")


def show(found: list[dict[str, Any]]) -> None:
    """Prints each key: its copies as columns, a line per figure on which they differ, and what stands."""
    for key, members in groupby(found, key=lambda row: tuple(row[name] for name in KEY)):
        _show(dict(zip(KEY, key, strict=True)), list(members))


def _show(key: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    numbers = sorted({row["copy_number"] for row in rows})
    of = "" if key["breakdown"] == "_T" else f" ({key['breakdown']})"
    name = f"{key['table_id']} {key['area_code']} {rows[0]['area_name'] or ''} {key['period']}{of}"
    typer.echo(f"{name} stands {len(numbers)} times in one file:")
    places = {row["copy_number"]: f"{row['file_name']}, row {row['source_row']}" for row in rows}
    for copy in numbers:
        typer.echo(f"  {copy}: {places[copy]}")
    figures = (*map(str, numbers), "stands", "status")
    table = Table(("figure", *figures), figures)
    agree = 0
    for measure, cells in groupby(rows, key=lambda row: row["measure_id"]):
        line = list(cells)
        values = {row["copy_number"]: _value(row, "") for row in line}
        shown = [values.get(copy, "–") for copy in numbers]
        if len(set(shown)) == 1:
            agree += 1
            continue
        table.add(measure, *shown, _value(line[0], "standing_"), line[0]["standing_obs_status"])
    table.show()
    if agree:
        typer.echo(f"  and {agree} figures on which the copies agree; --json has them")


def _value(row: dict[str, Any], prefix: str) -> str:
    found = row[f"{prefix}value"] if row["role"] == "measure" else row[f"{prefix}reported_value"]
    return "none" if found is None else f"{found:,}" if isinstance(found, int) else str(found)
