"""What the workbook says in one language: sentences of the catalogue, words of the documents. No layout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.messages import catalogue, say
from pipelines.release.forms.workbook.facts import Area
from pipelines.release.methods.about import About

_OPERATORS = {">=": "least", "<=": "most", "=": "equal"}


@dataclass(frozen=True)
class Words:
    """A language and the documents."""

    catalog: Catalog
    language: str

    def say(self, key: str, **places: object) -> str:
        """The sentence `workbook.<key>`, or `form.<key>`, which other forms say too."""
        own = f"workbook.{key}"
        return say(own if own in catalogue() else f"form.{key}", self.language, **places)

    def known(self, key: str, otherwise: str) -> str:
        """The sentence of a whole key, where the catalogue has it."""
        return say(key, self.language) if key in catalogue() else otherwise

    def of(self, names: Mapping[str, str]) -> str:
        """The one of {en, zh}."""
        return " ".join(names[self.language].split())

    def about(self, indicator: str) -> About:
        """The words of an indicator."""
        return About(self.catalog, self.catalog.indicators[indicator], self.language)

    def office(self, office: str) -> str:
        """The name of an office."""
        item = self.catalog.offices.items.get(office)
        return office if item is None else item.name_zh if self.language == "zh" else item.name_en

    def area(self, area: Area) -> str:
        """The name of an area; of the lines of several areas, what they have in common."""
        return self.say("pool", level=self.levels(area.level)) if area.is_pool else self.of(area.names)

    def level(self, level: str) -> str:
        """An area's level: one area, not many."""
        return level.replace("_", " ") if self.language == "en" else self.known(f"level.{level}", level)

    def unit(self, unit: str) -> str:
        """What a measure counts."""
        return self.of(self.catalog.programme.unit(unit).model_dump())

    def levels(self, level: str) -> str:
        """Areas of a level."""
        return self.known(f"level.{level}", level.replace("_", " "))

    def target(self, operator: str, value: object) -> str:
        """`at least 70`: in words, since a text that begins with = would look like a formula."""
        return self.say(f"operator.{_OPERATORS[operator]}", value=value)

    def classes(self, table: str, breakdown: str) -> str:
        """A breakdown of a return (`a=x;b=y`) in words; of one that has no document any more its codes."""
        if breakdown == TOTAL:
            return ""
        found = []
        lists = self.catalog.dimensions(table) if table in (*self.catalog.returns, "returns") else {}
        for name, _, code in (part.partition("=") for part in breakdown.split(";")):
            codelist = lists.get(name)
            item = codelist.items.get(code) if codelist else None
            found.append(code if item is None else item.name_zh if self.language == "zh" else item.name_en)
        return self.listed(found)

    def of_break(self, id: str) -> str:
        """Why a series is broken: the words of the break's or the area's document, without the full stop."""
        found = self.catalog.breaks.get(id) or self.catalog.area_events.get(id)
        return self.of(found.because.model_dump()).rstrip(".。") if found else ""

    def listed(self, words: Sequence[str]) -> str:
        """a, b, c."""
        return say("method.comma", self.language).join(words)

    def span(self, periods: Sequence[str]) -> str:
        """From the first to the last of some periods."""
        first, last = periods[0], periods[-1]
        return first if first == last else self.say("span", first=first, last=last)
