"""Files that the disk damaged after they were written, one at a time: published, kept, asked."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

from pipelines.contracts import ContractError
from pipelines.home import Home, Unusable
from pipelines.landing import batches, decisions, engine, register, waiting
from pipelines.release import manifest, query, read, trace, verify
from pipelines.release.manifest import ReleaseError
from tests.faults import damaging, emptied, handed_on, small, waits
from tests.faults.damaging import KINDS
from tests.faults.outcome import Outcome

PROMISE = "A published release that was damaged is told by `verify`; no damage to what is kept becomes another figure."
ATTACK = (
    "A bit flipped, an end cut off or added, a page of zeros, another file in its place, none: in any kept file, and "
    "in what is read back, signed off or restored; and rows that a private build lost before it is validated."
)
EMPTIED = "rows lost"
WHERE = {
    "landing": "landing/*.parquet",
    "register": "register.db",
    "kept-build": "cache/kept-build/**/*",
    "parsed": "cache/dbt-*/*",
    "quarantine": "quarantine/*/*",
    "originals": "originals/*/*",
    "outbox": "outbox/*/*",
    "runs": "runs/**/*",
    "records": "dagster/**/*",
    "journal": "logs/*",
    "candidate": "releases/versions/candidate-*/**/*",
    "database": "releases/versions/candidate-*/yearbook.duckdb",
    "manifest": "releases/versions/*/manifest.json",
    "beside": "releases/*.json",
    "approvals": "releases/approvals/*",
}
"""What is kept -> its files below the home."""
MADE_AGAIN = ("kept-build", "parsed")
"""What is made again where it is damaged: the run is well."""
READ = ("flipped", "cut", "zeroed", "longer", "gone")
"""How a file is damaged of which there is one."""
SAID = {
    "changed": "update submission set prepared_on = '2005-12-31' where number = 1",
    "named": "update delivery set file_name = replace(file_name, '_2003_', '_2002_') where verdict = 'accepted'",
    "renamed": "update delivery set file_name = replace(file_name, '_2003_', '_2002_') where verdict is null",
}
"""How the register is changed so that it is whole in itself -> by what; a name by a bit."""
HANDED_ON = {
    "staged": ("changed", *KINDS), "signed": tuple(KINDS), "backup": ("changed", *READ),
}  # fmt: skip
"""What one step hands on to the next (`handed_on`) -> how it is damaged."""
SQL = "select * from mart_indicator order by all"
FIGURE = ("clearance", "110101", "2004")


def names(whole: bool) -> list[str]:
    """`published`: only verified; `read`: what a run reads of landing and register; `pending`: a delivery that waits in
    the store; `asked`: query and trace; `run`.

    `forged`: changed so that it is whole in itself; only what another place says of it tells. `older`: the register of
    a day before one batch landed. `rows lost`: of a build.
    """
    if not whole:
        few = [f"published {kind} {n}" for kind in KINDS for n in range(3)]
        few += [f"read {kind} {n}" for kind in READ for n in range(4)]
        few += [f"asked {kind} {n}" for kind in ("flipped", "zeroed", "gone") for n in range(3)]
        few += [*(f"staged changed {n}" for n in range(3)), "staged flipped 0"]
        few += [f"signed {kind} 0" for kind in ("flipped", "gone")]
        few += [f"backup {kind} 0" for kind in ("changed", "flipped")]
        few += [f"pending {kind} 0" for kind in ("flipped", "gone")]
        return [EMPTIED, *few, "forged", "older", *(f"read {what} 0" for what in SAID), "run kept-build forged 0"]
    return [
        EMPTIED,
        *(f"published {kind} {n}" for kind in KINDS for n in range(100)),
        *(f"read {kind} {n}" for kind in READ for n in range(40)),
        *(f"pending {kind} {n}" for kind in READ for n in range(10)),
        *(f"asked {kind} {n}" for kind in READ for n in range(20)),
        *(f"run {place} {kind} 0" for place in WHERE for kind in READ),
        *(f"{what} {kind} {n}" for what, kinds in HANDED_ON.items() for kind in kinds for n in range(8)),
        "forged",
        "older",
        *(f"read {what} 0" for what in SAID),
        "run kept-build forged 0",
    ]


def trial(name: str, folder: Path) -> Outcome:
    """One damaged file."""
    what, *words = name.split()
    outcome = Outcome()
    if name == EMPTIED:
        emptied.trial(folder, outcome)
        return outcome
    outcome.counts["damaged files"] += 1
    if what in HANDED_ON:
        getattr(handed_on, what)(words[0], name, folder, outcome)
        return outcome
    kept = () if what == "run" else ("landing", "register.db", "releases")
    kept += waits.KEPT if what in ("pending", "older") else ()
    stage = "pending" if what in ("read", "pending", "older") or "quarantine" in words else "published"
    home, chance = damaging.copy(stage, folder, kept), random.Random(name)
    {
        "published": _published, "read": _read, "asked": _asked, "run": _run, "forged": _forged,
        "pending": waits.pending, "older": waits.older,
    }[what](home, words, chance, outcome)  # fmt: skip
    return outcome


def _published(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    versions = home.releases / "versions"
    hit = damaging.damage(list(versions.rglob("*")), words[0], chance)
    release, _, path = hit.relative_to(versions).as_posix().partition("/")
    try:
        told = verify.verify(home, release)
    except ReleaseError as error:
        told = [str(error)]
    named = [fault for fault in told if path in fault or (path == "manifest.json" and release in fault)]
    outcome.hold(bool(named), f"{release}/{path} was {words[0]}; verify says {told or 'nothing'}")


def _forged(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    """A manifest written anew with a digest of its own."""
    file = read.folder_of(home).resolve() / manifest.FILE
    said = json.loads(file.read_bytes())
    file.unlink()
    file.write_bytes(manifest.text(said | {"run": "another"}))
    told = verify.verify(home)
    outcome.hold(any("digest" in fault for fault in told), f"a forged manifest: verify says {told or 'nothing'}")


def _known(home: Home) -> str:
    """What a run reads of the register."""
    found = [list(register.export(home)), decisions.export(home), list(waiting.deliveries(home))]
    return json.dumps(found, default=str)


def _read(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    known, figures = _known(small.prepared("pending")), [f.read_bytes() for f in batches.committed(home)]
    unjudged = list(waiting.deliveries(small.prepared("pending")))
    engine._kept.cache_clear()
    if words[0] in SAID:
        with sqlite3.connect(home.register) as connection:
            connection.execute(SAID[words[0]])
        hit = home.register
    else:
        hit = damaging.damage([home.register, *home.landing.iterdir()], words[0], chance)
    try:
        register.check(home)
        same = _known(home) == known and [file.read_bytes() for file in batches.sound(home)] == figures
        same &= [row | {"claimed_by": ""} for row in waiting.claimed(home, "a run", 10)] == unjudged
    except Unusable:
        return
    finally:
        engine._kept.cache_clear()
    outcome.hold(same, f"{hit.name} was {words[0]}; a run would read other figures of it")


def _asked(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    def answers() -> Any:
        with trace.tracer(home) as opened:
            return query.query(home, SQL), json.dumps(opened.trace(*FIGURE), default=str)

    before = answers()
    folder = read.folder_of(home).resolve()
    hit = damaging.damage([folder / "yearbook.duckdb", *(folder / "documents").rglob("*")], words[0], chance)
    try:
        after = answers()
    except (ReleaseError, query.QueryError, ContractError, Unusable):
        return
    data = hit.name == "yearbook.duckdb"
    outcome.hold(not data or after == before, f"{hit.name} was {words[0]}; query or trace answers otherwise")


def _run(home: Home, words: list[str], chance: random.Random, outcome: Outcome) -> None:
    place, kind, _ = words
    before, versions = read.current_id(home), home.releases / "versions"
    first = 1
    if kind == "forged":  # of the year that is not made again
        hit, first = home.cache / "kept-build" / "warehouse.duckdb", 0
        damaging.forge(hit, "update marts.mart_observation set value = value + 1 where period = '2003'")
        for file in home.inbox.glob("*_2003_*"):
            file.unlink()
    else:
        hit = damaging.damage(list(home.root.glob(WHERE[place])), kind, chance)
    done = small.command(home, "run", "--json")
    if place == "quarantine" and done.returncode == 0:  # who sent it is told, and sends it again
        small.lay(home.inbox, more=1, day="25")
        done = small.command(home, "run", "--json")
    what = f"{hit.relative_to(home.root)} was {kind}; then"
    if fault := damaging.sentence(done):
        outcome.hold(False, f"{what} {fault}: {(done.stdout + done.stderr)[-1500:]}")
    now = read.current_id(home)
    well = done.returncode == 0 or place not in MADE_AGAIN
    outcome.hold(well, f"{what} the run is not well: {done.stdout}"[-1500:])
    if done.returncode == 0:
        outcome.hold(now != before, f"{what} a run is well and there is no candidate")
    if now and now != before:
        fault = damaging.wrong(versions / now, first, 1)
        outcome.hold(not fault, f"{what} {now} is published: {fault}")
        faults = verify.verify(home, now)
        outcome.hold(not faults, f"{what} {now} is published: {faults[:3]}")
    elif done.returncode:
        outcome.counts["refused runs"] += 1
    for left in ("staging", "trash"):
        shutil.rmtree(home.releases / left, ignore_errors=True)
