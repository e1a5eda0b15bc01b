"""A driver in a process that follows a plan: `python -m tests.faults.inside PLAN DRIVER`, or `follow` within a fork.

A plan is JSON:

    {"list": file}                      writes the points in order
    {"kill": point, "which": n}         ends the process with -9 before the operation of a point, the n-th time
    {"refuse": point, "which": n, "number": errno, "told": file}     lets that operation fail, and tells that it did
    {"lose": point, "which": n, "shadow": folder}    ends it likewise, and notes what a power cut would take (`power`);
                                        also at `power.END`, after the driver
    {}                                  only does it

The installation is the environment's, or given.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from pipelines.home import Home
from tests.faults import drivers, points, power

Plan = dict[str, Any]


def follow(home: Home, name: str, plan: Plan) -> None:
    """Does a driver while a plan is followed. Raises what the driver raises."""
    home = Home(home.root.resolve(), home.contracts.resolve())  # as an open file's path is told
    roots = drivers.roots(home, name)
    found: list[tuple[str, int]] = []
    if "list" in plan:
        points.install(roots, points.listing(found))
    elif "kill" in plan:
        points.install(roots, points.killing(plan["kill"], plan["which"]))
    elif "refuse" in plan:
        points.install(roots, points.refusing(plan["refuse"], plan["which"], plan["number"], Path(plan["told"])))
    elif "lose" in plan:
        watch = power.Watch(roots[""], home.root, Path(plan["shadow"]), plan["lose"], plan["which"])
        points.install(roots, watch)
    try:
        drivers.DRIVERS[name].do(home)
        if "lose" in plan:
            watch(power.END, 1, "", home.root)
    finally:
        if "list" in plan:
            Path(plan["list"]).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    follow(Home.from_environment(), sys.argv[2], json.loads(sys.argv[1]))
    sys.stdout.flush()
    os._exit(0)
