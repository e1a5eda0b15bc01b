"""Reads a county table of the German police statistics without any code of the product; recomputes its rates.

    python tests/real_data/independent.py 2021.csv ...

The tests hold the product's release against `read`; nothing here may import `pipelines`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

COLUMNS = {
    "key": r"schl(ue|ü)ssel?e?$",
    "area": r"gemeindeschl",
    "recorded": r"(anzahl )?erfasste f(ae|ä)lle$",
    "attempts": r".*versuche -? ?anzahl$",
    "cleared": r"(auff?kl(ae|ä)rung - .*f(ae|ä)lle|aufgekl(ae|ä)rte f(ae|ä)lle)$",
    "suspects": r"tatverd(ae|ä)chtige insgesamt$",
    "non_german": r"nichtdeutsche tatverd(ae|ä)chtige - anzahl$",
    "clearance_rate": r"aufkl(ae|ä)rungsquote$",
    "attempt_share": r".*versuche - anteil",
    "non_german_suspect_share": r"nichtdeutsche tatverd(ae|ä)chtige - anteil",
}
RATES = {
    "clearance_rate": ("cleared", "recorded"),
    "attempt_share": ("attempts", "recorded"),
    "non_german_suspect_share": ("non_german", "suspects"),
}


@dataclass(frozen=True)
class Cell:
    """A printed rate with the two counts it is made of. `tenths` is ours, None for 0/0."""

    area: str
    key: str
    numerator: int
    denominator: int
    printed: str

    @property
    def tenths(self) -> int | None:
        """The rate in tenths of a per cent, half away from zero, in integers."""
        if self.denominator == 0:
            return None
        return (2 * self.numerator * 1000 + self.denominator) // (2 * self.denominator)

    @property
    def verdict(self) -> str:
        """equal, different, zero_over_zero, over_zero (something out of nothing) or unrounded."""
        if self.tenths is None:
            return "over_zero" if self.numerator else "zero_over_zero"
        found = re.fullmatch(r"(\d+)(?:[.,](\d+))?", self.printed)
        if not found:
            return "different"
        whole, part = found[1], found[2] or "0"
        if len(part) > 1:
            return "unrounded"
        return "equal" if int(whole) * 10 + int(part) == self.tenths else "different"


def read(path: Path) -> Iterator[tuple[str, Cell]]:
    """Every printed rate of a file: (rate, cell)."""
    with path.open(encoding="iso-8859-1", newline="") as stream:
        rows = list(csv.reader(stream, delimiter=";", strict=True))
    head = next(index for index, row in enumerate(rows) if any("Straftat" in cell for cell in row))
    place = {
        name: [at for at, cell in enumerate(rows[head]) if re.match(pattern, cell.strip().casefold())]
        for name, pattern in COLUMNS.items()
    }
    unclear = {name: found for name, found in place.items() if len(found) != 1}
    if unclear:
        raise ValueError(f"{path.name}: no single column for {unclear}")
    for row in rows[head + 1 :]:
        cell = {name: row[found[0]].strip() for name, found in place.items()}
        if not cell["area"].isdigit() or (cell["key"].isdigit() and int(cell["key"]) < 100):
            continue  # the row of column numbers, printed once more
        for rate, sides in RATES.items():
            top, bottom = (int(re.sub(r"[.,](?=\d{3}\b)", "", cell[name])) for name in sides)
            yield rate, Cell(cell["area"].zfill(5), cell["key"], top, bottom, cell[rate])


def compare(path: Path) -> dict[str, dict[str, int]]:
    """rate -> verdict -> how many cells; `compared` counts all but 0/0."""
    counts = {
        rate: dict.fromkeys(("compared", "equal", "different", "unrounded", "zero_over_zero", "over_zero"), 0)
        for rate in RATES
    }
    for rate, cell in read(path):
        counts[rate][cell.verdict] += 1
        counts[rate]["compared"] += cell.denominator != 0
    return counts


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for rate, count in compare(Path(name)).items():
            print(Path(name).name, rate, *(f"{verdict} {number}" for verdict, number in count.items()))
