"""Plays the script on a real installation, and holds what it finds after each night against what is predicted."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import register
from tests.month import clockwork, documents
from tests.month.predict import Book, Figures, Installation, is_error, subject
from tests.month.script import FIRST, Act, Night, Sent
from tests.receivers import Hook, Mailbox, free_port, http_server, mail_server

HERE = ZoneInfo(documents.ZONE)
KEPT_RUNS, KEPT_CANDIDATES = 10, 14
"""What is kept of ended runs, and of candidates beside the current one and those that an edition was made from."""
RETURNS = {"return_completeness": "100.0", "return_punctuality": "60.0"}
"""At the end all five returns of the year have come; those of the petitions and of the second town came late."""
WELL = ("released", "unchanged")
FIGURES = (
    "select area_code, period, measure_id, value from mart_observation where value is not null and origin <> 'counted'"
)
ALERTS = """\
destinations:
  - {{name: statistics, url: "{mail}"}}
  - {{name: engineer, url: "{hook}", min_severity: error}}
offices:
  courts: {{url: "{courts}", receipts: rejected}}
  justice: {{url: "{justice}", receipts: rejected, remind_before_days: 5}}
  petitions: {{url: "{petitions}", receipts: rejected, remind_before_days: 5}}
heartbeat: {alive}
"""


@dataclass
class Stage:
    """The installation, who listens, and what is predicted of it."""

    home: Home
    box: Mailbox
    hook: Hook
    known: Installation = field(default_factory=Installation)
    book: Book = field(default_factory=Book)
    server: ExitStack = field(default_factory=ExitStack)
    runs: list[tuple[str, str]] = field(default_factory=list)
    candidates: list[str] = field(default_factory=list)
    releases: list[str] = field(default_factory=list)
    origins: list[str] = field(default_factory=list)
    made_from: Any = None
    figures: Figures = field(default_factory=dict)
    stopped: bool = False
    numbers: dict[str, int] = field(default_factory=dict)
    untold: list[tuple[str, str]] = field(default_factory=list)
    pings: int = 0
    faults: list[str] = field(default_factory=list)
    day: date = FIRST

    def at(self, hour: int, minute: int = 0, before: bool = False) -> datetime:
        """A time by the office's clock, of this night's day or the day before."""
        day = self.day - timedelta(days=before)
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HERE)

    def hold(self, what: str, found: Any, *expected: Any) -> None:
        """Notes what is another than predicted."""
        self.faults += [f"{self.day}, {what}: {found!r} instead of {one!r}" for one in expected if one != found]

    def play(self, day: date, night: Night) -> None:
        """The day before, the night, and all that can be seen after it."""
        self.day = day
        for sent in night.by_day:
            self.lay(sent, self.at(10, before=True))
        for act in night.acts:
            self.act(act)
        if night.at_noon is not None:
            self.noon(night)
        for sent in night.sent:
            self.lay(sent, self.at(23, before=True))
        if night.mail_is_down:
            self.server.close()
        elif self.untold:
            self.server.enter_context(mail_server(self.box))
        self.run(night)
        self.look(night)

    def lay(self, sent: Sent, when: datetime) -> Path:
        """A file in the inbox, as old as it would be."""
        path = self.home.inbox / sent.folder / sent.name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(sent.file())
        os.utime(path, (when.timestamp(), when.timestamp()))
        return path

    def said(self, *words: str, fails: bool = False) -> str:
        """What `yearbook` says at noon of the day before."""
        code, text = clockwork.step(self.home, self.at(12, before=True), clockwork.command, *words)
        assert bool(code) == fails, text
        return text

    def act(self, act: Act) -> None:
        """What a person does."""
        if act.what == "publish":
            self.said("publish", "--by", "Li Wei")
            self.published()
        elif act.what == "stopped":
            assert "nothing says why" in self.said("publish", "--by", "Li Wei", fails=True)
            self.stopped = True
        elif act.what == "acknowledge":
            self.said("publish", "--by", "Li Wei", "--acknowledge", "The town counted again.")
            self.published()
        elif act.what == "correct":
            table, measure, year, expect, value, on = act.words
            documents.correct(self.home.contracts, table, measure, year, int(expect), int(value), on)
            self.known.corrections[documents.COUNTY, year, measure] = int(expect), int(value)
        elif act.what == "ack":
            key, until = act.words
            self.said("ack", key, "--until", until, "--because", "The town moves house.", "--by", "Li Wei")
            self.book.noted[key] = date.fromisoformat(until)
        elif act.what == "decide":
            (cell, *_) = json.loads(self.said("held", "--json"))["contradictions"][0]["cells"]
            (id,) = [id for id, one in cell["figures"].items() if str(one["value"]) == act.words[0]]
            self.said("decide", id, "accept", "--because", "The later count.", "--by", "Li Wei")
            (chosen,) = [one for one in self.known.accepted if one.folder == f"of_{act.words[0]}"]
            self.known.chosen.add(chosen.file())
        else:
            raise AssertionError(act.what)

    def noon(self, night: Night) -> None:
        """A tick of the sensors by day; with that of arrivals, where it is to take in what came."""
        if night.by_day:
            clockwork.step(self.home, self.at(12, before=True), clockwork.turn, "arrivals", True)
        before = len(self.box.mails)
        self.runs = clockwork.step(self.home, self.at(13, before=True), clockwork.sensors)
        if night.by_day:
            clockwork.step(self.home, self.at(14, before=True), clockwork.turn, "arrivals", False)
            self.take_in(night.by_day)
            self.released()
            self.pings += 1
            self.runs = clockwork.step(self.home, self.at(15, before=True), clockwork.sensors)
            return
        events = self.book.look(self.known.findings(self.day - timedelta(days=1), "", self.stopped), self.day)
        self.hold("mail at noon", self.mails(before)[0], [night.at_noon], [subject(events)])
        self.number(self.state(), before, events)

    def mails(self, after: int) -> tuple[list[str], list[tuple[str, str]]]:
        """Subjects of the mails to the statistics office that came after so many, and (office, subject) of the rest."""
        came = [(str(mail["To"]).partition("@")[0], str(mail["Subject"])) for mail in self.box.mails[after:]]
        return [text for to, text in came if to == "mail"], sorted(one for one in came if one[0] != "mail")

    def state(self) -> Any:
        """What a reader sees a while later."""
        return clockwork.step(self.home, self.at(3, 10), clockwork.state, FIGURES)

    def number(self, said: Any, after: int, events: list[tuple[str, str]]) -> None:
        """Notes the numbers of findings, by which the mails that came are to name just what there was to tell."""
        self.numbers |= said["open"]
        for mail, text in zip(self.box.mails[after:], self.box.texts[after:], strict=True):
            if "mail@" not in str(mail["To"]):
                continue
            named = sorted(int(number) for number in re.findall(r"^No\. (\d+) ", text, re.MULTILINE))
            self.hold("findings that the mail names", named, sorted(self.numbers[key] for _, key in events))

    def take_in(self, files: tuple[Sent, ...]) -> None:
        """What the gate is to say of the files, by name as the run takes them."""
        for sent in sorted(files, key=lambda one: (one.folder, one.name)):
            self.known.judge(sent)

    def run(self, night: Night) -> None:
        """The schedule's tick, and what the run it starts does to the store."""
        when = self.at(1, 30) + timedelta(seconds=5)
        self.take_in(night.sent)
        if night.ends == "killed":
            clockwork.step(self.home, when, clockwork.schedule)
            clockwork.killed(self.home, when, clockwork.queue, self.is_building)
        else:
            still = night.writing and self.lay(night.writing, self.at(23, before=True))
            words = (str(still),) if still else ()
            self.runs = clockwork.step(self.home, when, clockwork.night, *words)
            if still:
                assert still.exists(), "it is left until it is whole"
                still.unlink()
        changed, blocked = self.changed(), self.known.is_blocked()
        predicted = "unchanged" if not changed else "blocked" if blocked else "released"
        if night.ends != "killed":
            self.hold("what the script says", night.ends, predicted)
        if night.ends == "released":
            self.released()
        last = register.rows(self.home, sa.select(register.run).order_by(register.run.c.run_id.desc()).limit(1))[0]
        self.hold("how the run ended", last["outcome"], None if night.ends == "killed" else night.ends)
        self.hold("its release", last["release_id"], self.candidates[-1] if night.ends in WELL else None)
        self.pings += night.ends in WELL

    def is_building(self) -> bool:
        """Has the last run taken in what came, and does dbt run?"""
        last = max(self.home.runs.iterdir())
        return (last / "inputs" / "inputs.json").exists() and not (last / "run.json").exists()

    def changed(self) -> bool:
        """Is there something that the last release did not know?"""
        return self.made_from != self.facts()

    def facts(self) -> Any:
        return (
            len(self.known.judged), len(self.known.chosen), len(self.known.corrections),
            self.known.overdue(self.day),
        )  # fmt: skip

    def next(self, kind: str) -> str:
        """The id of the release that is made now: kinds share one count."""
        self.releases.append(f"{kind}-{len(self.releases) + 1:06d}")
        return self.releases[-1]

    def published(self) -> None:
        self.origins.append(self.candidates[-1])
        self.next("edition")
        self.stopped = False

    def released(self) -> None:
        self.candidates.append(self.next("candidate"))
        self.made_from, self.figures = self.facts(), self.known.figures()

    def look(self, night: Night) -> None:
        """The sensors' tick after the night; then store, release, ledger and mails against what is predicted."""
        before = len(self.box.mails), len(self.hook.posts)
        self.runs = clockwork.step(self.home, self.at(1, 45), clockwork.sensors)
        events = self.book.look(self.known.findings(self.day, night.ends, self.stopped), self.day)
        errors = subject([event for event in events if is_error(event[1])])
        self.untold += events
        expected = [] if night.mail_is_down or not self.untold else [subject(self.untold)]
        mails, letters = self.mails(before[0])
        self.hold("mails", mails, expected, [night.mail] if night.mail else [])
        self.hold("letters to offices", letters, sorted(night.letters))
        self.hold("posts", [post["title"] for post in self.hook.posts[before[1] :]], [errors] if errors else [])
        self.hold("errors", errors.removeprefix("Yearbook: "), night.hook)
        self.hold("nights that went well", len(self.hook.fetched), self.pings)
        said = self.state()
        self.hold("open findings", sorted(said["open"]), sorted(self.book.told))
        self.number(said, before[0], self.untold)
        if not night.mail_is_down:
            self.untold = []
        shown, predicted = set(said["figures"]), {(*cell, value) for cell, value in self.figures.items()}
        self.hold("figures that nobody predicts", sorted(shown - predicted), [])
        self.hold("figures that are not there", sorted(predicted - shown), [])
        self.hold("verdicts", said["verdicts"], dict(Counter(verdict for _, verdict in self.known.judged)))
        self.hold("candidate", said["current"], self.candidates[-1])

    def end(self, nights: Sequence[Night]) -> None:
        """What stands after all nights."""
        dates = [(FIRST + timedelta(days=number)).isoformat() for number in range(len(nights))]
        status = {"blocked": "FAILURE", "killed": "FAILURE"}
        by_schedule = [run for run in self.runs if run[0] in dates]
        self.hold("runs by the schedule", by_schedule, [
            (date, status.get(night.ends, "SUCCESS")) for date, night in zip(dates, nights, strict=True)
        ])  # fmt: skip
        self.hold("runs by sensor", len(self.runs) - len(by_schedule), sum(bool(night.by_day) for night in nights))
        others = [id for id in self.candidates if id not in {*self.origins, self.candidates[-1]}]
        left = [id for id in self.releases if id not in others[:-KEPT_CANDIDATES]]
        found = clockwork.step(self.home, self.at(4), clockwork.inventory, left)
        self.hold("releases", found.pop("releases"), left)
        self.hold("faults of releases", found.pop("faults"), [])
        files = {
            verdict: {s.file() for s, v in self.known.judged if v == verdict} for verdict in ("accepted", "rejected")
        }
        for folder, count in {
            "originals": len(files["accepted"]), "quarantine": len(files["rejected"]), "inbox": 0, "runs": KEPT_RUNS,
            "staging": 0, "trash": 0, "manifests": 1,
        }.items():  # fmt: skip
            self.hold(folder, found[folder], count)
        self.hold("returns", found["returns"], RETURNS)


@contextmanager
def theatre(folder: Path) -> Iterator[Stage]:
    """An empty installation of the four offices, whose scheduler has begun, and who listens to it."""
    home = Home(folder / "home", folder / "documents").create()
    documents.write(home.contracts)
    clockwork.prepare(home)
    box, hook = Mailbox(free_port()), Hook(free_port())
    to = {name: box.url(f"{name}@example.org") for name in ("mail", "courts", "justice", "petitions")}
    text = ALERTS.format(**to, hook=hook.url, alive=f"http://127.0.0.1:{hook.port}/alive")
    (home.root / "alerts.yaml").write_text(text, encoding="utf-8")
    stage = Stage(home, box, hook)
    with http_server(hook), stage.server:
        stage.server.enter_context(mail_server(box))
        assert clockwork.step(home, stage.at(12, before=True), clockwork.schedule) == []
        yield stage
