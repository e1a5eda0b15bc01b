"""Rejected returns, and receipts that go to the office: from a file in the inbox to a mail."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipelines.alerts import of_returns
from pipelines.landing import inbox, register, take_in
from pipelines.locks import going
from tests.factories import SECRET, Factory
from tests.receivers import Mailbox
from tests.unit.alerts.house import House

TABLE = "mediation"


@pytest.fixture
def letters(house: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("JUSTICE", mailbox.url("justice@example.org"))
    monkeypatch.setenv("MAIL", mailbox.url("statistics@example.org"))
    house.alerts(
        "destinations: [{name: mail, url: '${MAIL}'}]\noffices: {justice: {url: '${JUSTICE}', language: zh}}\n"
    )
    house.now = datetime.now(UTC)  # receipts have the register's time
    return house


def night(house: House, *files: Path) -> None:
    """Files laid down and taken in by a run."""
    for file in files:
        inbox.receive(house.home, file, {}, "deliver")
    run = house.run({})
    (house.home.runs / run).mkdir(exist_ok=True)
    with register.transaction(house.home) as connection:  # the house's clock runs ahead of the register's
        began = register.run.update().where(register.run.c.run_id == run)
        connection.execute(began.values(started_at=datetime.now(UTC).isoformat(timespec="seconds")))
    take_in.take_in(house.home, house.catalog, house.home.runs / run, "en")


def mails(box: Mailbox, to: str) -> list[tuple[str, str]]:
    return [(s, t) for m, s, t in zip(box.mails, box.subjects, box.texts, strict=True) if to in str(m["To"])]


def test_bad_bad_good_bad_of_a_return(letters: House, mailbox: Mailbox, tmp_path: Path) -> None:
    factory = Factory(letters.catalog)
    bad = factory.broken("unknown_column", tmp_path, TABLE).path
    good = factory.write(tmp_path / "home", TABLE, factory.good(TABLE))
    for file in (bad, bad, good, bad):
        night(letters, file)
        letters.tell()
    told = mails(mailbox, "statistics@")
    assert [subject for subject, _ in told] == [
        "Yearbook: 1 new error",
        "Yearbook: 1 recovered",
        "Yearbook: 1 reopened error",
    ]
    assert "Return not accepted: Disputes" in told[0][1] or "Return not accepted:" in told[0][1]
    assert "1997" in told[0][1] and "outbox/justice/" in told[0][1]
    receipts = mails(mailbox, "justice@")
    assert [subject.partition("：")[0] for subject, _ in receipts] == ["未接受", "未接受", "已接受", "未接受"]
    assert "回执" in receipts[0][1] and "结果：　　未接受" in receipts[0][1]
    assert SECRET not in "".join(mailbox.texts), "the value of an unknown column"


def test_words_that_stood_in_a_cell_stay_in_the_receipt(letters: House, mailbox: Mailbox, tmp_path: Path) -> None:
    factory = Factory(letters.catalog)
    file = factory.write(tmp_path, TABLE, factory.good(TABLE))
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    first = lines[1].split(",")
    for word in ("王小明", "12a"):
        lines[1] = ",".join([*first[:-1], word])
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        night(letters, file)
    letters.tell()
    (office,), (digest,) = mails(mailbox, "justice@"), mails(mailbox, "statistics@")
    assert "王小明" in office[1] and "12a" in office[1]
    assert "…" in digest[1] and "cell" in digest[1]
    assert not any(word in digest[1] for word in ("王小明", "12a"))


def test_a_file_that_says_nothing_is_told_until_one_of_its_name_is_taken(letters: House, tmp_path: Path) -> None:
    unknown = tmp_path / "something.csv"
    unknown.write_text("a,b\n1,2\n", encoding="utf-8")
    night(letters, unknown)
    (finding,) = of_returns.find(letters.home, letters.catalog)
    assert finding.check.startswith("rejected__file_") and "does not say what it is" in finding.title["en"]
    factory = Factory(letters.catalog)
    good = factory.write(tmp_path, TABLE, factory.good(TABLE))
    named = dict(factory.facts(TABLE))
    unknown.write_bytes(good.read_bytes())
    inbox.receive(letters.home, unknown, named, "deliver")
    night(letters)
    assert of_returns.find(letters.home, letters.catalog) == []


def test_of_a_file_that_is_no_table_its_name_tells_which_return_waits(letters: House, tmp_path: Path) -> None:
    factory = Factory(letters.catalog)
    good = factory.write(tmp_path, TABLE, factory.good(TABLE))
    content = good.read_bytes()
    good.write_bytes(b"\0\0" + content)
    night(letters, good)
    (finding,) = of_returns.find(letters.home, letters.catalog)
    assert (finding.check, finding.office, finding.area) == (f"rejected__{TABLE}", "justice", "990101")
    good.write_bytes(content)
    night(letters, good)
    assert of_returns.find(letters.home, letters.catalog) == []


def test_many_receipts_are_one_mail_those_to_mend_first(letters: House, mailbox: Mailbox, tmp_path: Path) -> None:
    factory = Factory(letters.catalog)
    bad = factory.broken("unknown_column", tmp_path, TABLE).path
    years = [str(year) for year in range(1998, 2005)]
    good = [factory.write(tmp_path, TABLE, factory.good(TABLE, year), period=year) for year in years]
    night(letters, *good, bad)
    letters.tell()
    ((subject, text),) = mails(mailbox, "justice@")
    assert subject == "回执 8 份，其中未（全部）接受 1 份"
    assert text.index("未接受") < text.index("结果：　　接受") and text.count("报送编号") == 8


def test_an_address_that_comes_later_gets_no_receipts_of_before(house: House, mailbox: Mailbox, tmp_path: Path) -> None:
    house.now = datetime.now(UTC)
    factory = Factory(house.catalog)
    night(house, factory.write(tmp_path, TABLE, factory.good(TABLE)))
    house.tell()
    house.run({})
    house.alerts(f"offices: {{justice: {{url: '{mailbox.url()}', receipts: rejected}}}}\n")
    house.tell()
    assert not mailbox.mails
    night(house, factory.write(tmp_path, TABLE, factory.good(TABLE, "1998"), period="1998"))
    house.tell()
    assert not mailbox.mails, "only what was rejected"
    night(house, factory.broken("unknown_column", tmp_path, TABLE).path)
    house.tell()
    assert len(mailbox.mails) == 1 and "Not accepted" in mailbox.subjects[0]


def test_a_receipt_of_a_table_that_is_no_more_goes_as_it_was_written(
    letters: House, mailbox: Mailbox, tmp_path: Path
) -> None:
    factory = Factory(letters.catalog)
    night(letters, factory.write(tmp_path, TABLE, factory.good(TABLE)))
    (path,) = letters.home.outbox.glob("justice/*.json")
    said = json.loads(path.read_text(encoding="utf-8"))
    said["submissions"][0]["table"] = "no_more"
    path.write_text(json.dumps(said), encoding="utf-8")
    letters.tell()
    assert "RECEIPT" in mails(mailbox, "justice@")[0][1]


def test_a_return_that_is_judged_after_later_ones_is_told_too(letters: House, mailbox: Mailbox, tmp_path: Path) -> None:
    factory = Factory(letters.catalog)
    first, second = (
        factory.write(tmp_path, TABLE, factory.good(TABLE, year), period=year) for year in ("1998", "1999")
    )
    inbox.receive(letters.home, first, {}, "deliver")
    with register.transaction(letters.home) as connection:  # as another process claims it
        connection.execute(register.delivery.update().values(claimed_by="slow"))
    (letters.home.runs / "slow").mkdir()
    with going(letters.home.runs / "slow"):
        night(letters, second)
        letters.tell()
    assert len(mails(mailbox, "justice@")) == 1
    night(letters)
    letters.tell()
    letters.tell()
    assert len(mails(mailbox, "justice@")) == 2


def test_who_wants_all_receipts_from_now_on_gets_none_of_before(house: House, mailbox: Mailbox, tmp_path: Path) -> None:
    house.now = datetime.now(UTC)
    factory = Factory(house.catalog)
    years = ("1998", "1999")
    first, second = (factory.write(tmp_path, TABLE, factory.good(TABLE, year), period=year) for year in years)
    house.alerts(f"offices: {{justice: {{url: '{mailbox.url()}', receipts: rejected}}}}\n")
    night(house, first)
    house.tell()
    assert not mailbox.mails and not house.waiting()
    house.alerts(f"offices: {{justice: {{url: '{mailbox.url()}', receipts: all}}}}\n")
    house.tell()
    assert not mailbox.mails
    night(house, second)
    house.tell()
    assert len(mailbox.mails) == 1
