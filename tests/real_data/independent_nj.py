"""Reads a table of the New Jersey municipal courts without any code of the product; recomputes its rates.

    python tests/real_data/independent_nj.py municipal-courts-2019-06.csv ...

The tests hold the product's release against `read`; nothing here may import `pipelines`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = {
    "Indictables": "indictable", "DPAndPDP": "disorderly", "OtherCriminal": "other_criminal",
    "CriminalTotal": "criminal", "DWI": "dwi", "TrafficMoving": "moving", "Parking": "parking",
    "TrafficTotal": "traffic", "GrandTotal": "total",
}  # fmt: skip
"""Ending of a header -> our code."""
COUNTS = ("Filings", "Resolutions", "Clearance", "Backlog", "ActivePending")
SUMS = {
    "CriminalTotal": ("Indictables", "DPAndPDP", "OtherCriminal"),
    "TrafficTotal": ("DWI", "TrafficMoving", "Parking"),
    "GrandTotal": ("CriminalTotal", "TrafficTotal"),
}
RATES = {
    "clearance_rate": ("ClearancePct", "Resolutions", "Filings", 1),
    "backlog_per_100": ("BacklogPer100", "Backlog", "Filings", 12),
    "backlog_share": ("BacklogPct", "Backlog", "ActivePending", 1),
}
"""rate -> printed column, numerator, denominator, times (backlog is per 100 filings of an average month)"""
CHANGES = {"filings_change": "Filings", "resolutions_change": "Resolutions", "backlog_change": "Backlog"}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Cell:
    """A printed rate with the two counts it is made of. `period` is that of the row, or the one before."""

    rate: str
    county: str
    court: str
    period: str
    case: str
    numerator: int
    denominator: int
    printed: str

    @property
    def whole(self) -> int | None:
        """Per cent, half away from zero, in integers; None where nothing divides it."""
        if self.denominator == 0:
            return None
        size = (2 * abs(self.numerator) * 100 + self.denominator) // (2 * self.denominator)
        return -size if self.numerator < 0 else size

    @property
    def verdict(self) -> str:
        """equal, different, zero_over_zero, over_zero (something out of nothing) or not_printed."""
        if self.whole is None:
            if self.numerator == 0:
                return "zero_over_zero"
            return "not_printed" if self.printed == "- -" else "over_zero"
        return "equal" if self.printed.removesuffix("%").replace(",", "") == str(self.whole) else "different"


def period_of(text: str, years: int = 0) -> str:
    """`JULY 2018 -  JUNE 2019` as an SDMX period, moved by years."""
    found = re.fullmatch(r"([A-Z]+) (\d{4})\s*-\s*([A-Z]+) (\d{4})", text.strip(), re.IGNORECASE)
    assert found, text
    first, last = (MONTHS.index(found[at][:3].lower()) + 1 for at in (1, 3))
    start, end = int(found[2]) + years, int(found[4]) + years
    assert (end - start) * 12 + last - first == 11, text
    return str(start) if first == 1 else f"{start}-{first:02d}-01/P1Y"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a file, by header."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, strict=True))


def count(row: dict[str, str], measure: str, edition: str, case: str) -> int:
    """A whole number, below 0 too."""
    return int(row[f"{measure}_{edition}_{case}"].replace(",", ""))


def read(path: Path) -> Iterator[Cell]:
    """Every printed rate of a file that can be recomputed from it."""
    for row in rows(path):
        place = (row["County"], row["Municipality"])
        for case, code in CASES.items():
            for edition, years in (("Prior", -1), ("Current", 0)):
                period = period_of(row["DateRange"], years)
                for rate, (printed, top, bottom, times) in RATES.items():
                    sides = times * count(row, top, edition, case), count(row, bottom, edition, case)
                    yield Cell(rate, *place, period, code, *sides, row[f"{printed}_{edition}_{case}"])
            for rate, measure in CHANGES.items():
                before, now = (count(row, measure, edition, case) for edition in ("Prior", "Current"))
                printed = row[f"{measure}_PctChange_{case}"]
                yield Cell(rate, *place, period_of(row["DateRange"]), code, now - before, before, printed)


def broken(path: Path) -> list[str]:
    """Every identity that a file does not keep: the difference, and the totals of each count."""
    found = []
    for row in rows(path):
        for edition in ("Prior", "Current"):
            counts = {name: {case: count(row, name, edition, case) for case in CASES} for name in COUNTS}
            for name, of in counts.items():
                wrong = [total for total, parts in SUMS.items() if of[total] != sum(of[part] for part in parts)]
                found += [f"{row['County']} {row['Municipality']} {edition} {name} {total}" for total in wrong]
            for case in CASES:
                filed, resolved, cleared = (counts[name][case] for name in ("Filings", "Resolutions", "Clearance"))
                if resolved - filed != cleared:
                    found.append(f"{row['County']} {row['Municipality']} {edition} Clearance {case}")
    return found


def compare(path: Path) -> dict[tuple[str, str], Counter[str]]:
    """(rate, period) -> verdict -> how many cells."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for cell in read(path):
        counts.setdefault((cell.rate, cell.period), Counter())[cell.verdict] += 1
    return counts


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(Path(name).name, "identities broken:", len(broken(Path(name))))
        for (rate, period), verdicts in compare(Path(name)).items():
            print(
                Path(name).name, period, rate, *(f"{verdict} {number}" for verdict, number in sorted(verdicts.items()))
            )
