"""The message: its subject says it all, its length is bounded, several that waited are one, and it names no secret."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.alerts import digest
from pipelines.alerts.finding import Finding, Seen, same
from pipelines.alerts.ledger import Entry, Event
from pipelines.messages import LANGUAGES

SEEN = Seen("run-1", "blocked", False, (), frozenset())


def event(what: str, number: int, severity: str = "error", check: str = "a_rule", rows: int = 1) -> Event:
    places = tuple(same(f"place {row}") for row in range(min(rows, 5)))
    finding = Finding(
        "check", check, severity, {"en": "What ought to be.", "zh": "应当如此。"}, same("One row does not hold."),
        area=f"99{number}", year="3003", places=places, count=rows, file="/home/failing/a_rule.csv", run="run-1",
    )  # fmt: skip
    return Event(what, Entry(finding, "open", *["3004-02-01T03:00:00+00:00"] * 3, "run-1", number))


def content(*events: Event, at: str = "3004-02-01T03:00:00+00:00") -> dict[str, Any]:
    return digest.content(events, [one.entry for one in events if one.what != "recovered"], SEEN, at, "")


def text(*contents: dict[str, Any], language: str = "en", **limits: int) -> digest.Message:
    return digest.text(contents, language, "Asia/Shanghai", **limits)


def test_the_subject_says_it_all() -> None:
    one = content(event("new", 1), event("recovered", 2), event("new", 3), event("reminder", 4, "warning"))
    assert text(one).subject == "Yearbook: 2 new errors, 1 reminder, 1 recovered"
    assert text(one, language="zh").subject == "年鉴：新增错误 2 项，提醒 1 项，已恢复 1 项"
    assert text(content(event("reopened", 1, "warning"))).subject == "Yearbook: 1 reopened warning"


@pytest.mark.parametrize(
    ("events", "mood"),
    [
        ([("new", "error")], "failure"), ([("new", "warning")], "warning"), ([("recovered", "error")], "success"),
        ([("recovered", "error"), ("reminder", "warning")], "warning"),
    ],
)  # fmt: skip
def test_its_colour_is_that_of_the_worst_that_is_open(events: list[tuple[str, str]], mood: str) -> None:
    assert text(content(*(event(what, i, severity) for i, (what, severity) in enumerate(events)))).mood == mood


def test_errors_come_first_and_what_recovered_last() -> None:
    body = text(content(event("recovered", 1), event("new", 2, "warning"), event("new", 3))).body
    assert body.index("NEW ERRORS") < body.index("No. 3") < body.index("NEW WARNINGS") < body.index("RECOVERED")
    assert "All of it: /home/failing/a_rule.csv" in body and "- place 0" in body


def test_more_rows_than_are_shown_are_counted() -> None:
    assert "... and 1,995 more" in text(content(event("new", 1, rows=2000))).body


@pytest.mark.parametrize("language", LANGUAGES)
def test_five_hundred_findings_are_one_message_of_bounded_length(language: str) -> None:
    one = content(*(event("new", n, "warning" if n % 5 else "error", f"rule_{n % 3}") for n in range(1, 501)))
    message = text(one, language=language)
    assert len(message.body) < digest.LONGEST
    shown = [line for line in message.body.splitlines() if line.startswith(("No. ", "第 "))]
    assert len(shown) == digest.LISTED and "480" in message.body
    assert "yearbook alerts" in message.body and "rule_0" in message.body
    errors = {str(n) for n in range(5, 501, 5)}
    assert all(any(f" {n} " in line for n in errors) for line in shown), "errors go before warnings"


@pytest.mark.parametrize("longest", [4096, 2000, 600, 160])
def test_it_fits_where_less_is_taken(longest: int) -> None:
    message = text(content(*(event("new", n, rows=9) for n in range(1, 501))), longest=longest, title=20)
    assert len(message.body) <= longest and len(message.subject) <= 20
    assert message.body.startswith("500 new errors.")


def test_several_that_waited_are_one_and_tell_each_thing_once() -> None:
    first = content(event("new", 1), event("new", 2))
    second = content(event("recovered", 1), event("reminder", 2), event("reminder", 3))
    third = content(event("reminder", 3), event("reopened", 1), at="3004-02-03T03:00:00+00:00")
    message = text(first, second, third)
    assert message.subject == "Yearbook: 2 new errors, 1 reopened error, 1 reminder, 1 recovered"
    assert "3 digests since 3004-02-01 11:00" in message.body, "by the office's clock"
    assert "It has recovered since" in message.body
    assert "digests since" not in text(first).body
