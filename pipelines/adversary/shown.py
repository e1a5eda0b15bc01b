"""Rows of hidden figures that show something: the marts of figures, rates and verdicts, row by row."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.adversary.cells import FIGURE, HIDDEN, RATE, Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.hidden import Hidden
from pipelines.adversary.verdict import Leak

KEPT = {
    "mart_observation": {*FIGURE, "year", "office", "area_level", "obs_status", "reason"},
    "mart_indicator": {*RATE, "year", "area_level", "kind", "obs_status", "reason"},
    "mart_scorecard": {*RATE, "year", "area_level", "operator", "target_text", "direction", "reason"},
}
"""mart -> the columns that the row of a hidden figure keeps."""


def leaks(edition: Edition, hidden: Hidden) -> Iterator[Leak]:
    """Hidden rows with more than their key; rates of hidden figures that are not hidden; ranks and runs that tell."""
    for mart, kept in KEPT.items():
        rows = list(_rows(edition, mart))
        yield from _more_than_the_key(edition, mart, kept, rows)
        if mart != "mart_observation":
            yield from _left_in(edition, hidden, mart, kept, rows)
        if mart == "mart_scorecard":
            yield from _ranks(edition, rows)
            yield from _runs(edition, rows)


def _rows(edition: Edition, mart: str) -> Iterator[dict[str, Any]]:
    columns = edition.files.columns(mart)
    for row in edition.files.rows(mart, columns):
        yield dict(zip(columns, row, strict=True))


def _more_than_the_key(edition: Edition, mart: str, kept: set[str], rows: list[dict[str, Any]]) -> Iterator[Leak]:
    for row in rows:
        if row.get("reason") != HIDDEN:
            continue
        shown = [name for name, value in row.items() if name not in kept and value is not None]
        shown += ["obs_status"] if row.get("obs_status", "Q") != "Q" else []
        if shown:
            told = ", ".join(f"{name} ({row[name]})" for name in shown)
            yield Leak(edition.name, "shown", f"{mart} keeps {_called(mart, row)} back, but shows its {told}.")


def _left_in(edition: Edition, hidden: Hidden, mart: str, kept: set[str], rows: list[dict[str, Any]]) -> Iterator[Leak]:
    """A row made from a hidden figure that does not say `confidential`."""
    for row in rows:
        if row.get("reason") == HIDDEN:
            continue
        cell = hidden.behind(*(row[name] for name in RATE))
        if cell is None:
            continue
        told = [name for name, value in row.items() if name not in kept | {"covers_period"} and value not in (None, "")]
        if told:
            yield Leak(
                edition.name, "left_in",
                f"{mart} shows the {', '.join(told)} of {_called(mart, row)}, though {cell}, from which it is made, "
                "is not printed.",
            )  # fmt: skip
        elif not hidden.lacks(hidden.of(*(row[name] for name in RATE))):
            yield Leak(
                edition.name, "left_in",
                f"{mart} says why {_called(mart, row)} is missing ({row['reason']}), which tells of {cell}; it must "
                f"say {HIDDEN}.",
            )  # fmt: skip


def _ranks(edition: Edition, rows: list[dict[str, Any]]) -> Iterator[Leak]:
    """A rank among siblings of which one is hidden says where the hidden one stands."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        area = edition.areas.get(row["area_code"])
        if area:
            key = (row["indicator_id"], row["period"], row["breakdown"], area.parent, area.level)
            groups.setdefault(key, []).append(row)
    for group in groups.values():
        without = [row["area_code"] for row in group if row["reason"] == HIDDEN]
        for row in group if without else []:
            if row["reason"] != HIDDEN and (row["rank_in_parent"] is not None or row["ranked_areas"] is not None):
                yield Leak(
                    edition.name, "rank",
                    f"mart_scorecard ranks {_called('', row)} among areas of which {without[0]} is not printed.",
                )  # fmt: skip


def _runs(edition: Edition, rows: list[dict[str, Any]]) -> Iterator[Leak]:
    """A run of n years says that n years were met and the one before was not."""
    by_year = {
        (row["indicator_id"], row["area_code"], row["breakdown"], row["year"], row["period"][4:]): row for row in rows
    }
    for (id, area, breakdown, year, series), row in by_year.items():
        for back in range(1, (row["years_met_in_a_row"] or 0) + 1):
            before = by_year.get((id, area, breakdown, year - back, series))
            if before and before["reason"] == HIDDEN and row["reason"] != HIDDEN:
                yield Leak(
                    edition.name, "run",
                    f"mart_scorecard counts {row['years_met_in_a_row']} years met in a row for {_called('', row)}, "
                    f"which tells the verdict of {before['period']}, which is not printed.",
                )  # fmt: skip
                break


def _called(mart: str, row: dict[str, Any]) -> str:
    if mart == "mart_observation":
        return str(Cell(*(row[name] for name in FIGURE)))
    of = "" if row["breakdown"] == "_T" else f" ({row['breakdown']})"
    return f"{row['indicator_id']}{of} of {row['area_code']} in {row['period']}"
