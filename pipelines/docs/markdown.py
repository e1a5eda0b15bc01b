"""Markdown from values: tables, cells, links to places of the same page. No word of the reference stands here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

_SIGNS = str.maketrans({sign: f"\\{sign}" for sign in r"\`*_{}[]<>|#$~"})


def text(words: object) -> str:
    """Words as they are, on one line: no sign of theirs is taken for Markdown. Nothing for None."""
    return "" if words is None else " ".join(str(words).split()).translate(_SIGNS)


def code(words: object) -> str:
    """Words as code, on one line; nothing for nothing."""
    plain = "" if words is None else " ".join(str(words).split())
    if not plain:
        return ""
    fence = "``" if "`" in plain else "`"
    inner = f" {plain} " if "`" in plain else plain
    return f"{fence}{inner}{fence}".replace("|", r"\|")


def escaped(words: str) -> str:
    """A text of ours, which may hold `code`: everything else in it means nothing to Markdown."""
    parts = words.split("`")
    if len(parts) % 2 == 0:
        return words.translate(_SIGNS)
    return "".join(code(part) if place % 2 else part.translate(_SIGNS) for place, part in enumerate(parts))


def told(words: object) -> str:
    """A description of ours on one line, fit for a cell; nothing for None."""
    return "" if words is None else escaped(" ".join(str(words).split()))


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; columns that are empty in every row are left out. '' without rows."""
    found = [list(row) for row in rows]
    kept = [place for place in range(len(heads)) if any(row[place] for row in found)]
    lines = [[heads[place] for place in kept], ["---"] * len(kept), *([row[place] for place in kept] for row in found)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n" if found else ""
