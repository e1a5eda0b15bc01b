"""The code lists of a release in two languages, as plain rows: areas, indicators, measures, breakdowns, units and the
words of statuses. How they look in XML is said elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.contracts.base import Label
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.periods import parse
from pipelines.messages import LANGUAGES, catalogue
from pipelines.release.forms.sdmx.flows import FLOWS
from pipelines.release.forms.source import Source
from pipelines.release.forms.words import Words
from pipelines.release.methods.about import About

PERCENT = "PT"
"""Per cent in SDMX's list of units."""


@dataclass(frozen=True)
class Note:
    """An annotation: its type, and its words; zh is '' where they are of no language."""

    type: str
    en: str
    zh: str = ""


@dataclass(frozen=True)
class Item:
    """A code: as the release writes it, its names (zh may be ''), the code above it or '', what is said of it."""

    code: str
    en: str
    zh: str
    parent: str = ""
    notes: tuple[Note, ...] = ()


def words(*keys: str) -> tuple[str, str]:
    """English and Chinese of the first key that the message catalogue has; else the last part of the last, twice ''."""
    for key in keys:
        if key in catalogue():
            return catalogue()[key]["en"], catalogue()[key]["zh"]
    return keys[-1].rpartition(".")[2].replace("_", " "), ""


def unit_of(source: Source, indicator: Indicator) -> str:
    """The code of what an indicator is shown in: what is counted, per cent, or per how many."""
    if indicator.kind == "count":
        counted = {source.catalog.unit(term.table, term.measure) for term in source.catalog.terms(indicator)}
        return counted.pop() if len(counted) == 1 else "figures"
    return PERCENT if indicator.per == 100 else f"PER_{indicator.per}"


def lists(source: Source) -> dict[str, list[Item]]:
    """Id of the component -> the codes it may have, those of the release's rows and no others but of fixed lists."""
    return {name: make(source) for name, make in _MADE.items()}


def _areas(source: Source) -> list[Item]:
    rows = source.rows(
        "select area_code, parent_code, name_en, name_zh, valid_from, valid_to from dim_area "
        "where list_contains($1, level) order by level_order, area_code",
        list(source.levels_shown()),
    )
    found = []
    for row in rows:
        first, last = row["valid_from"], row["valid_to"]
        limits = (Note("VALIDITY", f"{first or '..'}/{last or '..'}"),) if first or last else ()
        found.append(Item(row["area_code"], row["name_en"], row["name_zh"], row["parent_code"] or "", limits))
    return found


def _indicators(source: Source) -> list[Item]:
    found = []
    for row in source.rows("select distinct indicator_id as id from mart_indicator order by 1"):
        one = source.catalog.indicators[row["id"]]
        notes = [_note("DEFINITION", one.definition)]
        if one.known_limits:
            notes.append(_note("KNOWN_LIMITS", one.known_limits))
        notes += [Note("KIND", one.kind), Note("DOCUMENT", source.catalog.sources[f"indicator:{one.indicator}"])]
        found.append(Item(one.indicator, one.title.en, one.title.zh, notes=tuple(notes)))
    return found


def _note(type: str, label: Label) -> Note:
    return Note(type, " ".join(label.en.split()), " ".join(label.zh.split()))


def measures(source: Source) -> list[tuple[str, str]]:
    """(table, measure) of everything that the release has a figure of, or a reason for none."""
    rows = source.rows("select distinct table_id, measure_id from mart_observation order by all")
    return [(row["table_id"], row["measure_id"]) for row in rows]


def _measures(source: Source) -> list[Item]:
    found = []
    for table, measure in measures(source):
        notes: tuple[Note, ...] = ()
        if of := source.catalog.returns.get(table):
            notes = (_note("DEFINITION", of.grain), Note("DOCUMENT", source.catalog.sources[f"return:{table}"]))
        en, zh = (Words(source.catalog, language, "sdmx").measure(table, measure) for language in LANGUAGES)
        found.append(Item(f"{table}.{measure}", en, zh, notes=notes))
    return found


def _breakdowns(source: Source) -> list[Item]:
    found = {TOTAL: words("form.total")}
    for row in source.rows("select breakdown, label_en, label_zh from dim_breakdown order by table_id, position"):
        found.setdefault(row["breakdown"], (row["label_en"], row["label_zh"]))
    for row in source.rows("select distinct indicator_id, breakdown from mart_indicator order by all"):
        one = source.catalog.indicators[row["indicator_id"]]
        en, zh = (About(source.catalog, one, language).breakdown(row["breakdown"]) for language in LANGUAGES)
        found.setdefault(row["breakdown"], (en, zh))
    return [Item(code, en or code, zh) for code, (en, zh) in found.items()]


def _units(source: Source) -> list[Item]:
    found: dict[str, tuple[str, str]] = {}
    for one in source.catalog.indicators.values():
        code = unit_of(source, one)
        if one.kind != "count":
            en, zh = (About(source.catalog, one, language).unit() for language in LANGUAGES)
            found[code] = en, zh
    counted = [unit_of(source, one) for one in source.catalog.indicators.values() if one.kind == "count"]
    for code in (*counted, *(source.catalog.unit(table, measure) for table, measure in measures(source))):
        label = source.catalog.programme.unit(code)
        found.setdefault(code, (label.en, label.zh))
    return [Item(code, en, zh) for code, (en, zh) in found.items()]


def _frequencies(source: Source) -> list[Item]:
    rows = source.rows(" union ".join(f"select period from {flow.mart}" for flow in FLOWS) + " order by 1")
    codes = dict.fromkeys(["A", *(parse(row["period"]).frequency for row in rows)])
    return [Item(code, *words(f"sdmx.FREQ.{code}")) for code in codes]


def _fixed(name: str, *groups: str) -> Callable[[Source], list[Item]]:
    """A list whose codes are the keys of the message catalogue under `sdmx.<name>.` and other groups, and what the
    marts have besides.
    """

    def made(source: Source) -> list[Item]:
        under = [f"sdmx.{name}.", *groups]
        codes = [key.removeprefix(group) for group in under for key in catalogue() if key.startswith(group)]
        of = [(flow, a) for flow in FLOWS for a in flow.attributes if a.id == name]
        for flow, attribute in of:
            sql = f"select distinct {attribute.column} as code from {flow.mart} m {flow.join} order by 1"
            codes += [row["code"] for row in source.rows(sql) if row["code"]]
        return [Item(code, *words(*(f"{group}{code}" for group in under))) for code in dict.fromkeys(codes)]

    return made


_MADE: dict[str, Callable[[Source], list[Item]]] = {
    "REF_AREA": _areas,
    "INDICATOR": _indicators,
    "MEASURE": _measures,
    "BREAKDOWN": _breakdowns,
    "FREQ": _frequencies,
    "UNIT_MEASURE": _units,
    "OBS_STATUS": _fixed("OBS_STATUS", "status."),
    "CONF_STATUS": _fixed("CONF_STATUS"),
    "REASON": _fixed("REASON", "missing."),
    "QUALIFIER": _fixed("QUALIFIER"),
    "VERDICT": _fixed("VERDICT", "form.verdict."),
    "RELIABILITY": _fixed("RELIABILITY", "form.reliability."),
    "ORIGIN": _fixed("ORIGIN"),
}
