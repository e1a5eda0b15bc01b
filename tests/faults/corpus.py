"""Hostile returns, a fixed list: what each lays into the inbox, and what must come of it.

Here are the form of a case and the list of all; cases are made by the modules `corpus_*`, from the figures of a good
return that each has of its own. How they are taken in and judged belongs to the section.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from csv import writer
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults import small

Rows = list[list[str]]
Figures = dict[tuple[str, str, str], int]
"""(area, kind, measure) -> value"""

NAME = f"crime_{small.COUNTY}_2003_2004-01-20"
SECRET = "hush-58213"  # what no file outside the quarantine may hold
ACCEPTED = "accepted"
IGNORED = "ignored"


@dataclass(frozen=True)
class Case:
    """`expected`: `accepted`; `refused: CODE`, left in the inbox with that sentence; `ignored`; or the codes of
    findings, one of which must be among those of the rejected file (`a|b`). `lay` writes into a folder of its own in
    the inbox. `figures`: what lands where that is not what the good rows say.
    """

    name: str
    kind: str
    expected: str
    lay: Callable[[Path, Rows], None]
    figures: Callable[[Rows], Figures] = field(default=lambda rows: said(rows))


def rows(number: int) -> Rows:
    """Header and figures of a good return of the police; each number has others."""
    return [line.split(",") for line in small.crime("2003", number).decode().splitlines()]


def said(found: Rows) -> Figures:
    """What good rows say."""
    head, *lines = found
    return {
        (line[0], line[1], measure): int(cell)
        for line in lines
        for measure, cell in zip(head[2:], line[2:], strict=True)
    }


def text(found: Rows, end: str = "\n", sign: str = ",") -> str:
    """Rows as CSV."""
    out = io.StringIO()
    writer(out, delimiter=sign, lineterminator=end).writerows(found)
    return out.getvalue()


def file(make: Callable[[Rows], bytes], name: str) -> Callable[[Path, Rows], None]:
    """Lays down one file of these bytes."""
    return lambda folder, found: (folder / name).write_bytes(make(found)) and None


def as_csv(
    name: str, kind: str, expected: str, make: Callable[[Rows], str | bytes], file_name: str = f"{NAME}.csv"
) -> Case:
    """A case of one CSV."""

    def data(found: Rows) -> bytes:
        made = make(found)
        return made if isinstance(made, bytes) else made.encode()

    return Case(name, kind, expected, file(data, file_name))


def cell(found: Rows, at: tuple[int, int], words: str) -> Rows:
    """The rows with one cell changed; counted from 0, the header is row 0."""
    made = [list(line) for line in found]
    made[at[0]][at[1]] = words
    return made


def with_column(found: Rows, head: str, words: str) -> Rows:
    """The rows with one column more."""
    return [[*line, words if at else head] for at, line in enumerate(found)]


def cases() -> list[Case]:
    """All of them, in a fixed order."""
    from tests.faults import corpus_cells, corpus_inbox, corpus_text, corpus_xlsx, corpus_zip

    found = [
        *corpus_text.CASES, *corpus_cells.CASES, *corpus_zip.CASES, *corpus_xlsx.CASES, *corpus_inbox.CASES,
    ]  # fmt: skip
    names = [one.name for one in found]
    if len(set(names)) < len(names):
        raise ValueError(f"two cases have one name: {sorted(one for one in set(names) if names.count(one) > 1)}")
    return found
