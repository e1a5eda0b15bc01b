"""`yearbook template`: writes a workbook under its own name or another, and says in a sentence why it cannot."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.templates import book
from pipelines.templates.asked import ask
from tests import loaded
from tests.unit.cli.test_light import HEAVY, _loaded
from tests.unit.cli.test_sentences import yearbook

CATALOG = load(PROJECT / "data_contracts")
YEAR = CATALOG.returns["mediation"].due.start


def test_it_writes_the_workbook_and_never_over_one(tmp_path: Path) -> None:
    path = tmp_path / "mine.xlsx"
    words = ("template", "司法局", YEAR, "--table", "mediation", "--language", "zh", "-o", str(path))
    done = yearbook(tmp_path, *words)
    assert done.returncode == 0, done.stderr
    assert f"holds mediation for {YEAR} of 990101" in done.stdout
    assert path.read_bytes() == book.write(ask(CATALOG, "justice", YEAR, ["mediation"]), "zh")
    again = yearbook(tmp_path, *words)
    assert again.returncode == 1 and "is there already; somebody may have filled it in" in again.stderr


def test_it_says_for_machines_what_is_due(tmp_path: Path) -> None:
    path = tmp_path / "courts.xlsx"
    told = json.loads(yearbook(tmp_path, "template", "courts", YEAR, "-o", str(path), "--json").stdout)
    asked = ask(CATALOG, "courts", YEAR)
    assert told["due"] == {table.table: day.isoformat() for table, day in asked.tables}
    assert told["file"] == str(path) and path.exists()


def test_what_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    done = yearbook(tmp_path, "template", "nobody", YEAR)
    assert (done.returncode, done.stdout) == (1, "") and done.stderr.startswith(
        "There is no office 'nobody'; known are "
    )
    done = yearbook(tmp_path, "template", "courts", YEAR, "-o", str(tmp_path / "x.ods"))
    assert done.returncode == 1 and "let it end in .xlsx" in done.stderr
    assert not list(tmp_path.glob("*.xlsx"))


def test_its_help_has_examples_and_loads_nothing_heavy() -> None:
    shown = " ".join(yearbook("/nowhere", "template", "--help").stdout.split())
    assert "yearbook template courts 2004 --table caseload" in shown
    assert not _loaded("template", "--help") & HEAVY


def test_the_commands_of_the_page_run(tmp_path: Path) -> None:
    page = (PROJECT / "pipelines" / "docs" / "templates.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", page, flags=re.DOTALL)
    settings = {"YEARBOOK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(PROJECT)}
    for line in block.splitlines():
        program, *words = shlex.split(line, comments=True)
        assert program == "yearbook"
        done = subprocess.run(
            [*loaded.program("pipelines.cli"), *words],
            cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == (words[0] == "check"), done.stderr
        assert words[0] == "template" or "on which day the table was prepared" in done.stdout
    named = re.search(r"courts_\S+\.xlsx", " ".join(path.name for path in tmp_path.iterdir()))
    assert named and len(list(tmp_path.glob("*.xlsx"))) == 3
