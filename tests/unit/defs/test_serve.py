"""`yearbook up`: stops when told to, says when it ended by itself, and imports nothing from the caller's folder."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from pipelines.home import PROJECT
from tests.receivers import free_port

pytestmark = pytest.mark.slow


def _children(pid: int) -> dict[int, str]:
    """pid -> command line of the processes that a process started itself."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == pid:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


@pytest.mark.parametrize("told", [True, False], ids=["told to stop", "web server dies"])
def test_up_ends_as_it_should(told: bool, tmp_path: Path) -> None:
    caller = tmp_path / "caller"
    caller.mkdir()
    for name in ("dagster", "yaml", "click", "sqlalchemy"):
        (caller / f"{name}.py").write_text(f"import os\nos.write(2, b'HOSTILE {name}')\nraise SystemExit(9)\n")
    port = free_port()
    environment = os.environ | {"YEARBOOK_HOME": str(tmp_path / "home"), "PYTHONPATH": str(PROJECT)}
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen(  # SIGINT ignored, as a script does that puts it into the background
            ["sh", "-c", 'trap "" INT; exec "$0" -P -m pipelines.cli up --port "$1"', sys.executable, str(port)],
            cwd=caller, env=environment, stdout=said, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            until = time.monotonic() + 90
            while not _answers(port):
                assert process.poll() is None and time.monotonic() < until, (tmp_path / "said").read_text()
                time.sleep(0.2)
            started = _children(process.pid)
            if told:
                process.send_signal(signal.SIGTERM)
            else:
                os.kill(next(pid for pid, command in started.items() if "dagster_webserver" in command), signal.SIGKILL)
            assert process.wait(60) == (0 if told else 1)
        finally:
            process.kill()
            process.wait()
    text = (tmp_path / "said").read_text()
    assert "HOSTILE" not in text
    assert "Nightly run: next at " in text and "Asia/Shanghai" in text
    assert ("ended by itself" in text) != told
    until = time.monotonic() + 60
    while any(map(_goes_on, started)):
        assert time.monotonic() < until, "something that it started goes on"
        time.sleep(0.2)


def _goes_on(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/server_info", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False
