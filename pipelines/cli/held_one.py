"""A submission that waits for a person: the figures that it would change beside those that stand. Shown by `held`."""

from __future__ import annotations

from typing import Any

from pipelines.cli.common import console
from pipelines.cli.tables import Table
from pipelines.intake.text import visible

_NAME = 200
"""Characters of a file's name that are shown."""


def show(one: dict[str, Any]) -> None:
    """Prints what stands and what waits, those out of all proportion first; or what was decided of it since."""
    screen = console()
    screen.print(f"\n[bold]{one['submission_id']}[/bold]  {one['table_id']}, {one['period']}, {one['unit_code']}")
    why = f"{one['out_of_proportion']:,} of its figures are out of all proportion to those that stand"
    name = visible(one["file_name"], _NAME)
    screen.print(f"  {name}, prepared {one['prepared_on']}, revision {one['revision']}: {why}", markup=False)
    if one["decided"]:
        screen.print(f"  {decided(one['decided'])}", style="green", markup=False)
        return
    table = Table(("measure", "area", "breakdown", "stands", "held", "times", "cell"), ("stands", "held", "times"))
    for cell in one["cells"]:
        sheet = f"{cell['source_sheet']} " if cell["source_sheet"] else ""
        table.add(
            cell["measure_id"], cell["area_code"], breakdown(cell),
            figure(cell["standing_value"], cell["standing_status"]), figure(cell["held_value"], cell["held_status"]),
            "" if cell["times"] is None else f"{cell['times']:,.1f}", f"{sheet}{cell['cell']}",
            style="yellow" if cell["is_out_of_proportion"] else "",
        )  # fmt: skip
    table.show()
    if (more := one["figures"] - len(one["cells"])) > 0:
        screen.print(f"  ... and {more:,} more figures that would change; --json has all")


def decided(made: dict[str, Any]) -> str:
    """What was decided since and follows from the next run on."""
    other = made["submission"][:8]
    verb = {
        "accept": "accepted by",
        "refuse": "refused by",
        "passed_over": f"out, since {other} was accepted by",
        "remains": f"stands, since {other} was refused by",
    }[made["outcome"]]
    return f"{verb} {made['decided_by']}: {made['because']}; the next run follows it"


def breakdown(cell: dict[str, Any]) -> str:
    """The class, nothing of a total."""
    return "" if cell["breakdown"] == "_T" else cell["breakdown"]


def figure(value: int | None, status: str | None) -> str:
    """A figure, or none with its status."""
    return f"{value:,}" if value is not None else f"none ({status})" if status else "none"
