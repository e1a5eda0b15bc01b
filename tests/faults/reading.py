"""Readers that know nothing of the product: each in a process of its own reads what a pointer names until it is told to
stop, and notes what cannot be of one release.

    python -m tests.faults.reading KIND RELEASES     ends when standard input does; prints JSON: reads, releases, broken

Each release says its number in two tables (`headline_text` of mart_indicator, `name_en` of dim_area) and in its name.
An edition says the number of the candidate that it was made from, which is lower than its own.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

NEAR = 3
"""Releases so near to the newest are never pruned (see the section)."""
Said = set[str]


def number(folder: Path) -> int:
    """The running number in a release's name."""
    return int(folder.name.rpartition("-")[2])


def _resolved(releases: Path, pointer: str) -> Path:
    return releases / (releases / pointer).readlink()


def database(folder: Path) -> Said:
    """What the tables of the database say."""
    import duckdb

    with duckdb.connect(str(folder / "yearbook.duckdb"), read_only=True) as connection:
        sql = "select headline_text from mart_indicator union select name_en from dim_area"
        return {text for (text,) in connection.execute(sql).fetchall()}


def parquet(folder: Path) -> Said:
    """What the Parquet files say."""
    import pyarrow.parquet as pq

    files = (("mart_indicator", "headline_text"), ("dim_area", "name_en"))
    return {
        text for file, column in files
        for text in pq.read_table(folder / "parquet" / f"{file}.parquet", columns=[column])[column].to_pylist()
    }  # fmt: skip


def by_csv(folder: Path) -> Said:
    """What the CSV files say, and whether the manifest names this very folder."""
    found = set()
    for file, column in (("mart_indicator", "headline_text"), ("dim_area", "name_en")):
        with (folder / "csv" / f"{file}.csv").open(encoding="utf-8-sig", newline="") as stream:
            found |= {row[column] for row in csv.DictReader(stream)}
    said = json.loads((folder / "manifest.json").read_bytes())["release_id"]
    return found if said == folder.name else found | {said}


@dataclass
class Reader:
    """Reads a pointer again and again."""

    releases: Path
    pointer: str
    reads: int = 0
    seen: set[int] = field(default_factory=set)
    broken: list[str] = field(default_factory=list)
    newest: int = 0

    def once(self, resolve: Callable[[], Path], look: Callable[[Path], Said]) -> None:
        """One read: the name first, then all from the folder that it named."""
        try:
            folder = resolve()
        except (OSError, ValueError, KeyError) as error:
            self.broken.append(f"{self.pointer} names nothing: {error}")
            return
        if number(folder) < self.newest and not self._withdrawn():
            self.broken.append(f"{self.pointer} names {folder.name} after {self.newest}")
        self.newest = number(folder)
        try:
            found = look(folder)
        except Exception as error:
            now = number(_resolved(self.releases, "current"))
            if number(folder) >= now - NEAR:
                self.broken.append(f"{folder.name} cannot be read: {type(error).__name__}: {error}"[:300])
            return
        self.reads += 1
        self.seen.add(number(folder))
        edition = folder.name.startswith("edition")
        of = (
            {text for text in found if text.isdigit() and int(text) < number(folder)} if edition else {str(self.newest)}
        )
        if len(found) != 1 or found != of:
            self.broken.append(f"{folder.name} says {sorted(found)}")

    def _withdrawn(self) -> bool:
        note = self.releases / "versions" / f"edition-{self.newest:06d}" / "withdrawn.json"
        return self.pointer == "latest_edition" and note.exists()

    def twin(self) -> Path:
        """The folder that the JSON beside the pointer names."""
        said = json.loads((self.releases / f"{self.pointer}.json").read_bytes())
        return self.releases / said["folder"]


def held(reader: Reader, stop: threading.Event) -> None:
    """Opens a release and reads the same open files across prunes: their bytes stay what they were."""
    while not stop.is_set():
        folder = _resolved(reader.releases, "current")
        try:
            streams = [(folder / name).open("rb") for name in ("yearbook.duckdb", "parquet/mart_indicator.parquet")]
        except OSError as error:
            reader.broken.append(f"{folder.name} cannot be opened: {error}")
            continue
        was = [hashlib.file_digest(stream, "sha256").hexdigest() for stream in streams]
        for _ in range(20):
            stop.wait(0.1)
            for stream, digest in zip(streams, was, strict=True):
                stream.seek(0)
                reader.reads += 1
                if hashlib.file_digest(stream, "sha256").hexdigest() != digest:
                    reader.broken.append(f"{stream.name} changed while it was open")
        reader.seen.add(number(folder))
        for stream in streams:
            stream.close()


def main() -> None:
    """Reads until standard input ends."""
    kind, releases = sys.argv[1], Path(sys.argv[2])
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    current, edition = Reader(releases, "current"), Reader(releases, "latest_edition")
    if kind == "held":
        held(current, stop)
    while not stop.wait(0.01):  # readers share the machine with whoever publishes
        if kind == "twin":
            current.once(current.twin, by_csv)
            continue
        look = {"database": database, "parquet": parquet}[kind]
        for one in (current, edition):
            if one is current or (releases / one.pointer).is_symlink():
                one.once(lambda one=one: _resolved(releases, one.pointer), look)
    both = (current, edition)
    print(json.dumps({
        "reads": sum(one.reads for one in both), "releases": sum(len(one.seen) for one in both),
        "broken": [text for one in both for text in one.broken[:20]],
    }))  # fmt: skip


if __name__ == "__main__":
    main()
