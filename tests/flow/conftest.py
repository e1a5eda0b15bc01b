"""Runs the demo once per worker, as a person would: the `yearbook` command, in a folder of its own."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT
from tests import loaded, parsed
from tests.flow.regain import Originals

Convert = Callable[[Path, str, Path], None]
Command = Callable[..., subprocess.CompletedProcess[str]]
NEW = (sys.executable, "-m", "pipelines.cli")
"""What others run, in a world of its own, is a new program."""
ANOTHER_ORDER = ("env", "PYTHONHASHSEED=1")
"""A world in which sets are in another order: what is computed again is to be the same all the same."""


def command(
    home: Path, *words: str, contracts: Path | None = None, prefix: tuple[str, ...] = (), register: str = ""
) -> Any:
    """`yearbook` with other arguments; never raises, so that a test can look at the exit code."""
    settings = {"YEARBOOK_HOME": str(home)} | ({"YEARBOOK_CONTRACTS": str(contracts)} if contracts else {})
    settings |= {"YEARBOOK_REGISTER": register} if register else {}
    if words[0] in ("deliver", "run"):  # with these an installation begins; the demo begins with nothing
        parsed.lay(home)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    return subprocess.run(
        [*(prefix + NEW if prefix else loaded.program("pipelines.cli")), *words],
        env=environment | settings,
        capture_output=True,
        text=True,
        timeout=600,
    )


def with_another_value(home: Path, cell: dict[str, Any], value: str, path: Path) -> Path:
    """Writes the original in which a traced cell lies once more as CSV, with another value in that cell."""
    rows = [list(row) for row in Originals(home / "originals").rows(cell["sha256"], cell["sheet"] or "")]
    rows[cell["row"] - 1][cell["column"] - 1] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


class Installation:
    """A copy of an installation, with documents of its own that a test may change."""

    def __init__(self, home: Path, folder: Path):
        self.folder = folder
        self.home = Path(shutil.copytree(home, folder / "home", symlinks=True))
        self.documents = Path(shutil.copytree(PROJECT / "data_contracts", folder / "documents"))

    def __call__(self, *words: str) -> Any:
        """`yearbook` with these words and documents."""
        return command(self.home, *words, contracts=self.documents)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo has run and released."""
    home = tmp_path_factory.mktemp("demo") / "home"
    done = command(home, "demo", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["last_run"]["outcome"] == "released"
    return home


@pytest.fixture(scope="session")
def register_cluster() -> Iterator[Path]:
    """A PostgreSQL with the role `yearbook` and its password; where its socket is. Skips without one."""
    from tests.flow import production, registers

    with production.postgres() as folder:
        production.as_server(folder, "psql", "-c", f"create role yearbook login password '{registers.PASSWORD}'")
        yield folder


@pytest.fixture
def register_address(register_cluster: Path) -> str:
    """Of a database there that is empty, as YEARBOOK_REGISTER has it."""
    from tests.flow import production, registers

    name = f"register{time.monotonic_ns()}"
    production.as_server(register_cluster, "createdb", "--owner=yearbook", name)
    return f"postgresql+psycopg2://yearbook:{registers.QUOTED}@/{name}?host={register_cluster}"


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """LibreOffice opens a workbook (file), computes it, and saves it in a form that it knows (words) into a folder."""
    office, profile = shutil.which("soffice"), tmp_path_factory.mktemp("libreoffice")
    if not office:
        pytest.skip("LibreOffice is not installed (Debian and Ubuntu: apt install libreoffice-calc-nogui).")

    def saved(file: Path, form: str, folder: Path) -> None:
        command = [office, f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", form]
        subprocess.run([*command, "--outdir", str(folder), str(file)], check=True, capture_output=True, timeout=300)

    return saved


def query(home: Path, sql: str, **options: Any) -> list[dict[str, Any]]:
    """Rows of the current release."""
    done = command(home, "query", sql, "--json", **options)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
