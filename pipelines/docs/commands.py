"""The reference of the command line, from the commands themselves: typer writes it from their help."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.cli import get_docs_for_click

from pipelines.cli.exits import Code
from pipelines.cli.main import app
from pipelines.docs.markdown import table, told


def pages() -> dict[str, str]:
    """Name of the page -> Markdown: every command with its arguments and options; exit codes stand at its head."""
    root = typer.main.get_command(app)
    _say_whole(root)
    codes = table(["exit code", "meaning"], [[str(one.value), told(one.meaning)] for one in Code])
    said = get_docs_for_click(obj=root, ctx=typer.Context(root, info_name="yearbook"), name="yearbook")
    said = re.sub(r"Exit codes:\n(?: *\d+  .*\n)+", lambda _: codes, said, count=1)
    return {"reference/commands": said.replace("# `yearbook`", "# Commands", 1)}


def _say_whole(command: Any) -> None:
    """Lists of commands give the first paragraph of each, which typer would cut short."""
    for one in getattr(command, "commands", {}).values():
        one.short_help = " ".join((one.help or "").split("\n\n")[0].split())
        _say_whole(one)
