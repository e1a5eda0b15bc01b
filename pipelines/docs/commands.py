"""The reference of the command line, from the commands themselves: typer writes it from their help."""

from __future__ import annotations

import typer
from typer.cli import get_docs_for_click

from pipelines.cli.main import app


def pages() -> dict[str, str]:
    """Name of the page -> Markdown: every command with its arguments and options; exit codes stand at its head."""
    root = typer.main.get_command(app)
    said = get_docs_for_click(obj=root, ctx=typer.Context(root, info_name="yearbook"), name="yearbook")
    return {"reference/commands": said.replace("# `yearbook`", "# Commands", 1)}
