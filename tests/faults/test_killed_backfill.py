"""`kill -9` at ten random moments of a backfill of twenty years: the command given again goes on, and is killed again,
until it finishes; nothing is done twice, and the release is the one that an undisturbed backfill makes. Earlier
releases stay.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import batches, register
from tests import backfills
from tests.backfills import FIRST, LAST, SECOND, YEARS
from tests.compiled import rows
from tests.flow.conftest import command

pytestmark = [pytest.mark.faults, pytest.mark.slow]
BACKFILL = ("backfill", f"{FIRST}..{LAST}", "--json")
POINTS, CHAINS = 10, 3
"""Moments, and backfills that are killed at some of them, one after the other."""

Marts = dict[str, list[tuple[Any, ...]]]


def _copy(folder: Path, to: Path) -> Home:
    shutil.copytree(folder, to, symlinks=True)
    return Home(to / "home", to / "documents")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty years released under the first contract; the second contract is written."""
    folder = tmp_path_factory.mktemp("changed")
    home = backfills.released(folder)
    backfills.write_documents(home.contracts, SECOND)
    return folder


def _backfill(home: Home) -> dict[str, Any]:
    done = command(home.root, *BACKFILL, contracts=home.contracts)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout)


def _published(home: Home) -> Marts:
    """The marts of the current release, without the quality report (it speaks of one run)."""
    with duckdb.connect(str(home.releases / "current" / "yearbook.duckdb"), read_only=True) as connection:
        sql = "select table_name from information_schema.tables where table_type = 'BASE TABLE'"
        names = [name for (name,) in connection.execute(sql).fetchall() if name != "mart_quality"]
        return {name: rows(connection, name) for name in sorted(names)}


@pytest.fixture(scope="module")
def undisturbed(changed: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Marts]:
    home = _copy(changed, tmp_path_factory.mktemp("undisturbed") / "copy")
    said = _backfill(home)
    assert [(one["year"], one["deliveries"], one["accepted"]) for one in said["backfill"]] == [(y, 1, 1) for y in YEARS]
    assert said["last_run"]["outcome"] == "released"
    marts = _published(home)
    concluded = {row[3]: row[8] for row in marts["mart_observation"] if row[1] == "concluded"}
    assert concluded == {f"{year}": 20 + year % 7 for year in YEARS}, "the column that was not read before"
    return home, marts


def _moments(chain: int) -> list[tuple[int, float]]:
    """The years that are done at a moment, and which part of the next is over, in order."""
    chances = [random.Random(seed) for seed in range(POINTS)]
    drawn = sorted((chance.randrange(len(YEARS) + 1), chance.random()) for chance in chances)
    return drawn[chain::CHAINS]


def _killed(home: Home, years: int, later: float) -> int:
    """A backfill that is killed at such a moment. Returns the years done."""
    settings = {"YEARBOOK_HOME": str(home.root), "YEARBOOK_CONTRACTS": str(home.contracts)}
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", *BACKFILL], env=os.environ | settings, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    while process.poll() is None and len(batches.committed(home)) - 1 < years:
        time.sleep(0.01)
    time.sleep(later * (8 if years == len(YEARS) else 1))
    assert process.poll() is None, process.stderr and process.stderr.read()
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    return len(batches.committed(home)) - 1


@pytest.mark.parametrize("chain", range(CHAINS))
def test_given_again_it_finishes(chain: int, changed: Path, undisturbed: tuple[Home, Marts], tmp_path: Path) -> None:
    home = _copy(changed, tmp_path / "copy")
    done = 0
    for years, later in _moments(chain):
        # where the one before came further than to this moment, at its part of the next year that is done
        before, done = done, _killed(home, max(years, min(done + 1, len(YEARS))), later)
        assert done >= max(before, years), "what was done stays done"
        _accounted(home, done)
    said = _backfill(home)
    assert sum(one["deliveries"] for one in said["backfill"]) == len(YEARS) - done, "no year is done twice"
    _accounted(home, len(YEARS))
    assert {path.name for path in home.landing.iterdir()} == {path.name for path in batches.committed(home)}
    assert not list(home.cache.glob(".reread-*"))
    assert _published(home) == undisturbed[1]


def _accounted(home: Home, years: int) -> None:
    """So many years are in the register, each once, beside what was there before."""
    for table, before in ((register.batch, 1), (register.submission, 2 * len(YEARS)), (register.rereading, 0)):
        assert len(register.rows(home, sa.select(table))) == before + years, table.name


def test_earlier_releases_stay_and_are_computed_again(undisturbed: tuple[Home, Marts]) -> None:
    home, _ = undisturbed
    listed = json.loads(command(home.root, "release", "list", "--json", contracts=home.contracts).stdout)
    ids = [release["release_id"] for release in listed]
    assert len(ids) == 2
    for id in ids:
        for what in ("verify", "rebuild"):
            told = command(home.root, "release", what, id, contracts=home.contracts)
            assert told.returncode == 0, told.stdout + told.stderr


def test_once_more_nothing_is_new(undisturbed: tuple[Home, Marts]) -> None:
    home, _ = undisturbed
    said = _backfill(home)
    assert [one["deliveries"] for one in said["backfill"]] == [0] * len(YEARS)
    assert said["last_run"]["outcome"] == "unchanged"
