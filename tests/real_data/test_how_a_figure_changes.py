"""Documents are the product: each command of the page "How a figure changes" is run, and answers what the page says."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

from pipelines.home import PROJECT
from tests import loaded
from tests.real_data.test_rio import DATA, DOCUMENTS, pytestmark

__all__ = ["pytestmark"]
PAGE = PROJECT / "pipelines" / "docs" / "how-a-figure-changes.md"
BLOCKS = re.compile(r"```sh\n(.*?)```\n```text\n(.*?)```", re.DOTALL)
END = "=== end of a command ==="


def answers(folder: Path, commands: list[str]) -> list[str]:
    """What each block of commands answers, run one after the other in one shell."""
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "yearbook"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(loaded.program("pipelines.cli"))} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    settings = {
        "YEARBOOK_HOME": str(folder / "home"),
        "YEARBOOK_CONTRACTS": str(DOCUMENTS),
        "DATA": str(DATA),
        "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(PROJECT),
        "LC_ALL": "C.UTF-8",
    }
    script = "set -e\n" + f"\necho '{END}'\n".join(commands)
    done = subprocess.run(
        ["bash", "-c", script], env=kept | settings, cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return [part.lstrip("\n") for part in done.stdout.split(f"{END}\n")]


def test_every_command_of_the_page_answers_what_the_page_says(tmp_path: Path) -> None:
    found = BLOCKS.findall(PAGE.read_text(encoding="utf-8"))
    assert len(found) == PAGE.read_text(encoding="utf-8").count("```sh\n") > 5
    ours = answers(tmp_path, [command for command, _ in found])
    for (command, told), said in zip(found, ours, strict=True):
        assert said == told, command
