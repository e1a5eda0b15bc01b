"""What of an indicator is not published, what is published instead, and what that promises."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts.disclosure import hidden_levels
from pipelines.contracts.families import Key, family_of, shown_together
from pipelines.messages import say
from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Items, Text


def blocks(about: About) -> Iterator[Block]:
    """Sensitive figures and what becomes of them; or that there is none."""
    keys = shown_together(about.catalog, about.indicator)
    levels = list(_levels(about))
    if about.indicator.kind == "share_of_areas":
        yield Text(about.say("confidential.share"))
    elif not keys and not levels:
        yield Text(about.say("confidential.none"))
    notes = [*(_sensitive(about, keys) if keys else ()), *levels]
    if notes:
        yield Items(tuple(notes))
    if keys:
        threshold = about.catalog.programme.confidentiality.threshold
        yield Text(about.say("confidential.promise", threshold=threshold))
        yield Text(about.say("confidential.not_promised"))


def _sensitive(about: About, keys: list[Key]) -> Iterator[str]:
    policy, families = about.catalog.programme.confidentiality, family_of(about.catalog)
    hidden = hidden_levels(about.catalog, about.indicator)
    shown = [one for one in about.catalog.programme.levels if not any(one in levels for levels in hidden.values())]
    example = say("pool.name", about.language, areas=3, level=about.level(shown[-1]))
    yield about.say("confidential.sensitive", figures=about.listed([about.measure(key) for key in keys]))
    yield about.say("confidential.threshold", below=policy.threshold - 1, example=example)
    if zero := [about.measure(key) for key in keys if _is_zero_sensitive(about, key)]:
        yield about.say("confidential.zero", figures=about.listed(zero))
    yield about.say("confidential.sum", least=policy.smallest_sum(2), threshold=policy.threshold)
    yield about.say("confidential.family", family=_family(about, families[keys[0]]))
    if about.indicator.kind == "change" or any(term.lag for term in about.catalog.terms(about.indicator)):
        yield about.say("confidential.no_line")


def _family(about: About, family: str) -> str:
    """Its id and every measure of it, also those that this indicator is not made from. An indicator has one."""
    members = [about.measure(key) for key, named in family_of(about.catalog).items() if named == family]
    return f"{family} ({about.say('comma').join(members)})"


def _is_zero_sensitive(about: About, key: Key) -> bool:
    measure = about.catalog.returns[key[0]].measure(key[1])
    return measure is not None and measure.zero_sensitive


def _levels(about: About) -> Iterator[str]:
    """Levels for which it is never published, for all classes or for some."""
    found = hidden_levels(about.catalog, about.indicator)
    shares = about.indicator.kind == "share_of_areas"
    every = 1 if shares else len(about.catalog.sides(about.indicator))
    for levels in sorted(set(map(tuple, found.values()))):
        classes = [breakdown for breakdown, hidden in found.items() if tuple(hidden) == levels]
        if len(classes) == every:
            yield about.say("confidential.level", levels=about.levels(levels))
        else:
            labels = about.listed([about.breakdown(breakdown) for breakdown in classes])
            yield about.say("confidential.level_of", levels=about.levels(levels), classes=labels)
