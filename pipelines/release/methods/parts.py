"""What a method page is made of, as data: sections of blocks. Plain texts; how they are marked up is the writer's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Items:
    """A list of paragraphs."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """A table of texts; every row has as many as there are columns."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


Block = Text | Items | Table


@dataclass(frozen=True)
class Section:
    """id: the same in every language."""

    id: str
    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Page:
    """The page of one indicator in one language."""

    indicator: str
    language: str
    title: str
    sections: tuple[Section, ...]
