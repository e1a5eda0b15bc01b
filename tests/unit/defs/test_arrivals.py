"""The arrival sensor asks once for each set of arrivals, and never while somebody writes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT, Home
from pipelines.landing import inbox
from pipelines.locks import sole_writer


@pytest.fixture
def where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    from pipelines.defs import arrivals, shared

    monkeypatch.setenv("YEARBOOK_CONTRACTS", str(PROJECT / "data_contracts"))
    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    monkeypatch.setattr(arrivals, "home", lambda: home)
    assert shared.home
    return home


def asked() -> Any:
    import dagster as dg

    from pipelines.defs.arrivals import arrivals

    with dg.DagsterInstance.ephemeral() as instance:
        return arrivals(dg.build_sensor_context(instance))


def test_it_asks_once_for_what_has_arrived(where: Home) -> None:
    assert "Nothing has arrived" in asked().skip_message
    (where.inbox / ".being-written.csv").write_text("x")
    (where.inbox / "empty.csv").touch()
    assert "Nothing has arrived" in asked().skip_message, "neither will be taken"
    (where.inbox / "a.csv").write_text("x")
    first = asked().run_key
    assert first == asked().run_key, "Dagster starts one run for a key"
    (where.inbox / "b.csv").write_text("x")
    assert asked().run_key != first


def test_it_does_not_ask_while_somebody_writes(where: Home) -> None:
    inbox.receive(where, _file(where), {}, "test")
    assert asked().run_key, "a delivery that waits for its run"
    with sole_writer(where):
        assert "A run is writing" in asked().skip_message


def _file(where: Home) -> Path:
    file = where.root / "sent.csv"
    file.write_text("x")
    return file
