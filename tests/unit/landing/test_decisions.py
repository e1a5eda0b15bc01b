"""What persons decide: kept once, in order, about things that exist; and registers of before decisions were kept."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT, Home
from pipelines.landing import decisions, inbox, register, take_in
from tests.factories import Factory

TABLE = "mediation"


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", PROJECT / "data_contracts").create()


def land(home: Home, catalog: Catalog, run: str = "run-1", **declared: str) -> tuple[take_in.Taken, str]:
    """One return taken in. Returns what happened and the submission's id."""
    factory = Factory(catalog)
    file = factory.write(home.root, TABLE, factory.good(TABLE))
    inbox.receive(home, file, declared, "deliver")
    folder = home.runs / run
    folder.mkdir()
    taken = take_in.take_in(home, catalog, folder, "en")
    return taken, last(home)["submission_id"]


def last(home: Home) -> dict[str, Any]:
    """The submission that was judged last."""
    return list(register.export(home))[-1]


def test_a_decision_is_kept_with_who_when_and_why(home: Home, catalog: Catalog) -> None:
    _, id = land(home, catalog)
    first = decisions.decide(home, id[:8].upper(), "accept", " It is  right. ", "Li Wei", "correction")
    second = decisions.explain(home, id, "method", "Counted anew.", "Zhang Min")
    assert first["subject"] == id and first["because"] == "It is right."
    found = decisions.export(home)
    assert found == [first, second] and [row["number"] for row in found] == [1, 2]
    assert [(row["kind"], row["outcome"], row["reason"]) for row in found] == [
        ("standing", "accept", "correction"),
        ("explanation", "", "method"),
    ]
    times = [last(home)["accepted_at"], *(row["decided_at"] for row in found)]
    assert times == sorted(times) and len(set(times)) == 3, "what comes later has a later time"


def test_an_arrival_is_later_than_a_decision_even_if_the_clock_was_set_back(home: Home, catalog: Catalog) -> None:
    _, id = land(home, catalog)
    decisions.decide(home, id, "refuse", "No.", "Li Wei")
    with register.transaction(home) as connection:
        connection.execute(register.decision.update().values(decided_at="2999-01-01T00:00:00.000000+00:00", seal=""))
    land(home, catalog, "run-2", prepared_on="1998-03-01")
    assert last(home)["accepted_at"] > "2999-01-01T00:00:00"


@pytest.mark.parametrize(
    ("id", "reason", "because", "by", "says"),
    [
        ("short", "", "why", "me", "give at least 8 of its characters"),
        ("0000000000", "", "why", "me", "There is no accepted submission 0000000000"),
        ("ID", "whim", "why", "me", "'whim' is no reason for a revision; known are late_return,"),
        ("ID", "", "  ", "me", "Say why (--because)"),
        ("ID", "", "why", "\x1b", "Say who decides (--by)"),
        ("ID", "", "x" * 1001, "me", "in 1 to 1000 printable characters"),
    ],
)
def test_what_cannot_be_recorded(
    home: Home, catalog: Catalog, id: str, reason: str, because: str, by: str, says: str
) -> None:
    _, known = land(home, catalog)
    with pytest.raises(decisions.DecisionError) as error:
        decisions.decide(home, known if id == "ID" else id, "accept", because, by, reason)
    assert says in str(error.value)
    assert decisions.export(home) == []


def test_an_explanation_needs_a_reason(home: Home, catalog: Catalog) -> None:
    _, id = land(home, catalog)
    with pytest.raises(decisions.DecisionError, match="Say the reason: one of late_return"):
        decisions.explain(home, id, "", "why", "me")


def test_a_reason_is_kept_with_the_delivery_and_makes_no_other_submission(home: Home, catalog: Catalog) -> None:
    _, id = land(home, catalog)
    taken, again = land(home, catalog, "run-2", reason="correction", because="A slip.")
    assert again == id and taken.repeated == 1, "the same file, said why: the same submission"
    assert [(row["verdict"], row["reason"], row["because"]) for row in register.export(home)] == [
        ("accepted", "", ""),
        ("repeated", "correction", "A slip."),
    ]
    assert "correction of a mistake (correction): A slip." in Path(taken.receipts[0]).read_text(encoding="utf-8")


def test_a_register_of_an_earlier_version_is_completed(home: Home, catalog: Catalog, tmp_path: Path) -> None:
    _, id = land(home, catalog)
    old = Home(tmp_path / "old", home.contracts).create()
    shutil.copy(home.register, old.register)
    with sqlite3.connect(old.register) as connection:
        connection.execute("drop table decision")
        for column in ("reason", "because"):
            connection.execute(f"alter table submission drop column {column}")
    (row,) = register.export(old)
    assert [row] == list(register.export(home)) and (row["reason"], row["because"]) == ("", "")
    assert decisions.decide(old, id, "accept", "It is right.", "Li Wei")["number"] == 1
