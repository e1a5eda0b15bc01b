"""What follows from an indicator's kind: its bounds, how areas are summed, how it is rounded, which interval it has."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Items, Text
from pipelines.validation.chance import SMALL_BASE, WITH_INTERVAL


def kind(about: About) -> Iterator[Block]:
    """What it is, how an area with areas below has it, and what is missing."""
    of = about.indicator.kind
    parents = {"count": "count", "share_of_areas": "share"}.get(of, "ratio")
    alone = [
        about.label(measure.title)
        for table, id in about.measures()
        if (measure := about.catalog.returns[table].measure(id)) and not measure.additive_over_areas
    ]
    yield Text(about.say(f"meaning.{of}"))
    yield Items(
        (
            *((about.say(f"parents.{parents}"),) if len(alone) < len(about.measures()) or not alone else ()),
            *((about.say("not_additive", figures=about.listed(alone)),) if alone else ()),
            about.say("missing.count" if of == "count" else "missing"),
        )
    )


def rounding(about: About) -> Iterator[Block]:
    """How the exact ratio becomes the figure that is shown."""
    indicator = about.indicator
    if indicator.kind == "count":
        yield Text(about.say("rounding.count"))
        return
    yield Text(about.say("rounding.ratio", per=f"{indicator.per:,}", decimals=indicator.decimals))
    if indicator.headline_decimals is not None:
        yield Text(about.say("rounding.headline", decimals=indicator.headline_decimals))
    yield Text(about.say("rounding.exact"))


def interval(about: About) -> Iterator[Block]:
    """Which interval it has, or why none."""
    yield Text(about.say(f"interval.{about.indicator.kind}", small=SMALL_BASE))
    if about.indicator.kind in WITH_INTERVAL:
        yield Text(about.say("interval.open"))
