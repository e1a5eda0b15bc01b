"""Damage to one kept file, chosen by a seed, and figures that are known without the product.

A damaged file is always a new one: a copy may share the bytes of its neighbours with the installation it was made from.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from pipelines.home import Home
from tests.faults import small

PAGE = 4096


def _flip(data: bytes, chance: random.Random, other: bytes) -> bytes:
    at = chance.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :]


def _cut(data: bytes, chance: random.Random, other: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def _zeroed(data: bytes, chance: random.Random, other: bytes) -> bytes:
    at = chance.randrange(0, len(data), PAGE)
    page = data[at : at + PAGE]
    return data[:at] + bytes(len(page)) + data[at + PAGE :]


def _longer(data: bytes, chance: random.Random, other: bytes) -> bytes:
    return data + chance.choice((b"\0", b"\n", b"0", data[:PAGE], chance.randbytes(17)))


KINDS: dict[str, Callable[[bytes, random.Random, bytes], bytes]] = {
    "flipped": _flip, "cut": _cut, "zeroed": _zeroed, "longer": _longer,
    "swapped": lambda data, chance, other: other, "gone": lambda data, chance, other: data,
}  # fmt: skip
"""How a file is damaged -> its bytes, a chance, the bytes of another file -> what stands there afterwards."""


def damage(files: list[Path], kind: str, chance: random.Random) -> Path:
    """Damages one of some files, so that its bytes are others; returns which. Its mode and times stay."""
    found = sorted(file for file in files if file.is_file() and not file.is_symlink())
    for _ in range(1000):
        file, other = chance.choice(found), chance.choice(found)
        data = file.read_bytes()
        after = KINDS[kind](data, chance, other.read_bytes()) if data else b""
        if kind == "gone" or (data and after != data):
            break
    else:
        raise AssertionError(f"no file can be {kind}")
    before = file.stat()
    file.unlink()
    if kind != "gone":
        file.write_bytes(after)
        file.chmod(before.st_mode)
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    return file


def copy(stage: str, folder: Path, kept: tuple[str, ...] = ()) -> Home:
    """A copy of a prepared installation that shares the bytes of its releases, which nothing ever writes to. `kept`:
    what is copied, if not all.
    """
    home, made = Home(folder / "home", folder / "documents"), small.prepared(stage)
    shutil.copytree(made.contracts, home.contracts)
    home.root.mkdir()
    for one in sorted(made.root / name for name in kept) if kept else sorted(made.root.iterdir()):
        how = "-al" if one.name == "releases" else "-a"
        subprocess.run(["cp", how, str(one), str(home.root)], check=True)
    return home


Figures = dict[tuple[str, str, str, str, str], int]


def expected(more: int, last: int | None = None) -> Figures:
    """(table, measure, area, year, class) -> the count that the returns say, read by nothing of the product's. `last`:
    the `more` of the last year, if it is another.
    """
    found: Figures = {}
    for year in small.YEARS:
        more = more if last is None or year != small.YEARS[-1] else last
        for line in small.crime(year, more).decode().splitlines()[1:]:
            area, kind, recorded, cleared = line.split(",")
            for measure, value in (("recorded", recorded), ("cleared", cleared)):
                found["crime", measure, area, year, f"kind={kind}"] = int(value)
        area, accepted = small.caseload(year, more).decode().splitlines()[1].split(",")
        found["caseload", "accepted", area, year, "_T"] = int(accepted)
    return found


def forge(database: Path, *statements: str) -> None:
    """Changes a copy of a database by SQL, so that it is as sound as before; it takes the place of the first."""
    import duckdb

    forged = database.with_name("forged.duckdb")
    shutil.copyfile(database, forged)
    with duckdb.connect(str(forged)) as connection:
        for statement in statements:
            connection.execute(statement)
    forged.replace(database)


def wrong(folder: Path, more: int, last: int | None = None) -> str:
    """What in a release is not what the returns say, in a few words; '' if all is."""
    import duckdb

    with duckdb.connect(str(folder / "yearbook.duckdb"), read_only=True) as connection:
        columns = "table_id, measure_id, area_code, period, breakdown, value"
        told = connection.execute(f"select {columns} from mart_observation where value is not null").fetchall()
        rates = connection.execute(
            "select area_code, period, breakdown, numerator, denominator, value_text from mart_indicator "
            "where indicator_id = 'clearance' and numerator is not null"
        ).fetchall()
    figures = {row[:5]: row[5] for row in told}
    for key, value in expected(more, last).items():
        if figures.get(key) != value:
            return f"{'/'.join(key)} is {figures.get(key)}, not {value}"
    if not rates:
        return "no rate is there"
    for area, period, breakdown, above, below, text in rates:
        exact = Fraction(int(above), int(below)) * 100
        if abs(Fraction(text) - exact) > Fraction(1, 2):
            return f"clearance of {area} in {period} ({breakdown}) is {text}, not {float(exact)}"
    return ""


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    """What is wrong with the words of a command that was not done; '' if it says it in sentences."""
    said = f"{done.stdout}\n{done.stderr}"
    if "Traceback (most recent call last)" in said:
        return "it ends with a traceback"
    if done.returncode not in (0, 1, 3):
        return f"its exit code is {done.returncode}"
    return "" if done.returncode == 0 or said.strip() else "it says nothing"
