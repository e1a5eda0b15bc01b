"""What pages say and code has, looked at without running a page: links, commands that no test runs, words in tables."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any, get_args
from urllib.parse import unquote

import pytest
import typer
from markdown_it import MarkdownIt
from mdit_py_plugins.anchors import anchors_plugin

from pipelines.cli.main import app
from pipelines.contracts import load
from pipelines.contracts.indicators import Kind
from pipelines.contracts.reasons import Reason
from pipelines.docs.__main__ import BESIDE, PAGES
from pipelines.home import PROJECT
from pipelines.release.forms import marks

DOCS = PROJECT / "pipelines" / "docs"


def _all(patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(PROJECT.glob(pattern))]


def test_every_link_leads_somewhere_in_the_repository_and_in_the_pages() -> None:
    reader = MarkdownIt("commonmark").enable("table").use(anchors_plugin, max_level=4)
    read = {path: reader.parse(path.read_text(encoding="utf-8")) for path in _all(PAGES)}
    anchors = {path: {token.attrs.get("id") for token in tokens} for path, tokens in read.items()}
    known, seen, faults = {*read, *_all(BESIDE)}, 0, []
    for path, tokens in read.items():
        for link in (
            str(child.attrs["href"]) for one in tokens for child in one.children or [] if "href" in child.attrs
        ):
            if re.match("https?:", link):
                continue
            file, _, anchor = unquote(link).partition("#")
            target, seen = (path.parent / file).resolve() if file else path, seen + 1
            if target not in known or (anchor and anchor not in anchors.get(target, ())):
                faults.append(f"{path.relative_to(PROJECT)}: {link}")
    assert faults == [] and seen > len(read)


def _commands(page: str) -> list[str]:
    """The lines of a page's commands, each whole."""
    blocks = re.findall(r"^```sh[^\n]*\n(.*?)^```", (DOCS / page).read_text(encoding="utf-8"), re.M | re.S)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines()]


@pytest.mark.parametrize("page", ["production.md", "revisions.md"])
def test_commands_that_no_test_runs_name_what_is_there(page: str) -> None:
    lines, known = _commands(page), 0
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8").replace("$(VENV)", ".venv")
    folder = PROJECT
    for line in lines:
        program, *words = [word.strip("();") for word in shlex.split(line, comments=True)] or [""]
        if program == "cd" and words[0].startswith("/opt/yearbook/current"):
            folder = PROJECT / words[0].removeprefix("/opt/yearbook/current").lstrip("/")
        elif program == "yearbook":
            _parse(words)
            known += 1
        elif program == "make":
            assert f"\n{words[-1]}: " in makefile, line
            known += 1
        elif program == "install" and "-d" not in words:
            for word in words[words.index("-m") + 2 : -1]:
                assert list(folder.glob(word)), f"{line}: no {word}"
                known += 1
    assert known >= 3


def _parse(words: list[str]) -> None:
    """Raises a UsageError where there is no such command, option or number of arguments. Runs nothing."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("yearbook", list(words))
    while hasattr(command, "resolve_command"):
        name, command, words = command.resolve_command(context, words)
        context = command.make_context(name, list(words), parent=context)


def _rows(page: str, head: str) -> list[list[str]]:
    """The cells of each row of the table whose first heading is `head`."""
    (body,) = re.findall(
        rf"^\| {re.escape(head)} \|.*\n\|[-:| ]+\n((?:\|.*\n)+)", (DOCS / page).read_text(encoding="utf-8"), re.M
    )
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in body.splitlines()]


def _codes(page: str, head: str, column: int = 0) -> list[list[str]]:
    """The codes of each cell of a column."""
    return [re.findall(r"`([^`]+)`", row[column]) for row in _rows(page, head)]


def test_tables_of_words_have_those_of_the_code() -> None:
    assert {code for codes in _codes("methods.md", "status") for code in codes} == {"A", *marks.STATUS}
    assert [code for (code,) in _codes("methods.md", "kind")] and {c for (c,) in _codes("methods.md", "kind")} == set(
        get_args(Kind)
    )
    for page, head in (("how-to-clerk.md", "`--reason`"), ("revisions.md", "code")):
        assert [code for (code,) in _codes(page, head)] == list(get_args(Reason)), page
    for page in ("how-to-reader.md", "workbook.md"):
        assert {code.strip("[]") for codes in _codes(page, "mark") for code in codes} == set(marks.ALL), page
    pages = (DOCS / "site.md").read_text(encoding="utf-8")
    assert {mark for mark in marks.ALL if f"`[{mark}]`" in pages} == set(marks.ALL)
    said = {
        mark: row
        for (mark, *_), row in zip(_codes("workbook.md", "mark"), _codes("workbook.md", "mark", 2), strict=True)
    }
    assert {code: mark.strip("[]") for mark, codes in said.items() for code in codes} == marks.STATUS


def test_the_marks_that_the_clerk_is_told_are_taken() -> None:
    files = load(PROJECT / "data_contracts").programme.format
    zero, *missing, qualified = _codes("how-to-clerk.md", "write")
    assert zero == ["0"] and [{files.missing[mark] for mark in row} for row in missing] == [{"L"}, {"M"}, {"O"}, {"Q"}]
    assert [files.qualifiers[mark.split()[0]] for mark in qualified] == ["at_least", "estimated"]


def test_the_five_stages_have_a_folder_each() -> None:
    stages = [row[0].strip("*") for row in _rows("architecture.md", "stage")]
    folders = {path.name for home in ("pipelines", "dbt_project/models") for path in (PROJECT / home).iterdir()}
    assert len(stages) == 5 and set(stages) <= folders
