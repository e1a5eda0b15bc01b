"""What an indicator is compared with: where its series breaks, which values are believed, which rates are printed."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Items, Table, Text

_PRINTED = ("return", "header", "decimals")


def breaks(about: About) -> Iterator[Block]:
    """Changes of definition on record, and what a break does."""
    catalog = about.catalog
    found = [one for one in catalog.breaks.values() if about.indicator.indicator in catalog.broken_indicators(one)]
    if found:
        yield Items(
            tuple(
                about.say(
                    "break",
                    start=one.start,
                    areas=about.listed([_area(about, code) for code in one.areas])
                    if one.areas
                    else about.say("break.everywhere"),
                    because=about.label(one.because),
                )
                for one in found
            )
        )
    else:
        yield Text(about.say("break.none"))
    yield Text(about.say("break.effect"))
    yield Text(about.say("break.boundaries"))


def _area(about: About, code: str) -> str:
    name = about.catalog.names(code)[-1]
    return name.zh if about.language == "zh" else name.en


def plausibility(about: About) -> Iterator[Block]:
    """The limits of the indicator and of the figures it is made from, each with its reason."""
    found = [*_own(about), *_of_figures(about)]
    yield Items(tuple(found)) if found else Text(about.say("plausible.none"))


def _own(about: About) -> Iterator[str]:
    limits = about.indicator.plausible
    if limits is None:
        return
    sides = (("below", limits.min), ("above", limits.max))
    where = about.say("or").join(
        about.say(f"plausible.{side}", limit=limit) for side, limit in sides if limit is not None
    )
    yield about.say(f"plausible.{limits.severity}", where=where, unit=about.unit(), because=about.label(limits.because))


def _of_figures(about: About) -> Iterator[str]:
    for name, id in about.measures():
        table = about.catalog.returns[name]
        measure = table.measure(id)
        if measure and (limit := measure.change_limit):
            yield about.say(
                "plausible.change", figure=about.label(measure.title), percent=f"{limit.percent:,}", base=limit.base,
                because=about.label(limit.because),
            )  # fmt: skip
        if measure and (usual := table.history_limit) and (usual.measures is None or id in usual.measures):
            yield about.say(
                "plausible.history", figure=about.label(measure.title), times=usual.times,
                above=usual.times_above or usual.times, years=usual.years, base=usual.base,
                because=about.label(usual.because),
            )  # fmt: skip


def reported(about: About) -> Iterator[Block]:
    """The returns in which an office prints the rate itself."""
    rows = tuple(
        (about.label(table.title), one.id, str(one.decimals))
        for table in about.catalog.returns.values()
        for one in table.reported
        if one.indicator == about.indicator.indicator
    )
    if not rows:
        yield Text(about.say("reported.none"))
        return
    yield Table(tuple(about.say(f"reported.column.{name}") for name in _PRINTED), rows)
    yield Text(about.say("reported.compared"))
