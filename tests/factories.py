"""Good and broken returns made FROM a contract, so that no fixture file has to be kept.

    factory = Factory(catalog)
    path = factory.write(tmp_path, "caseload", factory.good("caseload"))
    broken = factory.broken("unknown_column", tmp_path)

Figures come from the demo's generator without its county: they obey every rule of whichever documents.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse, shift
from pipelines.contracts.returns import Return
from pipelines.demo import files
from pipelines.demo.figures import Figures
from pipelines.demo.files import Rows
from pipelines.demo.frame import frame, units
from pipelines.demo.profile import County

SECRET = "SECRET-4711"
"""The value of an unknown column: must appear nowhere."""


@dataclass(frozen=True)
class Broken:
    """A file with one fault: what it is, and where. `cell` is '' where the fault has no cell of its own."""

    fault: str
    path: Path
    table: str
    period: str
    unit: str
    cell: str = ""
    found: str = ""


class Factory:
    """Returns of one catalog. Where no period is given it is the first one owed."""

    def __init__(self, catalog: Catalog, seed: int = 0):
        self.catalog = catalog
        self.figures = Figures(catalog, County(), [], seed)

    def table(self, id: str = "") -> Return:
        """The return of this id, or the first that has parts of wholes, no dimension and several areas."""
        if id:
            return self.catalog.returns[id]
        return next(
            t for t in self.catalog.returns.values()
            if any(m.part_of for m in t.measures) and not t.dimensions and len(t.due.areas) > 1
        )  # fmt: skip

    def unit(self, table: str, period: str = "") -> str:
        """The first reporting unit."""
        found = self.table(table)
        return units(self.catalog, found, period or found.due.start)[0]

    def values(self, table: str, period: str = "", unit: str = "") -> dict[files.Cell, files.Value]:
        """(area, breakdown, measure) -> figure, parents first; None where there can be none."""
        found = self.table(table)
        period = period or found.due.start
        shape = frame(self.catalog, found, unit or self.unit(table, period), period)
        return {
            (area, breakdown, m.id): self.figures.cells(table, m.id, period)[area, breakdown]
            for area in (*shape.parents, *shape.leaves)
            for breakdown in (*shape.totals, *shape.breakdowns)
            for m in found.measures
        }

    def good(self, table: str, period: str = "", unit: str = "", headers: str = "en", shape: str = "long") -> Rows:
        """Header and rows of a sound return. `shape`: long (a row per code) or wide (a column per code)."""
        found = self.table(table)
        values = self.values(table, period, unit)
        if shape == "wide":
            return files.wide_rows(self.catalog, found, values, period or found.due.start)
        return files.long_rows(self.catalog, found, values, period or found.due.start, headers)

    def facts(self, table: str, period: str = "", prepared_on: str = "", unit: str = "") -> dict[str, str]:
        """What identifies a delivery, as `yearbook deliver` would be told."""
        found = self.table(table)
        period = period or found.due.start
        return {
            "table": table,
            "unit": unit or self.unit(table, period),
            "period": period,
            "prepared_on": prepared_on or (parse(period).end + timedelta(days=20)).isoformat(),
        }

    def write(
        self,
        folder: Path,
        table: str,
        rows: Rows,
        encoding: str = "utf-8-sig",
        ending: str = ".csv",
        **facts: str,
    ) -> Path:
        """Writes the rows as a file named by the contract's pattern. `facts`: period, prepared_on, unit."""
        known = self.facts(table, **facts)
        path = folder / files.file_name(self.catalog, ending, known)
        if ending == ".xlsx":
            files.write_xlsx(path, {table: rows}, {})
        else:
            delimiter = self.catalog.format_of(self.table(table)).delimiter
            path.write_bytes(files.csv_bytes(rows, encoding, delimiter))
        return path

    def workbook(self, folder: Path, office: str, sheets: dict[str, Rows], **facts: str) -> Path:
        """One workbook of several tables, identified by its properties alone."""
        known = self.facts(next(iter(sheets)), **facts)
        del known["table"]
        properties = {f"yearbook_{name}": text for name, text in {"office": office, **known}.items()}
        path = folder / f"{office}.xlsx"
        files.write_xlsx(path, sheets, properties)
        return path

    def broken(self, fault: str, folder: Path, table: str = "") -> Broken:
        """A return with one fault, one of FAULTS, in the last row where rows matter."""
        found = self.table(table)
        rows = self.good(found.table)
        known = self.facts(found.table)
        if fault == "undecodable":
            path = self.write(folder, found.table, rows)
            data = path.read_bytes()
            at = data.index(str(rows[-1][0]).encode(), data.rindex(b"\n", 0, -1))
            path.write_bytes(data[:at] + b"\xff\xff" + data[at:])
            return Broken(fault, path, found.table, known["period"], known["unit"])
        if fault == "merged_header":
            path = self.write(folder, found.table, rows, ending=".xlsx")
            _write_merged(path, found.table, rows)
            return Broken(fault, path, found.table, known["period"], known["unit"], "C1")
        cell, text = FAULTS[fault](found, rows)
        path = self.write(folder, found.table, rows)
        return Broken(fault, path, found.table, known["period"], known["unit"], cell, text)


