"""Code lists and areas: `codelists/*.csv`. Codes are text for ever; a leading zero is never lost."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError

from pipelines.contracts import periods
from pipelines.contracts.base import Code
from pipelines.contracts.faults import Fault

COLUMNS = {
    "code": "The code. It is text: a leading zero is kept.",
    "parent": "The code it is an exclusive class of, or the area it lies in; empty: none.",
    "level": "`area.csv` only, and there in every row: one of the programme's `levels`.",
    "name_en": "Its name, English.",
    "name_zh": "Its name, Simplified Chinese.",
    "valid_from": "The first day on which it is valid: a day, or a period whose first day is meant; empty: always was.",
    "valid_to": "The last day: a day, or a period whose last day is meant; empty: still is.",
    "aliases": "Other names under which files may call it, with `|` between them.",
}
"""The columns that are read. Further columns are free."""
REQUIRED = ("code", "parent", "name_en", "name_zh")
_CODE = TypeAdapter(Code, config=ConfigDict(defer_build=True))


@dataclass(frozen=True)
class Item:
    """One code. `valid_from`/`valid_to` are ISO days (inclusive), '' = open."""

    code: str
    parent: str
    name_en: str
    name_zh: str
    valid_from: str = ""
    valid_to: str = ""
    aliases: tuple[str, ...] = ()
    level: str = ""
    line: int = 0

    def valid_in(self, start: str, end: str) -> bool:
        """Is the code valid on the last day of a period? ISO days. A period's areas are those of its end."""
        return (not self.valid_from or self.valid_from <= end) and (not self.valid_to or end <= self.valid_to)


@dataclass(frozen=True)
class Codelist:
    """A list of codes, in document order."""

    name: str
    items: dict[str, Item] = field(default_factory=dict)
    broken: frozenset[str] = frozenset()
    """Codes of which not every part is in this list: their parts do not add up to them."""

    @cached_property
    def total(self) -> str | None:
        """The code that stands for all others: the only root, if it has children."""
        roots = [item.code for item in self.items.values() if not item.parent]
        if len(roots) == 1 and len(self.items) > 1:
            return roots[0]
        return None

    @cached_property
    def parts(self) -> dict[str, tuple[str, ...]]:
        """parent code -> the exclusive codes directly below it."""
        found: dict[str, list[str]] = {}
        for item in self.items.values():
            if item.parent and item.parent not in self.broken:
                found.setdefault(item.parent, []).append(item.code)
        return {parent: tuple(children) for parent, children in found.items()}

    def only(self, codes: Collection[str]) -> Codelist:
        """The list without all other codes. A code whose parent is left out comes under the nearest one kept."""

        def parent(item: Item) -> str:
            above = item.parent
            while above and above not in codes:
                above = self.items[above].parent
            return above

        kept = {code: replace(item, parent=parent(item)) for code, item in self.items.items() if code in codes}
        broken = {item.parent for code, item in self.items.items() if code not in codes}
        return Codelist(self.name, kept, self.broken | broken)

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Codes without codes below them."""
        return tuple(code for code in self.items if code not in self.parts)


def _day(text: str, last: bool) -> str:
    """A validity bound as an ISO day: a period means its first or last day. Raises ValueError."""
    if not text:
        return ""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        pass
    try:
        period = periods.parse(text)
    except ValueError:
        form = "2004-12-31 or 2004"  # no year of figures: examples
        raise ValueError(f"{text!r} is neither a day nor a period; write it like {form}") from None
    return (period.end if last else period.start).isoformat()


def read(path: Path, root: Path, areas: bool = False) -> tuple[Codelist, list[Fault], bool]:
    """Reads one list. Faults: header, empty or doubled codes, unknown or circular parents, wrong validity.

    Also says whether every code could be read; if not, nobody can say that a code does not exist.
    """
    file = path.relative_to(root).as_posix()
    faults: list[Fault] = []
    items: dict[str, Item] = {}
    required = (*REQUIRED, "level") if areas else REQUIRED
    begins = 1  # the line on which the row being read begins
    whole = True
    try:
        with io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="") as stream:
            rows = csv.DictReader(stream, strict=True)
            missing = [name for name in required if name not in (rows.fieldnames or [])]
            if missing:
                return Codelist(path.stem), [Fault(file, 1, f"lacks the column(s) {', '.join(missing)}")], False
            begins = rows.line_num + 1
            for row in rows:
                item = _item(row, rows.line_num)
                if isinstance(item, str):
                    faults.append(Fault(file, rows.line_num, item))
                    whole = False
                elif item.code in items:
                    first = items[item.code].line
                    message = f"the code {item.code} stands twice; the first is on line {first}"
                    faults.append(Fault(file, item.line, message))
                else:
                    items[item.code] = item
                begins = rows.line_num + 1
    except UnicodeDecodeError as error:
        return Codelist(path.stem), [Fault(file, 0, f"is not UTF-8 text (byte {error.start}); save it as UTF-8")], False
    except csv.Error as error:
        whole = False
        faults.append(Fault(file, begins, _broken(error)))
    for item in items.values():
        faults += [Fault(file, item.line, message) for message in _family(item, items, whole)]
    return Codelist(path.stem, items), faults, whole


def _broken(error: csv.Error) -> str:
    """What the reader stumbled over, in the row that began last."""
    words = str(error)
    if "unexpected end of data" in words:
        return 'a quotation mark (") is opened in this row and never closed; close it, or take it out'
    if "expected after" in words:
        return 'a quotation mark (") is closed before the end of its cell; write a mark inside a quoted cell twice ("")'
    return f"the row cannot be read as CSV: {words}"


def _item(row: dict[str, str], line: int) -> Item | str:
    """The code of a row, or what is wrong with it."""
    if None in row or None in row.values():
        return "has more or fewer cells than the header; quote names with commas"
    code = row["code"]
    try:
        _CODE.validate_python(code)
    except ValidationError:
        return f"{code!r} cannot be a code; avoid spaces at the ends and | = ; , [ ]"
    try:
        start = _day(row.get("valid_from") or "", last=False)
        end = _day(row.get("valid_to") or "", last=True)
    except ValueError as error:
        return f"the validity of {code}: {error}"
    if start and end and end < start:
        return f"{code} ends ({end}) before it begins ({start})"
    aliases = tuple(alias for alias in (row.get("aliases") or "").split("|") if alias)
    level = row.get("level") or ""
    return Item(code, row["parent"], row["name_en"], row["name_zh"], start, end, aliases, level, line)


def _family(item: Item, items: dict[str, Item], whole: bool) -> Iterator[str]:
    if whole and item.parent and item.parent not in items:
        yield f"the parent {item.parent} of {item.code} is not in the list"
    seen = {item.code}
    above = items.get(item.parent)
    while above is not None and above.code not in seen:
        seen.add(above.code)
        above = items.get(above.parent)
    if above is not None:
        yield f"{item.code} is its own ancestor (through {item.parent}); break the cycle"
