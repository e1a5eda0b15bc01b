"""Accepted figures on their way to landing: the hash of their content, and the columns of a chunk's file.

pyarrow is imported only when a chunk is written. Whether figures are accepted is decided before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "submission_id", "table_id", "measure_id", "area_code", "period", "breakdown", "value", "reported",
    "obs_status", "qualifier", "sheet", "row", "col", "raw",
)  # fmt: skip
"""Columns of landed figures. `value` is a count, `reported` a rate the office printed; one or neither."""

RAW = 64
"""Characters of a cell's text that are kept beside the figure."""

_BATCH = 100_000

Line = tuple[str, str, str, int | None, Decimal | None, str, str, int, int, str]
"""measure, area, breakdown, value, reported, obs_status, qualifier, row, column, cell text"""

_OF_LINE = (
    "measure_id", "area_code", "breakdown", "value", "reported", "obs_status", "qualifier", "row", "col",
    "raw",
)  # fmt: skip


@dataclass(frozen=True)
class Landing:
    """The figures of one submission. `lines` gives them anew each time, by measure, area and breakdown."""

    table: str
    period: str
    sheet: str
    lines: Callable[[], Iterator[Line]] = lambda: iter(())

    def content(self) -> tuple[int, str]:
        """How many figures, and the SHA-256 of what they say: not of where or how they were written."""
        digest, count = hashlib.sha256(), 0
        for measure, area, breakdown, value, reported, status, qualifier, *_ in self.lines():
            figure = value if reported is None else format(reported.normalize(), "f")
            digest.update(f"{measure}\t{area}\t{breakdown}\t{figure}\t{status}\t{qualifier}\n".encode())
            count += 1
        return count, digest.hexdigest()


class Chunk:
    """Collects the figures of many deliveries and writes them as one file, whole or not at all."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self._parts: list[pa.Table] = []

    def add(self, submission_id: str, landing: Landing) -> None:
        """Takes over the figures of an accepted submission."""
        source = landing.lines()
        while lines := list(islice(source, _BATCH)):
            columns, count = self._columns, len(lines)
            columns["submission_id"] += [submission_id] * count
            columns["table_id"] += [landing.table] * count
            columns["period"] += [landing.period] * count
            columns["sheet"] += [landing.sheet] * count
            for name, values in zip(_OF_LINE, zip(*lines, strict=True), strict=True):
                columns[name] += values
            if len(columns["value"]) >= _BATCH:
                self._parts.append(_arrow(columns))
                self._columns = {name: [] for name in COLUMNS}

    def write(self, path: Path) -> int:
        """Writes a Parquet file (temporary name, then rename) and returns its rows; 0 rows: no file."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if self._columns["value"]:
            self._parts.append(_arrow(self._columns))
        if not self._parts:
            return 0
        table = pa.concat_tables(self._parts)
        temporary = path.with_name(f".{path.name}.tmp")
        pq.write_table(table, temporary, compression="snappy")
        temporary.rename(path)
        return table.num_rows


def schema() -> pa.Schema:
    """The Arrow schema of landed figures."""
    import pyarrow as pa

    types = {"value": pa.int64(), "reported": pa.decimal128(38, 12), "row": pa.int32(), "col": pa.int32()}
    may_be_null = ("value", "reported")
    return pa.schema([pa.field(name, types.get(name, pa.string()), name in may_be_null) for name in COLUMNS])


def _arrow(columns: dict[str, list[Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.table([pa.array(columns[one.name], one.type) for one in schema()], schema=schema())
