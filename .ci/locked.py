"""What the locks name: under which licence each package stands, and whether an advisory speaks of it.

    python .ci/locked.py licences [--write]   holds the page of licences against locks and environment; or makes it
    python .ci/locked.py advisories [PLACE]   holds every locked package against the advisories in PLACE

PLACE (left out: YEARBOOK_ADVISORIES) is a folder or a zip of records in the OSV format, as the export "PyPI/all.zip" of
OSV holds them; nothing is fetched. Without a place it says so and is content: not every machine has one. Exits with 1
when a package is affected, or the page is not what the locks say.
"""

from __future__ import annotations

import json
import os
import re
import sys
import zipfile
from collections.abc import Collection, Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import Marker
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

ROOT = Path(__file__).resolve().parent.parent
SPARK = "requirements-spark.lock"
LOCKS = {
    "requirements.lock": "a run",
    "requirements-postgres.lock": "PostgreSQL",
    SPARK: "Spark",
    "requirements-dev.lock": "tests",
}
"""Lock -> what needs it; that of Spark is not installed with the others."""
PAGE = ROOT / "pipelines" / "docs" / "licences.md"
PLACE = "YEARBOOK_ADVISORIES"
_HEAD = """\
# Licences

What `requirements.lock`, `requirements-postgres.lock` and `requirements-spark.lock` install beside Yearbook, and the
licence that each package states in its own metadata. Made by `python .ci/locked.py licences --write` where Spark is
installed too (`make .venv/installed-spark`); `make lint` holds it against the locks.

| package | version | licence | for |
|---|---|---|---|
"""
_SAID_ELSEWHERE = re.compile(r"^(UNKNOWN|Dual License|see .*|)$", re.IGNORECASE)


