"""`alerts`, `alerts send`, `alerts test`, `ack` and `status`, as a person calls them, and as the page shows them."""

from __future__ import annotations

import json
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.alerts import settings
from pipelines.cli.main import app
from pipelines.home import PROJECT
from tests.receivers import Hook, Mailbox, free_port, http_server
from tests.unit.alerts.house import BALANCE, COUNTED, House

AREA = "990101"


@pytest.fixture
def at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The command finds this installation; two findings are open, none is told yet."""
    monkeypatch.setenv("YEARBOOK_HOME", str(house.home.root))
    monkeypatch.setenv("YEARBOOK_CONTRACTS", str(house.home.contracts))
    house.now = datetime.now(UTC) - timedelta(days=3)
    house.run({BALANCE: [AREA], COUNTED: [AREA]})
    house.tell()
    return house


def yearbook(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.output


def said(*words: str) -> Any:
    code, text = yearbook(*words, "--json")
    assert code == 0, text
    return json.loads(text)


def test_alerts_lists_what_is_open_errors_first_and_who_took_note(at_home: House) -> None:
    code, text = yearbook("alerts")
    assert code == 0 and text.index(BALANCE) < text.index(COUNTED), text
    assert "found 12, expected 13 (caseload.csv, B3)" in text and f"failing/{BALANCE}.csv" in text
    assert "yearbook ack" in text or "ack 1 " in text
    error, warning = said("alerts")
    assert (error["severity"], warning["kind"], warning["age_days"]) == ("error", "late", 1)
    said("ack", str(error["number"]), "--because", "Known since the move.", "--by", "Li Wei")
    code, text = yearbook("alerts")
    assert text.index(COUNTED) < text.index(BALANCE), "what somebody took note of comes last"
    assert "acknowledged by Li Wei: Known since the move." in text
    at_home.run({})
    at_home.tell()
    assert yearbook("alerts") == (0, "Nothing is known to be wrong.\n")


def test_ack_by_number_by_key_and_until_a_day(at_home: House) -> None:
    error, warning = said("alerts")
    day = (datetime.now(UTC) + timedelta(days=3)).date().isoformat()
    words = ("--because", "They move house.", "--by", "Li Wei")
    assert said("ack", warning["key"], *words, "--until", day)["until"] == day
    code, text = yearbook("ack", str(error["number"]), *words)
    assert (code, text) == (0, f"No. {error['number']} ({error['key']}) is acknowledged by Li Wei.\n")
    status = said("status")["alerts"]
    assert status["open"] == {"error": 0, "warning": 0, "acknowledged": 2} and status["late"] == {"courts": 1}
    assert "late      returns overdue, by office: courts 1\n" in yearbook("status")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("99", "--because", "x", "--by", "y"), "There is no finding 99."),
        (("1", "--because", " ", "--by", "y"), "Say why (--because), in 1 to 1000 printable characters."),
        (("1", "--because", "x", "--by", "y" * 201), "Say who acknowledges it (--by), in 1 to 200"),
        (("1", "--because", "x", "--by", "y", "--until", "2004-03-31"), "2004-03-31 has passed"),
    ],
)
def test_an_acknowledgement_that_says_too_little_is_refused(
    at_home: House, words: tuple[str, ...], sentence: str
) -> None:
    code, text = yearbook("ack", *words)
    assert code == 1 and sentence in " ".join(text.split())
    assert [one["state"] for one in said("alerts")] == ["open", "open"]


def test_what_has_recovered_cannot_be_acknowledged(at_home: House) -> None:
    at_home.run({})
    at_home.tell()
    code, text = yearbook("ack", "1", "--because", "x", "--by", "y")
    assert code == 1 and "has recovered already" in text


def test_send_delivers_what_waits_without_regard_to_its_next_try(at_home: House) -> None:
    hook = Hook(free_port())
    at_home.alerts(f"destinations: [{{name: hook, url: '{hook.url}'}}]\n")
    at_home.run({BALANCE: [AREA]})
    assert at_home.tell()[0].error
    code, text = yearbook("alerts", "send")
    assert code == 1 and text.startswith("hook: not delivered.") and "refused" in text
    told = said("status")["alerts"]["destinations"]
    assert [(one["name"], one["waiting"], one["failures"]) for one in told] == [("hook", 1, 2)]
    with http_server(hook):
        assert yearbook("alerts", "send") == (0, "hook: delivered\n")
        assert yearbook("alerts", "send") == (0, "Nothing waits.\n")
    assert len(hook.posts) == 1


def test_a_test_message_goes_to_every_destination_and_office(at_home: House, mailbox: Mailbox, hook: Hook) -> None:
    down = free_port()
    at_home.alerts(
        f"destinations:\n  - {{name: mail, url: '{mailbox.url()}', language: zh}}\n"
        f"  - {{name: down, url: 'json://127.0.0.1:{down}'}}\n"
        f"offices: {{courts: {{url: '{hook.url}'}}}}\nheartbeat: http://127.0.0.1:{hook.port}/alive\n"
    )
    code, text = yearbook("alerts", "test")
    assert code == 1 and "mail: delivered" in text and "office:courts: delivered" in text
    assert "down: not delivered." in text and "heartbeat" not in text
    assert mailbox.subjects == ["年鉴：测试消息"] and hook.posts[0]["title"] == "Yearbook: a test message"
    assert hook.fetched == [], "a ping says that a night went well"


@pytest.mark.parametrize("words", [("alerts", "send"), ("alerts", "test")])
def test_a_fault_of_the_file_is_told_by_its_line_and_none_is_said_to_be_off(
    at_home: House, words: tuple[str, ...]
) -> None:
    code, text = yearbook(*words)
    assert code == 1 and "Alerts are off" in text
    at_home.alerts("destinations:\n  - {name: mail, url: 'mailto://me:hunter2@example.org'}\n")
    code, text = yearbook(*words)
    assert code == 1 and "alerts.yaml:2" in text and "hunter2" not in text
    code, text = yearbook("status")
    assert code == 0 and "alerts.yaml:2" in text and "hunter2" not in text


def test_the_commands_of_the_page(at_home: House, hook: Hook) -> None:
    page = (PROJECT / "pipelines" / "docs" / "alerts.md").read_text(encoding="utf-8")
    lines = page.partition("```sh\n")[2].partition("```")[0].splitlines()
    at_home.alerts(f"destinations: [{{name: hook, url: '{hook.url}'}}]\n")
    at_home.run({BALANCE: [f"99010100{n}" for n in range(1, 10)], COUNTED: [f"99010100{n}" for n in range(1, 10)]})
    at_home.tell()
    assert len(lines) > 5
    for line in lines:
        words = shlex.split(line, comments=True)
        assert words[0] == "yearbook"
        code, text = yearbook(*words[1:])
        assert code == 0, f"{line}: {text}"
    (one,) = [one for one in said("alerts") if one["number"] == 12]
    assert (one["acknowledged_by"], one["until"]) == ("Your Name", "3004-03-31")
    assert (at_home.home.root / settings.FILE).exists() and len(hook.posts) == 2, "the digest and the test"
