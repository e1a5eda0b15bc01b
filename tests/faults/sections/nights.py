"""Night after night: what grows, what slows down, what is left behind. What each night says belongs to tests/month."""

from __future__ import annotations

import os
import statistics
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipelines.defs.retention import KEEP as RECORDS
from pipelines.home import Home
from pipelines.release import prune, read, verify
from pipelines.runs import KEEP as FOLDERS
from tests.faults import clockwork, damaging, small
from tests.faults.outcome import Outcome

PROMISE = "Nights may go on for ever: what they keep is bounded, they take as long as before, and leave nothing behind."
ATTACK = "Nights on one installation, each with a new return, one repeated, corrected, or spoilt, or none."
FIRST = datetime(2026, 11, 1, 18, tzinfo=UTC)
SLOWER = 1.2
"""Times the processor seconds of earlier nights of the same kind."""
KINDS = ("none", "corrected", "repeated", "spoilt", "none")
BOUNDED = ("cache", "dagster", "runs", "inbox", "logs")
"""Folders that do not grow once they hold as much as they keep; `logs` by lines a night only."""


def names(whole: bool) -> list[str]:
    """`N nights from KIND`: which kind comes first."""
    return ["60 nights from none"] if whole else ["3 nights from corrected", "3 nights from spoilt"]


def trial(name: str, folder: Path) -> Outcome:
    """So many nights one after the other."""
    count, first = int(name.split()[0]), KINDS.index(name.split()[-1])
    outcome, home, temporary = Outcome(), small.copy("released", folder), folder / "tmp"
    temporary.mkdir()
    sizes: list[dict[str, int]] = []
    costs: list[tuple[str, float]] = []
    more, spoilt, told = 0, 0, (home.dagster / "last_run.log").stat().st_size
    for n in range(count):
        kind = KINDS[(first + n) % len(KINDS)]
        more, spoilt = more + (kind == "corrected"), spoilt + (kind == "spoilt")
        _lay(home, kind, more, spoilt, n)
        before = clockwork.processor_seconds()
        _night(home, FIRST + timedelta(days=n), temporary, outcome)
        log = (home.dagster / "last_run.log").stat().st_size
        told = log if kind == "corrected" else told
        said = f"the log of a night with {kind} has {log:,} bytes; of one that releases, {told:,}"
        outcome.hold(log <= told * 1.1, said)
        costs.append((kind, clockwork.processor_seconds() - before))
        sizes.append({place: _bytes(home.root / place) for place in BOUNDED} | {"files": _files(home)})
        outcome.counts["nights"] += 1
    fault = damaging.wrong(home.releases / "current", more)
    outcome.hold(not fault, fault)
    outcome.hold(not (faults := verify.verify(home)), f"{faults[:3]}")
    _bounded(home, outcome)
    if count >= 60:
        _steady(sizes, costs, outcome)
    return outcome


def _lay(home: Home, kind: str, more: int, spoilt: int, n: int) -> None:
    """What arrived. Each correction is prepared a day later than the last."""
    if kind in ("corrected", "repeated"):
        day = datetime(2005, 2, 1) + timedelta(days=more)
        small.lay(home.inbox, more=more)
        for file in list(home.inbox.iterdir()):
            file.rename(file.with_name(f"{file.name[:-14]}{day:%Y-%m-%d}.csv"))
    elif kind == "spoilt":
        (home.inbox / f"crime_110101_2004_2006-01-{spoilt % 28 + 1:02d}.csv").write_text(
            f"area_code,kind\n110101,{n}\n"
        )


def _night(home: Home, when: datetime, temporary: Path, outcome: Outcome) -> None:
    """A run that ends well and leaves no process, no file in the folder for such, no lock."""
    done = clockwork.command(home, "run", "--json", when=when, more={"TMPDIR": str(temporary)})
    outcome.hold(done.returncode == 0, f"{when:%Y-%m-%d}: {done.stdout}{done.stderr}"[-1500:])
    left = sorted(path.name for path in temporary.iterdir())
    outcome.hold(not left, f"{when:%Y-%m-%d}: left in TMPDIR: {left[:5]}")
    outcome.hold(not (alive := _processes(home)), f"{when:%Y-%m-%d}: processes are left: {alive}")
    hidden = [path for path in home.root.rglob(".*") if path.name != ".demo"]
    hidden += [*(home.releases / "staging").glob("*"), *(home.releases / "trash").glob("*"), *home.inbox.glob("*")]
    outcome.hold(not hidden, f"{when:%Y-%m-%d}: files are left: {sorted(map(str, hidden))[:5]}")


def _processes(home: Home) -> list[str]:
    """Who has the installation's folder in the environment, or one of its files open."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"YEARBOOK_HOME={home.root}\0".encode() in (place / "environ").read_bytes()
            opened = [str(link.readlink()) for link in (place / "fd").iterdir()]
        except OSError:
            continue
        if int(place.name) != os.getpid() and (mine or any(file.startswith(f"{home.root}/") for file in opened)):
            found.append((place / "cmdline").read_bytes().replace(b"\0", b" ").decode()[:200])
    return found


def _bytes(folder: Path) -> int:
    done = subprocess.run(["du", "-s", "--block-size=1", str(folder)], capture_output=True, text=True, check=True)
    return int(done.stdout.split()[0])


def _files(home: Home) -> int:
    """Files but those of which each has its reason to be kept for ever: what arrived, receipts, figures, releases."""
    kept = ("originals", "quarantine", "outbox", "landing", "releases")
    return sum(path.is_file() for path in home.root.rglob("*") if path.relative_to(home.root).parts[0] not in kept)


def _bounded(home: Home, outcome: Outcome) -> None:
    """What is kept is as much as is said, and no more."""
    candidates = [one for one in read.list_releases(home) if one["kind"] == "candidate"]
    outcome.hold(len(candidates) <= prune.KEEP + 1, f"{len(candidates)} candidates are kept")
    outcome.hold(len(list(home.runs.iterdir())) <= FOLDERS, "more folders of runs are kept than is said")
    records = list((home.dagster / "history" / "runs").glob("*-*.db"))
    outcome.hold(len(records) <= RECORDS + 2, f"{len(records)} records of runs are kept")
    outcome.hold(len(list((home.dagster / "storage").iterdir())) <= RECORDS + 2, "what old runs printed is kept")
    outcome.hold(
        len(list(home.cache.iterdir())) <= 3, f"the cache holds {sorted(p.name for p in home.cache.iterdir())}"
    )


def _steady(sizes: list[dict[str, int]], costs: list[tuple[str, float]], outcome: Outcome) -> None:
    """Once everything that is kept is kept, nothing grows; a night takes as long as one of a month ago."""
    full = RECORDS + 8
    for place in ("cache", "dagster", "runs", "inbox", "files"):
        early, late = sizes[full][place], sizes[-1][place]
        outcome.hold(late <= early * 1.05 + 2**20, f"{place} grows from {early:,} to {late:,} in the last nights")
    a_night = (sizes[-1]["logs"] - sizes[20]["logs"]) / (len(sizes) - 21)
    outcome.hold(a_night < 2**15, f"the journal grows by {a_night:,.0f} bytes a night")
    for kind in dict.fromkeys(KINDS):
        early = statistics.median(cost for of, cost in costs[10:30] if of == kind)
        late = statistics.median(cost for of, cost in costs[40:] if of == kind)
        outcome.hold(
            late <= early * SLOWER, f"a night with {kind} takes {late:.1f} s of a processor, {early:.1f} before"
        )
