"""Hostile returns: a fixed list of files that mean harm, each taken in from the inbox as any return is."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.home import Home
from pipelines.intake.judge import Limits
from pipelines.messages import LANGUAGES, catalogue
from tests.faults import corpus, judging, landed, meanwhile, small, watched
from tests.faults.corpus import ACCEPTED, IGNORED, SECRET, Case
from tests.faults.outcome import Outcome

PROMISE = (
    "A hostile return harms nobody: it is rejected with its reason, or what lands is what it says; whoever takes it in "
    "lives, stays below 512 MB and 30 s a file, reaches no network, and only the quarantine keeps what was rejected."
)
ATTACK = (
    "Zip bombs, far cells, entity bombs, links, macros, signs that are not seen, formulas, cut and disguised files, "
    "names that are commands, and things in the inbox that are no files, each taken in under watch."
)
MEANWHILE = "meanwhile"
MEMORY = 512
SECONDS = 30
_FORMULA = re.compile(rb"<(?:\w+:)?f[ >]|ddeLink|TargetMode=\"External\"|<!DOCTYPE")


def names(whole: bool) -> list[str]:
    """The kinds of cases: those of one kind come at once; and what befalls who reads them."""
    return [*dict.fromkeys(one.kind for one in corpus.cases()), *judging.TRIALS, MEANWHILE]


def trial(name: str, folder: Path) -> Outcome:
    """Takes in all cases of a kind, and judges each for itself."""
    if name == MEANWHILE:
        return meanwhile.trial(folder)
    if name in judging.TRIALS:
        return judging.trial(name, folder)
    outcome = Outcome()
    home = Home(folder / "home", small.documents(folder / "documents")).create()
    laid: dict[str, tuple[Case, corpus.Rows, list[Path], set[str]]] = {}
    for number, case in enumerate(corpus.cases()):
        if case.kind == name:
            rows, place = corpus.rows(number), home.inbox / f"case{number:03d}"
            place.mkdir()
            case.lay(place, rows)
            files = list(_below(place))
            laid[place.name] = case, rows, files, {_sha(path) for path in files if _ordinary(path)}
    before = _tree(folder / "outside")
    done = watched.run(
        folder / "watched", ["-m", "tests.faults.taking", str(home.root), str(home.contracts)], [home.root],
        seconds=SECONDS * (len(laid) + 2),
    )  # fmt: skip
    outcome.counts["files"] = len(laid)
    outcome.hold(_tree(folder / "outside") == before, "Something beside the installation changed.")
    outcome.broken += [f"Noted of the programs: {note}" for note in done.notes]
    if done.code != 0:
        outcome.hold(False, f"Who takes in died ({done.code}): {done.errors[-2000:]}")
        return outcome
    told = json.loads(done.out)
    outcome.hold(told["own"] < MEMORY, f"Who takes in had {told['own']} MB.")
    outcome.hold(told["child"] < Limits().memory >> 20, f"Who reads had {told['child']} MB.")
    outcome.hold(told["slowest"] < SECONDS + 2, f"A file took {told['slowest']:.0f} s.")
    receipts = _receipts(home)
    for place, (case, rows, files, hashes) in laid.items():
        refused = [one for one in told["refused"] if one.startswith(place)]
        found = [receipts[one] for one in hashes if one in receipts]
        for sentence in _judged(case, rows, files, refused, found, home):
            outcome.hold(False, f"{case.name}: {sentence}")
    outcome.broken += _left(home, laid, told["refused"])
    return outcome


def _judged(
    case: Case, rows: corpus.Rows, files: list[Path], refused: list[str], found: list[dict[str, Any]], home: Home
) -> Iterator[str]:
    """What came of a case that should not have come of it."""
    if case.expected == IGNORED or case.expected.startswith("refused"):
        codes = case.expected.removeprefix("refused: ").split("|")
        if found:
            yield f"it was taken in: {found[0]['verdict']}"
        if case.expected != IGNORED and not any(_says(sentence, codes) for sentence in refused):
            yield f"it was not refused as {case.expected}: {refused}"
        if not all(os.path.lexists(path) for path in files):
            yield "it is gone from the inbox"
        return
    if len(found) != 1 or refused:
        yield f"{len(found)} receipts, {refused}"
        return
    (receipt,) = found
    codes = {each["code"] for each in _findings(receipt) if each["severity"] == "error"}
    accepted = [one["submission_id"] for one in receipt["submissions"] if one["verdict"] == ACCEPTED]
    stored = {place.name for place in (home.originals, home.quarantine) if list(place.glob(f"*/{receipt['sha256']}*"))}
    if stored != {"originals" if receipt["verdict"] == ACCEPTED else "quarantine"}:
        yield f"{receipt['verdict']}, it lies in {stored}"
    expected = set(case.expected.split("|"))
    if receipt["verdict"] == ACCEPTED:
        if ACCEPTED not in expected:
            yield f"it was accepted, not rejected for {case.expected}"
        lies, says = landed.cells(home, accepted), case.figures(rows)
        if lies != says:
            yield f"other figures landed than it says: {sorted(set(lies.items()) ^ set(says.items()))[:6]}"
    elif accepted or receipt["verdict"] != "rejected":
        yield f"a part of it was accepted: {receipt['verdict']}"
    elif not codes & expected:
        yield f"rejected for {sorted(codes)}, not for {case.expected}"
    for each in _findings(receipt):
        if not all(each["sentence"].get(language) for language in LANGUAGES):
            yield f"no sentence in both languages for {each['code']}"


def _findings(receipt: dict[str, Any]) -> list[dict[str, Any]]:
    return [*receipt["findings"], *(each for one in receipt["submissions"] for each in one["findings"])]


def _says(sentence: str, codes: list[str]) -> bool:
    """Is it one of these sentences of the catalogue, whatever stands in their places?"""
    words = [re.sub(r"\\\{\w+\\\}", ".*", re.escape(catalogue()[f"finding.{code}"]["en"])) for code in codes]
    return any(re.search(one, sentence, re.DOTALL) for one in words)


def _receipts(home: Home) -> dict[str, dict[str, Any]]:
    read = (json.loads(path.read_text(encoding="utf-8")) for path in home.outbox.rglob("*.json"))
    return {one["sha256"]: one for one in read}


def _left(home: Home, laid: dict[str, Any], refused: list[str]) -> Iterator[str]:
    """What lies where it should not: rejected bytes, secrets, formulas, signs that steer a terminal."""
    rejected = {path.name[:64] for path in home.quarantine.rglob("*") if path.is_file()}
    for path in _below(home.root):
        if path.is_symlink() or home.inbox in path.parents or home.quarantine in path.parents:
            continue
        data = path.read_bytes()
        if SECRET.encode() in data:
            yield f"{path} holds what stands in no column of ours"
        if b"Traceback" in data:
            yield f"{path} holds a traceback"
        if hashlib.sha256(data).hexdigest() in rejected:
            yield f"{path} holds rejected bytes"
        if path.suffix == ".xlsx" and home.outbox in path.parents:
            with zipfile.ZipFile(path) as archive:
                made = {name: archive.read(name) for name in archive.namelist()}
            if wrong := [name for name, part in made.items() if _FORMULA.search(part) or SECRET.encode() in part]:
                yield f"{path} has formulas, links or secrets in {wrong}"
        if path.suffix == ".txt" and (signs := _steering(data.decode("utf-8"))):
            yield f"{path} holds signs that steer: {signs}"
        if path.name.endswith(".tmp"):
            yield f"{path} was left"
    for sentence in refused:
        if signs := _steering(sentence):
            yield f"A sentence holds signs that steer: {signs}"


def _steering(text: str) -> list[str]:
    return [hex(ord(sign)) for sign in text if sign != "\n" and not sign.isprintable() and sign != "\u3000"]


def _below(folder: Path) -> Iterator[Path]:
    """Everything below a folder that is no folder; what lies too deep is left out."""
    for place, folders, files in os.walk(folder):
        links = [name for name in folders if os.path.islink(f"{place}/{name}")]  # noqa: PTH114 (never raises)
        yield from (Path(place, name) for name in (*files, *links))


def _ordinary(path: Path) -> bool:
    return stat.S_ISREG(path.lstat().st_mode) and path.stat().st_size < 2**30


def _sha(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file of a folder: its time, and what it holds."""
    return {
        str(path): (path.lstat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }
