"""Exit codes stand in one place, and --json is everywhere where something is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import typer

from pipelines.cli import exits
from pipelines.cli.main import app
from pipelines.home import PROJECT
from tests.unit.cli.test_sentences import yearbook

WITHOUT_JSON = {
    "dbt": "prints what dbt prints, which has a --log-format of its own",
    "up": "serves until it is stopped; what it says is where",
}


def _commands(group: typer.core.TyperGroup, before: str = "") -> Iterator[tuple[str, typer.core.TyperCommand]]:
    for name, command in group.commands.items():
        if isinstance(command, typer.core.TyperGroup):
            yield from _commands(command, f"{before}{name} ")
            if command.invoke_without_command:
                yield f"{before}{name}", command
        else:
            yield f"{before}{name}", command


def test_every_command_speaks_json_or_says_why_not() -> None:
    commands = dict(_commands(typer.main.get_group(app)))
    assert len(commands) > 30
    without = {name for name, one in commands.items() if "--json" not in [o for p in one.params for o in p.opts]}
    assert without == set(WITHOUT_JSON)


def test_the_codes_stand_in_one_place() -> None:
    for file in (PROJECT / "pipelines" / "cli").glob("*.py"):
        raised = re.findall(r"typer\.Exit\((.*)\)", file.read_text(encoding="utf-8"))
        assert all(re.match(r"Code\.|code$|by_hand\.run", code) for code in raised), f"{file.name}: {raised}"


def test_help_and_the_page_state_them(tmp_path: Path) -> None:
    shown = yearbook(tmp_path, "--help").stdout
    page = (PROJECT / "pipelines" / "docs" / "terminal.md").read_text(encoding="utf-8")
    for code in exits.Code:
        assert code.meaning in shown
        assert f"| {code.value} | {code.meaning} |" in page
    for name in WITHOUT_JSON:
        assert f"`{name}`" in page


def test_wrong_use_is_one_json_document_too(tmp_path: Path) -> None:
    for words in (
        ["--json"],
        ["statu", "--json"],
        ["status", "--jsn", "--json"],
        ["release", "--json"],
        ["query", "--json"],
    ):
        done = yearbook(tmp_path, *words)
        assert done.returncode == exits.Code.WRONG_USE and json.loads(done.stdout)["error"], words
