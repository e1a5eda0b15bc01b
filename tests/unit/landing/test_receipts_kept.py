"""Each delivery keeps a receipt of its own, and a wilful return to older figures names what it replaces."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from pipelines.landing import inbox, register, take_in, waiting
from pipelines.locks import going
from tests.factories import Factory


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


@pytest.fixture
def file(catalog: Catalog, tmp_path: Path) -> Path:
    factory = Factory(catalog)
    return factory.write(tmp_path, "mediation", factory.good("mediation"))


def land(home: Home, catalog: Catalog, file: Path, run: str, **declared: Any) -> tuple[take_in.Taken, dict[str, Any]]:
    """Takes one file in; what happened, and its receipt."""
    inbox.receive(home, file, declared, "deliver")
    (home.runs / run).mkdir()
    taken = take_in.take_in(home, catalog, home.runs / run, "en")
    (receipt,) = taken.receipts
    return taken, json.loads(Path(receipt).with_suffix(".json").read_text(encoding="utf-8"))


def foretold(home: Home, catalog: Catalog, file: Path, folder: Path) -> str:
    """The id that a file's submission will have."""
    _, receipt = land(Home(folder / "elsewhere", home.contracts).create(), catalog, file, "run-1")
    return receipt["submissions"][0]["submission_id"]


def test_the_same_bytes_with_other_words_have_another_receipt(home: Home, catalog: Catalog, file: Path) -> None:
    first, _ = land(home, catalog, file, "run-1")
    second, _ = land(home, catalog, file, "run-2", office="courts")
    assert (first.accepted, second.rejected) == (1, 1)
    assert Path(first.receipts[0]).exists() and "ACCEPTED" in Path(first.receipts[0]).read_text(encoding="utf-8")
    kept = [row["receipt"] for row in register.rows(home, select(register.delivery.c.receipt))]
    assert len(set(kept)) == 2
    assert all(not Path(one).is_absolute() and (home.root / one).exists() for one in kept), "a home can be moved"


def test_an_accepted_submission_can_be_superseded_by_its_id(home: Home, catalog: Catalog, file: Path) -> None:
    taken, receipt = land(home, catalog, file, "run-1")
    id = receipt["submissions"][0]["submission_id"]
    assert f"Its id: {id}" in Path(taken.receipts[0]).read_text(encoding="utf-8")
    later, receipt = land(home, catalog, file, "run-2", prepared_on="2006-03-01", supersedes=id)
    assert later.accepted == 1 and receipt["verdict"] == "accepted"
    text = Path(later.receipts[0]).read_text(encoding="utf-8")
    assert f"Supersedes: {id}" in text and "The later date wins" in text


def test_superseding_nothing_is_refused_with_a_receipt(home: Home, catalog: Catalog, file: Path) -> None:
    _, receipt = land(home, catalog, file, "run-1")
    id = receipt["submissions"][0]["submission_id"]
    other = Factory(catalog).write(file.parent, "petitions", Factory(catalog).good("petitions"))
    for number, (sent, named) in enumerate([(file, "anything"), (file, id[:8]), (other, id)]):
        taken, receipt = land(home, catalog, sent, f"again-{number}", prepared_on="2006-03-01", supersedes=named)
        assert (taken.accepted, taken.rejected, taken.figures, taken.batch_id) == (0, 1, 0, "")
        (one,) = receipt["submissions"]
        assert receipt["verdict"] == one["verdict"] == "rejected"
        assert [each["code"] for each in one["findings"]] == ["supersedes_unknown"]
        assert "which is no accepted submission" in Path(taken.receipts[0]).read_text(encoding="utf-8")
    assert len(register.accepted_ids(home)) == 1


def test_one_bad_id_of_several_tables_rejects_only_its_own(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    factory = Factory(catalog)
    sheets = {table: factory.good(table) for table in ("petitions", "petitioned_cases")}
    book = factory.workbook(tmp_path, "petitions", sheets)
    _, receipt = land(home, catalog, book, "run-1")
    first, second = (one["submission_id"] for one in receipt["submissions"])
    taken, _ = land(home, catalog, book, "run-2", prepared_on="2006-03-01", supersedes=first)
    assert (taken.accepted, taken.rejected) == (1, 1)
    taken, _ = land(home, catalog, book, "run-3", prepared_on="2006-04-01", supersedes=f"{first}, {second}")
    assert (taken.accepted, taken.rejected) == (2, 0)


def test_what_supersedes_a_return_that_another_process_still_judges_waits_for_it(
    home: Home, catalog: Catalog, file: Path, tmp_path: Path
) -> None:
    id = foretold(home, catalog, file, tmp_path)
    inbox.receive(home, file, {}, "deliver")
    (home.runs / "slow").mkdir()
    with going(home.runs / "slow"):
        assert next(waiting.claimed(home, "slow", 1))["number"] == 1
        again = file.with_name("again.csv")
        again.write_bytes(file.read_bytes() + b"\n")  # other bytes, the same figures
        inbox.receive(home, again, {"table": "mediation", "prepared_on": "2006-03-01", "supersedes": id}, "deliver")
        (home.runs / "quick").mkdir()
        quick = take_in.take_in(home, catalog, home.runs / "quick", "en")
        assert (quick.deliveries, quick.accepted, quick.rejected, quick.receipts) == (0, 0, 0, [])
        slow = take_in.take_in(home, catalog, home.runs / "slow", "en")
    assert (slow.deliveries, slow.accepted, slow.rejected) == (2, 2, 0)
    assert waiting.count(home) == 0


def test_figures_that_came_first_with_words_that_are_refused_land_once(
    home: Home, catalog: Catalog, file: Path, tmp_path: Path
) -> None:
    id = foretold(home, catalog, file, tmp_path)
    first = file.with_name("first.csv")
    first.write_bytes(file.read_bytes() + b"\n")
    later = {"table": "mediation", "prepared_on": "2006-03-01", "supersedes": id}
    inbox.receive(home, first, later, "deliver")
    inbox.receive(home, file, {}, "deliver")
    inbox.receive(home, first, later, "deliver")
    (home.runs / "run-1").mkdir()
    taken = take_in.take_in(home, catalog, home.runs / "run-1", "en")
    assert (taken.deliveries, taken.accepted, taken.rejected) == (3, 2, 1)
    (batch,) = register.batches(home)
    assert batch["rows"] == taken.figures == sum(row["figures"] for row in register.export(home) if row["batch_id"])
