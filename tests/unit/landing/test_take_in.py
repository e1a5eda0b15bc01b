"""Deliveries through the gate into landing and register: accepted lands once, rejected lands nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from pipelines.contracts import Catalog, load
from pipelines.demo import files
from pipelines.home import PROJECT, Home
from pipelines.intake.judge import DeliveryVerdict
from pipelines.landing import batches, register, take_in, waiting
from tests.factories import ALL_FAULTS, SECRET, Factory


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


def land(home: Home, catalog: Catalog, run: str = "run-1") -> take_in.Taken:
    folder = home.runs / run
    folder.mkdir()
    assert take_in.sweep(home, catalog) == []
    return take_in.take_in(home, catalog, folder, "en")


def figures(home: Home) -> list[dict[str, object]]:
    names = ("table_id", "measure_id", "area_code", "period", "breakdown", "value", "obs_status", "qualifier")
    return [row for file in batches.committed(home) for row in pq.read_table(file, columns=list(names)).to_pylist()]


@pytest.mark.parametrize("fault", ALL_FAULTS)
def test_a_rejected_return_lands_nothing_and_the_receipt_says_where(fault: str, home: Home, catalog: Catalog) -> None:
    broken = Factory(catalog).broken(fault, home.inbox)
    taken = land(home, catalog)
    assert (taken.accepted, taken.rejected, taken.figures) == (0, 1, 0)
    assert batches.committed(home) == [] == list(home.landing.iterdir())
    assert not list(home.originals.rglob("*.*")), "a file that is not accepted stays in quarantine"
    (receipt,) = taken.receipts
    text = Path(receipt).read_text(encoding="utf-8")
    assert broken.path.name in text and "NOT ACCEPTED" in text
    assert broken.cell in text
    assert broken.found in text
    for path in home.root.rglob("*"):
        if path.is_file() and home.quarantine not in path.parents:
            assert SECRET.encode() not in path.read_bytes(), f"{path} holds a value of an unknown column"


def test_a_rejected_return_of_a_period_nobody_knows_is_registered(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    facts = {name: text for name, text in factory.facts("mediation").items() if name != "period"}
    properties = {f"yearbook_{name}": text for name, text in facts.items()}
    head, *lines = factory.good("mediation")
    year = head.index("period")
    rows = [[cell for at, cell in enumerate(row) if at != year] for row in (head, *lines)]
    files.write_xlsx(home.inbox / "mediation.xlsx", {"mediation": rows}, properties)
    taken = land(home, catalog)
    assert (taken.accepted, taken.rejected) == (0, 1)
    (entry,) = register.rows(home, sa.select(register.submission, register.delivery.c.verdict).join(register.delivery))
    assert (entry["verdict"], entry["coverage_months"]) == ("rejected", 0)


def test_the_figures_before_a_rejected_return_stand(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    table = factory.table().table
    factory.write(home.inbox, table, factory.good(table))
    land(home, catalog)
    before = figures(home)
    factory.broken("negative_count", home.inbox)
    taken = land(home, catalog, "run-2")
    assert (taken.accepted, taken.rejected) == (0, 1)
    assert figures(home) == before != []


def test_a_gbk_copy_lands_equal_figures(catalog: Catalog, tmp_path: Path) -> None:
    factory = Factory(catalog)
    found = []
    for encoding in ("utf-8-sig", "gbk"):
        home = Home(tmp_path / encoding, PROJECT / "data_contracts").create()
        factory.write(home.inbox, "mediation", factory.good("mediation", headers="zh"), encoding=encoding)
        assert land(home, catalog).accepted == 1
        found.append(figures(home))
    assert found[0] == found[1] != []


def test_the_same_file_again_lands_nothing_more(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    path = factory.write(home.inbox, "mediation", factory.good("mediation"))
    kept = shutil.copy(path, home.root / path.name)
    assert land(home, catalog).accepted == 1
    shutil.copy(kept, path)
    taken = land(home, catalog, "run-2")
    assert (taken.accepted, taken.repeated) == (0, 1)
    assert len(batches.committed(home)) == 1


def test_the_same_submission_twice_in_one_run_lands_once(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    path = factory.write(home.inbox, "mediation", factory.good("mediation"))
    (home.inbox / "justice").mkdir()
    shutil.copy(path, home.inbox / "justice" / path.name)
    taken = land(home, catalog)
    assert (taken.accepted, taken.repeated) == (1, 1)
    found = [tuple(sorted(row.items())) for row in figures(home)]
    assert len(found) == len(set(found)) == taken.figures


def test_thousands_of_returns_become_one_file(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    for table in ("mediation", "caseload", "petitions"):
        factory.write(home.inbox, table, factory.good(table))
    assert land(home, catalog).accepted == 3
    assert len(batches.committed(home)) == 1


def test_many_figures_land_in_parts_and_a_crash_loses_none(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = Factory(catalog)
    tables = ("mediation", "caseload", "petitions")
    whole = Home(home.root / "whole", home.contracts).create()
    for table in tables:
        factory.write(home.inbox, table, factory.good(table))
        factory.write(whole.inbox, table, factory.good(table))
    broken = factory.broken("negative_count", home.inbox).path
    shutil.copy(broken, whole.inbox)
    expected = land(whole, catalog)
    monkeypatch.setattr("pipelines.intake.judge._CHUNK_FILES", 1)
    monkeypatch.setattr(take_in, "_FIGURES", 1)
    now, asked = register.now, []

    def die(connection: sa.Connection) -> str:
        asked.append(connection)
        if len(asked) == 3:
            raise KeyboardInterrupt
        return now(connection)

    with monkeypatch.context() as third:
        third.setattr(register, "now", die)
        with pytest.raises(KeyboardInterrupt):
            land(home, catalog)
    receipts = {path.name for path in home.outbox.rglob("*.txt")}
    left = waiting.count(home)
    assert len(batches.committed(home)) == 2 and 4 - left == len(receipts) - 1, "told before it lands, never after"
    taken = land(home, catalog, "run-2")
    assert taken.deliveries == left, "what had landed is not judged again"
    parts = batches.committed(home)
    assert len(parts) == 3 and sorted(home.landing.iterdir()) == sorted(parts)
    assert sorted(map(str, figures(home))) == sorted(map(str, figures(whole))) and expected.figures == len(
        figures(home)
    )
    names = {path.name for path in home.outbox.rglob("*")}
    assert names == {path.name for path in whole.outbox.rglob("*")} > receipts
    assert not (home.runs / "run-2" / "chunks").exists()


def test_bytes_that_come_twice_stay_where_they_lie_until_the_second_is_judged(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(take_in, "_FIGURES", 1)
    monkeypatch.setattr("pipelines.intake.judge._CHUNK_FILES", 1)
    factory = Factory(catalog)
    path = factory.write(home.inbox, "caseload", factory.good("caseload"))
    for number in range(8):
        (home.inbox / f"{path.stem.replace('-', '_')}{number}").mkdir()
        shutil.copy(path, home.inbox / f"{path.stem.replace('-', '_')}{number}" / path.name)
    taken = land(home, catalog)
    assert (taken.accepted, taken.repeated, taken.rejected) == (1, 8, 0)
    assert len(list(home.originals.rglob("*.csv"))) == 1 and not list(home.quarantine.rglob("*.csv"))


def test_a_verdict_on_other_bytes_lands_nothing(home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch) -> None:
    factory = Factory(catalog)
    factory.write(home.inbox, "caseload", factory.good("caseload"))
    real = take_in.by_chunk

    def mixed(*what: Any, **more: Any) -> Iterator[list[DeliveryVerdict]]:
        for verdicts in real(*what, **more):
            yield [replace(one, sha256="0" * 64) for one in verdicts]

    monkeypatch.setattr(take_in, "by_chunk", mixed)
    with pytest.raises(RuntimeError, match="other bytes"):
        land(home, catalog)
    assert batches.committed(home) == [] and waiting.count(home) == 1


def test_a_crash_before_the_commit_leaves_the_delivery_pending(
    home: Home, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    factory = Factory(catalog)
    factory.write(home.inbox, "mediation", factory.good("mediation"))
    with monkeypatch.context() as broken:

        def die(connection: object) -> str:
            raise KeyboardInterrupt

        broken.setattr(register, "now", die)
        with pytest.raises(KeyboardInterrupt):
            land(home, catalog)
    assert len(list(home.landing.glob("*.parquet"))) == 1, "the batch was written, but nothing counts yet"
    assert batches.committed(home) == []
    assert waiting.count(home) == 1
    taken = land(home, catalog, "run-2")
    assert taken.accepted == 1
    assert list(home.landing.iterdir()) == batches.committed(home), "what the crash left is gone"


def test_decisions_are_ordered_even_if_the_clock_goes_back(home: Home, catalog: Catalog) -> None:
    factory = Factory(catalog)
    factory.write(home.inbox, "mediation", factory.good("mediation"))
    land(home, catalog)
    future = "2999-01-01T00:00:00.000000+00:00"
    with register.transaction(home) as connection:
        connection.execute(register.submission.update().values(decided_at=future, seal=""))
    factory.write(home.inbox, "petitions", factory.good("petitions"))
    land(home, catalog, "run-2")
    times = [row["accepted_at"] for row in register.export(home)]
    assert times == sorted(times) and times[-1] > future


def test_a_link_in_the_inbox_is_not_followed(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(SECRET)
    (home.inbox / "petitions_990101_2004_2005-01-10.csv").symlink_to(secret)
    refused = take_in.sweep(home, catalog)
    assert len(refused) == 1 and refused[0].startswith("petitions_990101_2004_2005-01-10.csv: ")
    assert waiting.count(home) == 0


def test_what_was_declared_at_delivery_is_kept_until_the_run(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    factory = Factory(catalog)
    path = factory.write(tmp_path, "mediation", factory.good("mediation")).rename(tmp_path / "anything.csv")
    facts = factory.facts("mediation")
    take_in.receive(
        home, path, {"table": "mediation", "period": facts["period"], "prepared_on": facts["prepared_on"]}, "deliver"
    )
    assert json.loads(next(waiting.deliveries(home))["declared"])["table"] == "mediation"
    assert land(home, catalog).accepted == 1
