"""Years chosen on Dagster's partition page are read again: those, of that office, and no others."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.defs import instance
from pipelines.home import Home
from pipelines.landing import register
from tests import backfills, loaded
from tests.backfills import FIRST, LAST, YEARS
from tests.flow.conftest import command

pytestmark = pytest.mark.slow

MATERIALIZE = (*loaded.program("dagster"), "asset", "materialize", "-m", "pipelines.definitions", "--select")
NIGHTLY = """
import dagster as dg, sys
from pipelines.definitions import defs

first, last = sys.argv[1:]
tags = {"dagster/asset_partition_range_start": first, "dagster/asset_partition_range_end": last}
with dg.DagsterInstance.get() as instance:
    assert defs().resolve_job_def("nightly").execute_in_process(instance=instance, tags=tags).success
"""
OFFICES = "key:landing/courts or key:landing/police"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty years released under the first contracts; then both are others, though they read the same figures."""
    folder = tmp_path_factory.mktemp("released")
    home = backfills.released(folder)
    police = backfills.CRIME.replace("1.0.0", "1.0.1")
    courts = backfills.FIRST_VERSION.replace("1.0.0", "1.1.0")
    backfills.write_documents(home.contracts, courts, {"returns/police/crime.yaml": police})
    return folder


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Home:
    shutil.copytree(released, tmp_path / "copy", symlinks=True)
    found = Home(tmp_path / "copy" / "home", tmp_path / "copy" / "documents")
    instance.prepare(found)
    return found


def _dagster(home: Home, *words: str) -> None:
    environment = os.environ | instance.environment(home)
    done = subprocess.run(words, env=environment, cwd=home.root, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


def _read_again(home: Home) -> set[tuple[str, int]]:
    """Office and year of what was read more than once."""
    found = register.submission.c
    query = sa.select(found.office, found.period).where(found.contract_version.in_(("1.1.0", "1.0.1")))
    return {(row["office"], int(row["period"])) for row in register.rows(home, query)}


def _outcomes(home: Home) -> list[str]:
    query = sa.select(register.run.c.outcome).order_by(register.run.c.run_id)
    return [row["outcome"] for row in register.rows(home, query)]


def test_a_nightly_run_reads_nothing_again(home: Home) -> None:
    assert command(home.root, "run", "--json", contracts=home.contracts).returncode == 0
    assert _read_again(home) == set()


def test_one_office_and_year_as_the_daemon_launches_it(home: Home) -> None:
    """What is partitioned is a run of its own; what follows from it is the next, which makes the one release."""
    _dagster(home, *MATERIALIZE, "key:landing/courts", "--partition", f"{FIRST}")
    assert _read_again(home) == {("courts", FIRST)}
    _dagster(home, *MATERIALIZE, "key:landing/courts", "--partition", f"{FIRST}")
    assert _outcomes(home) == ["released", "landed", "landed"]
    _dagster(home, *MATERIALIZE, "key:inputs+")
    assert _outcomes(home) == ["released", "landed", "landed", "released"]


def test_a_range_of_several_offices_is_one_run_and_one_release(home: Home) -> None:
    _dagster(home, *MATERIALIZE, OFFICES, "--partition-range", f"{FIRST}...{FIRST + 4}")
    assert _read_again(home) == {(office, year) for office in ("courts", "police") for year in YEARS[:5]}
    assert _outcomes(home) == ["released", "landed"]


def test_the_whole_job_over_a_range_is_one_run_and_one_release(home: Home) -> None:
    _dagster(home, sys.executable, "-c", NIGHTLY, f"{LAST - 1}", f"{LAST}")
    assert _read_again(home) == {(office, year) for office in ("courts", "police") for year in (LAST - 1, LAST)}
    assert _outcomes(home) == ["released", "released"]
