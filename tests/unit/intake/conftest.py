"""A tiny programme of documents, so that these tests stand alone, and helpers that write returns."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog, load
from pipelines.home import Home
from pipelines.intake.figures import Landing
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import DeliveryVerdict, Finding

DOCUMENTS = {
    "programme.yaml": """
programme: tiny
title: {en: Tiny, zh: 小}
publisher: {en: Nobody, zh: 无}
fictitious: true
offices:
  - {id: police, title: {en: Police, zh: 公安局}, aliases: [公安]}
  - {id: courts, title: {en: Courts, zh: 法院}}
levels: [province, county, township]
format:
  missing: {"..": L, "-": M, "—": M}
  qualifiers: {"≥": at_least, 以上: at_least, 约: estimated}
  control_total: [合计, control total]
area_headers: [区划代码]
period_headers: [年度]
ignored_headers: [备注, remark]
file_names:
  - "{table}_{unit}_{period}_{prepared_on}_r{revision}"
  - "{table}_{unit}_{period}_{prepared_on}"
""",
    "calendar.yaml": "time_zone: Asia/Shanghai\n",
    "codelists/area.csv": """code,parent,level,name_en,name_zh,valid_from,valid_to,aliases
01,,province,Province,省,,,
0101,01,county,Alpha,甲县,,,
010101,0101,township,East,东镇,,,
010102,0101,township,West,西镇,,,
010103,0101,township,Old,老镇,,2001,
0102,01,county,Beta,乙县,,,
010201,0102,township,North,北镇,,,
010202,0102,township,South,南镇,,,
""",
    "area_events/old_into_east.yaml": """
event: old_into_east
kind: merge
effective: 2002-01-01
flows: [{from: "010103", to: "010101"}]
because: {en: x, zh: 某}
source: {en: x, zh: 某}
""",
    "codelists/kind.csv": """code,parent,name_en,name_zh,valid_from,valid_to,aliases
all,,All,全部,,,总计
theft,all,Theft,盗窃,,,
drugs,all,Drugs,毒品,,,
""",
    "returns/police/crime.yaml": """
table: crime
office: police
version: 1.2.0
title: {en: Crime, zh: 刑事案件}
grain: {en: Each row is an area and a kind., zh: 每行是一个地区一类案件。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [county, township], from: "2000"}
dimensions: [{id: kind, codelist: kind, aliases: [案别]}]
wide:
  - {pattern: "{measure}_{kind}"}
  - {pattern: "{measure}_prior_{kind}", years: -1}
measures:
  - {id: recorded, title: {en: Cases recorded, zh: 立案数}, unit: cases, over_time: sum}
  - {id: cleared, title: {en: Cleared of those, zh: 破案数}, unit: cases, over_time: sum, part_of: recorded}
  - id: suspects
    title: {en: Suspects, zh: 嫌疑人}
    unit: persons
    over_time: none
    additive_over: []
    maximum: 5000
""",
    "returns/courts/caseload.yaml": """
table: caseload
office: courts
version: 1.0.0
title: {en: Caseload, zh: 案件}
grain: {en: Each row is an area., zh: 每行是一个地区。}
reporting_unit: county
due: {every: year, days_after_end: 31, areas: [township], from: "2000"}
measures:
  - {id: pending_at_start, title: {en: Pending at start, zh: 期初未结}, unit: cases, over_time: first}
  - {id: accepted, title: {en: Accepted, zh: 收案}, unit: cases, over_time: sum}
  - {id: concluded, title: {en: Concluded, zh: 结案}, unit: cases, over_time: sum}
  - {id: pending_at_end, title: {en: Pending at end, zh: 期末未结}, unit: cases, over_time: last}
rules:
  - id: balance
    check: pending_at_start + accepted - concluded = pending_at_end
    because: {en: Cases do not vanish., zh: 案件不会消失。}
  - id: busy
    check: concluded >= pending_at_start
    severity: warning
    because: {en: Old cases come first., zh: 旧案优先。}
""",
    "returns/courts/rates.yaml": """
table: rates
office: courts
version: 1.0.0
title: {en: Rates, zh: 比率}
grain: {en: Each row is an area., zh: 每行是一个地区。}
reporting_unit: province
due: {every: year, days_after_end: 31, areas: [county], from: "2000"}
area: {header: code, pad: 4}
period: {calendar: roc}
duplicates: hold
measures:
  - {id: accepted, title: {en: Accepted, zh: 收案}, aliases: [cases taken in], unit: cases, over_time: sum}
  - {id: concluded, title: {en: Concluded, zh: 结案}, unit: cases, over_time: sum}
reported:
  - {id: clearance_reported, indicator: clearance, aliases: ["clearance %"]}
file_names: ["rates {period}"]
format:
  encodings: [iso-8859-1]
  delimiter: ";"
  header_within: 3
  decimal: ","
  thousands: ["."]
  missing: {"#DIV/0!": M, "": O}
""",
    "indicators/clearance.yaml": """
