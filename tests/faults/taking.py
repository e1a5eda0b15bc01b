"""The inbox of an installation taken in, in a process of its own that says what it used:

    python -m tests.faults.taking HOME CONTRACTS

One line of JSON. `refused`: sentences on what stays in the inbox; `slowest`: the longest that a file took, in seconds;
`own` and `child`: the most memory that this process and any that it started had, in MB.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from itertools import pairwise
from pathlib import Path

from pipelines import progress
from pipelines.contracts import load
from pipelines.home import Home
from pipelines.landing.take_in import sweep, take_in


def main() -> None:
    """Takes in, and says how it went."""
    home = Home(Path(sys.argv[1]), Path(sys.argv[2]))
    catalog = load(home.contracts)
    refused = sweep(home, catalog)
    (home.runs / "run-1").mkdir()
    told = [time.monotonic()]
    with progress.listening(lambda *_: told.append(time.monotonic())):
        taken = take_in(home, catalog, home.runs / "run-1", "en")
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # the system's own sum counts who started it too
    own = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    slowest = max((after - before for before, after in pairwise(told)), default=0)
    found = {"refused": refused, "deliveries": taken.deliveries, "slowest": slowest, "own": own, "child": child}
    print(json.dumps(found))


if __name__ == "__main__":
    main()
