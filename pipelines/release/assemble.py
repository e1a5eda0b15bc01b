"""Makes an edition's files from what is public and nothing else: `python -m pipelines.release.assemble FOLDER SOURCE`.

Always a process of its own that never saw a figure which is left out: a database file carries a few bytes of whatever
lay in the memory of the process that wrote it. FOLDER holds the documents; SOURCE a Parquet file per public table, and
what the tables and columns mean.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from pipelines import programs
from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.release import build, content
from pipelines.release.content import quoted
from pipelines.release.database import DATABASE, STORAGE, engine
from pipelines.release.manifest import ReleaseError

COMMENTS = "comments.json"


def in_a_new_process(folder: Path, source: Path) -> dict[str, content.Content]:
    """Runs `assemble`. Returns table -> content as read from SOURCE. Raises ReleaseError."""
    done = subprocess.run(
        [*programs.START, "pipelines.release.assemble", str(folder), str(source)],
        capture_output=True, text=True, cwd="/", env=os.environ | {"PYTHONPATH": str(PROJECT)},
    )  # fmt: skip
    if done.returncode:
        last = next((line for line in reversed(done.stderr.strip().splitlines()) if line.strip()), "no reason given")
        raise ReleaseError(f"The edition could not be assembled: {last.strip()}")
    return json.loads(done.stdout)


def assemble(folder: Path, source: Path) -> dict[str, content.Content]:
    """Fills `folder`: database, Parquet, CSV. Returns table -> content as read from the Parquet of `source`."""
    found: dict[str, content.Content] = {}
    with engine() as connection:
        connection.execute(f"attach {build.text(folder / DATABASE)} as staged (storage_version '{STORAGE}')")
        for file in sorted(source.glob("*.parquet")):
            relation = f"read_parquet({build.text(file)})"
            found[file.stem] = content.of(connection, relation)
            target = f"staged.main.{quoted(file.stem)}"
            order = build.order(found[file.stem])
            connection.execute(f"create table {target} as select * from {relation} order by {order}")
        build.comment(connection, json.loads((source / COMMENTS).read_bytes()))
        connection.execute("checkpoint staged")
        connection.execute("detach staged")
    build.write_forms(load(folder / "documents"), folder, found)
    return found


if __name__ == "__main__":
    print(json.dumps(assemble(Path(sys.argv[1]), Path(sys.argv[2]))))
