"""The register in PostgreSQL: what is said where it cannot be used, and how it moves there and back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipelines.alerts import tables
from pipelines.home import Home, Unusable
from pipelines.landing import engine, history, register
from pipelines.release import backup
from tests import backfills
from tests.backfills import FIRST
from tests.flow import production, registers
from tests.flow.registers import QUOTED

pytestmark = [pytest.mark.slow, pytest.mark.cluster]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return registers.begun(tmp_path)


@pytest.fixture
def shared(home: Home, register_address: str, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv(engine.SETTING, register_address)
    return home


def _change(cluster: Path, sql: str) -> None:
    """What no program of ours does."""
    name = engine.of(Home(Path("/none"), Path("/none"))).url.database
    production.as_server(cluster, "psql", "-d", str(name), "-qc", sql)


def test_who_waits_too_long_is_told(shared: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "_SESSION", engine._SESSION.replace(f"'{engine._WAIT}s'", "'1s'"))
    with register.transaction(shared) as connection:
        register.now(connection)
        with pytest.raises(Unusable, match="another process has been writing for"):
            history.start_run(shared, "a")
    history.start_run(shared, "b")
    assert [row["run_id"] for row in history.last(shared)] == ["b"]


def test_a_database_of_something_else_is_refused(shared: Home, register_cluster: Path) -> None:
    _change(register_cluster, "create table event_logs (id int); create table runs (id int)")
    with pytest.raises(Unusable, match=r"holds tables of something else \(event_logs, runs\)"):
        history.start_run(shared, "a")


def test_a_database_that_cannot_hold_chinese_is_refused(
    home: Home, register_cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("--encoding=LATIN1", "--locale=C", "--template=template0", "--owner=yearbook")
    production.as_server(register_cluster, "createdb", *words, name := "latin")
    monkeypatch.setenv(engine.SETTING, f"postgresql://yearbook:{QUOTED}@/{name}?host={register_cluster}")
    with pytest.raises(Unusable, match="has the encoding LATIN1"):
        history.start_run(home, "a")


def test_a_wrong_password_and_a_role_that_may_not(
    shared: Home, register_address: str, register_cluster: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    history.start_run(shared, "a")
    _change(register_cluster, "alter table run owner to postgres")
    with pytest.raises(Unusable, match="cannot be used: permission denied for table run"):
        history.start_run(shared, "b")
    monkeypatch.setenv(engine.SETTING, register_address.replace(QUOTED, "wrong-one"))
    with pytest.raises(Unusable, match='password authentication failed for user "yearbook"') as found:
        register.exists(shared)
    assert "wrong-one" not in str(found.value)


def test_the_server_stops_and_comes_again(shared: Home, register_cluster: Path, tmp_path: Path) -> None:
    registers.landed(shared, tmp_path, FIRST)
    backfills.deliver(shared, tmp_path, "caseload", FIRST + 1, backfills.caseload(FIRST + 1))
    said = "The register in the database that YEARBOOK_REGISTER names cannot be used"
    try:
        with pytest.raises(Unusable, match=said), register.transaction(shared) as connection:
            register.now(connection)
            production.stop(register_cluster)
            connection.execute(register.batch.delete())
        with pytest.raises(Unusable, match=said):
            backfills.take(shared, backfills.write_documents(shared.contracts), "run-without")
    finally:
        production.start(register_cluster)
    assert backfills.take(shared, backfills.write_documents(shared.contracts), "run-after").accepted == 1
    assert len(register.batches(shared)) == 2


def test_damage_is_told(shared: Home, register_cluster: Path, tmp_path: Path) -> None:
    registers.landed(shared, tmp_path, FIRST)
    with register.transaction(shared) as connection:
        place = connection.exec_driver_sql("select pg_relation_filepath('submission')").scalar()
    register.check(shared)
    _change(register_cluster, "update submission set period = period || '1'")
    with pytest.raises(Unusable, match="Row 1 of the table submission"):
        list(register.export(shared))
    _change(register_cluster, "checkpoint")  # else the page is made anew of the log
    production.stop(register_cluster)
    try:
        file = register_cluster / "data" / str(place)
        data = bytearray(file.read_bytes())
        data[8000] ^= 1
        file.write_bytes(data)
    finally:
        production.start(register_cluster)
    with pytest.raises(Unusable, match=r"cannot be used: invalid page.*If it is damaged"):
        register.check(shared)


def test_a_register_of_another_home_or_of_another_day(shared: Home, tmp_path: Path) -> None:
    registers.landed(shared, tmp_path, FIRST)
    with pytest.raises(Unusable, match=r"none lies in .*is it of another home"):
        register.check(Home(tmp_path / "other", shared.contracts).create())
    with register.transaction(shared) as connection:
        for table in reversed(register.metadata.sorted_tables):
            connection.execute(table.delete())
    with pytest.raises(Unusable, match=r"does not know the delivery .*yearbook restore"):
        register.check(shared)


def test_it_moves_by_backup_and_restore_there_and_back(
    home: Home, register_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(engine.SETTING, raising=False)
    registers.landed(home, tmp_path, FIRST)
    for run_id in ("z", "a"):
        history.start_run(home, run_id)
    with register.transaction(home) as connection:
        connection.execute(tables.tick.insert().values(what="look", at="2004-01-01"))
    before, kept = registers.held(home), tmp_path / "kept"
    backup.create(home, kept)

    monkeypatch.setenv(engine.SETTING, register_address)
    there = Home(tmp_path / "there", home.contracts)
    assert backup.restore(kept, there) > 1
    assert not there.register.exists() and registers.held(there) == before
    with pytest.raises(backup.BackupError, match=r"is not empty\. Name a database that is"):
        backup.restore(kept, Home(tmp_path / "twice", home.contracts))
    assert not (tmp_path / "twice").exists()
    register.check(there)
    registers.landed(there, tmp_path, FIRST + 1)
    assert [row["number"] for row in register.export(there)] == [1, 2]
    history.start_run(there, "m")
    assert [row["run_id"] for row in history.last(there)] == ["m", "a", "z"]
    before = registers.held(there)
    backup.create(there, kept)

    monkeypatch.delenv(engine.SETTING)
    back = Home(tmp_path / "back", home.contracts)
    backup.restore(kept, back)
    assert back.register.exists() and registers.held(back) == before
    register.check(back)


def test_a_home_that_cannot_be_put_into_its_place_leaves_the_database_empty(
    home: Home, register_address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(engine.SETTING, raising=False)
    registers.landed(home, tmp_path, FIRST)
    backup.create(home, tmp_path / "kept")
    monkeypatch.setenv(engine.SETTING, register_address)
    other = Home(tmp_path / "other", home.contracts)
    monkeypatch.setattr(backup, "sync_folder", _failing(backup.sync_folder, other.root.parent))
    with pytest.raises(OSError, match="no room"):
        backup.restore(tmp_path / "kept", other)
    assert not other.root.exists() and not list(tmp_path.glob(".other.restoring.*"))
    monkeypatch.undo()
    monkeypatch.setenv(engine.SETTING, register_address)
    backup.restore(tmp_path / "kept", other)
    assert len(register.batches(other)) == 1


def _failing(whole: Any, folder: Path) -> Any:
    def sync_folder(asked: Path) -> None:
        if asked == folder:
            raise OSError("no room")
        whole(asked)

    return sync_folder


def test_a_backup_is_of_one_moment(shared: Home, tmp_path: Path) -> None:
    """While others decide: every pair of decisions is in it whole."""
    clients = [registers.client(shared, "decide", name, "30") for name in ("one", "two")]
    registers.go(*clients)
    while not register.exists(shared) or len(registers.times(shared)) < 4:
        time.sleep(0.05)
    backup.create(shared, tmp_path / "kept")
    assert [client.wait(120) for client in clients] == [0, 0]
    file = next(path for path in (tmp_path / "kept" / "objects").iterdir() if path.read_bytes()[:6] == b"SQLite")
    with engine.file(file).connect() as connection:
        found = list(
            connection.execute(sa.select(register.decision.c.decided_at).order_by(sa.text("number"))).scalars()
        )
    assert found == registers.times(shared)[: len(found)] and len(found) % 2 == 0 and len(found) >= 4
