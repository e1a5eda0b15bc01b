"""The page of an indicator: its sections, the same for every indicator and in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.faults import nearest
from pipelines.release.manifest import ReleaseError
from pipelines.release.methods import compared, judged, kept_back, made_of, meaning
from pipelines.release.methods.about import About
from pipelines.release.methods.parts import Block, Page, Section, Text


def page(catalog: Catalog, indicator: str, language: str) -> Page:
    """The page of an indicator in a language. Raises ReleaseError, a sentence, where there is no such indicator."""
    if indicator not in catalog.indicators:
        hint = nearest(indicator, list(catalog.indicators)) or "; `yearbook method` lists them."
        raise ReleaseError(f"There is no indicator {indicator}{hint}")
    about = About(catalog, catalog.indicators[indicator], language)
    sections = tuple(Section(id, about.say(f"section.{id}"), tuple(blocks(about))) for id, blocks in SECTIONS.items())
    return Page(indicator, language, about.label(about.indicator.title), sections)


def _definition(about: About) -> Iterator[Block]:
    id = about.indicator.indicator
    yield Text(about.label(about.indicator.definition))
    yield Text(about.say("id", id=id, document=about.catalog.sources[f"indicator:{id}"]))


def _limits(about: About) -> Iterator[Block]:
    found = about.indicator.known_limits
    yield Text(about.label(found) if found else about.say("limits.none"))


SECTIONS: dict[str, Callable[[About], Iterator[Block]]] = {
    "definition": _definition,
    "made_of": made_of.blocks,
    "kind": meaning.kind,
    "rounding": meaning.rounding,
    "interval": meaning.interval,
    "target": judged.blocks,
    "breaks": compared.breaks,
    "plausibility": compared.plausibility,
    "confidentiality": kept_back.blocks,
    "reported": compared.reported,
    "limits": _limits,
}
"""id -> what makes its blocks."""
