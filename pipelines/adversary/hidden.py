"""Which figures an edition keeps back, and which rates are made from them."""

from __future__ import annotations

from functools import cached_property

from pipelines.adversary.cells import Cell
from pipelines.adversary.edition import Edition
from pipelines.adversary.of_documents import of
from pipelines.contracts.catalog import ResolvedTerm


class Hidden:
    """`cells`: the sensitive figures of areas that are kept back, by a row that says so or by no row at all."""

    def __init__(self, edition: Edition, cells: set[Cell]):
        self.edition, self.cells = edition, cells

    @cached_property
    def _sides(self) -> dict[str, dict[str, list[ResolvedTerm]]]:
        """indicator -> breakdown -> every term of both sides."""
        catalog = self.edition.catalog
        return {
            id: {breakdown: [*top, *bottom] for breakdown, (top, bottom) in catalog.sides(one).items()}
            for id, one in self.edition.indicators.items()
        }

    def of(self, indicator: str, area: str, period: str, breakdown: str) -> list[Cell]:
        """The figures from which a rate is made."""
        terms = self._sides.get(indicator, {}).get(breakdown, [])
        return [of(term, area, period) for term in terms]

    def behind(self, indicator: str, area: str, period: str, breakdown: str) -> Cell | None:
        """A hidden figure from which a rate is made. (The documents let no share of areas rest on a sensitive one.)"""
        return next((cell for cell in self.of(indicator, area, period, breakdown) if cell in self.cells), None)

    def lacks(self, cells: list[Cell]) -> bool:
        """Is one of these figures merely missing, so that what is made from them is, whatever is hidden?"""
        figures = self.edition.figures
        found = [cell for cell in cells if cell not in self.cells]
        return any(cell not in figures or figures[cell].value is None for cell in found)
