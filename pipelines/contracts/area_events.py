"""Model of `area_events/<id>.yaml`: an area is merged, split, recoded, renamed, closed, or gives a part to another.

What follows for figures is `correspondence`'s business; whether an event fits the list of areas `check_area_events`'.
"""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from pipelines.contracts.base import Code, Document, Identifier, Label


def _text(share: Any) -> Any:
    """YAML reads a bare 0.4 as a number; its shortest text is what was written."""
    return str(share) if isinstance(share, int | float) and not isinstance(share, bool) else share


def _share(text: str) -> str:
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise ValueError(f"{text!r} is not a share; write a fraction like 2/5 or a decimal like 0.4") from None
    if not 0 < share <= 1:
        raise ValueError(f"the share {text} does not lie above 0 and up to 1")
    return text


Share = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(_share),
    WithJsonSchema({"type": ["string", "number"], "pattern": r"^[0-9]+(/[0-9]+|\.[0-9]+)?$"}),
]
"""An exact share: a fraction (2/5) or a decimal (0.4)."""


class Flow(Document):
    """What part of one area goes to another; an area that keeps a part of itself goes there too."""

    origin: Code = Field(alias="from", description="The area of then.")
    to: Code = Field(description="The area that gets it, or a part.")
    share: Share = Field(
        default="1", description="Exact: 2/5 or 0.4. Left out: all of it. Those of an origin add up to 1."
    )

    @property
    def part(self) -> Fraction:
        """The share as an exact number."""
        return Fraction(self.share)


class AreaEvent(Document):
    """A change of areas that takes effect on one day.

    kind, in the words of Eurostat's history of regions: merge = areas become one (merger); split = one becomes several
    (split); transfer = a part goes to an area that is there already (boundary shift); recode = all codes end, others
    begin, by shares where the areas are cut anew (code change); rename = the name changes, the code stays; close = the
    area ends, and no area of the list takes it over (exit).
    """

    event: Identifier = Field(description="Its id: name of the document.")
    kind: Literal["merge", "split", "transfer", "recode", "rename", "close"] = Field(
        description="What happens: see above."
    )
    effective: date = Field(description="The first day on the new boundaries or under the new name.")
    flows: list[Flow] = Field(default=[], description="Where each area goes. Not for a rename or a close.")
    area: Code | None = Field(default=None, description="rename, close: the area.")
    former_name: Label | None = Field(default=None, description="rename: its name until then; area.csv has today's.")
    because: Label = Field(description="Why, for the reader.")
    source: Label = Field(description="The decision or gazette in which it stands.")

    @property
    def day(self) -> str:
        """The first day of the new state, ISO."""
        return self.effective.isoformat()

    @property
    def eve(self) -> str:
        """The last day of the old state, ISO."""
        return (self.effective - timedelta(days=1)).isoformat()

    @property
    def shares(self) -> dict[str, dict[str, Fraction]]:
        """origin -> target -> share. What is closed goes to ''."""
        found: dict[str, dict[str, Fraction]] = {}
        if self.kind == "close" and self.area:
            found[self.area] = {"": Fraction(1)}
        for flow in self.flows:
            found.setdefault(flow.origin, {})[flow.to] = flow.part
        return found

    @property
    def targets(self) -> list[str]:
        """The areas that get something, in order."""
        return list(dict.fromkeys(flow.to for flow in self.flows))
