"""From runs to mails and posts, against a real SMTP server and a real HTTP receiver."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from pipelines.alerts import digest, outbox, settings, store, watch
from tests.receivers import Hook, Mailbox, free_port, http_server, mail_server
from tests.unit.alerts.house import BALANCE, COUNTED, House

AREA = "990101"


@pytest.fixture
def told(house: House, mailbox: Mailbox, hook: Hook, monkeypatch: pytest.MonkeyPatch) -> House:
    """Everything to a mailbox in English, errors alone to a webhook in Chinese."""
    monkeypatch.setenv("MAIL", mailbox.url())
    house.alerts(
        "destinations:\n  - {name: mail, url: '${MAIL}'}\n"
        f"  - {{name: hook, url: '{hook.url}', language: zh, min_severity: error}}\n"
    )
    return house


def test_bad_bad_good_bad(told: House, mailbox: Mailbox, hook: Hook) -> None:
    bad = {BALANCE: [AREA]}
    for failed in (bad, bad, {}, bad):
        told.run(failed, "blocked" if failed else "released")
        told.tell()
    assert mailbox.subjects == [
        "Yearbook: 2 new errors", "Yearbook: 2 recovered", "Yearbook: 2 reopened errors"
    ], "the second night has nothing new to say"  # fmt: skip
    assert [post["title"] for post in hook.posts] == [
        "年鉴：新增错误 2 项", "年鉴：已恢复 2 项", "年鉴：再次出现的错误 2 项"
    ]  # fmt: skip
    first = mailbox.texts[0]
    assert "caseload 990101 2004: found 12, expected 13 (caseload.csv, B3)" in first.replace("\n", " ")
    assert f"failing/{BALANCE}.csv" in first and "2004 · 990101 Example County · Courts" in first
    assert mailbox.mails[0].get_content_type() == "text/plain"
    assert [post["type"] for post in hook.posts] == ["failure", "success", "failure"]


def test_a_run_that_did_not_get_to_the_figures_recovers_none_of_them(told: House, mailbox: Mailbox) -> None:
    told.run({BALANCE: [AREA]}, "blocked")
    told.tell()
    told.run({}, "failed")
    told.tell()
    told.run({}, "killed")
    told.tell()
    assert mailbox.subjects[1:] == ["Yearbook: 1 new error", "Yearbook: 1 new error"]
    assert "was interrupted: by a person, or since its process was killed" in mailbox.texts[
        2
    ] and "RECOVERED" not in "".join(mailbox.texts)
    told.run({}, stopped=(BALANCE,))
    told.tell()
    assert mailbox.subjects[3] == "Yearbook: 1 new error, 3 recovered", "the runs; the rule itself was not run"
    told.run({})
    told.tell()
    assert mailbox.subjects[4] == "Yearbook: 2 recovered"


def test_down_for_three_ticks_nothing_is_lost_and_each_thing_is_told_once(
    house: House, hook: Hook, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = Mailbox(free_port())
    monkeypatch.setenv("MAIL", box.url())
    house.alerts(f"destinations:\n  - {{name: mail, url: '${{MAIL}}'}}\n  - {{name: hook, url: '{hook.url}'}}\n")
    with mail_server(box):
        house.run({})
        house.tell()
    for failed in ({BALANCE: ["990101001"]}, {BALANCE: ["990101001", "990101002"]}, {BALANCE: ["990101002"]}):
        house.run(failed, "released")
        (down, up) = house.tell()
        assert "refused" in down.error and not up.error
    assert [post["title"] for post in hook.posts] == [
        "Yearbook: 1 new error", "Yearbook: 1 new error", "Yearbook: 1 recovered"
    ]  # fmt: skip
    assert not box.mails and len(house.waiting("mail")) == 3
    assert house.tell(0) == [], "it is not tried again at once"
    with mail_server(box):
        (back,) = house.tell(minutes=60)
        assert back == outbox.Sent("mail", 1, 3)
        assert house.tell(minutes=60) == []
    assert box.subjects == ["Yearbook: 2 new errors, 1 recovered"], "one message, no flood"
    (text,) = box.texts
    assert text.count("No. 1 ") == 2 and text.count("No. 2 ") == 1 and "It has recovered since" in text
    assert "3 digests since" in text and not house.waiting()
    assert len(hook.posts) == 3


def test_waiting_grows_from_a_minute_to_an_hour(house: House) -> None:
    house.alerts(f"destinations:\n  - {{name: hook, url: 'json://127.0.0.1:{free_port()}'}}\n")
    house.run({BALANCE: [AREA]})
    tries = [len(house.tell(minutes=1)) for _ in range(200)]
    at = [minute for minute, tried in enumerate(tries) if tried]
    assert [later - earlier for earlier, later in pairwise(at)] == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_crash_before_it_is_marked_sends_it_again(
    told: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    told.run({BALANCE: [AREA]})
    with monkeypatch.context() as crash:
        crash.setattr(outbox, "_sent", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            told.tell()
    told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new error"] * 2
    told.tell()
    assert len(mailbox.mails) == 2


def test_five_hundred_findings_are_one_message(told: House, mailbox: Mailbox, hook: Hook) -> None:
    told.run({COUNTED: [f"X{n:03d}" for n in range(400)], BALANCE: [f"X{n:03d}" for n in range(100)]})
    told.tell()
    assert mailbox.subjects == ["Yearbook: 100 new errors, 400 new warnings"]
    assert "... and 480 more findings" in mailbox.texts[0] and len(mailbox.texts[0]) < digest.LONGEST
    assert [post["title"] for post in hook.posts] == ["年鉴：新增错误 100 项"], "errors alone"


def test_run_and_daemon_tell_a_thing_once(told: House, mailbox: Mailbox) -> None:
    told.run({BALANCE: [AREA]})
    assert watch.after_run(told.home, told.catalog, told.now) == []
    for _ in range(3):
        assert told.tell() == []
    assert len(mailbox.mails) == 1


def test_late_returns_are_told_by_office_and_area_with_their_day(told: House, mailbox: Mailbox, hook: Hook) -> None:
    told.run({COUNTED: [AREA]})
    told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new warning"] and not hook.posts
    assert "Caseload of the courts (caseload), 2004: was due by 2005-01-31" in mailbox.texts[0]
    assert "1 return is overdue" in mailbox.texts[0]


def test_what_is_open_is_told_again_after_a_week(told: House, mailbox: Mailbox) -> None:
    told.run({BALANCE: [AREA]})
    told.tell()
    told.now += timedelta(days=6, hours=23)
    told.tell()
    assert len(mailbox.mails) == 1
    told.now += timedelta(hours=7)
    told.tell()
    assert mailbox.subjects[1:] == ["Yearbook: 1 reminder"] and "Open since 3004-02-02" in mailbox.texts[1]


def test_a_destination_that_comes_later_hears_of_what_is_open(told: House, hook: Hook) -> None:
    told.run({BALANCE: [AREA]})
    told.tell()
    text = (told.home.root / settings.FILE).read_text(encoding="utf-8")
    told.alerts(f"{text}  - {{name: more, url: '{hook.url}/more'}}\n")
    told.run({BALANCE: [AREA]})
    told.tell()
    assert [post["title"] for post in hook.posts] == ["年鉴：新增错误 1 项", "Yearbook: 1 open error"]


def test_a_destination_that_was_taken_out_is_forgotten_and_new_when_it_comes_back(house: House, hook: Hook) -> None:
    file = f"destinations: [{{name: hook, url: '{hook.url}'}}]\n"
    house.alerts(file)
    hook.status = 503
    house.run({BALANCE: [AREA]})
    house.tell()
    house.alerts("destinations: []\n")
    house.run({BALANCE: [AREA], COUNTED: [AREA]})
    house.tell()
    assert house.waiting() == []
    house.alerts(file)
    hook.status = 200
    house.run({BALANCE: [AREA], COUNTED: [AREA]})
    house.tell()
    assert [post["title"] for post in hook.posts] == ["Yearbook: 1 open error, 1 open warning"]


def test_routing_by_kind_and_office(house: House, hook: Hook) -> None:
    house.alerts(
        "destinations:\n"
        f"  - {{name: runs, url: '{hook.url}', kinds: [run]}}\n"
        f"  - {{name: petitions, url: '{hook.url}', offices: [petitions]}}\n"
        f"  - {{name: courts, url: '{hook.url}', offices: [courts]}}\n"
    )
    house.run({BALANCE: [AREA]}, "blocked")
    assert [(one.destination, one.messages) for one in house.tell()] == [("runs", 1), ("courts", 1)]


def test_nothing_is_compared_while_the_file_is_faulty_and_nothing_is_lost(told: House, mailbox: Mailbox) -> None:
    good = (told.home.root / settings.FILE).read_text(encoding="utf-8")
    told.alerts(good.replace("min_severity: error", "min_severity: dreadful"))
    told.run({BALANCE: [AREA]})
    said = watch.after_run(told.home, told.catalog, told.now)
    assert said[0].startswith("alerts.yaml has 1 fault") and "alerts.yaml:3" in said[1]
    told.alerts(good)
    told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new error"]


def test_without_the_file_the_ledger_is_kept_and_nobody_is_told(house: House) -> None:
    house.run({BALANCE: [AREA]})
    assert house.tell() == [] and not house.waiting()
    (entry,) = store.open_entries(house.home)
    assert entry.finding.check == BALANCE and watch.look(house.home, house.catalog, house.now) == []


def test_a_night_that_went_well_pings_and_a_bad_one_does_not(house: House, hook: Hook) -> None:
    house.alerts(f"heartbeat: http://127.0.0.1:{hook.port}/alive\n")
    house.run({})
    house.tell()
    house.tell()
    assert hook.fetched == ["/alive"]
    house.run({BALANCE: [AREA]}, "blocked")
    house.tell()
    house.run({}, "failed")
    house.tell()
    assert hook.fetched == ["/alive"]
    house.run({})
    hook.status = 503
    assert "503" in house.tell()[0].error
    hook.status = 200
    house.tell(minutes=60)
    assert hook.fetched == ["/alive"] * 2


def test_a_ping_that_waits_does_not_outlive_its_night(house: House, hook: Hook) -> None:
    house.alerts(f"heartbeat: http://127.0.0.1:{hook.port}/alive\n")
    house.run({})
    hook.status = 503
    house.tell()
    house.run({}, "failed")
    house.tell(minutes=60)
    hook.status = 200
    house.tell(minutes=60)
    assert not hook.fetched, "the night after went wrong"
    house.run({})
    hook.status = 503
    house.tell()
    hook.status = 200
    house.tell(minutes=13 * 60)
    assert not hook.fetched, "half a day later"
    house.run({})
    house.tell()
    assert hook.fetched == ["/alive"]


def test_who_hears_of_errors_alone_hears_when_a_warning_becomes_one_and_of_its_end(house: House, hook: Hook) -> None:
    rule = house.rules[BALANCE]
    house.alerts(f"destinations: [{{name: errors, url: '{hook.url}', min_severity: error}}]\nremind_after_days: 0\n")
    for severity in ("warning", "error", "warning", None):
        house.rules[BALANCE] = replace(rule, severity=severity or "error")
        house.run({BALANCE: [AREA]} if severity else {})
        house.tell()
    assert [post["title"] for post in hook.posts] == ["Yearbook: 1 new error", "Yearbook: 1 recovered"]


def test_a_run_of_the_scheduler_that_never_began_is_told(told: House, mailbox: Mailbox) -> None:
    told.run({})
    told.tell()
    at = told.now.isoformat(timespec="seconds")
    watch.never_begun(told.home, [("job-1", at, "ours"), ("job-9", at, "Another run is writing.")])
    told.tell()
    assert mailbox.subjects == ["Yearbook: 1 new error"] and "Another run is writing." in mailbox.texts[0]


def test_a_link_to_the_run(told: House, mailbox: Mailbox) -> None:
    text = (told.home.root / settings.FILE).read_text(encoding="utf-8")
    told.alerts(f"{text}run_page: https://yearbook.example.org/runs/{{run}}\n")
    told.run({BALANCE: [AREA]})
    told.tell()
    assert "https://yearbook.example.org/runs/job-1" in mailbox.texts[0]


def test_two_destinations_one_down_do_not_wait_for_each_other(house: House) -> None:
    hook = Hook(free_port())
    house.alerts(
        f"destinations:\n  - {{name: down, url: 'json://127.0.0.1:{free_port()}'}}\n"
        f"  - {{name: up, url: '{hook.url}'}}\n"
    )
    house.run({BALANCE: [AREA]})
    with http_server(hook):
        house.tell()
    assert [post["title"] for post in hook.posts] == ["Yearbook: 1 new error"]
    assert json.dumps(hook.posts[0]) and [row["destination"] for row in house.waiting()] == ["down"]
