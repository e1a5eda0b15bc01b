"""The ledger: whatever happens from run to run, each opening is told once, each recovery once, nothing is guessed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from pipelines.alerts import ledger
from pipelines.alerts.finding import Finding, Seen, same
from pipelines.alerts.ledger import Entry, Event, compare

START = datetime(3004, 2, 1, 3, tzinfo=UTC)


def finding(check: str, area: str = "1", kind: str = "check", severity: str = "error") -> Finding:
    return Finding(kind, check, severity, same("title"), same("sentence"), area=area, year="3003", office="courts")


def seen(findings: Iterable[Finding], looked: Iterable[str] = ("check", "run"), unsure: Iterable[str] = ()) -> Seen:
    return Seen("run-1", "blocked", False, tuple(findings), frozenset(looked), frozenset(unsure))


class Book:
    """A ledger in memory, as the store keeps it."""

    def __init__(self, remind_after: int = 7) -> None:
        self.entries: dict[str, Entry] = {}
        self.now = START
        self.remind_after = remind_after

    def see(self, what: Seen, days: int = 1) -> list[Event]:
        self.now += timedelta(days=days)
        changes = compare(self.entries, what, self.now, self.now.date(), self.remind_after)
        for change in changes:
            number = change.entry.number or len(self.entries) + 1
            self.entries[change.entry.finding.key] = replace(change.entry, number=number)
        return [change for change in changes if change.what]

    def told(self, what: Seen, days: int = 1) -> list[str]:
        return [event.what for event in self.see(what, days)]

    def acknowledge(self, key: str, until: str = "") -> None:
        self.entries[key] = replace(self.entries[key], state=ledger.ACKNOWLEDGED, by="Li Wei", until=until)


def test_bad_bad_good_bad() -> None:
    book, bad, good = Book(), seen([finding("a")]), seen([])
    assert [book.told(one) for one in (bad, bad, good, good, bad)] == [["new"], [], ["recovered"], [], ["reopened"]]
    (entry,) = book.entries.values()
    assert entry.first_seen < entry.opened_at and not entry.ended_at


def test_what_gets_worse_is_told_once_though_somebody_took_note_of_it_and_its_end_to_whoever_heard() -> None:
    book, warning, error = Book(), seen([finding("a", severity="warning")]), seen([finding("a")])
    book.see(warning)
    book.acknowledge(finding("a").key)
    assert [book.told(one) for one in (warning, error, error, warning, error)] == [[], ["new"], [], [], []]
    (entry,) = book.entries.values()
    assert (entry.state, entry.by, entry.worst) == ("open", "", "error")
    book.see(warning)
    (recovered,) = book.see(seen([]))
    assert (recovered.what, recovered.entry.worst) == ("recovered", "error")
    assert book.told(warning) == ["reopened"] and book.told(error) == ["new"]


def test_what_was_not_looked_at_does_not_recover() -> None:
    book = Book()
    book.see(seen([finding("a"), finding("b"), finding("run_failed", kind="run")]))
    assert book.told(seen([], looked=["run"])) == ["recovered"], "the run is well, the figures were not looked at"
    assert book.told(seen([], unsure=["b"])) == ["recovered"], "b could not be run"
    assert [entry.state for entry in book.entries.values()] == ["recovered", "open", "recovered"]


def test_areas_years_and_offices_are_findings_of_their_own() -> None:
    book = Book()
    book.see(seen([finding("a", "1"), finding("a", "2")]))
    assert [event.entry.finding.area for event in book.see(seen([finding("a", "2")]))] == ["1"]


def test_a_reminder_comes_after_so_many_days_and_not_before() -> None:
    book, bad = Book(remind_after=7), seen([finding("a")])
    assert [book.told(bad, days) for days in (1, 6, 1, 6, 1)] == [["new"], [], ["reminder"], [], ["reminder"]]
    book = Book(remind_after=0)
    assert [book.told(bad, days) for days in (1, 400)] == [["new"], []]


def test_what_is_acknowledged_is_silent_until_its_day_and_its_recovery_is_told() -> None:
    book, bad = Book(), seen([finding("a")])
    book.see(bad)
    (key,) = book.entries
    book.acknowledge(key, until=(book.now + timedelta(days=10)).date().isoformat())
    assert [book.told(bad, days) for days in (8, 2, 1)] == [[], [], ["reminder"]]
    assert book.entries[key].state == ledger.OPEN and not book.entries[key].by
    book.acknowledge(key)
    assert book.told(bad, 400) == [] and book.told(seen([])) == ["recovered"]
    assert book.told(bad) == ["reopened"] and not book.entries[key].by, "it is not acknowledged for good"


KEYS = [finding("a", "1"), finding("a", "2"), finding("b", "1"), finding("run_failed", kind="run")]
LOOKS = st.tuples(
    st.sets(st.sampled_from(range(len(KEYS)))), st.sets(st.sampled_from(["check", "run"])),
    st.sets(st.sampled_from(["a", "b"])), st.integers(0, 9), st.sets(st.sampled_from(range(len(KEYS)))),
)  # fmt: skip


@given(st.lists(LOOKS, max_size=30))
def test_every_opening_and_every_recovery_is_told_once(
    looks: list[tuple[set[int], set[str], set[str], int, set[int]]],
) -> None:
    """Against the plainest model: the set of what is wrong, changed only by what was really looked at."""
    book, wrong = Book(), set[str]()
    for found, looked, unsure, days, noted in looks:
        here = [KEYS[i] for i in sorted(found) if KEYS[i].kind in looked and KEYS[i].check not in unsure]
        keys = {one.key for one in here}
        known = {one.key for one in KEYS if one.kind in looked and one.check not in unsure}
        events = book.see(seen(here, looked, unsure), days)
        opened = sorted(event.entry.finding.key for event in events if event.what in ("new", "reopened"))
        ended = sorted(event.entry.finding.key for event in events if event.what == "recovered")
        assert opened == sorted(keys - wrong) and ended == sorted((wrong & known) - keys)
        wrong = (wrong - known) | keys
        assert {key for key, entry in book.entries.items() if entry.is_open} == wrong
        assert len({event.entry.finding.key for event in events}) == len(events), "one word on each"
        for i in noted:
            if KEYS[i].key in wrong:
                book.acknowledge(KEYS[i].key)
                assert book.told(seen(here, looked, unsure), 30).count("reminder") <= len(wrong) - 1
                wrong = {key for key, entry in book.entries.items() if entry.is_open}