def address(row: int, column: int) -> str:
    """The A1 address of a place counted from 0."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row + 1}"


def _measures(table: Return, rows: Rows) -> list[int]:
    return [at for at, name in enumerate(rows[0]) if table.measure(str(name))]


def _missing_column(table: Return, rows: Rows) -> tuple[str, str]:
    at = _measures(table, rows)[-1]
    for row in rows:
        del row[at]
    return "", ""


def _renamed_column(table: Return, rows: Rows) -> tuple[str, str]:
    at = _measures(table, rows)[0]
    rows[0][at] = f"{rows[0][at]}_new"
    return address(0, at), str(rows[0][at])


def _unknown_column(table: Return, rows: Rows) -> tuple[str, str]:
    for at, row in enumerate(rows):
        row.append(SECRET if at else "inspector")
    return address(0, len(rows[0]) - 1), "inspector"


def _text(table: Return, rows: Rows) -> tuple[str, str]:
    at = _measures(table, rows)[0]
    rows[-1][at] = "see annex"
    return address(len(rows) - 1, at), "see annex"


def _negative(table: Return, rows: Rows) -> tuple[str, str]:
    at = _measures(table, rows)[0]
    rows[-1][at] = -3
    return address(len(rows) - 1, at), "-3"


def _part_above_whole(table: Return, rows: Rows) -> tuple[str, str]:
    part = next(m for m in table.measures if m.part_of)
    at, whole = rows[0].index(part.id), rows[0].index(part.part_of or "")
    rows[-1][at] = int(rows[-1][whole]) + 1
    return address(len(rows) - 1, at), str(rows[-1][at])


def _duplicate(table: Return, rows: Rows) -> tuple[str, str]:
    rows.append(list(rows[-1]))
    return address(len(rows) - 1, 0), str(rows[-1][0])


def _missing_row(table: Return, rows: Rows) -> tuple[str, str]:
    return "", str(rows.pop()[0])


def _wrong_year(table: Return, rows: Rows) -> tuple[str, str]:
    at = rows[0].index(table.period.header)
    rows[-1][at] = shift(str(rows[-1][at]), -1)
    return address(len(rows) - 1, at), str(rows[-1][at])


def _unknown_area(table: Return, rows: Rows) -> tuple[str, str]:
    rows[-1][0] = "9" * len(str(rows[-1][0]))
    return address(len(rows) - 1, 0), str(rows[-1][0])


def _write_merged(path: Path, table: str, rows: Rows) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet(table)
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                sheet.write(at, column, cell)
        sheet.merge_range(0, 2, 0, 3, rows[0][2])


FAULTS: dict[str, Callable[[Return, Rows], tuple[str, str]]] = {
    "missing_column": _missing_column,
    "renamed_column": _renamed_column,
    "unknown_column": _unknown_column,
    "text_in_number": _text,
    "negative_count": _negative,
    "part_above_whole": _part_above_whole,
    "duplicate_key": _duplicate,
    "missing_row": _missing_row,
    "wrong_year": _wrong_year,
    "unknown_area": _unknown_area,
}
"""Faults of rows: each changes the rows in place and says at which cell, and what stands there."""

ALL_FAULTS = (*FAULTS, "undecodable", "merged_header")
