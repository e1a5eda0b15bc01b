"""Reads the tables of Rio de Janeiro without any code of the product: figures of a vintage, what was revised from
one to the next, years of months, and printed rates beside those that the files give.

    python tests/real_data/independent_rio.py BaseMunicipioMensal_1.csv BaseMunicipioMensal_2.csv ...

lists the cells that differ between consecutive vintages. Nothing here may import `pipelines`.
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

KEY = ("fmun_cod", "ano", "mes")
WORDS = {"fmun", "mes_ano", "regiao", "fase", *KEY}
Cell = tuple[str, str, str]
"""area, period, measure"""
OTHER_DENOMINATORS = {
    "furto_veiculos": "vehicles", "recuperacao_veiculos": "vehicles", "roubo_veiculo": "vehicles",
    "pol_militares_mortos_serv": "officers", "pol_civis_mortos_serv": "officers",
}  # fmt: skip
"""rate -> what it divides by instead of inhabitants; of neither is there a table by municipality"""


@dataclass
class Vintage:
    """A monthly table. `doubled`: (area, period) -> its rows, none of which is among the figures."""

    figures: dict[Cell, int] = field(default_factory=dict)
    provisional: set[str] = field(default_factory=set)
    doubled: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    rows: int = 0


def lines(path: Path) -> list[dict[str, str]]:
    """The rows of a table, by header."""
    with path.open(encoding="iso-8859-1", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=";", strict=True))


def read(path: Path) -> Vintage:
    """A monthly table. Raises ValueError when a cell is no count."""
    found, table = Vintage(), lines(path)
    times = Counter(tuple(row[name] for name in KEY) for row in table)
    for row in table:
        place = (row["fmun_cod"], f"{row['ano']}-{int(row['mes']):02d}")
        if times[tuple(row[name] for name in KEY)] > 1:
            found.doubled.setdefault(place, []).append(row)
            continue
        found.figures |= {(*place, name): int(text) for name, text in row.items() if name not in WORDS}
        if row["fase"] != "3":
            found.provisional.add(place[1])
    found.rows = len(table)
    return found


def revised(one: Vintage, two: Vintage) -> dict[Cell, tuple[int, int]]:
    """(area, period, measure) -> (from, to) of cells that both vintages have, once each, with different figures."""
    return {
        cell: (figure, two.figures[cell])
        for cell, figure in one.figures.items()
        if cell in two.figures and two.figures[cell] != figure
    }


def standing(vintages: Iterable[Vintage]) -> dict[Cell, int]:
    """What stands after vintages in the order of their preparation: the last one's figures, and of keys that it has
    doubled those of the vintage before it."""
    found: dict[Cell, int] = {}
    for vintage in vintages:
        kept = {cell: figure for cell, figure in found.items() if cell[:2] in vintage.doubled}
        found = vintage.figures | kept
    return found


def years(figures: dict[Cell, int]) -> dict[Cell, int]:
    """(area, year, measure) -> the sum of twelve months; no year of fewer."""
    months: defaultdict[Cell, list[int]] = defaultdict(list)
    for (area, period, measure), figure in figures.items():
        months[area, period[:4], measure].append(figure)
    return {cell: sum(found) for cell, found in months.items() if len(found) == 12}


@dataclass(frozen=True)
class Rate:
    """A printed rate per 100,000 with the two numbers of the files; `printed` "-": not published."""

    area: str
    year: str
    measure: str
    printed: str
    count: int
    inhabitants: Fraction

    @property
    def scaled(self) -> int:
        """In hundredths, half away from zero."""
        exact = Fraction(self.count * 100_000 * 100) / self.inhabitants
        return (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)

    @property
    def verdict(self) -> str:
        """equal, different, not_printed, or the denominator that is not in the files."""
        if self.printed == "-":
            return "not_printed"
        if self.measure in OTHER_DENOMINATORS:
            return OTHER_DENOMINATORS[self.measure]
        return "equal" if self.in_hundredths == self.scaled else "different"

    @property
    def in_hundredths(self) -> int:
        """The printed rate as a whole number of its last decimal."""
        exact = Fraction(self.printed.replace(",", ".")) * 100
        if exact.denominator != 1:
            raise ValueError(f"{self.printed} has more than two decimals")
        return int(exact)


def rates(printed: Path, monthly: Vintage, population: Path) -> Iterator[Rate]:
    """Every printed rate of the table of years, beside what the other tables give."""
    of_year = years(monthly.figures)
    people = {(row["cod_munic"], row["ano"]): Fraction(row["pop_munic"].replace(",", ".")) for row in lines(population)}
    for row in lines(printed):
        place = (row["fmun_cod"], row["ano"])
        for name, text in row.items():
            if name not in WORDS:
                yield Rate(*place, name, text, of_year[*place, name], people[place])


def implied(found: Iterable[Rate]) -> dict[Cell, tuple[Fraction, Fraction]]:
    """(area, year, measure) -> between which two numbers the denominator of a printed rate lies."""
    half = Fraction(1, 2)
    return {
        (rate.area, rate.year, rate.measure): (
            Fraction(rate.count * 10_000_000) / (rate.in_hundredths + half),
            Fraction(rate.count * 10_000_000) / (rate.in_hundredths - half),
        )
        for rate in found
        if rate.printed != "-" and rate.count and rate.in_hundredths
    }


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:]]
    tables = [read(file) for file in files]
    for before, after, name in zip(tables, tables[1:], files[1:], strict=False):
        differing = revised(before, after)
        print(f"{name.name}: {len(differing)} cells differ from the file before, {len(after.doubled)} keys are doubled")
        for (area, period, measure), (was, now) in sorted(differing.items()):
            print(f"  {area} {period} {measure}: {was} -> {now}")
