"""Reads a table of the German police statistics without any code of the product; recomputes its rates.

    python tests/real_data/independent.py 2021.csv bl_2021.csv bund_2021.csv ...

The county, state and federal tables, each in any of its layouts. The tests hold the product's release against `read`;
nothing here may import `pipelines`.
"""

from __future__ import annotations

import csv
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SUSPECTS = r"nichtdeutsche tatverd(ae|ä)chtige"
COLUMNS = {
    "key": r"schl(ue|ü)ssel?e?$",
    "area": r"(gemeindeschl|bundesland$)",
    "recorded": r"(anzahl )?erfasste f(ae|ä)lle$",
    "attempts": r".*versuche -? ?anzahl$",
    "cleared": r"(auff?kl(ae|ä)rung - .*f(ae|ä)lle|aufgekl(ae|ä)rte f(ae|ä)lle)$",
    "suspects": r"tatverd(ae|ä)chtige insgesamt$",
    "non_german": rf"({SUSPECTS} - anzahl|anzahl {SUSPECTS})$",
    "clearance_rate": r"(aufkl(ae|ä)rungsquote|aufkl(ae|ä)rung in % \(aufkl(ae|ä)rungsquote\))$",
    "attempt_share": r".*versuche (- anteil )?in %",
    "non_german_suspect_share": rf"({SUSPECTS} - anteil|anteil {SUSPECTS})",
    "case_rate": r"(h(ae|ä)ufigkeitszahl|hz)",
    "share_of_all_cases": r"%-anteil an allen",
}
POPULATION = 23
"""Number of the column that has no header in the one edition that prints the population."""
FEW = ("area", "case_rate", "share_of_all_cases")
"""Columns that not every table has."""
RATES = {
    "clearance_rate": ("cleared", "recorded", 100, 1),
    "attempt_share": ("attempts", "recorded", 100, 1),
    "non_german_suspect_share": ("non_german", "suspects", 100, 1),
    "case_rate": ("recorded", "population", 100_000, 0),
    "share_of_all_cases": ("recorded", "all", 100, 1),
}
"""rate -> numerator, denominator, per how many, printed decimals"""
STATES = (
    "Schleswig-Holstein", "Hamburg", "Niedersachsen", "Bremen", "Nordrhein-Westfalen", "Hessen", "Rheinland-Pfalz",
    "Baden-Württemberg", "Bayern", "Saarland", "Berlin", "Brandenburg", "Mecklenburg-Vorpommern", "Sachsen",
    "Sachsen-Anhalt", "Thüringen",
)  # fmt: skip
"""In the order of their official codes, 01 to 16."""


@dataclass(frozen=True)
class Cell:
    """A printed rate with the two counts it is made of."""

    area: str
    key: str
    numerator: int
    denominator: int
    printed: str
    per: int = 100
    decimals: int = 1

    @property
    def scaled(self) -> int | None:
        """The rate in units of its last decimal, half away from zero, in integers; None where nothing divides it."""
        if self.denominator == 0:
            return None
        return (2 * self.numerator * self.per * 10**self.decimals + self.denominator) // (2 * self.denominator)

    @property
    def verdict(self) -> str:
        """equal, different, zero_over_zero, over_zero (something out of nothing) or unrounded (and right)."""
        if self.scaled is None:
            return "over_zero" if self.numerator else "zero_over_zero"
        text = _plain(self.printed) if self.decimals == 0 else self.printed
        found = re.fullmatch(r"(\d+)(?:[.,](\d+))?", text)
        if not found:
            return "different"
        whole, part = found[1], found[2] or ""
        if len(part) > self.decimals:
            step = 10 ** len(part)
            off = int(whole + part) * self.denominator - self.numerator * self.per * step
            return "unrounded" if abs(off) <= self.denominator else "different"
        return "equal" if int(whole + part.ljust(self.decimals, "0")) == self.scaled else "different"


@dataclass(frozen=True)
class Row:
    """A row's area, offence key and cells by our names, as printed."""

    area: str
    key: str
    cells: dict[str, str]

    def count(self, name: str) -> int:
        """A whole number, whatever separates its thousands."""
        return int(_plain(self.cells[name]))


def _plain(text: str) -> str:
    return re.sub(r"[.,](?=\d{3}\b)", "", text)


def _key(text: str) -> str:
    """The key with its leading zeros; a spreadsheet took 3**100 for a number."""
    if found := re.fullmatch(r"(\d)[.,]00E\+(\d{3})", text):
        return f"{found[1]}**{found[2]}"
    return text.zfill(6) if text.isdigit() else text


def _area(text: str) -> str:
    if text in STATES:
        return f"{STATES.index(text) + 1:02d}"
    return text.zfill(5) if text.isdigit() else "DE"


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file."""
    with path.open(encoding="iso-8859-1", newline="") as stream:
        lines = list(csv.reader(stream, delimiter=";", strict=True))
    head = next(index for index, line in enumerate(lines) if any("Straftat" in cell for cell in line))
    place = {
        name: [at for at, cell in enumerate(lines[head]) if re.match(pattern, cell.strip().casefold())]
        for name, pattern in COLUMNS.items()
    }
    unclear = {name: found for name, found in place.items() if len(found) > 1 or not (found or name in FEW)}
    if unclear:
        raise ValueError(f"{path.name}: no single column for {unclear}")
    if len(lines[head]) >= POPULATION and not lines[head][POPULATION - 1]:
        place["population"] = [POPULATION - 1]
    for line in lines[head + 1 :]:
        if line[:3] == ["1", "2", "3"]:
            continue  # the row of column numbers, printed once more
        cells = {name: line[found[0]].strip() for name, found in place.items() if found}
        yield Row(_area(cells.get("area", "")), _key(cells["key"]), cells)


def read(path: Path) -> Iterator[tuple[str, Cell]]:
    """Every printed rate of a file that can be recomputed from it: (rate, cell)."""
    found = list(rows(path))
    all_cases = {row.area: row.count("recorded") for row in found if row.key == "------"}
    for row in found:
        for rate, (top, bottom, per, decimals) in RATES.items():
            if rate in row.cells and (bottom == "all" or bottom in row.cells):
                whole = all_cases[row.area] if bottom == "all" else row.count(bottom)
                yield rate, Cell(row.area, row.key, row.count(top), whole, row.cells[rate], per, decimals)


def compare(path: Path) -> dict[str, dict[str, int]]:
    """rate -> verdict -> how many cells; `compared` counts all but those that nothing divides."""
    verdicts = ("compared", "equal", "different", "unrounded", "zero_over_zero", "over_zero")
    counts: dict[str, dict[str, int]] = {}
    for rate, cell in read(path):
        count = counts.setdefault(rate, dict.fromkeys(verdicts, 0))
        count[cell.verdict] += 1
        count["compared"] += cell.denominator != 0
    return counts


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for rate, count in compare(Path(name)).items():
            print(Path(name).name, rate, *(f"{verdict} {number}" for verdict, number in count.items()))
