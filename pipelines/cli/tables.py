"""The tables that commands print: one look, in a terminal of any width, and a row a line where they are piped.

A table that does not fit folds the columns that hold sentences and names; where that leaves them too little room, each
row becomes a block of its own. Nothing is ever cut off.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

LEAST = 24
"""Cells of the screen below which a folded column reads badly."""
GAP = 2


@dataclass
class Table:
    """Rows of cells, of which one at least says something; a cell is plain text or a styled one. `right`: headings of
    figures; `folds`: those of words, the first column where nothing is said.
    """

    headings: Sequence[str]
    right: Sequence[str] = ()
    folds: Sequence[str] = ()
    title: str = ""
    rows: list[list[Text]] = field(default_factory=list)

    def add(self, *cells: str | Text, style: str = "") -> None:
        """A row. What stands in plain text is no markup."""
        from rich.text import Text

        self.rows.append([Text(cell, style=style) if isinstance(cell, str) else cell for cell in cells])

    def show(self) -> None:
        """Prints it."""
        from pipelines.cli.common import console

        screen = console()
        if self.title:
            screen.print(self.title, style="bold", markup=False, soft_wrap=True)
        widths = [max(map(_cells, column)) for column in zip(self.headings, *self.rows, strict=True)]
        folds = self.folds or self.headings[:1]
        stiff = sum(width for width, heading in zip(widths, self.headings, strict=True) if heading not in folds)
        room = screen.width - stiff - GAP * (len(widths) - 1)
        wanted = [min(width, LEAST) for width, heading in zip(widths, self.headings, strict=True) if heading in folds]
        if not sys.stdout.isatty() or room >= sum(wanted):
            screen.print(self._whole(folds))
        else:
            for block in self._blocks():
                screen.print(block)

    def _whole(self, folds: Sequence[str]) -> object:
        from rich import table

        made = table.Table(box=None, header_style="bold", padding=(0, GAP, 0, 0), pad_edge=False)
        for heading in self.headings:
            justify = "right" if heading in self.right else "left"
            made.add_column(heading, justify=justify, overflow="fold", no_wrap=heading not in folds)
        for row in self.rows:
            made.add_row(*row)
        return made

    def _blocks(self) -> Iterable[object]:
        """The first cell that says something as a head, the others below it, each after its heading."""
        from rich.padding import Padding
        from rich.text import Text

        for row in self.rows:
            (_, head), *others = [pair for pair in zip(self.headings, row, strict=True) if pair[1].plain]
            yield Text(head.plain, style="bold")
            told = [Text.assemble((f"{heading} ", "dim") if heading else "", cell) for heading, cell in others]
            yield Padding(Text(", ").join(told), (0, 0, 0, 2))


def _cells(what: str | Text) -> int:
    from rich.cells import cell_len

    return max(map(cell_len, str(what).splitlines()), default=0)
