"""Four small offices whose returns are due in the middle of a month in which the clocks change."""

from __future__ import annotations

from pathlib import Path

from pipelines.home import PROJECT
from tests.unit.validation.trial import documents

COUNTY = "110101"
TOWNS = ("110101001", "110101002")
ZONE = "Europe/Berlin"
DAYS_AFTER_END = 75
LEAST = 20
"""Percent of disputes settled, below which a town's figure is not believed."""

MEASURES = {
    "crime": ("recorded", "cleared"),
    "caseload": ("accepted", "concluded"),
    "mediation": ("disputes", "settled"),
    "petitions": ("received",),
}
OFFICES = {"crime": "police", "caseload": "courts", "mediation": "justice", "petitions": "petitions"}


def _table(table: str, unit: str, areas: str, more: str = "", of_last: str = "") -> str:
    lines = "".join(
        f"\n  - {{id: {m}, title: {{en: {m}, zh: {m}}}, unit: cases, over_time: sum{of_last if n else ''}}}"
        for n, m in enumerate(MEASURES[table])
    )
    return (
        f"table: {table}\noffice: {OFFICES[table]}\nversion: 1.0.0\ntitle: {{en: {table}, zh: {table}}}\n"
        f"grain: {{en: Each row is an area., zh: 每行一地。}}\nreporting_unit: {unit}\n"
        f'due: {{every: year, days_after_end: {DAYS_AFTER_END}, areas: [{areas}], from: "2003"}}\n'
        f"measures:{lines}\n{more}"
    )


_AGREEMENT = """\
agreements:
  - id: prosecuted
    check: accepted <= crime.cleared
    severity: error
    because: {en: The courts take up what was cleared., zh: 法院收案不多于破案。}
"""
_OFFICES = "".join(f"  - {{id: {one}, title: {{en: {one}, zh: {one}}}}}\n" for one in OFFICES.values())
_CHANGES = {
    "programme.yaml": "programme: month\ntitle: {en: A month, zh: 一月}\npublisher: {en: Nobody, zh: 无}\n"
    f"fictitious: true\noffices:\n{_OFFICES}levels: [county, township]\n"
    'file_names: ["{table}_{unit}_{period}_{prepared_on}"]\n',
    "calendar.yaml": f"time_zone: {ZONE}\n",
    "returns/police/crime.yaml": _table("crime", "county", "county, township", of_last=", part_of: recorded"),
    "returns/courts/caseload.yaml": _table("caseload", "county", "county", _AGREEMENT),
    "returns/justice/mediation.yaml": _table("mediation", "township", "township", of_last=", part_of: disputes"),
    "returns/petitions/petitions.yaml": _table("petitions", "county", "county"),
    "indicators/settlement.yaml": f"""
        indicator: settlement
        title: {{en: Settled, zh: 调解成功率}}
        definition: {{en: Settled of disputes., zh: 调解成功比纠纷。}}
        kind: proportion
        numerator: mediation.settled
        denominator: mediation.disputes
        levels: [township]
        plausible: {{min: {LEAST}, because: {{en: A town settles more., zh: 乡镇应更高。}}}}
        """,
}
_LEFT_OUT = (
    "corrections/misread.yaml", "targets/clearance.yaml", "codelists/kind.csv", "indicators/clearance.yaml",
    "indicators/good_towns.yaml", "indicators/recorded_change.yaml", "indicators/cases_accepted.yaml",
)  # fmt: skip
_OF_RETURNS = ("return_completeness", "return_punctuality")


def write(folder: Path) -> None:
    """Writes the documents: those above, and the two indicators on returns as the county has them."""
    own = {
        f"indicators/{name}.yaml": (PROJECT / "data_contracts" / "indicators" / f"{name}.yaml")
        .read_text(encoding="utf-8")
        .replace("[country, province, city, county]", "[county]")
        for name in _OF_RETURNS
    }
    documents(folder, _CHANGES | own, _LEFT_OUT)


def correct(folder: Path, table: str, measure: str, year: str, expect: int, value: int, on: str) -> None:
    """Adds the document that corrects a figure of the county."""
    path = folder / "corrections" / f"{table}_{year}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f'correction: {table}_{year}\ntable: {table}\nmeasure: {measure}\narea: "{COUNTY}"\nperiod: "{year}"\n'
        f"expect: {expect}\nvalue: {value}\nreason: correction\nbecause: {{en: Miscounted., zh: 计数有误。}}\n"
        f"decided_by: Registry\ndecided_on: {on}\n",
        encoding="utf-8",
    )
