"""The register says the same in a file and in PostgreSQL, whoever else writes and is killed meanwhile."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import decisions, engine, history, inbox, register, waiting
from tests import backfills
from tests.backfills import FIRST
from tests.flow import registers

pytestmark = [pytest.mark.slow, pytest.mark.cluster]


@pytest.fixture(params=["file", "database"])
def either(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    address = request.getfixturevalue("register_address") if request.param == "database" else ""
    monkeypatch.setenv(engine.SETTING, address)
    return registers.begun(tmp_path)


def test_what_arrives_is_decided_and_told(either: Home, tmp_path: Path) -> None:
    assert register.batches(either) == [] and not register.exists(either)
    registers.landed(either, tmp_path, FIRST, FIRST + 1)
    (either.inbox / "nobody_knows.csv").write_text("a,b\n1,2\n")
    inbox.sweep(either, backfills.write_documents(either.contracts))
    assert [row["number"] for row in waiting.deliveries(either)] == [3]
    register.check(either)
    found = list(register.export(either))
    assert [(row["number"], row["period"], row["partial"]) for row in found] == [
        (1, str(FIRST), False), (2, str(FIRST + 1), False),
    ]  # fmt: skip
    (standing, _) = sorted(register.standing(either, "courts"), key=lambda row: row["period"])
    assert standing == {"period": str(FIRST), "verdict": "accepted", "count": 1, "figures": 1}
    assert {type(value) for value in standing.values()} == {str, int}
    id = found[0]["submission_id"]
    decisions.decide(either, id[:8], "refuse", "Counted twice.", "Li Wei")
    assert [row["subject"] for row in decisions.export(either)] == [id]
    for run_id in ("20300101T000000Z-00001", "20200101T000000Z-00002"):
        history.start_run(either, run_id)
    assert [row["run_id"][:4] for row in history.last(either)] == ["2020", "2030"]
    assert len(history.give_up_runs(either)) == 2


def test_sizes_beyond_32_bits_and_times_in_the_order_of_their_signs(either: Home, tmp_path: Path) -> None:
    size, moments = 2**40, ["2004-01-01T00:00:00+00:00", "2004-01-01T00:00:00.000001+00:00", "B", "a", "Ä", "中"]
    with register.transaction(either) as connection:
        row = {"sha256": "", "file_name": "", "size": size, "received_at": "", "origin": "", "declared": ""}
        connection.execute(register.delivery.insert().values(row))
        for at in reversed(moments):
            connection.execute(register.batch.insert().values(batch_id=at, sha256="", rows=size, committed_at=at))
    assert register.rows(either, sa.select(register.delivery.c.size)) == [{"size": size}]
    assert [row["committed_at"] for row in register.batches(either)] == sorted(moments)


def test_one_acceptance_of_a_submission(either: Home, tmp_path: Path) -> None:
    registers.landed(either, tmp_path, FIRST)
    (line,) = register.rows(either, sa.select(register.submission))
    del line["number"]
    for verdict in ("repeated", "accepted"):
        twice = register.submission.insert().values(line | {"verdict": verdict})
        if verdict == "accepted":
            with pytest.raises(sa.exc.IntegrityError), register.transaction(either) as connection:
                connection.execute(twice)
        else:
            with register.transaction(either) as connection:
                connection.execute(twice)
    assert len(register.rows(either, sa.select(register.submission))) == 2


def test_a_register_of_before(either: Home, tmp_path: Path) -> None:
    registers.landed(either, tmp_path, FIRST)
    with register.transaction(either) as connection:
        connection.exec_driver_sql("alter table submission drop column seal")
        connection.exec_driver_sql("drop table decision")
    register._whole.clear()
    assert decisions.export(either) == [] and len(list(register.export(either))) == 1


@pytest.mark.parametrize("words", [("create",), ("decide", "one", "40")])
def test_two_processes_at_one_moment(words: tuple[str, ...], either: Home) -> None:
    """What is committed later has a later number and a later time, also in the eyes of who reads meanwhile."""
    clients = [registers.client(either, *words) for _ in range(2)]
    registers.go(*clients)
    seen: list[str] = []
    while any(client.poll() is None for client in clients):
        found = registers.times(either) if register.exists(either) else []
        assert found[: len(seen)] == seen
        seen = found
    assert [client.returncode for client in clients] == [0, 0]
    times = registers.times(either)
    assert len(times) == (160 if words[0] == "decide" else 0)
    assert times == sorted(set(times)), "no time comes twice"


def test_a_client_that_is_killed_leaves_nothing_half(either: Home) -> None:
    with register.transaction(either):
        pass  # whoever comes first makes tables, and waits for whoever writes
    client = registers.client(either, "hang")
    registers.go(client)
    assert client.stdout and client.stdout.readline() == "wrote\n"
    assert register.batches(either) == []
    client.send_signal(signal.SIGKILL)
    client.wait(30)
    with register.transaction(either) as connection:
        register.now(connection)  # nobody holds the lock any more
    assert register.batches(either) == []
