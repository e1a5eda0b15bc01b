"""Other hands at the inbox while a run sweeps it: what they change there, each at a moment that is known, so that it is
always met, and what must come of it.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from pipelines.home import Home
from pipelines.landing import register
from tests.faults import corpus, drivers, landed, points, small
from tests.faults.apart import apart
from tests.faults.corpus_inbox import FILE
from tests.faults.outcome import Outcome

OPENED, COPIED, REGISTERED = "opened", "copied", "registered"
"""A file is opened to be stored; it is copied, and not yet looked at again; all are registered, and none removed."""
FIRST = "a first"
"""The file that is stored before all others."""
GROWS = "grown while it is copied"
"""There the newer bytes are what the older ones lack."""


@dataclass(frozen=True)
class Hand:
    """when: at which moment, of which file (that in the folder of this name); does: to the case's own folder in the
    inbox; taken: of what it laid down before (0) and then (1), what must be delivered in the end.
    """

    when: str
    of: str
    does: Callable[[Path, bytes], object]
    taken: tuple[int, ...]


def outside(folder: Path) -> Path:
    """The folder beside the installation that a case's link will lead to."""
    return folder.parents[2] / f"outside {folder.name}"


def _beside(folder: Path, newer: bytes) -> None:
    (folder / "new").mkdir()
    (folder / "new" / FILE).write_bytes(newer)


def _over(folder: Path, newer: bytes) -> None:
    (folder / ".newer").write_bytes(newer)
    (folder / ".newer").rename(folder / FILE)


def _grown(folder: Path, more: bytes) -> None:
    with (folder / FILE).open("ab") as stream:
        stream.write(more)


def _led_away(folder: Path, _: bytes) -> None:
    folder.rename(folder.with_name(f".{folder.name}"))
    folder.symlink_to(outside(folder))


HANDS: dict[str, Hand] = {
    FIRST: Hand(REGISTERED, "", _beside, (0, 1)),
    "rewritten while it is copied": Hand(
        COPIED, "rewritten while it is copied", lambda folder, newer: (folder / FILE).write_bytes(newer), (1,)
    ),
    GROWS: Hand(COPIED, GROWS, _grown, (1,)),
    "another in its place": Hand(REGISTERED, "", _over, (0, 1)),
    "another while it is copied": Hand(COPIED, "another while it is copied", _over, (0, 1)),
    "removed by another": Hand(REGISTERED, "", lambda folder, _: (folder / FILE).unlink(), (0,)),
    "led away before it is read": Hand(OPENED, FIRST, _led_away, ()),
    "led away before it is removed": Hand(REGISTERED, "", _led_away, (0,)),
}
"""Name of the case and of its folder -> what is done there."""


def lay(home: Home, older: dict[str, bytes]) -> None:
    """What lies in the inbox before: a file in a folder of each case, an hour old; and outside, where some will lead,
    the same file by another name.
    """
    for name, data in older.items():
        folder = home.inbox / name
        folder.mkdir()
        (folder / FILE).write_bytes(data)
        before = folder.stat().st_mtime - 3600
        os.utime(folder / FILE, (before, before))
        if HANDS[name].does is _led_away:
            outside(folder).mkdir()
            os.link(folder / FILE, outside(folder) / FILE)


def sweep(home: Home, newer: dict[str, str]) -> None:
    """Takes in as the stage of a run does, while the hands do theirs. `newer`: the name of a case -> what is laid down,
    as text. For a process apart. Raises AssertionError where one was not asked to.
    """
    home = Home(home.root.resolve(), home.contracts.resolve())  # as an open file's path is told
    inodes = {(home.inbox / name / FILE).stat().st_ino: name for name in HANDS}
    left = dict(HANDS)

    def reached(point: str, count: int, operation: str, path: Path) -> None:
        when = {"write": OPENED, "fsync": COPIED, "commit": REGISTERED}.get(operation)
        copied = re.fullmatch(r"\.incoming-\d+-(\d+)\.tmp", path.name)
        if not copied and not point.startswith("landing.inbox:"):
            return
        of = inodes.get(int(copied[1])) if copied else ""
        for name, hand in list(left.items()):
            if (when, of) == (hand.when, hand.of):
                del left[name]
                hand.does(home.inbox / name, newer[name].encode())

    points.install({"": home.root}, reached)
    drivers.intake(home)
    if left:
        raise AssertionError(f"The moments of {sorted(left)} were not come to.")


def trial(folder: Path) -> Outcome:
    """Files that are laid, changed, moved and removed while a run sweeps; another sweeps once all is quiet."""
    outcome = Outcome()
    home = Home(folder / "home", small.documents(folder / "documents")).create()
    found = {name: (corpus.rows(2 * n), corpus.rows(2 * n + 1)) for n, name in enumerate(HANDS)}
    texts = {name: [corpus.text(rows) for rows in both] for name, both in found.items()}
    whole, half = texts[GROWS][1], len(texts[GROWS][1]) // 2
    laid = {name: both[0] for name, both in texts.items()} | {GROWS: whole[:half]}
    more = {name: both[1] for name, both in texts.items()} | {GROWS: whole[half:]}
    lay(home, {name: text.encode() for name, text in laid.items()})
    before = {path: path.read_bytes() for path in folder.glob("outside*/*")}
    for done in (apart(folder, sweep, home, more), apart(folder, drivers.intake, home)):
        outcome.hold(not done.code, f"Who takes in died ({done.code}): {done.said[-2000:]}")
    outcome.counts["files"] += len(laid)
    after = {path: path.read_bytes() for path in folder.glob("outside*/*")}
    outcome.hold(after == before, f"Beside the installation there was {sorted(before)}, now {sorted(after)}.")
    wanted = {
        _digest(texts[name][which]): (f"{name}, {('older', 'newer')[which]}", found[name][which])
        for name, hand in HANDS.items()
        for which in hand.taken
    }
    query = sa.select(register.delivery.c.sha256, register.submission.c.submission_id, register.submission.c.verdict)
    taken = {row["sha256"]: row for row in register.rows(home, query.outerjoin(register.submission))}
    for sha256 in wanted.keys() | taken.keys():
        what, rows = wanted.get(sha256, ("", []))
        if not what or sha256 not in taken:
            outcome.hold(False, f"{what} was never taken in." if what else f"Taken in is what nobody laid: {sha256}.")
            continue
        id, verdict = taken[sha256]["submission_id"], taken[sha256]["verdict"]
        right = verdict == corpus.ACCEPTED and landed.cells(home, [id]) == corpus.said(rows)
        outcome.hold(right, f"{what} is {verdict}, and what landed of it is not what it says.")
    left = [str(path) for path in home.inbox.rglob("[!.]*") if path.is_file() and not path.is_symlink()]
    outcome.hold(all("/." in one for one in left), f"In the inbox lies {left}.")
    return outcome


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
