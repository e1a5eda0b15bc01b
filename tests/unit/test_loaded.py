"""A program that is forked is a process like any other: what it is given arrives, and how it ends is told.

Run as a program, this module says what it was given, and ends or waits as its first word says.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT
from tests import conftest, loaded

ITSELF = "tests.unit.test_loaded"
MODES = {"forked": loaded.program(ITSELF), "new": (sys.executable, "-m", ITSELF)}


def ran(mode: str, *words: str, **given: Any) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT), "GIVEN": "\udcff ü", "TZ": "Asia/Shanghai"}
    return subprocess.run([*MODES[mode], *words], env=env, capture_output=True, text=True, check=False, **given)


def test_it_is_given_what_a_new_program_is(tmp_path: Path) -> None:
    said = {mode: ran(mode, "say", "two words", "", cwd=tmp_path, input="asked", umask=0o27) for mode in MODES}
    assert json.loads(said["forked"].stdout) == json.loads(said["new"].stdout)
    assert json.loads(said["forked"].stdout)["words"] == ["say", "two words", ""]
    assert {mode: (done.returncode, done.stderr) for mode, done in said.items()} == dict.fromkeys(
        MODES, (0, "beside\n")
    )


@pytest.mark.parametrize("how", ["3", "none", "a sentence", "raise", "signal"])
def test_it_ends_as_a_new_program_does(how: str) -> None:
    forked, new = ran("forked", "end", how), ran("new", "end", how)
    assert (forked.returncode, forked.stdout) == (new.returncode, new.stdout)
    assert forked.stderr.splitlines()[-1:] == new.stderr.splitlines()[-1:]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_a_signal_arrives(number: int, tmp_path: Path) -> None:
    process, working = _waiting(tmp_path, deaf=False)
    process.send_signal(number)
    assert process.wait(60) == -number
    until = time.monotonic() + 60
    while Path(f"/proc/{working}").exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert not Path(f"/proc/{working}").exists()
    assert process.stdout and process.stdout.read() == b""


def test_where_it_is_started_deaf_it_is(tmp_path: Path) -> None:
    process, _ = _waiting(tmp_path, deaf=True)
    process.send_signal(signal.SIGINT)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)
    process.terminate()
    assert process.wait(60) == -signal.SIGTERM


def _waiting(folder: Path, deaf: bool) -> tuple[subprocess.Popen[bytes], int]:
    """A program that waits, and the number under which it does; `deaf`: to Ctrl-C, as a shell begins what it does not
    wait for.
    """
    how = signal.SIG_IGN if deaf else signal.SIG_DFL
    words = [*MODES["forked"], "wait", str(folder / "began")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, preexec_fn=lambda: signal.signal(signal.SIGINT, how))
    until = time.monotonic() + 60
    while not (folder / "began").exists() and time.monotonic() < until:
        time.sleep(0.01)
    return process, int((folder / "began").read_text())


@pytest.mark.slow
def test_who_serves_is_begun_once_and_again(tmp_path: Path) -> None:
    folder = tmp_path / ("a long name " * 12)  # longer than a socket's may be
    folder.mkdir()
    (folder / loaded.ASKED).write_text(json.dumps({**os.environ}))
    words = [*MODES["forked"][:-2], f"{folder}:{os.getpid()}", ITSELF, "end", "3"]
    several = [subprocess.Popen(words) for _ in range(3)]
    several[0].terminate()  # it may be at its beginning, waiting, or done
    assert several[0].wait(120) in (-signal.SIGTERM, 3) and [one.wait(120) for one in several[1:]] == [3, 3]
    server = _server_of(folder)
    os.kill(server, signal.SIGKILL)
    while _server_of(folder):
        time.sleep(0.01)
    assert subprocess.run(words, check=False).returncode == 3
    assert _server_of(folder) not in (0, server)


def _server_of(folder: Path) -> int:
    """The number of the process that serves there; 0 where none does."""
    words, found = f"{loaded.SERVER}\0{folder}\0".encode(), 0
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):  # it has ended
            found = int(place.parent.name) if words in place.read_bytes() else found
    return found


@pytest.mark.parametrize("late", [{"PYTHONPATH": "/elsewhere"}, {loaded.PLANTED: "/somewhere"}])
def test_what_comes_too_late_is_refused(late: dict[str, str]) -> None:
    done = subprocess.run([*MODES["forked"], "end", "3"], env=os.environ | late, capture_output=True, text=True)
    assert done.returncode == 1 and "needs a new program" in done.stderr


def test_where_a_bug_is_planted_nothing_is_forked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(loaded.PLANTED, "/somewhere")
    assert loaded.program(ITSELF) == loaded.words(ITSELF) == MODES["new"]


def test_the_longest_files_are_there() -> None:
    assert all((PROJECT / file).is_file() for file in conftest.LONGEST)


def test_a_stage_starts_such_forks() -> None:
    from pipelines import programs

    assert (*programs.START, ITSELF) == loaded.program(ITSELF) == loaded.words(ITSELF)


def _say() -> None:
    umask = os.umask(0)
    told = {
        "words": sys.argv[1:], "environment": {k: os.environ.get(k) for k in ("PATH", "GIVEN", "TZ", "HOME")},
        "folder": str(Path.cwd()), "umask": umask, "input": sys.stdin.read(), "hour": time.localtime(0).tm_hour,
        "name": __name__, "handles": sum(_is_open(path) for path in [*Path("/proc/self/fd").iterdir()]),
        "streams": [one.isatty() for one in (sys.stdin, sys.stdout, sys.stderr)],
    }  # fmt: skip
    print("beside", file=sys.stderr)
    print(json.dumps(told))


def _is_open(handle: Path) -> bool:
    """Not of the folder that lists them; and not what Python's own tracker of semaphores is told by, in a fork."""
    try:
        return int(handle.name) < 3 or not str(handle.readlink()).startswith("pipe:")
    except OSError:
        return False


def _end(how: str) -> None:
    if how == "raise":
        raise ValueError("so it ends")
    if how == "signal":
        os.kill(os.getpid(), signal.SIGUSR1)
    sys.exit({"3": 3, "none": None}.get(how, how))


if __name__ == "__main__":
    if sys.argv[1] == "say":
        _say()
    elif sys.argv[1] == "end":
        _end(sys.argv[2])
    else:
        Path(sys.argv[2]).with_suffix(".new").write_text(str(os.getpid()))
        Path(sys.argv[2]).with_suffix(".new").rename(sys.argv[2])
        time.sleep(600)
