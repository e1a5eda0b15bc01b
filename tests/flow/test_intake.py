"""`yearbook intake`, several at once on one inbox: each file is judged once, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.home import PROJECT, Home
from pipelines.landing import batches, engine, history, register, waiting
from pipelines.locks import sole_writer
from tests.faults import small

FIRST = date(2004, 1, 1)


def laid(home: Home, days: int) -> Counter[str]:
    """Returns of two offices in 2003 as they were prepared on so many days, one more of them again each time, every
    tenth spoilt, every seventh sent twice. Returns what must come of them.
    """
    expected = Counter[str]()
    for number in range(days):
        day = FIRST + timedelta(days=number)
        for table, data in (("crime", small.crime("2003", number)), ("caseload", small.caseload("2003", number))):
            spoilt = number % 10 == 9
            name = f"{table}_{small.COUNTY}_2003_{day}.csv"
            (home.inbox / name).write_bytes(data.replace(b",", b";", 2) if spoilt else data)
            expected["rejected" if spoilt else "accepted"] += 1
            if number % 7 == 6 and not spoilt:
                (home.inbox / "again").mkdir(exist_ok=True)
                (home.inbox / "again" / name).write_bytes(data)
                expected["repeated"] += 1
    return expected


def judged(home: Home) -> list[int]:
    """Numbers of the deliveries, as often as the journal tells that one was judged."""
    lines = (json.loads(line) for file in home.logs.iterdir() for line in file.read_text("utf-8").splitlines())
    return [line["delivery"] for line in lines if line["event"] == "delivery judged"]


def started(home: Home, address: str = "") -> subprocess.Popen[str]:
    """`yearbook intake --json` in a process group of its own."""
    settings = small.settings(home) | ({engine.SETTING: address} if address else {})
    return subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "intake", "--json"],
        env=settings, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> dict[str, Any]:
    said, errors = process.communicate(timeout=600)
    assert process.returncode == 0, said + errors
    return json.loads(said)


def begun(folder: Path) -> Home:
    home = Home(folder / "home", folder / "documents").create()
    small.documents(home.contracts)
    return home


def once(home: Home, expected: Counter[str]) -> None:
    """Every file was judged once, and what was accepted has landed once."""
    rows = register.rows(home, sa.select(register.delivery))
    assert len(rows) == sum(expected.values())
    assert sorted(judged(home)) == sorted(row["number"] for row in rows)
    receipts = Counter(row["receipt"] for row in rows)
    assert all(row["verdict"] and row["receipt"] for row in rows) and max(receipts.values()) == 1
    found = list(register.export(home))
    assert sum(row["verdict"] == "rejected" for row in rows) == expected["rejected"]
    told = Counter(row["verdict"] for row in found)
    assert (told["accepted"], told["repeated"]) == (expected["accepted"], expected["repeated"])
    ids = Counter(row["submission_id"] for row in found if row["verdict"] == "accepted")
    assert max(ids.values()) == 1
    assert sorted(home.landing.iterdir()) == sorted(batches.sound(home))
    lines = sum(row["rows"] for row in register.batches(home))
    assert lines == sum(row["figures"] for row in found if row["verdict"] == "accepted")
    assert not [path for path in home.inbox.rglob("*") if path.is_file()]
    kept = {path.stem for path in home.originals.rglob("*.csv")}
    assert kept == {row["sha256"] for row in rows if row["verdict"] == "accepted"}


@pytest.mark.slow
@pytest.mark.parametrize("where", ["file", "database"])
def test_two_processes_take_two_thousand_files_in_each_once(
    where: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = begun(tmp_path)
    expected = laid(home, 900)
    assert sum(expected.values()) >= 2000
    address = request.getfixturevalue("register_address") if where == "database" else ""
    both = [started(home, address) for _ in range(2)]
    told = [ended(one) for one in both]
    if address:
        monkeypatch.setenv(engine.SETTING, address)
    once(home, expected)
    assert sum(one["deliveries"] for one in told) == sum(expected.values())
    assert all(one["deliveries"] > 100 for one in told), told
    assert told[0]["intake"] != told[1]["intake"] and not list(home.runs.iterdir())
    assert history.last(home) == [], "it is no run"


@pytest.mark.slow
@pytest.mark.faults
def test_one_of_three_is_killed_and_the_others_and_a_later_one_lose_nothing(tmp_path: Path) -> None:
    home = begun(tmp_path)
    expected = laid(home, 400)
    several = [started(home) for _ in range(3)]
    victim, *others = several
    own = sa.select(register.delivery).where(register.delivery.c.claimed_by.endswith(f"-{victim.pid:05d}"))
    while not (had := {row["number"] for row in register.rows(home, own)}):
        assert victim.poll() is None
        time.sleep(0.02)
    os.killpg(victim.pid, signal.SIGKILL)
    victim.communicate()
    assert victim.returncode == -signal.SIGKILL and had.isdisjoint(judged(home))
    taken = [ended(one)["deliveries"] for one in others]
    last = ended(started(home))
    assert sum(taken) + last["deliveries"] == sum(expected.values())
    once(home, expected)
    assert (left := [path.name for path in home.runs.iterdir()]) and left[0].endswith(f"-{victim.pid:05d}")
    with sole_writer(home):
        assert not waiting.count(home)


def test_beside_it_nothing_else_writes_and_it_waits_for_nobody(tmp_path: Path) -> None:
    home = begun(tmp_path)
    laid(home, 1)
    with sole_writer(home):
        done = small.command(home, "intake")
        assert done.returncode == 3 and "Another run is writing" in done.stderr
    with sole_writer(home, beside=True):
        done = small.command(home, "run")
        assert done.returncode == 3 and "Another run is writing" in done.stderr
        done = small.command(home, "intake")
        assert done.returncode == 0, done.stderr
        assert "2 deliveries judged; submissions: 2 accepted (25 figures), 0 rejected, 0 repeated" in done.stdout
        assert "nothing was left to judge" in small.command(home, "intake").stdout
    (home.inbox / "link.csv").symlink_to("elsewhere.csv")
    done = small.command(home, "intake")
    assert done.returncode == 0 and "link.csv: " in done.stdout
