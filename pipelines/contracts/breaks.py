"""Model of `breaks/<id>.yaml`: from a period on, figures mean something else than before.

Breaks that follow from boundaries stand in `area_events`; nobody writes them down twice.
"""

from __future__ import annotations

from pydantic import Field

from pipelines.contracts.base import Code, Document, Identifier, Label, PeriodText


class Break(Document):
    """A change of definition: what lies on either side of it is not compared with the other.

    Named are indicators, or what offices return (`table`, `table.measure`); then every indicator made from it is meant.
    """

    series_break: Identifier = Field(description="Its id: name of the document.")
    indicators: list[Identifier] = Field(default=[], description="Indicators whose definition changes.")
    figures: list[str] = Field(default=[], description="`table` or `table.measure` whose definition changes.")
    areas: list[Code] = Field(default=[], description="Where it changes, with all areas below; left out: everywhere.")
    start: PeriodText = Field(alias="from", description="The first period under the new definition.")
    because: Label = Field(description="What changed, for the reader.")
