"""The words of a digest: what is to be told to one destination, as one message of bounded length.

`content` is what waits in the outbox; `text` makes one message of one or several of those. Words come from the message
catalogue.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from pipelines.alerts.finding import SEVERITIES, Finding, Seen
from pipelines.alerts.ledger import ACKNOWLEDGED, ENDS, EVENTS, Entry, Event
from pipelines.messages import catalogue, say

LISTED = 20
"""Findings that a message describes; the rest is counted by check."""
CHECKS = 8
"""Checks by which the rest is counted."""
LONGEST = 30_000
"""Characters of a message; less where the service takes less."""

Content = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """What is sent. mood: failure, warning, success, as services colour it."""

    subject: str
    body: str
    mood: Any


def content(events: Iterable[Event], still: Iterable[Entry], seen: Seen, at: str, page: str) -> Content:
    """What waits in the outbox: the events, how much is open, and the run. `still`: what is open now."""
    still = list(still)
    counts = Counter("acknowledged" if one.state == ACKNOWLEDGED else one.finding.severity for one in still)
    run = {"run": seen.run, "outcome": seen.outcome, "at": at, "page": page}
    told = [
        {
            "what": event.what,
            "number": event.entry.number,
            "since": event.entry.opened_at,
            **event.entry.finding.plain(),
        }
        for event in events
    ]
    return run | {"open": dict(counts), "events": told}


def merged(contents: Sequence[Content]) -> Content:
    """Several that were not delivered as one: each opening and recovery once, the last reminder of each finding."""
    events: list[dict[str, Any]] = []
    for one in (event for each in contents for event in each["events"]):
        if one["what"] == "reminder":
            if any(e["number"] == one["number"] and e["what"] not in ("reminder", *ENDS) for e in events):
                continue
            events = [e for e in events if (e["number"], e["what"]) != (one["number"], "reminder")]
        events.append(one)
    return contents[-1] | {"events": events, "digests": len(contents), "first_at": contents[0]["at"]}


def text(contents: Sequence[Content], language: str, zone: str, longest: int = LONGEST, title: int = 250) -> Message:
    """One message of the digests that wait. `longest`, `title`: characters of the body and of the subject."""
    one = merged(contents)
    counts = _counts(one["events"], language)
    subject = say("alert.subject", language, counts=counts)
    subject = subject if len(subject) <= (title or 250) else f"{subject[: (title or 250) - 1]}…"
    severities = {event["severity"] for event in one["events"] if event["what"] not in ENDS}
    mood = "failure" if "error" in severities else "warning" if severities else "success"
    listed, longest = LISTED, min(longest or LONGEST, LONGEST)
    while True:
        body = "\n".join(_lines(one, counts, language, zone, listed)) + "\n"
        if len(body) <= longest:
            break
        if not listed:
            body = body[: longest - 1] + "…"
            break
        listed = listed // 2
    return Message(subject, body, mood)


def _counts(events: Iterable[dict[str, Any]], language: str) -> str:
    """`2 new errors, 1 recovered`, in the order in which the message tells it."""
    found = Counter(_sort(event) for event in events)
    order = [f"{what}_{severity}" for what in EVENTS[:3] for severity in reversed(SEVERITIES)] + list(EVENTS[3:])
    parts = [
        say(f"alert.count.{key}_one" if found[key] == 1 and f"alert.count.{key}_one" in catalogue()
            else f"alert.count.{key}", language, count=f"{found[key]:,}")
        for key in order if found[key]
    ]  # fmt: skip
    return say("alert.and", language).join(parts)


def _sort(event: dict[str, Any]) -> str:
    """What is told, as the catalogue's keys name it: openings by severity."""
    return event["what"] if event["what"] in ("reminder", *ENDS) else f"{event['what']}_{event['severity']}"


