"""A made-up county in which areas and a definition change in the middle of a year, with monthly and yearly returns."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from textwrap import dedent

from pipelines.contracts import Catalog
from pipelines.warehouse.due import periods, units
from tests.unit.validation.trial import DOCUMENTS
from tests.unit.warehouse.synthetic import Landed

COUNTY = "110101"
HAZEL, IVY, ELM, WEST, EAST, POND, QUARRY, STONE = (f"11010100{n}" for n in range(1, 9))

NEW, OLD = "2004-07-01,", ",2004-06-30"
AREAS = "\n".join([
    "code,parent,level,name_en,name_zh,valid_from,valid_to",
    f"{COUNTY},,county,County,县,,",
    *(
        f"{code},{COUNTY},township,Town {code},镇{code},{span}"
        for code, span in (
            (HAZEL, ","), (IVY, OLD), (ELM, OLD), (WEST, NEW), (EAST, NEW), (POND, ","), (QUARRY, ","), (STONE, ","),
        )
    ),
    "",
])  # fmt: skip


def _event(id: str, kind: str, *flows: str) -> str:
    told = ", ".join(f"{{{flow}}}" for flow in flows)
    words = "{en: x, zh: 某}"
    return f"event: {id}\nkind: {kind}\neffective: 2004-07-01\nflows: [{told}]\nbecause: {words}\nsource: {words}\n"


def _rename(id: str, area: str, former: str, day: str) -> str:
    words = "{en: x, zh: 某}"
    name = f"{{en: {former}, zh: 旧}}"
    said = f"event: {id}\nkind: rename\neffective: {day}\narea: '{area}'\nformer_name: {name}\n"
    return f"{said}because: {words}\nsource: {words}\n"


def _flow(origin: str, to: str, share: str = "1") -> str:
    return f"from: '{origin}', to: '{to}', share: {share}"


def _return(id: str, every: str, span: str, measures: str) -> str:
    return f"""
        table: {id}
        office: police
        version: 1.0.0
        title: {{en: {id}, zh: 表}}
        grain: {{en: Each row is an area., zh: 每行一个地区。}}
        reporting_unit: county
        due: {{every: {every}, days_after_end: 20, areas: [township], {span}}}
        measures: [{measures}]
        """


def _measure(id: str, over_time: str, more: str = "") -> str:
    return f"{{id: {id}, title: {{en: {id}, zh: 数{id}}}, unit: cases, over_time: {over_time}{more}}}"


def _indicator(id: str, kind: str, numerator: str) -> str:
    words = "{en: x, zh: 某}"
    return f"""
        indicator: {id}
        title: {words}
        definition: {words}
        kind: {kind}
        numerator: {numerator}
        decimals: 0
        """


WORLD = {
    "programme.yaml": DOCUMENTS["programme.yaml"],
    "calendar.yaml": DOCUMENTS["calendar.yaml"],
    "codelists/area.csv": AREAS,
    "area_events/ivy_into_hazel.yaml": _event("ivy_into_hazel", "merge", _flow(IVY, HAZEL)),
    "area_events/elm_divided.yaml": _event("elm_divided", "split", _flow(ELM, WEST, "3/5"), _flow(ELM, EAST, "2/5")),
    "area_events/pond_to_quarry.yaml": _event(
        "pond_to_quarry", "transfer", _flow(POND, POND, "3/4"), _flow(POND, QUARRY, "1/4")
    ),
    "area_events/stone_to_be_renamed.yaml": _rename("stone_to_be_renamed", STONE, "Stone Township", "2007-01-01"),
    "area_events/ivy_renamed.yaml": _rename("ivy_renamed", IVY, "Ivy Township", "2003-06-01"),
    "returns/police/monthly.yaml": _return(
        "monthly", "month", "from: '2003-01', until: '2005-12'",
        ", ".join((_measure("cases", "sum"), _measure("pending", "last"), _measure("people", "none"))),
    ),
    "returns/police/yearly.yaml": _return("yearly", "year", "from: '2003', until: '2005'", _measure("fires", "sum")),
    "indicators/cases.yaml": _indicator("cases", "count", "monthly.cases"),
    "indicators/cases_change.yaml": _indicator("cases_change", "change", "monthly.cases"),
    "indicators/fires.yaml": _indicator("fires", "count", "yearly.fires"),
    "indicators/fires_change.yaml": _indicator("fires_change", "change", "yearly.fires"),
    "targets/cases.yaml": """
        indicator: cases
        targets:
          - {level: [township], operator: "<=", value: 999999, source_wording: {en: few, zh: 少}}
        """,
    "breaks/stone_counts_anew.yaml": f"""
        series_break: stone_counts_anew
        figures: [monthly.cases, yearly.fires]
        areas: ["{STONE}"]
        from: "2004-07"
        because: {{en: Counted otherwise., zh: 口径改变。}}
        """,
}  # fmt: skip
"""path -> text, as `trial.documents` writes them."""


def figure(measure: str, area: str, period: str) -> int:
    """What the office counted: any number, always the same."""
    return 10 + (sum(map(ord, measure + period)) * 7 + int(area[-1]) * 13) % 23


def landed(catalog: Catalog) -> Landed:
    """Every return of 2003 to 2005, of the areas that were there."""
    found = Landed()
    for table in catalog.returns.values():
        for period in periods(table, date(2006, 6, 1)):
            for unit in units(catalog, table, period):
                areas, breakdowns = catalog.expected_rows(table, unit, period.text)
                figures = [
                    {
                        "measure_id": measure.id, "area_code": area, "breakdown": breakdown,
                        "value": figure(measure.id, area, period.text),
                    }
                    for measure in table.measures for area in areas for breakdown in breakdowns
                ]  # fmt: skip
                found.add(table.table, period.text, unit, figures, prepared_on=period.end.isoformat())
    return found


def write(folder: Path) -> Path:
    """The documents."""
    for name, text in WORLD.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip(), encoding="utf-8")
    return folder
