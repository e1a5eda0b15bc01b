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
        """A hidden figure from which a rate is made, or whose area's verdict a share of areas counts."""
        for cell in self.of(indicator, area, period, breakdown):
            if cell in self.cells:
                return cell
        return self._counted(indicator, area, period)

    def lacks(self, indicator: str, area: str, period: str, breakdown: str) -> bool:
        """Is a figure from which a rate is made merely missing, so that the rate is whatever is hidden?"""
        figures = self.edition.figures
        found = [cell for cell in self.of(indicator, area, period, breakdown) if cell not in self.cells]
        return any(cell not in figures or figures[cell].value is None for cell in found)

    def _counted(self, indicator: str, area: str, period: str) -> Cell | None:
        share = self.edition.catalog.indicators.get(indicator)
        if share is None or share.kind != "share_of_areas":
            return None
        below = [area]
        for one in below:
            below += self.edition.children(one, period)
        for other in share.meeting:
            for one in below if other in self.edition.indicators else []:
                if self.edition.areas[one].level == share.level:
                    for breakdown in self._sides[other]:
                        if found := self.behind(other, one, period, breakdown):
                            return found
        return None
