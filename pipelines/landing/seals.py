"""Seals of rows on which figures depend: a digest of what a row said when it was written.

SQLite keeps none: a byte that the disk changed in a day of preparation would let another version count. Rows that an
earlier version wrote have no seal and are believed.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import sqlalchemy as sa

from pipelines.home import Unusable

ANEW = (
    "Move the whole folder of the installation away, let `yearbook restore FOLDER` make it anew from a backup, and "
    "copy into its inbox what lies in the old one or came since. A register of another day does not know what landed."
)
"""How a register is mended: what it does not know, the next run would take for what a killed one left."""

_OUTSIDE = ("number", "seal")
_LATER = {"delivery": ("verdict", "judged_at", "receipt", "run_id", "documents", "claimed_by")}
"""Table -> the columns that are written after the row, which its seal does not hold."""


def sealed(table: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """The row with its seal, to be written."""
    return row | {"seal": _seal(table, row)}


def hold(table: sa.Table, row: dict[str, Any]) -> None:
    """Takes the seal off a row that was read, and holds it against the rest. Raises home.Unusable."""
    seal = row.pop("seal")
    if seal and seal != _seal(table, row):
        raise Unusable(
            f"Row {row['number']} of the table {table.name} in the register was changed after it was written; nothing "
            f"is made of it. {ANEW}"
        )


def held(table: sa.Table, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same for many. Returns them."""
    for row in rows:
        hold(table, row)
    return rows


def _seal(table: sa.Table, row: dict[str, Any]) -> str:
    outside = (*_OUTSIDE, *_LATER.get(table.name, ()))
    named = {column.name: row.get(column.name) for column in table.columns if column.name not in outside}
    said = {name: value for name, value in named.items() if value not in (None, "")}  # as a column added later is
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
