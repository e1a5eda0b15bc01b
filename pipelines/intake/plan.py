"""What the gate needs to know of one return, worked out once per process: names of columns, codes, rules.

Made from the contract alone. No delivered file is looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Literal, cast

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.codelists import Codelist, Item
from pipelines.contracts.expression import Term
from pipelines.contracts.programme import Format
from pipelines.contracts.returns import Column, Measure, Return
from pipelines.contracts.rules import rules_of
from pipelines.intake.numbers import Figures, Rates
from pipelines.intake.text import clean, fold
from pipelines.messages import LANGUAGES, say

if TYPE_CHECKING:
    from pipelines.intake.header import Binding

Kind = Literal["area", "outer", "period", "month", "status", "dimension", "measure", "reported", "ignored"]

LONG_MEASURE = ("measure", "指标", "指標")
LONG_VALUE = ("value", "数值", "數值")
"""Headers of the fully long shape, a row per figure: which measure, and its value."""

NOT_READ = ("template.column.name", "template.column.check")
"""Keys of headers that templates bring along for people, names of areas and what is amiss: ignored in every table."""


_MEMORY = 10_000
"""Units and periods whose rows are remembered."""


@dataclass(frozen=True)
class Slot:
    """What a header stands for. `codes`: of dimensions that the header carries; `years`: shift of period."""

    kind: Kind
    id: str = ""
    codes: tuple[tuple[str, str], ...] = ()
    years: int = 0


@dataclass(frozen=True)
class RowRule:
    """A truth within a row, as measure -> coefficient of left minus right."""

    id: str
    operator: str
    severity: Literal["error", "warning"]
    because: dict[str, str]
    left: tuple[Term, ...]
    right: tuple[Term, ...]
    factors: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for sign, terms in ((1, self.left), (-1, self.right)):
            for term in terms:
                self.factors[term.measure] = self.factors.get(term.measure, 0) + sign * term.times


@dataclass
class Plan:
    """One return, ready to be held against sheets."""

    catalog: Catalog
    table: Return
    expected: dict[tuple[str, str], tuple[list[str], list[str]]] = field(default_factory=dict)
    bindings: dict[tuple[tuple[str, ...], str], Binding] = field(default_factory=dict)
    """(first row, period) -> what `header` made of it, where that was without a fault."""

    @cached_property
    def format(self) -> Format:
        """How the file is written."""
        return self.catalog.format_of(self.table)

    def figures(self, measure: str) -> Figures:
        """Reader of the counts of a measure."""
        found = self._measures.get(measure)
        kind = (found is not None and found.signed, found is not None and found.fractional)
        if kind not in self._figures:
            self._figures[kind] = Figures(self.format, *kind)
        return self._figures[kind]

    @cached_property
    def _figures(self) -> dict[tuple[bool, bool], Figures]:
        return {}

    def rates(self, decimal: str) -> Rates:
        """Reader of reported rates with this decimal mark."""
        if decimal not in self._rates:
            self._rates[decimal] = Rates(self.format, decimal)
        return self._rates[decimal]

    @cached_property
    def _rates(self) -> dict[str, Rates]:
        return {}

    @cached_property
    def dimensions(self) -> dict[str, Codelist]:
        """The table's dimensions, in order."""
        return self.catalog.dimensions(self.table.table)

    @cached_property
    def _measures(self) -> dict[str, Measure]:
        return {measure.id: measure for measure in self.table.measures}

    @cached_property
    def measures(self) -> list[str]:
        """Ids of the measures."""
        return [measure.id for measure in self.table.measures]

    @cached_property
    def slots(self) -> dict[str, Slot]:
        """Folded header -> what it stands for."""
        t = self.table
        named: list[tuple[Slot, Iterable[str]]] = [
            *((slot, [header, *column.aliases]) for slot, header, column in self._keys()),
            *((Slot("dimension", one.id), [one.id, *one.aliases]) for one in t.dimensions),
            *((Slot("measure", one.id), [one.id, *one.aliases]) for one in t.measures),
            *((Slot("reported", one.id), [one.id, *one.aliases]) for one in t.reported),
            (Slot("ignored"), t.ignored_headers),
            (Slot("ignored"), [say(key, language) for key in NOT_READ for language in LANGUAGES]),
        ]
        found: dict[str, Slot] = {}
        for slot, names in named:
            for name in names:
                found.setdefault(fold(name), slot)
        return found

    def _keys(self) -> Iterator[tuple[Slot, str, Column]]:
        for kind, header, column, _ in self.table.identifying():
            yield Slot(cast(Kind, kind), header if kind == "outer" else ""), header, column

    @cached_property
    def statuses(self) -> dict[str, str]:
        """Folded word of the status column -> SDMX OBS_STATUS of a figure of that row: A or P."""
        column = self.table.status
        words = column.codes.items() if column else ()
        return {fold(word): "P" if meaning == "provisional" else "A" for word, meaning in words}

    @cached_property
    def positions(self) -> dict[int, Slot]:
        """Number of a column that may come without a header -> what it stands for then."""
        t = self.table
        columns = [
            *((slot, column) for slot, _, column in self._keys()),
            *((Slot("dimension", one.id), one) for one in t.dimensions),
            *((Slot("measure", one.id), one) for one in t.measures),
            *((Slot("reported", one.id), one) for one in t.reported),
        ]
        return {column.position: slot for slot, column in columns if column.position}

    @cached_property
    def wide(self) -> list[tuple[tuple[str, ...], dict[str, Slot]]]:
        """By pattern of `wide`: the dimensions its headers carry, and folded header -> what it stands for."""
        owners: list[tuple[Slot, list[str]]] = [
            (Slot("measure", one.id), [one.id, *one.aliases]) for one in self.table.measures
        ]
        owners += [(Slot("reported", one.id), [one.id, *one.aliases]) for one in self.table.reported]
        found: list[tuple[tuple[str, ...], dict[str, Slot]]] = []
        for wide in self.table.wide:
            carried = tuple(name for name in self.dimensions if f"{{{name}}}" in wide.pattern)
            headers: dict[str, Slot | None] = {}
            for owner, names in owners:
                for items in product(*(self.dimensions[name].items.values() for name in carried)):
                    codes = tuple(zip(carried, (item.code for item in items), strict=True))
                    slot = Slot(owner.kind, owner.id, codes, wide.years)
                    for name, *words in product(names, *(labels(item) for item in items)):
                        header = wide.pattern.replace("{measure}", name)
                        for dimension, word in zip(carried, words, strict=True):
                            header = header.replace(f"{{{dimension}}}", word)
                        if headers.setdefault(fold(header), slot) != slot:
                            headers[fold(header)] = None
            found.append((carried, {header: slot for header, slot in headers.items() if slot}))
        return found

    @cached_property
    def codes(self) -> dict[str, dict[str, str]]:
        """By dimension: code, or folded label or alias -> code. A label of two codes names neither ('')."""
        return {name: by_label(codelist.items.values()) for name, codelist in self.dimensions.items()}

    @cached_property
    def measure_names(self) -> dict[str, str]:
        """Folded name -> id of a measure, for the long shape."""
        return {name: slot.id for name, slot in self.slots.items() if slot.kind == "measure"}

    @cached_property
    def rules(self) -> list[RowRule]:
        """The rules within a row."""
        return [
            RowRule(
                id,
                operator,
                "warning" if severity == "warning" else "error",
                {"en": en, "zh": zh},
                left,
                right,
            )
            for id, operator, severity, en, zh, left, right in rules_of(self.table)
        ]

    @cached_property
    def control_words(self) -> frozenset[str]:
        """Folded words that mark a row of control totals."""
        return frozenset(fold(word) for word in self.format.control_total)

    def title(self, name: str) -> dict[str, str]:
        """The title of a measure, or the id of a reported rate, as places of a sentence."""
        found = self._measures.get(name)
        return {"title_en": found.title.en if found else name, "title_zh": found.title.zh if found else name}

    def asked(self, name: str, period: str) -> bool:
        """Is a measure asked for in a period?"""
        found = self._measures.get(name)
        return found is not None and (not (found.start or found.until) or found.asked_in(period))

    def rows_due(self, unit: str, period: str) -> tuple[list[str], list[str]]:
        """Areas and breakdowns of which a whole submission holds every pair; made once for each."""
        if (unit, period) not in self.expected:
            if len(self.expected) > _MEMORY:
                self.expected.clear()
            self.expected[unit, period] = self.catalog.expected_rows(self.table, unit, period)
        return self.expected[unit, period]


def labels(item: Item) -> list[str]:
    """Every name a code goes by."""
    return list(dict.fromkeys(name for name in (item.code, item.name_en, item.name_zh, *item.aliases) if name))


def by_label(items: Iterable[Item]) -> dict[str, str]:
    """Code, and folded code, label or alias -> code. What two share maps to ''; codes win over labels."""
    items = list(items)
    named: dict[str, str] = {}
    codes: dict[str, str] = {}
    for item in items:
        for name in {fold(name) for name in labels(item)}:
            named[name] = "" if named.get(name, item.code) != item.code else item.code
        codes[fold(item.code)] = "" if fold(item.code) in codes else item.code
    return named | codes | {clean(item.code): item.code for item in items}


def breakdown(codes: Iterable[tuple[str, str]]) -> str:
    """The canonical text of dimension codes in the table's order."""
    return ";".join(f"{name}={code}" for name, code in codes) or TOTAL


def pairs(text: str) -> Iterator[tuple[str, str]]:
    """The (dimension, code) pairs of a breakdown."""
    if text != TOTAL:
        for part in text.split(";"):
            name, _, code = part.partition("=")
            yield name, code
