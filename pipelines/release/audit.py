"""Reads a staged or published release back, every column of every row: `python -m pipelines.release.audit
FOLDER HASHED`. Of a staged one only files that are links to those of the candidate before are not read again.

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

from pipelines import programs
from pipelines.home import PROJECT
from pipelines.release import content, manifest, parts
from pipelines.release.database import DATABASE, engine
from pipelines.release.linked import BEFORE, Before
from pipelines.release.manifest import ReleaseError


def read_back(folder: Path, hashed: str | None = content.SUMS, before: Before | None = None) -> dict[str, Any]:
    """Runs the audit of a folder in a new process. Raises ReleaseError when anything cannot be read.

    With a release `before`, files linked from it are not read: what they hold is its word, that they are its bytes is
    for the caller to see. Rows of its database are held against the staged one's as `content.since` says.
    """
    said = {"folder": str(before.folder), "years": before.years, "linked": before.linked} if before else None
    done = subprocess.run(
        [*programs.START, "pipelines.release.audit", str(folder), hashed or ""],
        input=json.dumps(said), capture_output=True, text=True, cwd="/", env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    if done.returncode:
        last = next((line for line in reversed(done.stderr.strip().splitlines()) if line.strip()), "no reason given")
        raise ReleaseError(f"{folder.name} cannot be read back: {last.strip()}")
    return json.loads(done.stdout)


def audit(folder: Path, hashed: str | None, before: Before | None = None) -> dict[str, Any]:
    """{"tables", "views", "parquet": name -> content, "csv": name -> rows}. Raises what reading raises."""
    found: dict[str, Any] = {"tables": {}, "views": {}, "parquet": {}, "csv": {}}
    with engine(folder / DATABASE, read_only=True) as connection:
        relations = connection.execute(_RELATIONS).fetchall()
        if before:
            path = str(before.folder / DATABASE).replace("'", "''")
            connection.execute(f"attach '{path}' as {BEFORE} (read_only)")
        for name, kind in relations:
            relation = content.quoted(name)
            of = before.now(connection, relation, name) if before else content.of(connection, relation, hashed)
            found["views" if kind == "VIEW" else "tables"][name] = of
        for name, files in parts.standing(folder, "parquet").items():
            written, linked = _apart(folder, files, before)
            table = found["tables"].get(name, {})
            if before and linked:
                of = content.of(connection, _parquet(written)) if written else None
                found["parquet"][name] = _with_linked(of, before.contents()[name], linked)
            elif "years" in table:  # read as text where it is not the table of the database
                found["parquet"][name] = content.since(connection, _parquet(written), content.quoted(name), table, ())
            else:
                found["parquet"][name] = content.of(connection, _parquet(written), hashed)
    for name, files in parts.standing(folder, "csv").items():
        written, linked = _apart(folder, files, before)
        rows = _rows(before.contents()[name], linked) if before and linked else 0
        found["csv"][name] = sum(map(_csv_rows, written)) + rows
    return found


def _apart(folder: Path, files: list[Path], before: Before | None) -> tuple[list[Path], list[str]]:
    """Files that were written, and the years of those that were linked."""
    paths = {file.relative_to(folder).as_posix(): file for file in files}
    known = before.linked if before else {}
    return [file for path, file in paths.items() if path not in known], [parts.year(p) for p in paths if p in known]


def _with_linked(written: content.Content | None, was: content.Content, linked: list[str]) -> content.Content:
    if linked == [parts.WHOLE]:
        return was
    if written and written["columns"] != was["columns"]:
        return written
    return content.joined(was, linked, written["years"] if written else {})


def _rows(was: content.Content, linked: list[str]) -> int:
    return was["rows"] if linked == [parts.WHOLE] else sum(was["years"][year][0] for year in linked)


def _told(said: Any) -> Before | None:
    if said is None:
        return None
    folder = Path(said["folder"])
    return Before(folder, manifest.read(folder), said["years"], said["linked"])


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
    print(json.dumps(audit(Path(sys.argv[1]), sys.argv[2] or None, _told(json.load(sys.stdin)))))
