"""The words of the pages in one language, from the message catalogue and the labels of documents. None stands here."""

from __future__ import annotations

from functools import cache
from typing import Any

from pipelines.contracts.base import Label
from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.messages import catalogue, say
from pipelines.release.forms.site.facts import Area
from pipelines.release.methods.about import About


class Words:
    """What is said in a language."""

    def __init__(self, catalog: Catalog, language: str) -> None:
        self.catalog, self.language = catalog, language
        self.about = cache(lambda id: About(catalog, catalog.indicators[id], language))

    def say(self, key: str, **places: Any) -> str:
        """The sentence `site.<key>`, or `form.<key>`, which other forms say too."""
        own = f"site.{key}"
        return say(own if own in catalogue() else f"form.{key}", self.language, **places)

    def known(self, key: str, otherwise: str) -> str:
        """The sentence of a key that a document or a mart gives, or its code where the catalogue has none."""
        return say(key, self.language) if key in catalogue() else otherwise

    def label(self, label: Label) -> str:
        """Words of a document."""
        return " ".join(label[self.language].split())

    def title(self, indicator: str, breakdown: str = TOTAL) -> str:
        """An indicator, with its class where it is of one."""
        about = self.about(indicator)
        title = about.label(about.indicator.title)
        if breakdown == TOTAL:
            return title
        return self.say("title.of", title=title, of=about.breakdown(breakdown))

    def listed(self, words: list[str]) -> str:
        """a, b and c."""
        *first, last = words
        between = say("method.comma", self.language)
        return say("method.and", self.language).join([*([between.join(first)] if first else []), last])

    def area(self, area: Area) -> str:
        """The name of an area; of a line of areas what its areas are."""
        if area.is_pool:
            return self.say("pool", level=self.known(f"level.{area.level}", area.level))
        return area.names[self.language]

    def office(self, indicator: str) -> str:
        """The office whose figures an indicator is made of, its id; '' where they are those of several or none."""
        offices = {self.catalog.returns[table].office for table, _ in self.about(indicator).measures()}
        return offices.pop() if len(offices) == 1 else ""
