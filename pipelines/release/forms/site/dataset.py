"""What machines and citations need of an indicator's figures: a schema.org Dataset, and a line to cite."""

from __future__ import annotations

from typing import Any

from pipelines.release.forms import contact
from pipelines.release.forms.areas import Area
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Series
from pipelines.release.forms.words import Words


def cite(facts: Facts, words: Words, title: str) -> str:
    """Who published it, when, what it is, and in which release."""
    said, programme = facts.source.said, facts.catalog.programme
    return words.say(
        "cite.text", publisher=words.label(programme.publisher), year=said["created"][:4], title=title,
        yearbook=words.label(programme.title), release=said["release_id"],
    )  # fmt: skip


def of(facts: Facts, words: Words, series: Series, title: str, file: str) -> dict[str, Any]:
    """The Dataset of a page. Addresses are from the page on, so that they hold wherever the site is put."""
    said, programme = facts.source.said, facts.catalog.programme
    indicator = facts.catalog.indicators[series.indicator]
    publisher = {"@type": "GovernmentOrganization", "name": words.label(programme.publisher)}
    publisher |= contact.schema(programme, words.language)
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": title,
        "description": words.label(indicator.definition),
        "identifier": f"{said['release_id']}/{series.indicator}/{series.breakdown}",
        "inLanguage": {"en": "en", "zh": "zh-Hans"}[words.language],
        "version": said["release_id"],
        "dateModified": said["created"][:10],
        "creator": publisher,
        "publisher": publisher,
        "isAccessibleForFree": True,
        "isPartOf": {"@type": "DataCatalog", "name": words.label(programme.title)},
        "temporalCoverage": f"{series.periods[0]}/{series.periods[-1]}",
        "spatialCoverage": [{"@type": "Place", "name": words.area(area)} for area in _widest(facts, series)],
        "variableMeasured": {
            "@type": "PropertyValue", "propertyID": series.indicator, "name": title,
            "unitText": words.about(series.indicator).unit(),
        },
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": "text/csv", "contentUrl": f"../../{file}"},
        ],
    }  # fmt: skip


def _widest(facts: Facts, series: Series) -> list[Area]:
    """The areas that all of a series' lie in, each once."""
    found: dict[str, Area] = {}
    for area in series.lines:
        while area.parent in facts.all:
            area = facts.all[area.parent]
        found[area.code] = area
    return list(found.values())
