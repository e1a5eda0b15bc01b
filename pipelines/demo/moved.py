"""Figures of an earlier period, laid over the areas of a later one: what an area begins with that events made."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from pipelines.contracts import Catalog
from pipelines.contracts.correspondence import Correspondence
from pipelines.contracts.periods import parse
from pipelines.demo.spread import spread

if TYPE_CHECKING:
    from pipelines.demo.maker import Cells


class Moved:
    """Remembers how areas correspond, period by period."""

    def __init__(self, catalog: Catalog):
        self._catalog = catalog
        self._origins: dict[str, dict[str, dict[str, Fraction]]] = {}
        self._pieces: dict[tuple[str, str], dict[str, dict[str, int]]] = {}

    def onto(self, cells: Cells, then: str, period: str) -> Cells:
        """The cells of `then` on the areas of `period`; parts of an area add up to it, None where a part has none."""
        found = self._of(then, period)
        made: Cells = {cell: value for cell, value in cells.items() if cell[0] not in found}
        for (area, breakdown), value in cells.items():
            if area not in found:
                continue
            pieces = found[area]
            shares = [0] * len(pieces) if value is None else spread(value, list(pieces.values()))
            for to, share in zip(pieces, shares, strict=True):
                before = made.get((to, breakdown), 0)
                made[to, breakdown] = None if value is None or before is None else before + share
        return made

    def origins(self, area: str, period: str) -> dict[str, Fraction]:
        """The areas that were there before any event -> the share of each that lies in the area in the period."""
        day = parse(period).end.isoformat()
        if day not in self._origins:
            found: dict[str, dict[str, Fraction]] = {}
            for piece in Correspondence(self._catalog, day).pieces():
                if not piece.valid_from:
                    found.setdefault(piece.to, {})[piece.area] = Fraction(piece.numerator, piece.denominator)
            self._origins[day] = found
        return self._origins[day].get(area, {area: Fraction(1)})

    def _of(self, then: str, period: str) -> dict[str, dict[str, int]]:
        """area then -> area of the period -> weight, where events lie between."""
        if (then, period) not in self._pieces:
            end, found = parse(then).end.isoformat(), dict[str, dict[str, int]]()
            for piece in Correspondence(self._catalog, parse(period).end.isoformat()).pieces():
                if piece.valid_from <= end and (not piece.valid_to or end <= piece.valid_to):
                    found.setdefault(piece.area, {})[piece.to] = piece.numerator
            self._pieces[then, period] = found
        return self._pieces[then, period]
