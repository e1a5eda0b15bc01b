"""An indicator and the language in which its page speaks: the words that several sections use. No section itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.contracts.base import Label
from pipelines.contracts.catalog import TOTAL, Catalog
from pipelines.contracts.families import Key
from pipelines.contracts.indicators import Indicator, Target
from pipelines.contracts.periods import parse
from pipelines.messages import catalogue, listed, say


@dataclass(frozen=True)
class About:
    """Everything that a section looks at."""

    catalog: Catalog
    indicator: Indicator
    language: str

    def say(self, key: str, **places: object) -> str:
        """The sentence `method.<key>` in the page's language."""
        return say(f"method.{key}", self.language, **places)

    def label(self, label: Label) -> str:
        """Words of a document in the page's language, on one line."""
        return " ".join(label[self.language].split())

    def listed(self, words: Sequence[str]) -> str:
        """a, b and c."""
        return listed(words, self.language)

    def level(self, level: str) -> str:
        """Areas of a level, as people call them; where the catalogue has no word, the level's own id."""
        known = f"level.{level}"
        return say(known, self.language) if known in catalogue() else level.replace("_", " ")

    def levels(self, levels: Sequence[str]) -> str:
        """Several levels, in words."""
        return self.listed([self.level(level) for level in levels])

    def office(self, office: str) -> str:
        """The name of an office."""
        return self.label(next(one.title for one in self.catalog.programme.offices if one.id == office))

    def measure(self, key: Key) -> str:
        """The title of a measure of a return; of what the warehouse counts itself, what it is."""
        table, id = key
        if table == "areas":
            return self.say("areas", level=self.level(id))
        if table == "returns":
            return self.say(f"returns.{id}")
        found = self.catalog.returns[table].measure(id)
        assert found is not None
        return self.label(found.title)

    def measures(self) -> list[Key]:
        """(table, measure) of the figures that it is made from, each once, those of returns only."""
        terms = [] if self.indicator.kind == "share_of_areas" else self.catalog.terms(self.indicator)
        return list(dict.fromkeys((term.table, term.measure) for term in terms if term.table in self.catalog.returns))

    def codes(self, dimension: str, codes: Sequence[str]) -> list[str]:
        """The labels of codes of a dimension of one of the tables that it is made from."""
        tables = [] if self.indicator.kind == "share_of_areas" else self.catalog.terms(self.indicator)
        for term in tables:
            if found := self.catalog.dimensions(term.table).get(dimension):
                items = [found.items[code] for code in codes if code in found.items]
                return [item.name_zh if self.language == "zh" else item.name_en for item in items]
        return list(codes)

    def breakdown(self, breakdown: str) -> str:
        """A breakdown (`offence_class=drugs`) in words."""
        if breakdown == TOTAL:
            return self.say("classes.total")
        pairs = [part.split("=", 1) for part in breakdown.split(";")]
        return self.say("comma").join(label for name, code in pairs for label in self.codes(name, [code]))

    def unit(self) -> str:
        """In what the figure is shown."""
        if self.indicator.kind == "count":
            return self.say("shown.count")
        return self.say("shown.percent" if self.indicator.per == 100 else "shown.per", per=f"{self.indicator.per:,}")

    def target(self, target: Target) -> str:
        """Operator, value and unit of a target of the indicator."""
        unit = "" if self.indicator.kind == "count" else f" {self.unit()}"
        return f"{target.operator} {target.value}{unit}"

    def span(self, start: str | None, until: str | None) -> str:
        """From and until which year something holds."""
        years = {name: parse(text).year for name, text in (("start", start), ("until", until)) if text}
        key = "both" if len(years) == 2 else "from" if start else "until" if until else "all"
        return self.say(f"span.{key}", **years)
