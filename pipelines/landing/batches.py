"""Batch files: a Parquet of each part of a run, or year of a backfill, that accepted something; never changed.

Only bytes: writing a batch so that it is whole or absent, naming committed batches, clearing what a crash left. Which
rows count is the register's word.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.home import Home, Unusable, file_digest, sync_file, sync_folder
from pipelines.landing import register

if TYPE_CHECKING:
    import pyarrow as pa

ORDER = ("table_id", "measure_id", "area_code", "period", "breakdown", "submission_id")
"""Sort order of a batch, so that row groups can be skipped by table and measure."""


_OURS = re.compile(r"batch-.+\.parquet|\.batch-.+\.parquet\.tmp")
"""What batches and halves of them are called; whatever else lies there is another's."""


def path(home: Home, batch_id: str) -> Path:
    """Where a batch lies."""
    return home.landing / f"{batch_id}.parquet"


def committed(home: Home) -> list[Path]:
    """Files of the committed batches, oldest first."""
    return [path(home, row["batch_id"]) for row in register.batches(home)]


def sound(home: Home) -> list[Path]:
    """The same, once each was hashed and held against the register. Raises Unusable, which names the damaged ones."""
    faults = []
    for row in register.batches(home):
        file = path(home, row["batch_id"])
        if not file.is_file():
            faults.append(f"{file} is missing.")
        elif file_digest(file) != row["sha256"]:
            faults.append(f"{file} was changed after it was written: move it away.")
    if faults:
        raise Unusable(
            f"{' '.join(faults)} Nothing is made of damaged figures. Put back the file from a backup, or let `yearbook "
            "backfill` of its years make it again of the stored returns; then run again."
        )
    return committed(home)


def write(home: Home, batch_id: str, figures: pa.Table) -> tuple[str, int]:
    """Writes a batch durably under its final name. Returns (sha256, rows). It counts once the register says so."""
    import pyarrow.parquet as pq

    final = path(home, batch_id)
    temporary = final.with_name(f".{final.name}.tmp")
    pq.write_table(
        figures.sort_by([(column, "ascending") for column in ORDER]),
        temporary,
        compression="zstd",
        row_group_size=250_000,
    )
    sync_file(temporary)
    temporary.chmod(0o444)
    temporary.rename(final)
    sync_folder(home.landing)
    return file_digest(final), figures.num_rows


def recover(home: Home) -> list[str]:
    """Removes files that no commit names, left by a killed run. Returns their names. Needs the writer's lock."""
    known = {file.name for file in committed(home)}
    lying = (file for file in home.landing.iterdir() if _OURS.fullmatch(file.name) and not file.is_dir())
    left = [file for file in lying if file.name not in known]
    for file in left:
        file.unlink()
    return [file.name for file in left]
