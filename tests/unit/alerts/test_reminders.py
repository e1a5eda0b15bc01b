"""Letters to offices about their own returns: before the day, after it, again, and not once it has come."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipelines.alerts import digest, reminders, store, tables
from pipelines.contracts import Catalog, load
from pipelines.home import Home
from pipelines.landing import decisions, inbox, register, take_in
from tests.histories import COUNTY, WITHOUT_LIMITS
from tests.receivers import Mailbox, free_port, mail_server
from tests.unit.alerts.house import COUNTED, House
from tests.unit.validation.trial import documents

BEFORE = 10
CASELOAD = WITHOUT_LIMITS["returns/courts/caseload.yaml"]
DUE = datetime(2005, 1, 31, 12, tzinfo=UTC)
"""The first return of the courts is due on this day, so the first day on which it is late is the next."""


@pytest.fixture
def small(tmp_path: Path) -> House:
    courts = {"returns/courts/caseload.yaml": CASELOAD.replace('"2003"', '"2004"')}
    folder = documents(tmp_path / "documents", WITHOUT_LIMITS | courts, ("corrections/misread.yaml",))
    return House(Home(tmp_path / "home", folder).create(), load(folder), now=DUE - timedelta(days=40))


@pytest.fixture
def told(small: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("COURTS", mailbox.url("courts@example.org"))
    small.alerts(f"offices: {{courts: {{url: '${{COURTS}}', remind_before_days: {BEFORE}}}}}\n")
    return small


def on(house: House, box: Mailbox, day: int, failed: dict[str, list[str]] | None = None) -> list[str]:
    """A look, so many days after the day on which the return is due. Returns the subjects of the reminders it sends."""
    before = len(box.mails)
    house.now = DUE + timedelta(days=day - 1)
    house.run(failed or {})
    house.tell()
    return [subject for subject in box.subjects[before:] if "late" in subject or "due" in subject]


def send(house: House) -> str:
    """The return comes and is accepted. Returns its submission's id."""
    file = house.home.root / "caseload.csv"
    file.write_text(f"area_code,accepted\n{COUNTY},7\n", encoding="utf-8")
    said = {"table": "caseload", "period": "2004", "unit": COUNTY, "prepared_on": "2005-01-20"}
    inbox.receive(house.home, file, said, "deliver")
    run = house.home.runs / "taken"
    run.mkdir(exist_ok=True)
    assert take_in.take_in(house.home, house.catalog, run, "en").accepted == 1
    (one,) = register.export(house.home)
    return str(one["submission_id"])


SOON, LATE = "Yearbook: 1 is due soon", "Yearbook: 1 of your returns is late"


def test_once_before_the_day_once_after_it_and_again_after_a_week(told: House, mailbox: Mailbox) -> None:
    came = {day: on(told, mailbox, day) for day in (-11, -10, -9, 0, 1, 2, 7, 8, 9, 14, 15)}
    assert {day: subjects for day, subjects in came.items() if subjects} == {
        -10: [SOON], 1: [LATE], 8: [LATE], 15: [LATE]
    }  # fmt: skip
    assert "Caseload (caseload), 2004, 110101 East County: is due by 2005-01-31" in mailbox.texts[0]
    assert "Caseload (caseload), 2004, 110101 East County: was due by 2005-01-31" in mailbox.texts[1]
    assert mailbox.mails[0]["To"] == "courts@example.org"


def test_what_has_arrived_is_not_asked_for_until_a_person_refuses_it(told: House, mailbox: Mailbox) -> None:
    assert on(told, mailbox, 1) == [LATE]
    id = send(told)
    assert on(told, mailbox, 9) == []
    decisions.decide(told.home, id, "refuse", "Of another court.", "Li Wei")
    assert on(told, mailbox, 10) == [LATE]
    decisions.decide(told.home, id, "accept", "It is ours after all.", "Li Wei")
    assert on(told, mailbox, 30) == []
    assert register.rows(told.home, sa.select(tables.reminded)) == []


def test_one_whose_lateness_a_person_took_note_of_is_not_asked_for_again(told: House, mailbox: Mailbox) -> None:
    assert on(told, mailbox, 1) == [LATE]
    late = {COUNTED: [COUNTY]}
    assert on(told, mailbox, 2, late) == []
    store.acknowledge(told.home, f"{COUNTED}:{COUNTY}:2004:courts", "Li Wei", "The court moves house.", told.now.date())
    assert on(told, mailbox, 9, late) == []
    assert on(told, mailbox, 10) == [LATE], "the acknowledgement ended with the finding"


def test_several_that_could_not_be_delivered_are_one_letter(small: House, monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mailbox(free_port())
    monkeypatch.setenv("COURTS", box.url())
    small.alerts(f"offices: {{courts: {{url: '${{COURTS}}', language: zh, remind_before_days: {BEFORE}}}}}\n")
    for day in (-10, 1, 8):
        assert on(small, box, day) == []
    assert [row["kind"] for row in small.waiting("office:courts")] == ["reminder"] * 3
    with mail_server(box):
        small.tell(minutes=60)
    assert box.subjects == ["年鉴：贵单位有 1 份报表逾期未报"] and box.texts[0].count("caseload") == 1


def test_what_has_come_while_the_address_was_down_is_not_asked_for(
    small: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Mailbox(free_port())
    monkeypatch.setenv("COURTS", box.url())
    small.alerts("offices: {courts: {url: '${COURTS}', receipts: rejected, remind_before_days: 0}}\n")
    assert on(small, box, 1) == [] and len(small.waiting("office:courts")) == 1
    send(small)
    assert on(small, box, 2) == [] and not small.waiting("office:courts")
    with mail_server(box):
        small.tell(minutes=60)
    assert not box.mails


def test_no_office_is_reminded_that_does_not_ask_for_it_and_none_before_where_it_says_so(
    small: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURTS", mailbox.url())
    small.alerts("offices: {courts: {url: '${COURTS}'}}\n")
    assert [on(small, mailbox, day) for day in (-1, 1)] == [[], []]
    small.alerts("offices: {courts: {url: '${COURTS}', remind_before_days: 0}}\n")
    assert [on(small, mailbox, day) for day in (-1, 0, 2)] == [[], [], [LATE]]


def test_a_letter_of_thousands_is_bounded(catalog: Catalog) -> None:
    table = next(iter(catalog.returns))
    of = {"what": "late", "table": table, "unit": "990101", "due": "2005-01-31"}
    letter = [of | {"period": f"{year:04d}"} for year in range(1, 5000)]
    message = reminders.text(catalog, [letter], "en")
    assert message.subject == "Yearbook: 4,999 of your returns are late" and len(message.body) < digest.LONGEST
    assert "more; the statistics office has the list" in message.body
