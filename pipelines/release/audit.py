"""Reads a staged or published release back, every column of every row: `python -m pipelines.release.audit
FOLDER HASHED`.

Always a process of its own, so that nothing is answered from a cache of the one that wrote. Prints JSON:
table -> content (see `content`) from the database and from Parquet, name -> rows from CSV (see `parts`).
Compares nothing; the caller knows what to expect.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT
from pipelines.release import content, parts
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError


def read_back(folder: Path, hashed: str | None = content.SUMS) -> dict[str, Any]:
    """Runs the audit of a folder in a new process. Raises ReleaseError when anything cannot be read."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "pipelines.release.audit", str(folder), hashed or ""],
        capture_output=True, text=True, cwd="/", env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    if done.returncode:
        last = next((line for line in reversed(done.stderr.strip().splitlines()) if line.strip()), "no reason given")
        raise ReleaseError(f"{folder.name} cannot be read back: {last.strip()}")
    return json.loads(done.stdout)


def audit(folder: Path, hashed: str | None) -> dict[str, Any]:
    """{"tables", "views", "parquet": name -> content, "csv": name -> rows}. Raises what reading raises."""
    found: dict[str, Any] = {"tables": {}, "views": {}, "parquet": {}, "csv": {}}
    with engine(folder / DATABASE, read_only=True) as connection:
        for name, kind in connection.execute(_RELATIONS).fetchall():
            found["views" if kind == "VIEW" else "tables"][name] = content.of(connection, content.quoted(name), hashed)
        for name, files in parts.standing(folder, "parquet").items():
            found["parquet"][name] = content.of(connection, _parquet(files), hashed)
    for name, files in parts.standing(folder, "csv").items():
        found["csv"][name] = sum(map(_csv_rows, files))
    return found


_RELATIONS = """
select table_name, table_type from information_schema.tables where table_schema = 'main' order by table_name
"""


def _parquet(files: list[Path]) -> str:
    paths = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
    return f"read_parquet([{paths}])"


def _csv_rows(file: Path) -> int:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = csv.reader(stream, strict=True)
        width = len(next(rows))
        count = 0
        for row in rows:
            if len(row) != width:
                raise ValueError(f"{file.name} has {len(row)} cells in line {rows.line_num}, not {width}")
            count += 1
    return count


if __name__ == "__main__":
    print(json.dumps(audit(Path(sys.argv[1]), sys.argv[2] or None)))
