"""The promises, attacked: sections of trials, what came of each, and the page that tells it.

    python -m tests.faults [SECTION …] [--whole] [--anew] [--page] [--only TEXT]

Bounded it takes minutes; --whole takes hours and may be stopped at any time: given again it goes on. What came of it is
in `build/faults`. Exits with 1 when a promise was broken; the folder of such a trial stays there to be looked at.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.faults import page, running
from tests.faults.listed import SECTIONS


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is asked for. Raises SystemExit for what nobody knows."""
    parser = argparse.ArgumentParser(prog="make faults", description="Attacks what is promised, and counts.")
    parser.add_argument("sections", nargs="*", metavar="SECTION", help=f"left out: all of {', '.join(SECTIONS)}")
    parser.add_argument("--whole", action="store_true", help="every trial: hours; given again it goes on")
    parser.add_argument("--anew", action="store_true", help="forget what came of earlier trials")
    parser.add_argument("--only", default="", help="trials whose name holds this text")
    parser.add_argument("--page", action="store_true", help="write what came of the whole suite into the page")
    given = parser.parse_args(words)
    if unknown := set(given.sections) - set(SECTIONS):
        parser.error(f"no section is called {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return given


def main() -> None:
    """Does what was asked for."""
    given = arguments(sys.argv[1:])
    broken = tried = 0
    with running.alone():
        for name in [section for section in SECTIONS if not given.sections or section in given.sections]:
            names = running.section(name).names(given.whole)
            if asked := [one for one in names if given.only in one]:
                tried += len(asked)
                broken += running.run(name, asked, given.anew)
        if given.page:
            page.write()
    if not tried:
        sys.exit(f"No trial's name holds {given.only!r}: nothing was tried.")
    if broken:
        sys.exit(f"{broken} trials broke a promise.")


if __name__ == "__main__":
    main()
