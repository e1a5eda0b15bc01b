"""The journal: whole lines whoever writes, a file a month, and no reason for anything to fail."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import journal, runs
from pipelines.home import PROJECT, Home
from pipelines.landing import history
from pipelines.locks import Busy

WRITER = """
import sys
from pathlib import Path
from pipelines import journal
from pipelines.home import Home
home = Home(Path(sys.argv[1]), Path())
for number in range(200):
    journal.note(home, "counted", "warning", number=number, who=sys.argv[2], words="字" * number)
"""


def lines(home: Home) -> list[dict[str, object]]:
    """Every line of the journal, oldest first."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(home.logs.iterdir()))
    return [json.loads(line) for line in text.splitlines()]


def test_four_processes_write_whole_lines(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path)
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(home.root), who], cwd=PROJECT) for who in "abcd"]
    assert [writer.wait(60) for writer in writers] == [0] * 4
    found = lines(home)
    for who in "abcd":
        mine = [line for line in found if line["who"] == who]
        assert [line["number"] for line in mine] == list(range(200))
        assert all(line["words"] == "字" * int(str(line["number"])) for line in mine)
    assert {(line["level"], line["event"]) for line in found} == {("warning", "counted")}


def test_old_months_go_when_a_new_one_begins(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path)
    home.logs.mkdir(parents=True)
    old = [f"{year}-{month:02d}.jsonl" for year in (1901, 1902, 1903) for month in range(1, 13)]
    for name in old:
        (home.logs / name).touch()
    journal.note(home, "began")
    kept = sorted(file.name for file in home.logs.iterdir())
    assert kept[:-1] == old[1 - journal.KEEP :] and len(kept) == journal.KEEP
    assert (home.logs / kept[-1]).stat().st_mode & 0o077 == 0, "for its owner only"


def test_one_that_cannot_be_written_stops_nobody(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    home = Home(tmp_path / "home", tmp_path)
    home.root.mkdir()
    home.logs.write_text("a file where the folder should be")
    journal.note(home, "began")
    said = capsys.readouterr().err
    assert said.startswith("The journal cannot be written: ") and said.count("\n") == 1


def test_a_run_that_was_killed_is_told_once_by_the_next_and_one_that_may_not_write_at_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", tmp_path).create()
    history.start_run(home, "30040101T000000Z-00001")
    for _ in range(2):
        with runs.begin(home, releases=False) as run:
            pass
    with pytest.raises(Busy), held_elsewhere(home), runs.begin(home, job_run="job-1"):
        pass
    told = [(line["event"], line.get("run")) for line in lines(home)]
    assert told.count(("run gone", "30040101T000000Z-00001")) == 1 and told[0][0] == "run gone"
    assert ("run ended", run.run_id) in told and told[-1] == ("run refused", None)
    assert "Another run is writing" in str(lines(home)[-1]["reason"])


HOLDER = """
import sys
from pathlib import Path
from pipelines.home import Home
from pipelines.locks import sole_writer
with sole_writer(Home(Path(sys.argv[1]), Path())):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def held_elsewhere(home: Home) -> Iterator[None]:
    """Another process is the one writer."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home.root)], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout and holder.stdin and holder.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            holder.stdin.close()
