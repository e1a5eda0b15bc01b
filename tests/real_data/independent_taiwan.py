"""Reads the Taiwan police tables without any code of the product; recomputes the clearance rates.

    python tests/real_data/independent_taiwan.py police_indicators_national.csv offender_rate_by_county_2015.csv ...

By place of the column, where the product goes by its name. Nothing here may import `pipelines`.
"""

from __future__ import annotations

import csv
import re
import sys
from dataclasses import dataclass
from pathlib import Path

BLOCKS = {"all": 2, "violent": 8, "larceny": 13}
"""kind of offence -> its first column (from 0): recorded, cleared, clearance rate, suspects, cases per 100,000"""
OFFENDERS = 7
RATES = ("offender_rate", "juvenile_offender_rate", "youth_offender_rate", "adult_offender_rate")
"""The columns of the county table from the third on."""


@dataclass(frozen=True)
class Clearance:
    """A printed clearance rate with its two counts, and the persons suspected."""

    year: int
    kind: str
    recorded: int
    cleared: int
    suspects: int
    printed: str

    @property
    def computed(self) -> str:
        """Per cent with two decimals, half up, in integers."""
        scaled = (2 * self.cleared * 10_000 + self.recorded) // (2 * self.recorded)
        return f"{scaled // 100}.{scaled % 100:02d}"


def _rows(path: Path, encoding: str) -> list[list[str]]:
    with path.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream, strict=True))


def _years(path: Path) -> list[tuple[int, list[str]]]:
    """(year, row) of the rows with figures; both calendars must say the same."""
    found = []
    for row in _rows(path, "utf-8-sig"):
        if match := re.fullmatch(r"民國\s*(\d+)年", row[0]):
            year = int(match[1]) + 1911
            assert row[1] == str(year), row[:2]
            found.append((year, row))
    return found


def clearances(path: Path) -> list[Clearance]:
    """Every clearance rate of the national table."""
    return [
        Clearance(year, kind, *(int(row[at + place].replace(",", "")) for place in (0, 1, 3)), row[at + 2])
        for year, row in _years(path)
        for kind, at in BLOCKS.items()
    ]


def kept(path: Path) -> dict[tuple[str, str, int, str], str]:
    """(rate, area, year, kind) -> what is printed, of the rates that nothing in the tables makes."""
    found = {}
    if not path.stem.startswith("offender"):
        for year, row in _years(path):
            found |= {("crime_rate", "TW", year, kind): row[at + 4] for kind, at in BLOCKS.items()}
            found["offender_rate", "TW", year, "all"] = row[OFFENDERS]
        return found
    for row in _rows(path, "big5")[2:]:
        year = int(row[6].removesuffix("Y")) + 1911
        found |= {(rate, row[0], year, ""): row[at] for at, rate in enumerate(RATES, start=2)}
    return found


if __name__ == "__main__":
    for name in sys.argv[1:]:
        file = Path(name)
        rates = [] if file.stem.startswith("offender") else clearances(file)
        equal = sum(one.computed == one.printed for one in rates)
        print(file.name, f"clearance rates {len(rates)}, equal {equal}; kept as printed {len(kept(file))}")
