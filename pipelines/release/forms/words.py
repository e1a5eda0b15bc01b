"""The words of people's forms in one language, from the message catalogue and the labels of documents. None stands
here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.contracts.base import Label
from pipelines.contracts.catalog import BUILT_IN, TOTAL, Catalog
from pipelines.contracts.codelists import Item
from pipelines.messages import catalogue, listed, say
from pipelines.release.forms.areas import Area
from pipelines.release.forms.figures import Figure
from pipelines.release.methods.about import About


class Words:
    """What a form says in a language. form: its sentences are `<form>.<key>` of the catalogue."""

    def __init__(self, catalog: Catalog, language: str, form: str) -> None:
        self.catalog, self.language, self._form = catalog, language, form
        self.about = cache(lambda id: About(catalog, catalog.indicators[id], language))
        """The words of an indicator."""
        self.title = cache(self._title)
        """An indicator, with its class where it is of one."""

    def say(self, key: str, **places: Any) -> str:
        """The sentence of the form itself, or `form.<key>`, which several say."""
        own = f"{self._form}.{key}"
        return say(own if own in catalogue() else f"form.{key}", self.language, **places)

    def known(self, key: str, otherwise: str) -> str:
        """The sentence of a key that a document or a mart gives, or what else is said where the catalogue has none."""
        return say(key, self.language) if key in catalogue() else otherwise

    def label(self, names: Label | Mapping[str, str]) -> str:
        """The one of both languages, on one line."""
        return " ".join(names[self.language].split())

    def _title(self, indicator: str, breakdown: str = TOTAL) -> str:
        about = self.about(indicator)
        title = about.label(about.indicator.title)
        if breakdown == TOTAL:
            return title
        return self.say("title.of", title=title, of=about.breakdown(breakdown))

    def listed(self, words: Sequence[str]) -> str:
        """a, b and c."""
        return listed(words, self.language)

    def joined(self, words: Sequence[str]) -> str:
        """a, b, c."""
        return say("method.comma", self.language).join(words)

    def area(self, area: Area) -> str:
        """The name of a line of a table: its area's; of a line of several areas, what they have in common."""
        return self.say("pool", level=self.levels(area.level)) if area.is_pool else self.label(area.names)

    def apart(self, areas: Mapping[str, Area], lines: Sequence[Area]) -> dict[str, str]:
        """Code -> name of each line, no two the same: with the name of its parent where a name stands twice, with its
        code where that does not tell them apart.
        """
        found = {line.code: self.area(line) for line in lines}
        for more in (lambda line: self.area_of(areas, line.parent) or line.code, lambda line: line.code):
            counts = Counter(found.values())
            for line in lines:
                if counts[found[line.code]] > 1:
                    found[line.code] = self.say("apart", name=self.area(line), of=more(line))
        return found

    def area_of(self, areas: Mapping[str, Area], code: str) -> str:
        """The own name of an area, or line of areas, by its code; of one that is not among them its code."""
        return self.label(areas[code].names) if code in areas else code

    def level(self, level: str) -> str:
        """An area's level: one area, not many."""
        return level.replace("_", " ") if self.language == "en" else self.known(f"level.{level}", level)

    def levels(self, level: str) -> str:
        """Areas of a level."""
        return self.known(f"level.{level}", level.replace("_", " "))

    def office(self, office: str) -> str:
        """The name of an office."""
        item = self.catalog.offices.items.get(office)
        return office if item is None else self._item(item)

    def unit(self, unit: str) -> str:
        """What a measure counts."""
        return self.label(self.catalog.programme.unit(unit))

    def span(self, periods: Sequence[str]) -> str:
        """From the first to the last of some periods."""
        first, last = periods[0], periods[-1]
        return first if first == last else self.say("span", first=first, last=last)

    def classes(self, table: str, breakdown: str) -> str:
        """A breakdown of a return (`a=x;b=y`) in words; of one that has no document any more its codes."""
        found = []
        lists = self.catalog.dimensions(table) if table in (*self.catalog.returns, *BUILT_IN) else {}
        for name, _, code in (part.partition("=") for part in breakdown.split(";")):
            item = lists[name].items.get(code) if name in lists else None
            found.append(code if item is None else self._item(item))
        return self.joined(found)

    def _item(self, item: Item) -> str:
        return item.name_zh if self.language == "zh" else item.name_en

    def of_break(self, id: str) -> str:
        """Why a series is broken: the words of the break's or the area's document, without the full stop."""
        found = self.catalog.breaks.get(id) or self.catalog.area_events.get(id)
        return self.label(found.because).rstrip(".。") if found else ""

    def figure(self, row: Mapping[str, Any]) -> str:
        """What a row of a mart is a figure of, without its class: an indicator, or a measure; of one that has no
        document any more its id.
        """
        if id := row["indicator_id"]:
            return self.label(self.catalog.indicators[id].title) if id in self.catalog.indicators else id
        return self.measure(row["table_id"], row["measure_id"])

    def measure(self, table: str, measure: str) -> str:
        """A return and its measure, or what the warehouse counts itself."""
        if table == "areas":
            return say("method.areas", self.language, level=self.levels(measure))
        if table in BUILT_IN:
            return say(f"method.{table}.{measure}", self.language)
        found = self.catalog.returns.get(table)
        asked = found.measure(measure) if found else None
        if found and asked:
            return self.say("figure", table=self.label(found.title), measure=self.label(asked.title))
        return measure.replace("_", " ")

    def figure_class(self, row: Mapping[str, Any]) -> str:
        """The class of such a row; '' of all together."""
        if row["breakdown"] == TOTAL:
            return ""
        if row["indicator_id"] in self.catalog.indicators:
            return self.about(row["indicator_id"]).breakdown(row["breakdown"])
        return self.classes(row["table_id"], row["breakdown"])

    def revised(self, reasons: str) -> str:
        """Why a figure was revised, by mart_published_revision: reasons that returns give, or that editions know."""
        known = [self.known(f"reason.{one}", self.known(f"form.revised.{one}", one)) for one in reasons.split("|")]
        return self.listed(known)

    def why(self, figure: Figure) -> str:
        """Why there is no figure; '' where there is one."""
        if figure.text:
            return ""
        return self.known(f"missing.{figure.reason}", self.known(f"status.{figure.status}", figure.reason))


def by_office(catalog: Catalog, indicators: Iterable[str]) -> dict[str, list[str]]:
    """Office -> the indicators that are made of its figures alone, in the order of the documents; '' -> all others.
    Without an office that has none.
    """
    found: dict[str, list[str]] = {office: [] for office in (*catalog.offices.items, "")}
    for id in indicators:
        measures = About(catalog, catalog.indicators[id], catalog.programme.language).measures()
        offices = {catalog.returns[table].office for table, _ in measures}
        found[offices.pop() if len(offices) == 1 else ""].append(id)
    return {office: of for office, of in found.items() if of}
