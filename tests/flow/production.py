"""A production installation for tests: a PostgreSQL of its own, the unit files' very commands, and a night that is now.

Nothing of systemd runs here. A unit is its file, read: program, words, environment; stopped as systemd stops it, or
killed with all that it started, as a power cut does.
"""

from __future__ import annotations

import configparser
import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipelines.defs import night
from pipelines.home import PROJECT

DEPLOY = PROJECT / "pipelines" / "deploy"
PROGRAM = "/opt/yearbook/current/.venv/bin/yearbook"
ZONE = "Test/Soon"
ROOT = os.geteuid() == 0
DAY = 24 * 60 * 60


def unit(name: str, section: str = "Service") -> dict[str, str]:
    """A section of a unit, under the settings that all units share."""
    read = configparser.RawConfigParser(strict=False)
    read.optionxform = str
    read.read([DEPLOY / "yearbook-.service.d" / "common.conf", DEPLOY / name], encoding="utf-8")
    return dict(read[section])


def environment(**changes: str) -> dict[str, str]:
    """The example of the environment file as a process gets it, with changes; nothing else of ours."""
    own = {}
    for line in (DEPLOY / "yearbook.env").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, value = line.partition("=")
            (own[name],) = shlex.split(value)
    assert set(changes) <= {*own, "PYTHONTZPATH"}, "the example names every setting"
    bare = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_", "PG"))}
    return bare | own | changes | {"PYTHONPATH": str(PROJECT)}


def words(name: str, settings: dict[str, str]) -> list[str]:
    """ExecStart of a unit, its program replaced by the one under test."""
    program, *rest = unit(name)["ExecStart"].split()
    assert program == PROGRAM
    rest = [re.sub(r"\$\{(\w+)\}", lambda found: settings[found[1]], word) for word in rest]
    return [sys.executable, "-m", "pipelines.cli", *rest]


class Service:
    """A unit that runs; what it says goes to a log."""

    def __init__(self, name: str, settings: dict[str, str], folder: Path):
        self.log = folder / f"{name}.{time.monotonic_ns()}.log"
        self.kill_mode = unit(name)["KillMode"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                words(name, settings), env=settings, cwd=folder, stdout=log, stderr=log, start_new_session=True
            )

    def stop(self) -> int:
        """As `systemctl stop` with KillMode=mixed: SIGTERM to the first process, and nothing may be left. Exit code."""
        assert self.kill_mode == "mixed"
        started = family(self.process.pid)
        self.process.terminate()
        code = self.process.wait(60)
        left = not wait(lambda: not any(map(_lives, started)), 20)
        self._end(started)
        assert not left, "something that it started goes on"
        return code

    def kill(self) -> None:
        """As a power cut: all at once."""
        self._end(family(self.process.pid))
        self.process.wait(30)

    def _end(self, processes: list[int]) -> None:
        for number in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)


def family(number: int) -> list[int]:
    """A process and all that it started, as far as they live."""
    parents = {int(folder.name): _fields(int(folder.name)) for folder in Path("/proc").glob("[0-9]*")}
    found = [number]
    for one in found:
        found += [child for child, fields in parents.items() if fields and int(fields[1]) == one]
    return [one for one in found if _lives(one)]


def _fields(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _lives(number: int) -> bool:
    return _fields(number)[:1] not in ([], ["Z"])


def wait(asked: Callable[[], Any], seconds: float) -> Any:
    """What is asked, as soon as it is true; None when it never was."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if found := asked():
                return found
        time.sleep(0.3)
    return None


def zone_in_which_the_night_comes(folder: Path, seconds: int) -> dict[str, str]:
    """Makes the time zone ZONE, in which the nightly run is due at the first full minute after so many seconds, since
    the scheduler looks once a minute. Returns the variable by which the zone is found.
    """
    compiler = shutil.which("zic", path=f"{os.environ['PATH']}:/usr/sbin")
    if compiler is None:
        pytest.skip("The compiler of time zones, zic, is not installed (Debian and Ubuntu: apt install libc-bin).")
    due = (int(datetime.now(UTC).timestamp()) + seconds) // 60 * 60 + 60
    east = ((night.HOUR * 60 + night.MINUTE) * 60 - due + DAY // 2) % DAY - DAY // 2
    hours, rest = divmod(abs(east), 3600)
    line = f"Zone {ZONE} {'-' if east < 0 else ''}{hours}:{rest // 60:02d}:{rest % 60:02d} - NOW\n"
    subprocess.run([compiler, "-d", str(folder / "zones"), "-"], input=line, text=True, check=True)
    return {"PYTHONTZPATH": f"{folder / 'zones'}:/usr/share/zoneinfo"}


def graphql(port: str, query: str, **variables: Any) -> Any:
    """What the web server answers."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/graphql",
        json.dumps({"query": query, "variables": variables}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        said = json.loads(answer.read())
    assert "errors" not in said, said
    return said["data"]


def _programs() -> Path:
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    pytest.skip("PostgreSQL is not installed (Debian and Ubuntu: apt install postgresql).")


def control(folder: Path, program: str, *options: str) -> None:
    """A program of PostgreSQL on the cluster of a folder: initdb, pg_ctl."""
    user = ("runuser", "-u", "postgres", "--") if ROOT else ()
    done = subprocess.run(
        [*user, str(_programs() / program), "-D", str(folder / "data"), *options],
        cwd="/", stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def start(folder: Path) -> None:
    """Its server, reached by a socket in the folder."""
    settings = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    control(folder, "pg_ctl", "-l", str(folder / "log"), "-w", "-o", settings, "start")


def stop(folder: Path) -> None:
    """Its server, as a power cut does; it must run."""
    control(folder, "pg_ctl", "-w", "-m", "immediate", "stop")


def as_server(folder: Path, *words: str) -> str:
    """What a program of PostgreSQL says to the user `postgres`."""
    user = ("runuser", "-u", "postgres", "--") if ROOT else ()
    settings = os.environ | {"PGHOST": str(folder), "PGUSER": "postgres"}
    done = subprocess.run([*user, *words], env=settings, cwd="/", capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@contextmanager
def postgres() -> Iterator[Path]:
    """A cluster of its own, reached by the socket in the folder that this yields. Its role `postgres` is the user
    `postgres` of the machine, where root asks; `yearbook` needs a password. Skips where PostgreSQL is not installed.
    """
    _programs()
    folder = Path(tempfile.mkdtemp(prefix="yearbook-postgres-"))
    if ROOT:
        shutil.chown(folder, "postgres", "postgres")
    try:
        checked = ("--encoding=UTF8", "--data-checksums", "--no-sync")
        control(folder, "initdb", "--username=postgres", "--auth=trust", *checked)
        allowed = f"local all postgres {'peer' if ROOT else 'trust'}\nlocal all yearbook scram-sha-256\n"
        (folder / "data" / "pg_hba.conf").write_text(allowed)
        start(folder)
        folder.chmod(0o755)
        try:
            yield folder
        finally:
            stop(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
