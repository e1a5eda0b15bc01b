"""The `yearbook` command: arguments in, the stages' own functions called, words or JSON out. No logic of its own.

Commands import what they use when they run, so that `--help` and `check` stay light.
"""

from pipelines.cli.main import main

__all__ = ["main"]
