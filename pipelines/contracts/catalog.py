"""The frozen whole of the documents, with the look-ups everything else needs. Built only by `load`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import product

from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.breaks import Break
from pipelines.contracts.codelists import Codelist, Item
from pipelines.contracts.corrections import Correction
from pipelines.contracts.expression import Term, side
from pipelines.contracts.indicators import Indicator, Side, Targets
from pipelines.contracts.periods import parse
from pipelines.contracts.programme import Calendar, Format, Programme
from pipelines.contracts.returns import Measure, Return

TOTAL = "_T"
"""SDMX's code for a total; the breakdown of a figure without dimensions."""

BUILT_IN: dict[str, tuple[str, ...]] = {"returns": ("due", "received", "received_on_time")}
"""Tables that the warehouse counts itself; besides them `areas.<level>`, the areas valid in a period."""


@dataclass(frozen=True)
class ResolvedTerm:
    """One figure that a side of an indicator adds: everything that a join needs."""

    table: str
    measure: str
    breakdown: str
    lag: int
    times: int


@dataclass(frozen=True)
class Name:
    """What an area is called from `valid_from` to `valid_to` (ISO days, '' = open)."""

    valid_from: str
    valid_to: str
    en: str
    zh: str


@dataclass(frozen=True)
class Catalog:
    """All documents of one programme. Mappings are keyed by id, in file-name order."""

    programme: Programme
    calendar: Calendar
    returns: dict[str, Return]
    indicators: dict[str, Indicator]
    targets: dict[str, Targets]
    codelists: dict[str, Codelist]
    corrections: dict[str, Correction] = field(default_factory=dict)
    area_events: dict[str, AreaEvent] = field(default_factory=dict)
    breaks: dict[str, Break] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    """Relative path -> sha256 of every document read."""
    sources: dict[str, str] = field(default_factory=dict)
    """`return:<id>`, `indicator:<id>` ... -> relative path of its document."""

    @cached_property
    def areas(self) -> dict[str, Item]:
        """Area code -> area."""
        return self.codelists["area"].items

    @cached_property
    def offices(self) -> Codelist:
        """The offices as a code list, the dimension of the built-in table `returns`."""
        items = (Item(o.id, "", o.title.en, o.title.zh, aliases=tuple(o.aliases)) for o in self.programme.offices)
        return Codelist("office", {item.code: item for item in items})

    def format_of(self, table: Return) -> Format:
        """The house form with the return's own differences laid over it."""
        if table.format is None:
            return self.programme.format
        own = table.format.model_dump(exclude_unset=True)
        return self.programme.format.model_copy(update=own)

    def areas_below(self, code: str, end: str, levels: frozenset[str] | None = None) -> list[str]:
        """The area and all below it that are valid on the ISO day `end`, at given levels, in list order."""
        return [
            area
            for area in self._closure.get(code, ())
            if self.areas[area].valid_in("", end) and (levels is None or self.areas[area].level in levels)
        ]

    def ancestor(self, code: str, level: str) -> str | None:
        """The area at `level` that contains the area (itself included), or None."""
        item = self.areas.get(code)
        while item is not None and item.level != level:
            item = self.areas.get(item.parent)
        return item.code if item else None

    def names(self, code: str) -> list[Name]:
        """The names of an area, one after the other; the last is that of the list of areas."""
        area, found = self.areas[code], list[Name]()
        since = area.valid_from
        for event in self._renames.get(code, []):
            if event.former_name:
                found.append(Name(since, event.eve, event.former_name.en, event.former_name.zh))
                since = event.day
        return [*found, Name(since, area.valid_to, area.name_en, area.name_zh)]

    @cached_property
    def _renames(self) -> dict[str, list[AreaEvent]]:
        found: dict[str, list[AreaEvent]] = {}
        for event in sorted(self.area_events.values(), key=lambda event: event.day):
            if event.area and event.kind == "rename":
                found.setdefault(event.area, []).append(event)
        return found

    def name(self, code: str, period: str) -> Name:
        """What an area was called when a period ended; of periods outside its validity the nearest name."""
        end = parse(period).end.isoformat()
        names = self.names(code)
        return next((name for name in names if not name.valid_to or end <= name.valid_to), names[-1])

    def broken_indicators(self, found: Break) -> list[str]:
        """The indicators that a break concerns: those it names, and those made from figures that it names."""

        def meant(indicator: Indicator) -> bool:
            terms = [] if indicator.kind == "share_of_areas" else self.terms(indicator)
            made_from = {name for term in terms for name in (term.table, f"{term.table}.{term.measure}")}
            return indicator.indicator in found.indicators or not made_from.isdisjoint(found.figures)

        return [id for id, indicator in self.indicators.items() if meant(indicator)]

    @cached_property
    def _closure(self) -> dict[str, list[str]]:
        below: dict[str, list[str]] = {}
        for code in self.areas:
            above: str | None = code
            while above:
                below.setdefault(above, []).append(code)
                above = self.areas[above].parent
        return below

    def dimensions(self, table: str) -> dict[str, Codelist]:
        """The dimensions of a table, in order, with their code lists."""
        if table == "returns":
            return {"office": self.offices}
        if table == "areas":
            return {}
        if table not in self._dimensions:
            self._dimensions[table] = {
                dimension.id: self.codelists[dimension.codelist]
                if dimension.codes is None
                else self.codelists[dimension.codelist].only(frozenset(dimension.codes))
                for dimension in self.returns[table].dimensions
                if dimension.codelist in self.codelists  # a missing list is a fault of its own
            }
        return self._dimensions[table]

    @cached_property
    def _dimensions(self) -> dict[str, dict[str, Codelist]]:
        return {}

    def cell(self, correction: Correction) -> tuple[str, str, str, str, str]:
        """(table, measure, area, period, breakdown) of the figure that a correction is for."""
        of = correction.breakdown
        codes = [f"{name}={of[name]}" for name in self.dimensions(correction.table) if name in of]
        return correction.table, correction.measure, correction.area, correction.period, ";".join(codes) or TOTAL

    def unit(self, table: str, measure: str) -> str:
        """What a measure counts."""
        if table in ("areas", "returns"):
            return table
        found = self.returns[table].measure(measure)
        assert found is not None
        return found.unit

    def resolve(self, term: Term, by: str | None, code: str | None) -> list[ResolvedTerm]:
        """The figures a term adds: one per combination of codes. `code` is that of the `by` dimension.

        A dimension neither filtered nor shown stands for its total: the total's own code where the list has
        one (the figure as delivered), else the sum of its widest codes. Raises ValueError when a sum would
        count things twice.
        """
        choices: list[list[str]] = []
        where = dict(term.where)
        for name, codelist in self.dimensions(term.table).items():
            if name in where:
                codes = list(where[name])
            elif name == by and code is not None:
                codes = [code]
            elif codelist.total:
                codes = [codelist.total]
            else:
                codes = [item.code for item in codelist.items.values() if not item.parent]
            if len(codes) > 1 and not self.additive_over(term.table, term.measure, name):
                raise ValueError(f"{term.name} does not add up over {name}; name the {name} it is meant for")
            choices.append([f"{name}={each}" for each in codes])
        return [
            ResolvedTerm(term.table, term.measure, ";".join(parts) or TOTAL, term.lag, term.times)
            for parts in product(*choices)
        ]

    def additive_over(self, table: str, measure: str, dimension: str) -> bool:
        """May the figures of a measure be added over the exclusive codes of a dimension?"""
        if table in ("areas", "returns"):
            return True
        found: Measure | None = self.returns[table].measure(measure)
        return found is not None and (found.additive_over is None or dimension in found.additive_over)

    def sides(self, indicator: Indicator) -> dict[str, tuple[list[ResolvedTerm], list[ResolvedTerm]]]:
        """breakdown -> (numerator, denominator) of an indicator; the denominator of a count is empty.

        `change` becomes (now - a year before) / a year before. Raises ValueError from `resolve`.
        """
        if indicator.kind == "share_of_areas":
            return {}
        found: dict[str, tuple[list[ResolvedTerm], list[ResolvedTerm]]] = {}
        for code in self._codes(indicator):
            top = self._side(indicator.numerator, indicator.by, code)
            bottom = self._side(indicator.denominator, indicator.by, code)
            if indicator.kind == "change":
                bottom = [ResolvedTerm(t.table, t.measure, t.breakdown, t.lag + 1, t.times) for t in top]
                top = top + [ResolvedTerm(t.table, t.measure, t.breakdown, t.lag, -t.times) for t in bottom]
            if top and (bottom or indicator.kind == "count"):
                found[TOTAL if code is None else f"{indicator.by}={code}"] = (top, bottom)
        if indicator.with_total and found:
            tops, bottoms = zip(*found.values(), strict=True)
            found[TOTAL] = (
                [term for top in tops for term in top],
                list(dict.fromkeys(term for bottom in bottoms for term in bottom)),
            )
        return found

    def _codes(self, indicator: Indicator) -> list[str | None]:
        if indicator.by is None:
            return [None]
        return list(self.by_codes(indicator))

    def by_codes(self, indicator: Indicator) -> tuple[str, ...]:
        """The codes of the `by` dimension, from the first table of the formulas that has it."""
        for term in self.terms(indicator):
            codelist = self.dimensions(term.table).get(indicator.by or "")
            if codelist:
                return tuple(codelist.items)
        return ()

    def terms(self, indicator: Indicator) -> list[Term]:
        """Every term of every formula of an indicator, unresolved."""
        return [term for _, text in indicator.formulas() for term in side(text)]

    def _side(self, part: Side | None, by: str | None, code: str | None) -> list[ResolvedTerm]:
        if isinstance(part, dict):
            part = part.get(code or "")
        if part is None:
            return []
        return [resolved for term in side(part) for resolved in self.resolve(term, by, code)]

    def expected_rows(self, table: Return, unit: str, period: str) -> tuple[list[str], list[str]]:
        """The area codes and breakdowns of which a whole submission must hold every pair.

        Of a table that need not be complete, the pairs are those of the areas that have a row at all.
        """
        span = parse(period)
        end = span.end.isoformat()
        areas = self.areas_below(unit, end, frozenset(table.due.areas))
        optional = {dimension.id: frozenset(dimension.optional) for dimension in table.dimensions}
        choices = [
            [
                f"{name}={item.code}"
                for item in codelist.items.values()
                if item.valid_in("", end) and item.code not in optional[name]
            ]
            for name, codelist in self.dimensions(table.table).items()
        ]
        return areas, [";".join(parts) or TOTAL for parts in product(*choices)]