indicator: clearance
title: {en: Clearance, zh: 结案率}
definition: {en: Concluded per accepted., zh: 结案与收案之比。}
kind: flow_ratio
numerator: rates.concluded
denominator: rates.accepted
levels: [county]
per: 100
decimals: 1
""",
}

Rows = list[list[Any]]
Edit = Callable[[str, bytes], bytes]
Judge = Callable[..., tuple[DeliveryVerdict, dict[tuple[str, ...], Any]]]

CRIME_HEADER = ["area_code", "kind", "recorded", "cleared", "suspects"]


def crime_rows() -> Rows:
    """A sound return of crime for the county 0101, with its header."""
    figures = {"0101": (30, 12, 20), "010101": (20, 8, 15), "010102": (10, 4, 9)}
    rows: Rows = [list(CRIME_HEADER)]
    for area, (recorded, cleared, suspects) in figures.items():
        rows.append([area, "all", recorded, cleared, suspects])
        rows.append([area, "theft", recorded - 3, cleared - 1, suspects])
        rows.append([area, "drugs", 3, 1, 2])
    return rows


def caseload_rows() -> Rows:
    header = ["area_code", "period", "pending_at_start", "accepted", "concluded", "pending_at_end"]
    return [header, ["010101", "2004", 5, 20, 18, 7], ["010102", "2004", 1, 10, 11, 0]]


def csv_bytes(rows: Sequence[Sequence[Any]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows).encode(encoding)


def write_xlsx(path: Path, sheets: dict[str, Rows], properties: dict[str, str] | None = None, **extra: Any) -> Path:
    """`merge`: a range of the first sheet to merge, as (row, column, row, column, text), counted from 0."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        for name, value in (properties or {}).items():
            book.set_custom_property(name, value)
        for index, (name, rows) in enumerate(sheets.items()):
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell != "":
                        sheet.write(row, column, cell)
            if index == 0 and "merge" in extra:
                sheet.merge_range(*extra["merge"])
            if name in extra.get("hidden", ()):
                sheet.hide()
    return path


@pytest.fixture(scope="session")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    root = tmp_path_factory.mktemp("documents")
    for name, text in DOCUMENTS.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.lstrip("\n"), encoding="utf-8")
    return load(root)


@pytest.fixture(scope="session")
def gate(catalog: Catalog) -> Gate:
    return Gate(catalog)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "documents").create()


@pytest.fixture
def judge_bytes(gate: Gate, tmp_path: Path) -> Judge:
    """Judges bytes under a file name. Returns the verdict and what landed, by table, measure, area ..."""

    def judge(
        data: bytes | Path, name: str = "crime_0101_2004_2005-01-20.csv", **declared: Any
    ) -> tuple[DeliveryVerdict, dict[tuple[str, ...], Any]]:
        path = data if isinstance(data, Path) else tmp_path / "delivered"
        if isinstance(data, bytes):
            path.write_bytes(data)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        verdict, landings = gate.judge(str(path), name, declared, sha256)
        assert {one for one, _ in landings} == {
            one.submission_id for one in verdict.submissions if one.verdict == "accepted"
        }
        return verdict, figures(landing for _, landing in landings)

    return judge


def figures(landings: Any) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    landing: Landing
    for landing in landings:
        for measure, *columns in landing.runs():
            for area, breakdown, value, reported, status, qualifier, *_ in zip(*columns, strict=True):
                key = (landing.table, measure, area, landing.period, breakdown)
                found[key] = (value if reported is None else reported, status, qualifier)
    return found


def all_findings(verdict: DeliveryVerdict) -> list[Finding]:
    return [*verdict.findings, *(one for each in verdict.submissions for one in each.findings)]


def codes(verdict: DeliveryVerdict) -> list[str]:
    return [one.code for one in all_findings(verdict)]


def only(verdict: DeliveryVerdict) -> Finding:
    """The one finding of a rejected delivery."""
    assert verdict.verdict == "rejected"
    (found,) = all_findings(verdict)
    return found


CASELOAD = "caseload_0101_2004_2005-01-20.csv"
"""File name of a return of caseload."""


def hash_of(judge: Judge, data: bytes, name: str = "crime_0101_2004_2005-01-20.csv", **declared: Any) -> str:
    """The content hash of an accepted return."""
    verdict, _ = judge(data, name, **declared)
    assert verdict.verdict == "accepted", codes(verdict)
    return verdict.submissions[0].content_hash


def fault_of(judge: Judge, rows: Rows, name: str = "crime_0101_2004_2005-01-20.csv") -> Finding:
    """The one finding of a rejected return of which nothing landed."""
    verdict, landed = judge(csv_bytes(rows), name)
    assert not landed, "nothing of a rejected submission lands"
    return only(verdict)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "good.xlsx", {"crime": crime_rows()})


def repack(path: Path, edit: Edit = lambda name, data: data, **more: bytes) -> Path:
    """A copy of a workbook with its parts changed, and more parts (named with / written as __)."""
    out = path.with_name("repacked.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.namelist():
            target.writestr(member, edit(member, source.read(member)))
        for name, data in more.items():
            target.writestr(name.replace("__", "/"), data)
    return out


def in_sheet(old: bytes, new: bytes) -> Edit:
    def edit(name: str, data: bytes) -> bytes:
        if name != "xl/worksheets/sheet1.xml":
            return data
        assert old in data
        return data.replace(old, new, 1)

    return edit