def _lines(one: Content, counts: str, language: str, zone: str, listed: int) -> Iterator[str]:
    yield say("alert.counts", language, counts=counts)
    if one["run"]:
        outcome = say(f"alert.outcome.{one['outcome']}", language) if _known(one["outcome"]) else one["outcome"]
        yield say("alert.of_run", language, run=one["run"], outcome=outcome)
    if one["page"]:
        yield say("alert.page", language, page=one["page"])
    open_ = {name: f"{one['open'].get(name, 0):,}" for name in ("error", "warning", "acknowledged")}
    yield say("alert.open", language, **open_)
    if one["digests"] > 1:
        yield say("alert.merged", language, count=one["digests"], since=moment(one["first_at"], zone))
    last = {event["number"]: place for place, event in enumerate(one["events"]) if event["what"] in ENDS}
    since = [place < last.get(event["number"], -1) for place, event in enumerate(one["events"])]
    left, rest = listed, Counter[str]()
    told = sorted(
        zip(one["events"], since, strict=True),
        key=lambda pair: (pair[1], EVENTS.index(pair[0]["what"]), pair[0]["severity"] != "error"),  # open ones first
    )
    heading = ""
    for event, again in told:
        if left <= 0:
            rest[event["check"]] += 1
            continue
        left -= 1
        own = _sort(event)
        if own != heading:
            heading = own
            words = say(f"alert.heading.{own}", language)
            yield from ("", words, "-" * min(72, _width(words)))
        else:
            yield ""
        yield from described(event, language, zone, again)
    if rest:
        yield from _rest(rest, bool(listed), language)
    if all(event["what"] in ENDS for event in one["events"]):
        return
    yield from ("", say("alert.next", language))
    yield "  " + say("alert.next_list", language)
    open_ = (event for event in one["events"] if event["what"] not in ENDS)
    if any((event["kind"], event["severity"]) == ("check", "warning") for event in open_):
        yield "  " + say("alert.next_explain", language)
    yield "  " + say("alert.next_ack", language)


def described(event: dict[str, Any], language: str, zone: str, again: bool = False) -> Iterator[str]:
    """One finding in a few lines: what ought to be, where, what was found, its first rows, and where all are."""
    finding = Finding.of({name: event[name] for name in Finding.__dataclass_fields__})
    yield say("alert.number", language, number=event["number"], title=finding.title[language])
    if where := place(finding, language):
        yield f"   {where}"
    if event["what"] in ENDS:
        yield "   " + say("alert.was_open", language, since=moment(event["since"], zone))
        return
    yield f"   {finding.sentence[language]}"
    for line in finding.places:
        yield f"   - {line[language]}"
    if (more := finding.count - len(finding.places)) > 0 and finding.places:
        yield "   - " + say("alert.more_rows", language, count=f"{more:,}")
    if finding.file:
        yield "   " + say("alert.file", language, file=finding.file)
    if event["what"] in ("reminder", "standing"):
        yield "   " + say("alert.open_since", language, since=moment(event["since"], zone))
    if again:
        yield "   " + say("alert.recovered_since", language)


def place(finding: Finding, language: str) -> str:
    """Where: year, area, office, and the check by its id."""
    area = " ".join(part for part in (finding.area, finding.area_name.get(language, "")) if part)
    check = "" if finding.kind in ("run", "edition") else finding.check
    parts = (finding.year, area, finding.office_name.get(language, finding.office), check)
    return " · ".join(part for part in parts if part)


def moment(at: str, zone: str) -> str:
    """A time by the office's clock."""
    return f"{datetime.fromisoformat(at).astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def _rest(rest: Counter[str], others: bool, language: str) -> Iterator[str]:
    more = "alert.more" if others else "alert.all"
    yield from ("", say(more, language, count=f"{rest.total():,}"))
    for check, count in rest.most_common(CHECKS):
        yield f"   {count:>6,}  {check}"
    if len(rest) > CHECKS:
        yield "   " + say("alert.more_checks", language, count=len(rest) - CHECKS)


def _known(outcome: str) -> bool:
    return f"alert.outcome.{outcome}" in catalogue()


def _width(words: str) -> int:
    """Columns of a heading: a Chinese sign takes two."""
    return sum(2 if sign > "\u2e7f" else 1 for sign in words)
