"""A method page as Markdown (GitHub's, for its tables). Whatever a document says is text there, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.release.methods.parts import Block, Items, Page, Text

_SPECIAL = re.compile(r"[\\`*\[\]|~$#]|<(?=[^\s=])|&(?=[#\w])|(?<![^\W_])_|_(?![^\W_])")
"""What begins markup anywhere in a line; a _ between letters, an & and a < before a space do not."""
_AT_START = re.compile(r"^(?:([+\-=:>])|(\d{1,9})([.)]))")
"""What begins a heading, a list or a table at the start of a line."""


def of_page(page: Page) -> str:
    """The page; ends with a line break."""
    lines = [f"# {inline(page.title)}"]
    for section in page.sections:
        lines += ["", f"## {inline(section.heading)}"]
        for block in section.blocks:
            lines += ["", *_block(block)]
    return "\n".join(lines) + "\n"


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of a table whose cells are Markdown already."""
    yield f"| {' | '.join(columns)} |"
    yield f"|{' --- |' * len(columns)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def inline(text: str) -> str:
    """A text on one line, with nothing in it that Markdown would take for markup within a line."""
    return _SPECIAL.sub(lambda found: "\\" + found[0], " ".join(text.split()))


def escaped(text: str) -> str:
    """The same of a text that begins a line, or an item of a list."""
    return _AT_START.sub(lambda found: f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}", inline(text))


def _block(block: Block) -> Iterator[str]:
    if isinstance(block, Text):
        yield escaped(block.text)
    elif isinstance(block, Items):
        yield from (f"- {escaped(item)}" for item in block.items)
    else:
        yield from table([*map(inline, block.columns)], [[*map(inline, row)] for row in block.rows])
