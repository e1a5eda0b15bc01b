"""A real bash completes values from the documents and the installation; where there is neither, it says nothing."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT, Home
from tests.unit.cli.terminal import YEARBOOK, environment
from tests.unit.cli.test_light import HEAVY

CATALOG = load(PROJECT / "data_contracts")
BASH = """
eval "$(yearbook --show-completion bash)"
complete -p yearbook > /dev/null || exit 1
while IFS= read -r line; do
    COMP_WORDS=($line); [ "${line% }" = "$line" ] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
    _yearbook_completion yearbook
    (IFS=' '; echo "${COMPREPLY[*]}")
done
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder with a command `yearbook` of this project."""
    (tmp_path / "bin").mkdir()
    script = tmp_path / "bin" / "yearbook"
    script.write_text(f'#!/bin/sh\nexec {shlex.join(YEARBOOK)} "$@"\n')
    script.chmod(0o755)
    return script.parent


def _completed(program: Path, lines: list[str], **settings: str) -> list[list[str]]:
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("There is no bash here.")
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [bash, "-c", BASH], input="\n".join(lines) + "\n", env=environment(PATH=path, **settings),
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return [line.split() for line in done.stdout.splitlines()]


def test_bash_completes_commands_and_values(program: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    release = home.releases / "versions" / "candidate-000001"
    release.mkdir()
    said = {"release_id": release.name, "kind": "candidate", "created": "2005-01-01", "tables": {}}
    (release / "manifest.json").write_text(json.dumps(said))
    asked = {
        "yearbook contr": {"contracts"},
        "yearbook template ": {office.id for office in CATALOG.programme.offices},
        "yearbook template courts 2004 --table ": set(CATALOG.returns),
        "yearbook method ": set(CATALOG.indicators),
        "yearbook trace x 9901 --boundaries ": {"year", "today"},
        "yearbook scorecard 99010100": {
            code for code in CATALOG.codelists["area"].items if code.startswith("99010100")
        },
        "yearbook release show cand": {release.name},
        "yearbook explain 0 --reason co": {"correction"},
        "yearbook decide ": set(),
        "yearbook ack ": set(),
    }
    found = _completed(program, list(asked), YEARBOOK_HOME=str(home.root))
    assert [set(values) for values in found] == list(asked.values())


def test_nothing_is_offered_and_nothing_said_where_there_is_nothing(program: Path) -> None:
    lines = ["yearbook method ", "yearbook release show ", "yearbook explain ", "yearbook warnings explain "]
    found = _completed(program, lines, YEARBOOK_HOME="/proc/none", YEARBOOK_CONTRACTS="/proc/none")
    assert found == [[]] * len(lines)


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_show_what_a_value_is(shell: str) -> None:
    asked = {"_YEARBOOK_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": "yearbook method reoff"}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    done = subprocess.run(YEARBOOK, env=environment(**asked), capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert "reoffending_rate" in done.stdout and CATALOG.indicators["reoffending_rate"].title.en in done.stdout


def test_completing_from_the_documents_is_light() -> None:
    program = (
        "import sys; from pipelines.cli import complete\n"
        "assert complete.indicators('reoff') and complete.offices('') and complete.years('20')\n"
        "print(*{name.split('.')[0] for name in sys.modules})\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(), capture_output=True, text=True, check=True
    )
    assert not set(done.stdout.split()) & (HEAVY | {"rich"})


def test_the_commands_of_the_page_run(program: Path, tmp_path: Path) -> None:
    page = (PROJECT / "pipelines" / "docs" / "terminal.md").read_text(encoding="utf-8")
    block = page.split("```sh\n")[1].split("```")[0]
    path = f"{program}{os.pathsep}{os.environ['PATH']}"
    settings = environment(PATH=path, YEARBOOK_HOME=str(tmp_path / "home"))
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.replace("| head -n 3", "| head -n 3 || [ $? -eq 141 ]")],
        env=settings, cwd=tmp_path, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, ""), done
    assert '"error": "There is no indicator nothing' in done.stdout
    assert "exit code 1" in done.stdout and "complete -o default" in (tmp_path / "completion.sh").read_text()
