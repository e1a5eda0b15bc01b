"""What landing keeps and the disk changed is told, and nothing is made of it."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import pytest

from pipelines.home import Home, Unusable
from pipelines.intake import store
from pipelines.landing import batches, decisions, engine, history, register, waiting
from pipelines.landing.backfill import Asked, plan
from tests import backfills
from tests.backfills import FIRST


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home", tmp_path / "documents").create()
    catalog = backfills.write_documents(home.contracts)
    backfills.deliver(home, tmp_path, "caseload", FIRST, backfills.caseload(FIRST))
    backfills.take(home, catalog, "run-1")
    return home


def _change(home: Home, sql: str) -> None:
    with sqlite3.connect(home.register) as connection:
        connection.execute(sql)


def test_a_batch_that_is_another_or_gone(home: Home) -> None:
    (file,) = batches.sound(home)
    data = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(data[:-20] + bytes([data[-20] ^ 1]) + data[-19:])
    with pytest.raises(Unusable, match=f"{re.escape(str(file))} was changed after it was written.*backfill"):
        batches.sound(home)
    file.unlink()
    with pytest.raises(Unusable, match=r"is missing.*backfill"):
        batches.sound(home)


@pytest.mark.parametrize("column", ["prepared_on", "verdict", "batch_id", "decided_at", "period"])
def test_a_row_of_the_register_that_says_another_thing(column: str, home: Home) -> None:
    assert len(list(register.export(home))) == 1
    _change(home, f"update submission set {column} = {column} || '1'")
    with pytest.raises(Unusable, match=r"Row 1 of the table submission .* backup"):
        list(register.export(home))
    _change(home, "update submission set seal = ''")  # as an earlier version wrote it: believed
    assert len(list(register.export(home))) == 1


def test_a_decision_that_says_another_thing(home: Home) -> None:
    (id,) = register.accepted_ids(home)
    decisions.explain(home, id, "correction", "Counted again.", "Li Wei")
    assert decisions.export(home)[0]["because"] == "Counted again."
    _change(home, "update decision set because = 'Counted twice.'")
    with pytest.raises(Unusable, match="Row 1 of the table decision"):
        decisions.export(home)


@pytest.mark.parametrize("at", [0, 20, 4096])
def test_a_damaged_file_is_told_in_a_sentence(at: int, home: Home) -> None:
    register.check(home)
    engine.of(home).dispose()
    data = bytearray(home.register.read_bytes())
    data[at : at + 16] = b"\xff" * 16
    home.register.write_bytes(data)
    with pytest.raises(Unusable, match=r"The register .* backup"):
        register.check(home)
    engine.of(home).dispose()


@pytest.mark.parametrize("released", [True, False])
def test_a_register_that_is_older_than_the_figures(released: bool, home: Home, tmp_path: Path) -> None:
    """The next run would remove the batches that it does not know."""
    older = home.register.read_bytes()
    catalog = backfills.write_documents(home.contracts)
    for run in (2, 3):
        backfills.deliver(home, tmp_path, "caseload", FIRST + run, backfills.caseload(FIRST + run))
        backfills.take(home, catalog, f"run-{run}")
        register.check(home)
    last = batches.committed(home)[-1]
    if released:
        (home.releases / "versions" / "candidate-000001").mkdir()
        (home.releases / "current").symlink_to("versions/candidate-000001")
        (home.releases / "current" / "manifest.json").write_text(json.dumps({"batches": {last.name: ""}}))
        register.check(home)
        batches.committed(home)[1].unlink()
    engine.of(home).dispose()
    home.register.write_bytes(older)
    with pytest.raises(Unusable, match=r"does not know the figures in batch-run-.*yearbook restore"):
        register.check(home)
    last.unlink()
    (home.releases / "current").unlink(missing_ok=True)
    for original in home.originals.glob("??/*"):
        original.unlink()
    register.check(home)  # one file more is what a killed run leaves


def test_the_last_run_is_the_last_one_whatever_its_id_says(home: Home) -> None:
    for run_id in ("20300101T000000Z-00001", "20200101T000000Z-00002"):
        history.start_run(home, run_id)
    assert [row["run_id"] for row in history.last(home, 2)] == ["20200101T000000Z-00002", "20300101T000000Z-00001"]
    assert history.is_known(home, "20200101T000000Z-00002") and not history.is_known(home, "20200101T000000Z-00003")


def test_a_register_that_is_older_than_one_delivery(home: Home, tmp_path: Path) -> None:
    """One batch is what a killed run leaves; one of a delivery that nobody registered is not."""
    older, catalog = home.register.read_bytes(), backfills.write_documents(home.contracts)
    backfills.deliver(home, tmp_path, "caseload", FIRST + 1, backfills.caseload(FIRST + 1))
    backfills.take(home, catalog, "run-2")
    engine.of(home).dispose()
    home.register.write_bytes(older)
    with pytest.raises(Unusable, match=r"does not know the delivery [0-9a-f]{64}, .*yearbook restore"):
        register.check(home)


@pytest.mark.parametrize("column", ["sha256", "file_name", "received_at", "declared"])
def test_a_delivery_that_says_another_thing(column: str, home: Home, tmp_path: Path) -> None:
    backfills.deliver(home, tmp_path, "caseload", FIRST + 1, backfills.caseload(FIRST + 1))
    assert len(list(waiting.deliveries(home))) == 1
    _change(home, f"update delivery set {column} = {column} || '1'")
    again = plan(home, backfills.write_documents(home.contracts, backfills.SECOND), Asked((FIRST,)))
    for read in (waiting.deliveries(home), again, register.export(home)):
        with pytest.raises(Unusable, match=r"Row [12] of the table delivery .* backup"):
            list(read)
    _change(home, "update delivery set seal = ''")  # as an earlier version wrote it: believed
    assert len(list(waiting.deliveries(home))) == 1


def test_what_others_lay_beside_the_batches_stays(home: Home) -> None:
    (home.landing / "lost+found").mkdir()
    (home.landing / "notes.txt").write_text("")
    left = [home.landing / name for name in ("batch-run-9.parquet", ".batch-run-9.parquet.tmp")]
    for file in left:
        file.write_text("")
    assert sorted(batches.recover(home)) == sorted(file.name for file in left)
    assert {file.name for file in home.landing.iterdir()} == {"lost+found", "notes.txt", "batch-run-1.parquet"}


def test_lost_and_damaged_bytes_stop_no_other_delivery_and_sending_them_again_helps(home: Home, tmp_path: Path) -> None:
    catalog = backfills.write_documents(home.contracts)
    years = [FIRST + number for number in range(1, 4)]
    for year in years:
        backfills.deliver(home, tmp_path, "caseload", year, backfills.caseload(year))
    lost, damaged, _ = (store.find(home, row["sha256"]) for row in waiting.deliveries(home))
    lost.unlink()
    damaged.chmod(0o600)
    damaged.write_bytes(damaged.read_bytes().replace(b"accepted", b"expected"))
    taken = backfills.take(home, catalog, "run-2")
    assert (taken.accepted, taken.rejected) == (1, 2)
    assert ["Send the file again" in Path(one).read_text("utf-8") for one in taken.receipts] == [True, True, False]
    for year in years[:2]:
        backfills.deliver(home, tmp_path, "caseload", year, backfills.caseload(year))
    taken = backfills.take(home, catalog, "run-3")
    assert (taken.accepted, taken.rejected) == (2, 0)
