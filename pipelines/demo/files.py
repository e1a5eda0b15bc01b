"""Return files as offices write them: rows by a table's document, CSV and XLSX, file names. Tests use it too.

What the figures are is the caller's business; nothing here invents or checks one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.programme import Format
from pipelines.contracts.returns import Return

Value = int | str | None
"""A figure, a text that the office writes instead, or None where there can be no figure."""

Cell = tuple[str, str, str]
"""Area code, breakdown, measure."""

Rows = list[list[str | int]]
"""Header first."""

_FIELD = re.compile(r"\{(\w+)\}")


def long_rows(catalog: Catalog, table: Return, values: Mapping[Cell, Value], period: str, headers: str = "en") -> Rows:
    """A row per area and breakdown, a column per measure. `headers`: en for ids and codes, zh for titles."""
    form = catalog.format_of(table)
    keys = list(dict.fromkeys((area, breakdown) for area, breakdown, _ in values))
    measures = [m for m in table.measures if any(m.id == measure for _, _, measure in values)]
    names = [table.area.header, table.period.header, *(d.id for d in table.dimensions)]
    if headers == "zh":
        names = [
            _chinese(table.area.header, table.area.aliases),
            _chinese(table.period.header, table.period.aliases),
        ]
        names += [_chinese(d.id, d.aliases) for d in table.dimensions]
    rows: Rows = [[*names, *((m.title.zh if headers == "zh" else m.id) for m in measures)]]
    for area, breakdown in keys:
        parts = _codes(breakdown)
        if headers == "zh":
            parts = {name: catalog.dimensions(table.table)[name].items[code].name_zh for name, code in parts.items()}
        figures = [written(values[area, breakdown, m.id], form) for m in measures]
        rows.append([area, period, *(parts[d.id] for d in table.dimensions), *figures])
    return rows


def wide_rows(catalog: Catalog, table: Return, values: Mapping[Cell, Value], period: str) -> Rows:
    """A row per area, a column per measure and code, headers by the first pattern of the document."""
    form = catalog.format_of(table)
    pattern = table.wide[0].pattern
    columns = list(dict.fromkeys((measure, breakdown) for _, breakdown, measure in values))
    rows: Rows = [[table.area.header, table.period.header]]
    for measure, breakdown in columns:
        fields = {"measure": measure, **_codes(breakdown)}
        rows[0].append(_FIELD.sub(lambda match, fields=fields: fields[match[1]], pattern))
    for area in dict.fromkeys(area for area, _, _ in values):
        figures = [written(values[area, breakdown, measure], form) for measure, breakdown in columns]
        rows.append([area, period, *figures])
    return rows


def written(value: Value, form: Format) -> str | int:
    """A figure as a cell; None as the format's mark for what cannot exist."""
    if value is None:
        return next(mark for mark, status in form.missing.items() if status == "M")
    return value


def qualified(value: int, qualifier: str, form: Format) -> str:
    """A figure behind the format's first mark of a qualifier: ≥30000."""
    return next(mark for mark, kind in form.qualifiers.items() if kind == qualifier) + str(value)


def csv_bytes(rows: Iterable[Sequence[str | int]], encoding: str = "utf-8-sig", delimiter: str = ",") -> bytes:
    """A CSV file, lines ended as spreadsheets do."""
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return stream.getvalue().encode(encoding)


def write_xlsx(path: Path, sheets: Mapping[str, Rows], properties: Mapping[str, str], title: str = "") -> None:
    """A workbook with a sheet per table and facts about it as document properties. Same input, same bytes."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        earliest = datetime(1980, 1, 1, tzinfo=UTC)  # no year of figures: the first day that a zip knows
        book.set_properties({"title": title, "created": earliest})
        for name, text in properties.items():
            book.set_custom_property(name, text, "text")
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name[:31])
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    write = sheet.write_number if isinstance(cell, int) else sheet.write_string
                    write(at, column, cell)  # type: ignore[arg-type]


def file_name(catalog: Catalog, ending: str, facts: Mapping[str, str | int]) -> str:
    """The name by the first pattern that says exactly these facts. Raises ValueError when there is none."""
    for pattern in catalog.programme.file_names:
        if set(_FIELD.findall(pattern)) == set(facts):
            return pattern.format(**{name: str(fact).replace("/", "-") for name, fact in facts.items()}) + ending
    raise ValueError(f"programme.yaml has no file name with {', '.join(facts)}")


def _codes(breakdown: str) -> dict[str, str]:
    if breakdown == TOTAL:
        return {}
    name_code = (part.split("=", 1) for part in breakdown.split(";"))
    return {name: code for name, code in name_code}  # noqa: C416  (pyright cannot see the pairs in dict())


def _chinese(header: str, aliases: Sequence[str]) -> str:
    """The first Chinese name of a column, else its header."""
    return next((alias for alias in aliases if not alias.isascii()), header)
