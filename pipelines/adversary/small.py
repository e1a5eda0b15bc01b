"""Figures printed by themselves that are small, or that nothing below the lowest published level allows. No solving."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.adversary.cells import Cell, complement
from pipelines.adversary.edition import Edition
from pipelines.adversary.verdict import Leak, zero_sensitive


def leaks(edition: Edition) -> Iterator[Leak]:
    """Each sensitive figure or complement of one area that is printed and must not be."""
    threshold = edition.catalog.programme.confidentiality.threshold
    for cell, below in edition.cells:
        value = _value(edition, cell)
        if value is None:
            continue
        if below:
            yield Leak(edition.name, "too_low", f"{cell} is printed ({value:,}), below what is published at all.")
        yield from _small(edition, cell, value, threshold)
        if whole := edition.complements.get(cell[:2]):
            other = _value(edition, cell._replace(measure=whole[1]))
            if other is not None:
                yield from _small(edition, complement(cell, whole[1]), other - value, threshold)


def _small(edition: Edition, cell: Cell, value: int, threshold: int) -> Iterator[Leak]:
    if 0 < value < threshold or (value == 0 and zero_sensitive(edition, cell)):
        yield Leak(edition.name, "small", f"{cell} is printed by itself, and is {value}.")


def _value(edition: Edition, cell: Cell) -> int | None:
    figure = edition.figures.get(cell)
    return figure.value if figure else None
