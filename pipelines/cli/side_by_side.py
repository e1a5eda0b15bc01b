"""Submissions that contradict each other: a row per cell, a column per file. Shown by `held`."""

from __future__ import annotations

from typing import Any

from pipelines.cli import held_one
from pipelines.cli.common import console
from pipelines.cli.tables import Table
from pipelines.intake.text import visible

_NAME = 200


def show(found: dict[str, Any], by_id: dict[str, dict[str, Any]], limit: int) -> None:
    """Prints which files they are, what was decided of each, the first `limit` cells that differ and how many agree.

    `found`: a contradiction as `release.waiting` tells it; `by_id`: the submissions.
    """
    screen = console()
    ids = found["submissions"]
    head = f"{found['table_id']}, {found['period']}, {found['unit_code']}"
    said = f"{len(ids)} files contradict each other, prepared {found['prepared_on']}, revision {found['revision']}"
    screen.print(f"\n[bold]{head}[/bold]: {said}")
    for number, id in enumerate(ids, 1):
        screen.print(f"  {number}  [bold]{id}[/bold]", end="  ", soft_wrap=True)
        screen.print(visible(by_id[id]["file_name"], _NAME), markup=False, soft_wrap=True)
        if made := by_id[id]["decided"]:
            screen.print(f"     {held_one.decided(made)}", style="green", markup=False, soft_wrap=True)
    if all(by_id[id]["decided"] for id in ids):
        return
    numbers = [str(number) for number in range(1, len(ids) + 1)]
    figures = (*numbers, "stands")
    table = Table(("measure", "area", "breakdown", *figures, "cells"), figures)
    for cell in found["cells"][:limit]:
        figures = [cell["figures"].get(id) for id in ids]
        table.add(
            cell["measure_id"], cell["area_code"], held_one.breakdown(cell),
            *(_figure(one) for one in figures),
            held_one.figure(cell["standing_value"], cell["standing_status"]), _places(figures),
        )  # fmt: skip
    if found["cells"]:
        table.show()
    else:
        screen.print("  They differ only in what they say of themselves, or in rates that the office printed.")
    if (more := len(found["cells"]) - limit) > 0:
        screen.print(f"  ... and {more:,} more on which they differ; --json has all")
    if count := found["agreeing"]:
        screen.print(f"  They agree on {count:,} figure{'' if count == 1 else 's'}.")


def _figure(one: dict[str, Any] | None) -> str:
    if one is None:
        return "not there"
    shown = held_one.figure(one["value"], one["status"])
    return {"at_least": f"≥ {shown}", "estimated": f"~ {shown}"}.get(one["qualifier"], shown)


def _places(figures: list[dict[str, Any] | None]) -> str:
    found = [f"{one['sheet'] or ''} {one['cell']}".strip() for one in figures if one]
    return found[0] if len(set(found)) == 1 else ", ".join(found)