def pins(lock: Path) -> Iterator[tuple[str, str, str]]:
    """(package, version, marker) of each line of a lock; what is for Windows alone is left out."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        if re.match(r"[A-Za-z0-9]", line):
            name, _, rest = line.partition(" \\")[0].strip().partition("==")
            version, _, marker = rest.partition(";")
            if "sys_platform == 'win32'" not in marker:
                yield canonicalize_name(name.partition("[")[0]), version.strip(), marker.strip()


def locked(lock: Path) -> dict[str, list[str]]:
    """Package -> versions that a lock pins, several where Pythons differ."""
    found: dict[str, list[str]] = {}
    for name, version, _ in pins(lock):
        found.setdefault(name, []).append(version)
    return found


def licence(package: str, versions: Collection[str]) -> str:
    """What a package that is installed in one of these versions says of its licence. Raises LookupError where it is
    not, or says nothing.
    """
    try:
        said = metadata.metadata(package)
    except metadata.PackageNotFoundError:
        raise LookupError(f"{package} is locked and not installed: run make .venv/installed-dev.") from None
    if said["Version"] not in versions:
        known = f"{package} is locked at {', '.join(sorted(versions))}, and {said['Version']} is installed"
        raise LookupError(f"{known}: run make .venv/installed-dev.")
    classed = [one.rpartition(" :: ")[2] for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    own = " ".join((said.get("License") or "").split("\n")[0].split())
    for words in (said.get("License-Expression") or "", "; ".join(sorted(classed)), own):
        if words and not _SAID_ELSEWHERE.match(words):
            return words
    raise LookupError(f"{package} does not say under which licence it stands; look for it before it is locked.")


def _installed(package: str) -> bool:
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def page(locks: Path, before: Path) -> str:
    """The page of licences, as locks and environment have it; of what cannot be installed on this machine, or is of
    Spark and is not installed, as the page has it. Raises LookupError.
    """
    old = before.read_text(encoding="utf-8").splitlines() if before.exists() else []
    lines: list[str] = []
    for lock, what in LOCKS.items():
        if lock == "requirements-dev.lock":
            continue
        here: dict[str, list[str]] = {}
        for package, version, marker in pins(locks / lock):
            if (not marker or Marker(marker).evaluate()) and (lock != SPARK or _installed(package)):
                here.setdefault(package, []).append(version)
        for package, versions in sorted(locked(locks / lock).items()):
            begin, end = f"| {package} | {', '.join(versions)} | ", f" | {what} |"
            if package in here:
                lines.append(f"{begin}{licence(package, here[package])}{end}")
            elif kept := [line for line in old if line.startswith(begin) and line.endswith(end)]:
                lines += kept
            else:
                named = f"{package} {', '.join(versions)} is locked"
                known = f"{named}, is not or cannot be installed here, and is not in the page"
                raise LookupError(f"{known}: make the page where it is installed.")
    return _HEAD + "\n".join(lines) + "\n"


def records(place: Path) -> Iterator[dict[str, Any]]:
    """The advisories of a folder or a zip. Raises ValueError where there is none."""
    count = 0
    if place.is_dir():
        texts = (path.read_bytes() for path in sorted(place.rglob("*.json")))
    elif zipfile.is_zipfile(place):
        archive = zipfile.ZipFile(place)
        texts = (archive.read(name) for name in sorted(archive.namelist()) if name.endswith(".json"))
    else:
        raise ValueError(f"{place} is neither a folder nor a zip of advisories.")
    for text in texts:
        count += 1
        yield json.loads(text)
    if not count:
        raise ValueError(f"{place} holds no advisory.")


def affected(record: dict[str, Any], pinned: dict[str, list[str]]) -> Iterator[str]:
    """A sentence for each pinned version of a package that an advisory says is affected."""
    if record.get("withdrawn"):
        return
    for about in record.get("affected", []):
        package = about.get("package", {})
        name = canonicalize_name(package.get("name", ""))
        if package.get("ecosystem") != "PyPI":
            continue
        for version in pinned.get(name, []):
            if _is_affected(about, version):
                known = ", ".join([record["id"], *record.get("aliases", [])])
                yield f"{name} {version}: {known}: {record.get('summary') or 'no summary'}"


def _is_affected(about: dict[str, Any], version: str) -> bool:
    """OSV's own rule: a version that is listed, or one that a range has introduced and not yet fixed."""
    if version in about.get("versions", []):
        return True
    at = Version(version)
    for span in about.get("ranges", []):
        if span.get("type") != "ECOSYSTEM":
            continue
        inside = False
        for where, what in sorted(_events(span["events"])):
            if what == "introduced" and where <= at:
                inside = True
            elif (what == "fixed" and where <= at) or (what == "last_affected" and where < at):
                inside = False
        if inside:
            return True
    return False


def _events(told: list[dict[str, str]]) -> Iterator[tuple[Version, str]]:
    """(version, event) of a range. Where a version is none, what is introduced was there from the first one on, and
    what ends is not known to have ended.
    """
    for what, where in (pair for event in told for pair in event.items()):
        try:
            yield (Version("0.dev0") if where == "0" else Version(where)), what
        except InvalidVersion:
            if what == "introduced":
                yield Version("0.dev0"), what


def main(words: list[str]) -> int:
    """Does what was asked for; returns the exit code."""
    if words[:1] == ["licences"]:
        try:
            made = page(ROOT, PAGE)
        except LookupError as error:
            print(error.args[0])
            return 1
        if "--write" in words:
            PAGE.write_text(made, encoding="utf-8")
        elif not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
            print(f"{PAGE.relative_to(ROOT)} is not what the locks say: run python .ci/locked.py licences --write.")
            return 1
        return 0
    if words[:1] != ["advisories"]:
        print(__doc__)
        return 2
    place = words[1] if len(words) > 1 else os.environ.get(PLACE, "")
    if not place:
        print(f"No advisories are held against the locks: {PLACE} names no folder or zip of them.")
        return 0
    pinned: dict[str, list[str]] = {}
    for lock in LOCKS:
        pinned |= locked(ROOT / lock)
    count, found = 0, []
    for record in records(Path(place)):
        count += 1
        found += affected(record, pinned)
    print("\n".join(found))
    print(f"{len(pinned)} locked packages, {count} advisories: {len(found)} of them speak of what is locked.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
