"""The index of the search, as a classic script: a page that is opened from a folder may not fetch a file.

One for all languages, so that a word of either finds the page in the language that is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from pipelines.messages import LANGUAGES
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.site import indicator, standing
from pipelines.release.forms.words import Words

Entry = tuple[str, str, Mapping[str, str], str]
"""Kind (`indicator`, `area`), path, title in each language, more words to be found by."""


def script(facts: Facts) -> str:
    """`window.YEARBOOK_SEARCH`: a list of entries, indicators first."""
    found = [*_indicators(facts), *_areas(facts)]
    return f"window.YEARBOOK_SEARCH={json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n"


def _indicators(facts: Facts) -> list[Entry]:
    words = {language: Words(facts.catalog, language, "site") for language in LANGUAGES}
    return [
        (
            "indicator",
            indicator.path(facts, id, breakdown),
            {language: said.title(id, breakdown) for language, said in words.items()},
            id.replace("_", " "),
        )
        for id in facts.breakdowns
        for breakdown in indicator.classes(facts, id)
    ]


def _areas(facts: Facts) -> list[Entry]:
    areas = [area for area in facts.areas.values() if not area.is_pool]
    names = {language: Words(facts.catalog, language, "site").apart(facts.all, areas) for language in LANGUAGES}
    return [
        ("area", standing.area_path(area), {language: of[area.code] for language, of in names.items()}, area.code)
        for area in areas
    ]
