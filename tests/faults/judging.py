"""Returns of which the reading is disturbed: what befalls whoever reads, and the bytes that are read.

What stands in a hostile return is no matter here.
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from pipelines.contracts import load
from pipelines.home import Home
from pipelines.intake.judge import DeliveryVerdict, Limits, Request, judge
from tests.faults import corpus, landed, processes, small
from tests.faults.outcome import Outcome

_MARKS = "\u0300" * 16_000 + "\u0316" * 16_000
"""Marks upon a sign, which everybody who compares texts has to put in order first, one past the other."""
_SECONDS = 3
"""After which the clock rings."""


def trial(name: str, folder: Path) -> Outcome:
    """Judges a few returns, and counts them."""
    outcome = Outcome()
    outcome.broken += TRIALS[name](folder, outcome)
    return outcome


def _judged(folder: Path, outcome: Outcome, requests: list[Request], figures: bool = True) -> list[DeliveryVerdict]:
    catalog = load(small.documents(folder / "documents"))
    outcome.counts["files"] += len(requests)
    limits = Limits(seconds=_SECONDS, children=1)
    return list(judge(Home(folder, folder), catalog, requests, folder if figures else None, limits))


def _laid(folder: Path, *returns: bytes) -> list[Request]:
    requests: list[Request] = []
    for number, data in enumerate(returns):
        path = folder / f"{number}.csv"
        path.write_bytes(data)
        requests.append(Request(path, f"{corpus.NAME}.csv", {}, hashlib.sha256(data).hexdigest()))
    return requests


def _good(number: int) -> bytes:
    return corpus.text(corpus.rows(number)).encode()


def _codes(verdict: DeliveryVerdict) -> list[str]:
    return [each.code for each in verdict.findings]


def _slow(folder: Path, outcome: Outcome) -> Iterator[str]:
    """A file made to be read without end, between two good ones, with a clock that rings soon."""
    head, *lines = corpus.rows(2)
    slow = [head, *([*line[:2], *(f"{cell}{_MARKS}" for cell in line[2:])] for line in lines)]
    requests = _laid(folder, _good(1), corpus.text(slow).encode(), _good(1))
    began = time.monotonic()
    verdicts = _judged(folder, outcome, requests, figures=False)
    if (took := time.monotonic() - began) > _SECONDS * len(requests) + 10:
        yield f"It took {took:.0f} s."
    if [one.verdict for one in verdicts] != ["accepted", "rejected", "accepted"]:
        yield f"{verdicts}"[:2000]
    elif _codes(verdicts[1]) not in (["took_too_long"], ["unsafe"]):
        yield f"Rejected for {_codes(verdicts[1])}."


def _disturbed(sign: int, at: int, folder: Path, outcome: Outcome) -> Iterator[str]:
    """Good returns, and once, as one of them is opened, something ends or stops whoever reads."""
    requests = _laid(folder, *(_good(number) for number in range(3)))
    with processes.met(requests[at].path, "pipelines.intake.worker", sign):
        verdicts = _judged(folder, outcome, requests)
    for number, verdict in enumerate(verdicts):
        if verdict.verdict != "accepted":
            yield f"Good return {number} is {verdict.verdict} for {_codes(verdict)}."
            continue
        lies = landed.figures(
            [landed.chunk(folder / verdict.chunk)], [one.submission_id for one in verdict.submissions]
        )
        if lies != corpus.said(corpus.rows(number)):
            yield f"Of return {number} landed {lies}."


def _changed(folder: Path, outcome: Outcome) -> Iterator[str]:
    """Returns of which the stored bytes are others than those that were received, though good ones, or gone."""
    requests = _laid(folder, *(_good(number) for number in range(3)))
    requests[0].path.write_bytes(_good(7))
    requests[1].path.unlink()
    verdicts = _judged(folder, outcome, requests)
    for verdict in verdicts[:2]:
        if (verdict.verdict, _codes(verdict)) != ("rejected", ["store_damaged"]):
            yield f"What is not what was received is {verdict.verdict} for {_codes(verdict)}."
    if verdicts[2].verdict != "accepted":
        yield f"The return beside them is {verdicts[2].verdict} for {_codes(verdicts[2])}."


def _asked(folder: Path, outcome: Outcome) -> Iterator[str]:
    """`check` of what is no ordinary file, or has no end: it says so at once."""
    home = Home(folder / "home", small.documents(folder / "documents")).create()
    places = [folder / name for name in ("link.csv", "pipe.csv", "large.csv")]
    link, pipe, large = places
    link.symlink_to("/dev/zero")
    os.mkfifo(pipe)
    large.touch()
    os.truncate(large, 2**40)
    for place in (*places, Path("/dev/zero")):
        outcome.counts["files"] += 1
        try:
            done = small.command(home, "check", str(place), seconds=20)
        except subprocess.TimeoutExpired:
            yield f"check {place.name} went on without end."
            continue
        if done.returncode != 1 or not done.stderr.startswith(f"{place.name}: ") or "Traceback" in done.stderr:
            yield f"check {place.name}: {done.returncode} {done.stderr[-500:]}"


TRIALS: dict[str, Callable[[Path, Outcome], Iterator[str]]] = {
    "slow": _slow,
    "changed in the store": _changed,
    "asked of beforehand": _asked,
    "its reader is killed": partial(_disturbed, signal.SIGKILL, 0),
    "its reader is killed later": partial(_disturbed, signal.SIGKILL, 1),
    "its reader stands still": partial(_disturbed, signal.SIGSTOP, 0),
}
"""Name -> what is tried."""
