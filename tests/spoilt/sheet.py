"""One return about to be sent: its figures, and the sheet they are written into. How it is spoilt is not said here."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from functools import cached_property

from pipelines.contracts.periods import shift
from pipelines.contracts.returns import Return
from pipelines.demo import files
from tests.spoilt.counties import County, Values

TOTAL = {"en": "control total", "zh": "合计"}
"""What stands before a row of control totals."""


@dataclass
class Case:
    """A clean return, what may get into it by mistake, and the chance that decides."""

    county: County
    others: list[County]
    table: Return
    period: str
    chance: random.Random
    headers: str = "en"
    is_wide: bool = False
    has_totals: bool = False

    @cached_property
    def values(self) -> Values:
        """The true figures."""
        return self.county.values(self.table, self.period)

    @cached_property
    def last_year(self) -> Values:
        """Those of the year before."""
        return self.county.values(self.table, shift(self.period, -1))

    @cached_property
    def towns(self) -> list[str]:
        """The lowest areas."""
        return list(self.county.frame(self.table, self.period).leaves)

    @cached_property
    def classes(self) -> list[str]:
        """The smallest breakdowns."""
        return list(self.county.frame(self.table, self.period).breakdowns)

    @cached_property
    def measures(self) -> list[str]:
        """The measures with any figure above 0."""
        filled = {measure for (_, _, measure), value in self.values.items() if value}
        return [m.id for m in self.table.measures if m.id in filled]

    def sheet(self, values: Values, totals_of: Values | None = None, period: str = "") -> Sheet:
        """The figures written as the office writes. `totals_of`: the figures that its control totals add up."""
        sheet = self._written(values, period or self.period)
        if self.has_totals:
            sheet.totals = self._written(totals_of or values, self.period).sums(TOTAL[self.headers], self.period)
        return sheet

    def _written(self, values: Values, period: str) -> Sheet:
        catalog, sent = self.county.catalog, dict[files.Cell, files.Value](values)
        if self.is_wide:
            return Sheet.of(files.wide_rows(catalog, self.table, sent, period), 2)
        rows = files.long_rows(catalog, self.table, sent, period, self.headers)
        return Sheet.of(rows, 2 + len(self.table.dimensions))


@dataclass
class Sheet:
    """Header, rows, and a last row of control totals; the first `keys` columns say what a row is."""

    header: list[str | int]
    rows: files.Rows
    keys: int
    totals: list[str | int] = field(default_factory=list)

    @staticmethod
    def of(rows: files.Rows, keys: int) -> Sheet:
        """Header first."""
        return Sheet(rows[0], rows[1:], keys)

    @property
    def columns(self) -> range:
        """Places of the figures."""
        return range(self.keys, len(self.header))

    def filled(self) -> list[int]:
        """Places of the columns with any figure above 0."""
        return [at for at in self.columns if any(row[at] and isinstance(row[at], int) for row in self.rows)]

    def sums(self, word: str, period: str) -> list[str | int]:
        """Control totals: all figures of each column."""
        sums = [sum(cell for row in self.rows if isinstance(cell := row[at], int)) for at in self.columns]
        return [word, period, *[""] * (self.keys - 2), *sums]

    def data(self) -> bytes:
        """The file."""
        return files.csv_bytes([self.header, *self.rows, *([self.totals] if self.totals else [])])
