"""How long protection and audit of a province-year take, and how many areas are in lines: `python -m
tests.disclosure.measure [SEED]`. Prints a table of Markdown; CPU seconds of this process, one thread each.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from pipelines.adversary import audit
from pipelines.contracts import load
from pipelines.release import build, protect
from pipelines.release.database import DATABASE, engine
from tests.disclosure.editions import editions
from tests.disclosure.forest import Forest

MEANS = (14, 60, 200)
"""Persons a township."""


def main(seed: int) -> None:
    """One province of 100 counties with 15 townships each."""
    print("| persons a township | areas | lines, CPU s | audit, CPU s | hidden figures | programs | areas in lines |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for mean in MEANS:
        forest = Forest(seed, trees=1, counties=(100, 100), townships=(15, 15), mean=mean)
        with tempfile.TemporaryDirectory() as folder:
            ((edition, _),) = editions(forest, Path(folder))
            catalog = load(edition / "documents")
            with engine() as connection:
                connection.execute(
                    f"attach {build.text(Path(folder) / 'candidate-0' / DATABASE)} as origin (read_only)"
                )
                began = time.process_time()
                protect.protection(connection, "origin", catalog, [])
                lines = time.process_time() - began
            began = time.process_time()
            ((one,), leaks) = (found := audit([edition])).editions, found.leaks
            took = time.process_time() - began
        assert not leaks
        print(
            f"| {mean} | {len(forest.areas):,} | {lines:.2f} | {took:.1f} | {len(one.intervals):,} | {one.solved:,} "
            f"| {100 * one.pooled / one.published:.0f} % |"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
