"""What waits for a person: held submissions, and an edition that was stopped."""

from __future__ import annotations

import pytest

from pipelines.release import stopped
from tests.receivers import Mailbox
from tests.unit.alerts.house import House

AREA, HELD = "990101", "returns__undisputed"


@pytest.fixture
def told(house: House, mailbox: Mailbox) -> House:
    house.alerts(f"destinations: [{{name: mail, url: '{mailbox.url()}'}}]\n")
    return house


def test_a_held_submission_is_told_with_what_to_do_until_somebody_decides(told: House, mailbox: Mailbox) -> None:
    for failed in ({HELD: [AREA]}, {HELD: [AREA]}, {}):
        told.run(failed)
        told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new warning", "Yearbook: 1 recovered"]
    assert "1 return holds a submission back until a person decides: `yearbook held`" in mailbox.texts[0]
    assert "(caseload), 2004" in mailbox.texts[0] and "2004 · 990101 Example County · Courts" in mailbox.texts[0]


def test_a_stopped_edition_is_told_without_a_run_and_recovers_when_one_is_published(
    told: House, mailbox: Mailbox
) -> None:
    told.run({})
    told.tell()
    changes = [f"caseload.accepted 990101 {year}: 1 -> 2" for year in range(3004, 3012)]
    stopped.note(told.home, "candidate-000001", "edition-000002", changes)
    told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new warning"]
    assert "8 figures that were final in edition-000002 changed" in mailbox.texts[0]
    assert "accepted 990101 3008" in mailbox.texts[0] and "... and 3 more" in mailbox.texts[0]
    told.tell()
    stopped.clear(told.home)
    told.tell()
    assert mailbox.subjects[1:] == ["Yearbook: 1 recovered"]


def test_a_run_that_failed_says_nothing_of_an_edition_and_nothing_of_what_is_held(
    told: House, mailbox: Mailbox
) -> None:
    told.run({HELD: [AREA]})
    stopped.note(told.home, "candidate-000001", "edition-000002", ["one"])
    told.tell()
    told.run({}, "failed")
    told.tell()
    assert mailbox.subjects == ["Yearbook: 2 new warnings", "Yearbook: 1 new error"]


def test_the_note_of_a_stopped_edition(house: House) -> None:
    assert stopped.read(house.home) is None
    stopped.note(house.home, "candidate-000003", "edition-000002", [str(n) for n in range(9)])
    said = stopped.read(house.home) or {}
    assert (said["candidate"], said["since"], said["figures"]) == ("candidate-000003", "edition-000002", 9)
    assert said["first"] == [str(n) for n in range(stopped.FIRST)]
    file = house.home.releases / stopped.FILE
    assert file.stat().st_mode & 0o777 == 0o600, "what was not published is for inside readers"
    file.write_text("{", encoding="utf-8")
    assert stopped.read(house.home) is None
    stopped.clear(house.home)
    stopped.clear(house.home)
    assert not file.exists()
