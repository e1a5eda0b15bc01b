"""Where Dagster keeps its records: SQLite unless the environment names PostgreSQL; a contradiction is refused."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from sqlalchemy.exc import OperationalError

from pipelines.defs import instance, storage
from pipelines.home import PROJECT, Home, Unusable
from tests import loaded

URL = "postgresql://yearbook:not-to-be-shown@127.0.0.1:1/yearbook"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv(instance.POSTGRES, raising=False)
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


def _settings(home: Home) -> dict[str, object]:
    return yaml.safe_load((instance.prepare(home) / "dagster.yaml").read_text(encoding="utf-8"))


def test_the_two_storages_differ_in_nothing_else(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite = _settings(home)
    (home.dagster / "dagster.yaml").unlink()
    monkeypatch.setenv(instance.POSTGRES, URL)
    postgres = _settings(home)
    assert sqlite.pop("event_log_storage") and postgres.pop("storage") == {
        "postgres": {"postgres_url": {"env": instance.POSTGRES}}
    }
    assert sqlite == postgres


def test_settings_and_environment_must_agree(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    instance.prepare(home)
    monkeypatch.setenv(instance.POSTGRES, URL)
    with pytest.raises(Unusable, match="does not use it"):
        instance.prepare(home)
    (home.dagster / "dagster.yaml").unlink()
    instance.prepare(home)
    monkeypatch.delenv(instance.POSTGRES)
    with pytest.raises(Unusable, match="is not set"):
        instance.prepare(home)


@pytest.mark.parametrize(("url", "advice"), [("", "move the folder away"), (URL, "See that PostgreSQL runs")])
def test_records_that_are_lost_meanwhile(home: Home, url: str, advice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster))
    monkeypatch.setenv(instance.POSTGRES, url)
    said = str(storage._damaged(OperationalError("select 1", {}, Exception("server closed the connection"))))
    assert advice in said and "server closed the connection" in said and said.count("away") == (not url)


@pytest.mark.slow
@pytest.mark.parametrize("words", [("run",), ("up", "--only", "daemon")])
def test_a_database_that_does_not_answer_is_a_sentence(home: Home, words: tuple[str, ...]) -> None:
    settings = {"YEARBOOK_HOME": str(home.root), instance.POSTGRES: URL, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run(
        [*loaded.program("pipelines.cli"), *words],
        env=os.environ | settings, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 1
    assert "PostgreSQL cannot be used as YEARBOOK_POSTGRES_URL says" in done.stderr
    assert "Traceback" not in done.stderr and "not-to-be-shown" not in done.stdout + done.stderr
