"""Where the register lives by the setting, and what is said where it cannot: in sentences that show no password."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateTable

from pipelines.alerts import tables
from pipelines.home import PROJECT, Home, Unusable
from pipelines.landing import engine, register
from tests import loaded

SECRET = "not-to-be-shown"
NOBODY = f"postgresql+psycopg2://yearbook:{SECRET}@127.0.0.1:1/yearbook"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(engine.SETTING, raising=False)
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        (SECRET, "is no address of a database"),
        (f"postgresql+psycopg2://yearbook:{SECRET}@127.0.0.1:port/yearbook", "is no address of a database"),
        (f"postgresql+psycopg2://yearbook:1@{SECRET}@127.0.0.1/yearbook", "percent-encoded"),
        (f"postgresql+psycopg2://yearbook:1@2/{SECRET}@127.0.0.1/yearbook", "percent-encoded"),
        (f"mysql://yearbook:{SECRET}@127.0.0.1/yearbook", "does not name a database of PostgreSQL"),
        (f"postgresql+asyncpg://yearbook:{SECRET}@127.0.0.1/yearbook", "by the driver psycopg2"),
        ("sqlite:///register.db", "Left out, the register is a SQLite file"),
        (f"nothing://yearbook:{SECRET}@127.0.0.1/yearbook", "does not name a database of PostgreSQL"),
        (f"{NOBODY}?nonsense={SECRET}", 'invalid connection option "nonsense"'),
        (NOBODY, "The register in the database that YEARBOOK_REGISTER names cannot be used: .*refused"),
    ],
)
def test_an_address_that_cannot_be_used(address: str, said: str, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.SETTING, address)
    for read in (register.exists, register.check, register.batches):
        with pytest.raises(Unusable, match=said) as found:
            read(home)
        assert SECRET not in str(found.value)


def test_without_the_driver(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(engine.SETTING, f"{NOBODY}?application_name=driver")
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Unusable, match=r"psycopg2 is not installed: see requirements-postgres\.lock"):
        register.exists(home)


def test_a_home_that_has_a_register_already(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    with register.transaction(home):
        pass
    monkeypatch.setenv(engine.SETTING, NOBODY)
    with pytest.raises(Unusable, match=r"the home has a register already: .*register\.db.*yearbook restore"):
        register.exists(home)


@pytest.mark.parametrize("words", [("status",), ("run",), ("backup", "kept"), ("restore", "kept")])
def test_a_command_ends_with_the_sentence(words: tuple[str, ...], home: Home, tmp_path: Path) -> None:
    where = tmp_path / "none" if words[0] == "restore" else home.root
    settings = {"YEARBOOK_HOME": str(where), engine.SETTING: NOBODY, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [*loaded.program("pipelines.cli"), *words],
        cwd=tmp_path, env=os.environ | settings, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "The register in the database that YEARBOOK_REGISTER names cannot be used" in done.stderr
    written = [path.read_text("utf-8", "replace") for path in home.root.rglob("*") if path.is_file()]
    assert all(SECRET not in text for text in (done.stdout, done.stderr, *written))


def test_the_file_is_numbered_by_sqlite_and_has_no_order_of_a_language() -> None:
    assert tables.metadata is register.metadata
    made = {
        table.name: str(CreateTable(table).compile(dialect=sqlite.dialect()))
        for table in register.metadata.tables.values()
    }
    assert all("BIGINT" not in words and "COLLATE" not in words for words in made.values())
    assert "number INTEGER NOT NULL" in made["delivery"] and "number INTEGER NOT NULL" in made["alert"]
