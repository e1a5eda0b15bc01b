"""The demo on this machine's engine and on a Spark cluster that is started for it, compared cell by cell.

    python -m tests.cluster [FOLDER]

What it compares, and how a cluster of one's own is used: `pipelines/docs/cluster.md`. FOLDER, a new one (left out:
build/cluster, made anew), keeps logs and both builds. Exits with 1 when a cell differs, or none was compared, with 2
when no cluster can be started here.
"""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path

from pipelines.warehouse import build
from tests.cluster import both
from tests.cluster.machines import WORKERS, cluster, missing


def main(words: list[str]) -> int:
    """Does what was asked for; returns the exit code."""
    if reason := missing():
        print(reason)
        return 2
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))  # so that what was started is stopped
    folder = Path(words[0] if words else "build/cluster").absolute()
    if not words:
        shutil.rmtree(folder, ignore_errors=True)
    elif folder.exists():
        print(f"{folder} is there already: name a folder that is not.")
        return 2
    folder.mkdir(parents=True)
    print("The demo's returns: generated, taken in, laid out ...", flush=True)
    run = both.laid_out(folder)
    embedded, seconds = both.built(run, "embedded")
    print(f"On this machine's engine: built and tested in {seconds:.0f} s.", flush=True)
    print(f"Starting a Spark cluster: a master, {WORKERS} workers, a thrift server ...", flush=True)
    with cluster(folder / "cluster") as server, both.on(server):
        carried, seconds = both.built(run, "spark")
        left = sorted(path.name for path in server.folder.iterdir())
    print(f"On the cluster: built and tested in {seconds:.0f} s. The cluster is stopped.\n")
    found = both.compared(embedded, carried)
    print(f"{'relation':32} {'rows':>10} {'cells compared':>15} {'different':>10}")
    for one in found:
        print(f"{one.relation:32} {one.rows:10} {one.cells:15} {one.different:10}{_stated(one)}")
    cells, different = sum(one.cells for one in found), sum(one.different for one in found)
    print(f"{'all':32} {sum(one.rows for one in found):10} {cells:15} {different:10}")
    faults = [f"The run left {name} in the shared folder." for name in left]
    empty = both.FILLED - {one.relation for one in found if one.rows}
    faults += [f"{name} is empty: nothing of it was compared." for name in sorted(empty)]
    ended = [build.counts(build.target(file.parent)) for file in (embedded, carried)]
    if ended[0] != ended[1]:
        faults.append(f"Models and tests: {ended[0]} here, {ended[1]} on the cluster.")
    for fault in faults:
        print(fault)
    return int(different > 0 or bool(faults) or not all(one.as_stated for one in found))


def _stated(one: both.Compared) -> str:
    return "" if one.as_stated else "  its columns are stated otherwise"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
