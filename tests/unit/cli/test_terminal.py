"""What a command shows where: bars and colours on a terminal, plain lines elsewhere, a sentence when it is stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.cli.exits import Code
from pipelines.home import PROJECT, Home
from pipelines.landing import history
from tests.unit.cli.terminal import COLOUR, ESCAPE, YEARBOOK, environment, hears_ctrl_c, on_terminal

COUNTING = """
import time
from pipelines import progress
from pipelines.cli import bars, following
bars.SECONDS = 0.0
with following.following("one [stage]", log=True) as stages:
    for number in progress.counted("things counted", range(6)):
        time.sleep(0.1)
    stages.begin("another")
print("answer")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    history.start_run(made, "run-1")
    history.end_run(made, "run-1", "failed", ["why"])
    return made.root


def test_counts_and_the_time_that_remains_on_a_terminal() -> None:
    for columns in (80, 140):
        code, shown = on_terminal([sys.executable, "-c", COUNTING], {}, columns)
        assert code == 0 and "one [stage]" in shown and "6 of 6 things counted" in shown
        assert " left" in shown and "✓" in shown and ("━" in shown) == (columns > 100)


def test_a_line_per_stage_in_a_log_and_nothing_else() -> None:
    words = [sys.executable, "-c", COUNTING]
    done = subprocess.run(words, env=environment(), capture_output=True, text=True, check=True)
    assert done.stdout == "answer\n"
    assert done.stderr.splitlines() == [
        "one [stage] ...",
        "one [stage]: done after 0:00, 6 of 6 things counted",
        "another ...",
        "another: done after 0:00",
    ]
    code, shown = on_terminal(words, {"TERM": "dumb"})
    assert code == 0 and not ESCAPE.search(shown) and "another: done" in shown


def test_a_backup_counts_what_it_keeps(home: Path, tmp_path: Path) -> None:
    words = [*YEARBOOK, "backup", str(tmp_path / "kept")]
    code, shown = on_terminal(words, {"YEARBOOK_HOME": str(home)})
    assert code == 0 and "files and folders kept" in shown
    done = subprocess.run(words, env=environment(YEARBOOK_HOME=str(home)), capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == "" and not ESCAPE.search(done.stdout)


@pytest.mark.parametrize("words", [["status"], ["--help"], ["statu"]])
def test_colours_are_the_persons_choice(home: Path, words: list[str]) -> None:
    settings = {"YEARBOOK_HOME": str(home)}
    assert COLOUR.search(on_terminal([*YEARBOOK, *words], settings)[1])
    assert not COLOUR.search(on_terminal([*YEARBOOK, *words], settings | {"NO_COLOR": "1"})[1])
    assert not ESCAPE.search(on_terminal([*YEARBOOK, *words], settings | {"TERM": "dumb"})[1])
    for forced in ({}, {"FORCE_COLOR": "1"}):
        done = subprocess.run(
            [*YEARBOOK, *words], env=environment(**settings, **forced), capture_output=True, text=True
        )
        assert bool(COLOUR.search(done.stdout + done.stderr)) == bool(forced)


def test_ctrl_c_is_a_sentence_and_tears_nothing(home: Path) -> None:
    code, shown = on_terminal([*YEARBOOK, "run"], {"YEARBOOK_HOME": str(home)}, press=("0:01", b"\x03"))
    assert code == Code.INTERRUPTED and "Interrupted by Ctrl-C" in shown and "Traceback" not in shown
    assert "✗" in shown and shown.count("\x1b[?25l") == shown.count("\x1b[?25h"), "the cursor is shown again"
    assert not list((home / "releases" / "versions").iterdir())


BETWEEN = """
import os, signal
from pipelines.cli import main
from pipelines.landing import history

begun = history.start_run
def start_run(*what):
    begun(*what)
    os.kill(os.getpid(), signal.SIGINT)
history.start_run = start_run
main()
"""


def test_ctrl_c_between_two_stages_is_told_as_such(home: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BETWEEN, "run"], env=environment(YEARBOOK_HOME=str(home)), preexec_fn=hears_ctrl_c,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == Code.INTERRUPTED and "Interrupted by Ctrl-C" in done.stderr, done.stderr


@pytest.mark.parametrize("json_", [[], ["--json"]])
def test_ctrl_c_while_modules_are_loaded_is_a_sentence_too(json_: list[str]) -> None:
    words = [sys.executable, "-X", "importtime", "-m", "pipelines.cli", "method", *json_]
    process = subprocess.Popen(
        words, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        preexec_fn=hears_ctrl_c,
    )  # fmt: skip
    assert process.stderr and any("typer" in line for line in process.stderr)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == Code.INTERRUPTED and "Traceback" not in err
    assert Code.INTERRUPTED.meaning in (json.loads(out)["error"] if json_ else err)


@pytest.mark.parametrize("words", [["status"], ["status", "--json"], ["--help"]])
@pytest.mark.parametrize("to", [">/dev/full", ">&-"])
def test_an_output_that_takes_nothing(home: Path, words: list[str], to: str) -> None:
    line = ["bash", "-c", f'"$@" {to}', "bash", *YEARBOOK, *words]
    done = subprocess.run(line, env=environment(YEARBOOK_HOME=str(home)), stderr=subprocess.PIPE, text=True)
    assert done.returncode == Code.NOT_DONE and done.stderr.startswith("Standard output"), done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_method_page_is_for_reading_on_a_terminal() -> None:
    code, shown = on_terminal([*YEARBOOK, "method", "reoffending_rate"], {"NO_COLOR": "1"}, 60)
    lines = ESCAPE.sub("", shown).splitlines()
    assert code == 0 and "| --- |" not in shown and all(len(line) <= 60 for line in lines)


@pytest.mark.parametrize("words", [["method"], ["method", "--json"], ["--help"]])
def test_nobody_reads_on(words: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run([*YEARBOOK, *words], env=environment(), stdout=write, stderr=subprocess.PIPE, timeout=60)
    os.close(write)
    assert (done.returncode, done.stderr) == (Code.READER_GONE, b"")


def test_a_table_fits_any_terminal_and_is_a_row_a_line_where_it_is_piped(tmp_path: Path) -> None:
    program = (
        "from pipelines.cli.tables import Table\n"
        "made = Table(('what', 'figure', 'why'), ('figure',), ('what', 'why'))\n"
        "made.add('乡镇人民调解委员会覆盖率 [x]', '1,234', 'because ' * 20)\n"
        "made.add('short', '5', 'so')\n"
        "made.show()\n"
    )
    words = [sys.executable, "-c", program]
    from rich.cells import cell_len

    for columns in (30, 80, 140):
        _, shown = on_terminal(words, {"NO_COLOR": "1"}, columns)
        lines = ESCAPE.sub("", shown).splitlines()
        assert all(cell_len(line) <= columns for line in lines), shown
        assert "…" not in shown and "".join(lines).count("because") == 20 and "1,234" in shown
        assert (lines[0].split() == ["what", "figure", "why"]) == (columns > 30)
    piped = subprocess.run(words, env=environment(), capture_output=True, text=True, check=True).stdout.splitlines()
    assert len(piped) == 3 and piped[1].count("because") == 20 and "覆盖率 [x]" in piped[1]
