"""The `yearbook` command: arguments in, the stages' own functions called, words or JSON out. No logic of its own.

Commands import what they use when they run, so that `--help` and `check` stay light.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Entry point of the `yearbook` script. Ctrl-C is answered in one way, while modules are loaded too."""
    try:
        from pipelines.cli.main import run  # what takes time: from here on this package's `main` is that module

        code = run()
    except KeyboardInterrupt:
        code = None
    import json

    from pipelines.cli.exits import Code

    code = Code.INTERRUPTED if code is None else code
    if code == Code.INTERRUPTED:
        if "--json" in sys.argv[1:]:
            print(json.dumps({"error": Code.INTERRUPTED.meaning}, indent=2))
        else:
            print(Code.INTERRUPTED.meaning, file=sys.stderr)
        exec("")  # or Python, where it was loading a module with exec, ends by the signal and not by the code
    sys.exit(code)
