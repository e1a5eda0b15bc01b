"""Accepted figures on their way to landing: the hash of their content, and the columns of a chunk's file.

pyarrow is imported only when a chunk is written. Whether figures are accepted is decided before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pyarrow as pa

COLUMNS = (
    "submission_id", "table_id", "measure_id", "area_code", "period", "breakdown", "value", "reported",
    "obs_status", "qualifier", "sheet", "row", "col", "raw",
)  # fmt: skip
"""Columns of landed figures. `value` is a count, `reported` a rate the office printed; one or neither."""

RAW = 64
"""Characters of a cell's text that are kept beside the figure."""

MOST = 100_000
"""Figures that a run holds at most, and about as many as are collected before they become Arrow."""


class Run(NamedTuple):
    """Figures of one measure, as columns of equal length in order of area and breakdown."""

    measure: str
    areas: Sequence[str]
    breakdowns: Sequence[str]
    values: Sequence[int | None]
    reported: Sequence[Decimal | None]
    statuses: Sequence[str]
    qualifiers: Sequence[str]
    rows: Sequence[int]
    columns: Sequence[int]
    texts: Sequence[str]


_OF_RUN = ("area_code", "breakdown", "value", "reported", "obs_status", "qualifier", "row", "col", "raw")
"""The columns of a chunk that a run brings, in its order."""


@dataclass(frozen=True)
class Landing:
    """The figures of one submission. `runs` gives them anew each time, by measure."""

    table: str
    period: str
    sheet: str
    runs: Callable[[], Iterator[Run]] = lambda: iter(())

    def content(self) -> tuple[int, str]:
        """How many figures, and the SHA-256 of what they say: not of where or how they were written."""
        digest, count = hashlib.sha256(), 0
        for run in self.runs():
            figures = [
                value if reported is None else format(reported.normalize(), "f")
                for value, reported in zip(run.values, run.reported, strict=True)
            ]
            lines = zip(run.areas, run.breakdowns, figures, run.statuses, run.qualifiers, strict=True)
            digest.update("".join([f"{run.measure}\t{a}\t{b}\t{f}\t{s}\t{q}\n" for a, b, f, s, q in lines]).encode())
            count += len(figures)
        return count, digest.hexdigest()


class Chunk:
    """Collects the figures of many deliveries and writes them as one file, whole or not at all."""

    def __init__(self) -> None:
        self._columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
        self._parts: list[pa.Table] = []

    def add(self, submission_id: str, landing: Landing) -> None:
        """Takes over the figures of an accepted submission."""
        for measure, *own in landing.runs():
            columns, count = self._columns, len(own[0])
            columns["submission_id"] += [submission_id] * count
            columns["table_id"] += [landing.table] * count
            columns["measure_id"] += [measure] * count
            columns["period"] += [landing.period] * count
            columns["sheet"] += [landing.sheet] * count
            for name, values in zip(_OF_RUN, own, strict=True):
                columns[name] += values
            if len(columns["value"]) >= MOST:
                self._parts.append(_arrow(columns))
                self._columns = {name: [] for name in COLUMNS}

    def write(self, path: Path) -> int:
        """Writes an Arrow file (temporary name, then rename) and returns its rows; 0 rows: no file."""
        import pyarrow as pa

        if self._columns["value"]:
            self._parts.append(_arrow(self._columns))
        if not self._parts:
            return 0
        table = pa.concat_tables(self._parts)
        temporary = path.with_name(f".{path.name}.tmp")
        options = pa.ipc.IpcWriteOptions(compression="lz4")  # Parquet would be encoded, decoded and encoded once more
        with pa.ipc.new_file(temporary, table.schema, options=options) as file:
            file.write_table(table)
        temporary.rename(path)
        return table.num_rows


def read(path: Path) -> pa.Table:
    """The figures of a chunk's file. Raises pyarrow.ArrowInvalid for one that does not hold together."""
    import pyarrow as pa

    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        table = file.read_all()
    table.validate(full=True)
    return table


def schema() -> pa.Schema:
    """The Arrow schema of landed figures."""
    import pyarrow as pa

    types = {"value": pa.int64(), "reported": pa.decimal128(38, 12), "row": pa.int32(), "col": pa.int32()}
    may_be_null = ("value", "reported")
    return pa.schema([pa.field(name, types.get(name, pa.string()), name in may_be_null) for name in COLUMNS])


def _arrow(columns: dict[str, list[Any]]) -> pa.Table:
    import pyarrow as pa

    return pa.table([pa.array(columns[one.name], one.type) for one in schema()], schema=schema())
