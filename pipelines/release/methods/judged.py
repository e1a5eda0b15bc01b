"""What an indicator is held against: targets, what a verdict and its reliability mean, places among areas."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.indicators import Target
from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Items, Table, Text
from pipelines.validation.chance import SMALL_BASE

_COLUMNS = ("level", "classes", "value", "years", "wording")
_RELIABILITY = {
    "proportion": "interval",
    "rate_per_n": "interval",
    "survey_share": "survey",
    "flow_ratio": "flow",
    "change": "change",
}
_N = {"rate_per_n": "events", "count": "count"}


def blocks(about: About) -> Iterator[Block]:
    """Targets with their words, or that there is none; then the rank."""
    found = about.catalog.targets.get(about.indicator.indicator)
    targets = found.targets if found else []
    if targets:
        columns = tuple(about.say(f"target.column.{name}") for name in _COLUMNS)
        yield Table(columns, tuple(_row(about, target) for target in targets))
        yield Items(tuple(_verdicts(about, targets)))
    else:
        yield Text(about.say("target.none"))
    ranked = found.rank_in_parent if found else None
    direction = ranked or next((target.better for target in targets if target.better), "")
    yield Text(about.say(f"rank.{direction or 'none'}"))
    if ranked and not targets:
        yield Text(about.say("rank.only"))


def _row(about: About, target: Target) -> tuple[str, ...]:
    classes = ";".join(f"{name}={code}" for name, code in target.breakdown.items())
    return (
        about.levels(target.level),
        about.breakdown(classes or TOTAL),
        about.target(target),
        about.span(target.start, target.until),
        about.label(target.source_wording),
    )


def _verdicts(about: About, targets: list[Target]) -> Iterator[str]:
    yield about.say("target.verdict")
    kind = about.indicator.kind
    of_kind = _RELIABILITY.get(kind, "complete")
    if any(target.operator != "=" for target in targets) or of_kind == "complete":
        yield about.say(f"reliability.{of_kind}", small=SMALL_BASE)
    if any(target.operator == "=" for target in targets) and of_kind != "complete":
        yield about.say("reliability.equal")
    yield about.say(f"n.{_N.get(kind, 'denominator')}")
    yield about.say("streak")
