"""What a delivery is: declared options, over template properties, over the file name. Never a file's time.

Sheets and columns are not looked at here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Any

from pipelines.contracts import Catalog
from pipelines.contracts.periods import ending_in
from pipelines.contracts.programme import FILE_NAME_FIELDS
from pipelines.contracts.reasons import REASONS
from pipelines.contracts.returns import Return
from pipelines.intake import periods
from pipelines.intake.text import fold, nearest
from pipelines.intake.verdicts import Declared, Finding, Rejection, finding

_FIELDS = re.compile(rf"\{{({'|'.join(FILE_NAME_FIELDS)})\}}")
SHEET_NAME = 31
"""Characters of a sheet's name: longer titles arrive cut."""

BECAUSE = 1000
"""Characters of the words that explain a revision."""

_DAY = r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}"


def from_options(options: Mapping[str, Any]) -> Declared:
    """Facts from the command line or the inbox folder. Raises Rejection for one that cannot be read."""
    return _typed({name: str(value) for name, value in options.items() if value is not None and value is not False})


def from_properties(properties: Mapping[str, str]) -> Declared:
    """Facts from a template's document properties (`yearbook_table` and so on); others are left aside."""
    known = Declared.__dataclass_fields__
    facts = {name.removeprefix("yearbook_"): text for name, text in properties.items()}
    facts = {"obs_status" if name == "status" else name: text for name, text in facts.items()}
    return _typed({name: text for name, text in facts.items() if name in known})


def from_name(catalog: Catalog, file_name: str) -> Declared:
    """Facts from the file name, by the patterns of the returns and the programme; nothing when none fits.

    A return's own pattern says the table too, unless patterns of several returns fit.
    """
    stem = unicodedata.normalize("NFC", file_name.rpartition(".")[0] or file_name)
    own: list[Declared] = []
    for table in catalog.returns.values():
        found = _matches(catalog, table.file_names, stem, table)
        if found is not None and found.table in ("", table.table):
            own.append(Declared(table=table.table).over(found))
    if len({one.table for one in own}) == 1:
        return own[0]
    return _matches(catalog, catalog.programme.file_names, stem) or Declared()


def settle(catalog: Catalog, declared: Declared, received_on: str = "") -> Declared:
    """The facts checked against the catalog, with defaults. Raises Rejection with all that is wrong.

    `received_on` (ISO day) bounds the day of preparation; '' leaves it unbounded.
    """
    faults: list[Finding] = []
    if not declared.prepared_on:
        faults.append(finding("prepared_on_missing"))
    elif received_on and declared.prepared_on > received_on:
        faults.append(finding("prepared_on_future", found=declared.prepared_on, expected=received_on))
    offices = list(catalog.offices.items)
    if declared.office:
        office = next((one for one in offices if fold(declared.office) in _office_names(catalog, one)), "")
        if not office:
            near = nearest(declared.office, offices)
            faults.append(finding("office_unknown", found=declared.office, expected=", ".join(offices), nearest=near))
        declared = Declared(office=office).over(declared)
    calendar = "gregorian"
    if declared.table:
        table = find_table(catalog, declared.table)
        if table is None:
            near = nearest(declared.table, catalog.returns)
            faults.append(finding("table_unknown", found=declared.table, nearest=near))
        else:
            declared = Declared(table=table.table).over(declared)
            if declared.office in offices and declared.office != table.office:
                faults.append(
                    finding("office_differs", found=declared.office, expected=table.office, table=table.table)
                )
            declared = declared.over(Declared(office=table.office))
            calendar = table.period.calendar
    if declared.period:
        try:
            declared = Declared(period=periods.read(declared.period, calendar)).over(declared)
        except ValueError:
            faults.append(finding("period_unreadable", found=declared.period))
    if declared.unit and declared.unit not in catalog.areas:
        faults.append(finding("unit_unknown", found=declared.unit, nearest=nearest(declared.unit, catalog.areas)))
    faults += explained(declared.reason, declared.because)
    if faults:
        raise Rejection(*faults)
    return declared.settled()


def explained(reason: str, because: str) -> list[Finding]:
    """What is wrong with a reason for a revision: a code of the list and words, both or neither."""
    if reason and reason not in REASONS:
        known = ", ".join(REASONS)
        return [finding("reason_unknown", found=reason, expected=known, nearest=nearest(reason, REASONS))]
    if bool(reason) != bool(because):
        return [finding("reason_alone" if reason else "because_alone", found=reason, expected=", ".join(REASONS))]
    if len(because) > BECAUSE:
        return [finding("because_long", found=because, limit=BECAUSE)]
    return []


def mistakes(catalog: Catalog, options: Mapping[str, Any], received_on: str) -> list[Finding]:
    """What is wrong with declared options by themselves, whatever the file says besides."""
    try:
        declared = settle(catalog, from_options(options).over(Declared(prepared_on=received_on)), received_on)
    except Rejection as rejection:
        return rejection.findings
    table = catalog.returns.get(declared.table)
    if table and declared.period and not periods.alike(declared.period, table.due.start):
        return [finding("period_frequency", found=declared.period, like=table.due.start)]
    return []


def addressed(catalog: Catalog, declared: Declared) -> Declared:
    """The facts with the office that the receipt goes to: the one named, else that of the table; '' for nobody."""
    offices = (one for one in catalog.offices.items if fold(declared.office) in _office_names(catalog, one))
    table = find_table(catalog, declared.table) if declared.table else None
    return replace(declared, office=next(offices, "") or (table.office if table else ""))


def find_table(catalog: Catalog, name: str) -> Return | None:
    """The return that a sheet or an option names: by id, title in either language, or sheet alias."""
    return catalog.returns.get(_table_names(catalog).get(fold(name[:SHEET_NAME]), ""))


def _typed(facts: dict[str, str]) -> Declared:
    declared = Declared()
    facts = {name: text.replace("\0", " ") for name, text in facts.items()}  # a cell may hold it, PostgreSQL does not
    for name in ("office", "table", "period", "unit", "supersedes"):
        setattr(declared, name, facts.get(name, "").strip())
    declared.reason, declared.because = (" ".join(facts.get(name, "").split()) for name in ("reason", "because"))
    try:
        if facts.get("prepared_on"):
            declared.prepared_on = date.fromisoformat(facts["prepared_on"].strip()[:10]).isoformat()
    except ValueError:
        raise Rejection(finding("prepared_on_unreadable", found=facts["prepared_on"])) from None
    for name, most in (("revision", 10**6), ("coverage_months", 12)):
        if facts.get(name):
            if not re.fullmatch("[0-9]{1,7}", facts[name]) or int(facts[name]) > most:
                raise Rejection(finding("declared_number", found=facts[name], name=name, most=most))
            setattr(declared, name, int(facts[name]))
    if facts.get("partial"):
        declared.partial = facts["partial"].lower() in ("true", "1", "yes", "是")
    status = facts.get("obs_status", "").lower()
    if status:
        declared.obs_status = "P" if status in ("p", "provisional", "暂定") else "A"
    return declared


def _matches(catalog: Catalog, patterns: list[str], stem: str, table: Return | None = None) -> Declared | None:
    """The facts by the first pattern that fits the whole stem, those whose table is known first.

    `table`: the return whose patterns they are.
    """
    second: Declared | None = None
    for pattern in patterns:
        match = _compiled(pattern).fullmatch(stem)
        if not match:
            continue
        facts = {name: text for name, text in match.groupdict().items() if text}
        named = find_table(catalog, facts["table"]) if "table" in facts else table
        if "table" in facts:
            if named is None:
                second = second or _typed(_day(facts))
                continue
            facts["table"] = named.table
        if "year" in facts and named and named.due.every == "year":
            facts["period"] = ending_in(int(facts["year"]), named.due.start)
        return _typed(_day(facts))
    return second


def _day(facts: dict[str, str]) -> dict[str, str]:
    """The same facts, a day written without hyphens given them."""
    day = facts.get("prepared_on", "").replace("-", "")
    return facts | {"prepared_on": f"{day[:4]}-{day[4:6]}-{day[6:]}"} if day else facts


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = _FIELDS.split(pattern)
    shapes = {
        "period": periods.IN_FILE_NAME,
        "year": "[0-9]{4}",
        "prepared_on": _DAY,
        "revision": "[0-9]{1,4}",
        "unit": r"[^\W_]+",
    }
    text = ""
    for index, part in enumerate(parts):
        text += f"(?P<{part}>{shapes.get(part, '.+?')})" if index % 2 else re.escape(part)
    return re.compile(text, re.IGNORECASE)


_TABLE_NAMES: dict[int, tuple[Catalog, dict[str, str]]] = {}


def _table_names(catalog: Catalog) -> dict[str, str]:
    """Folded name -> table id. A title or alias that two returns share names neither."""
    known = _TABLE_NAMES.get(id(catalog))
    if known is None or known[0] is not catalog:
        names: dict[str, str] = {}
        for table in catalog.returns.values():
            for name in {fold(name[:SHEET_NAME]) for name in (table.title.en, table.title.zh, *table.sheets)}:
                names[name] = "" if names.get(name, table.table) != table.table else table.table
        names |= {fold(table[:SHEET_NAME]): table for table in catalog.returns}
        _TABLE_NAMES.clear()
        known = _TABLE_NAMES[id(catalog)] = (catalog, names)
    return known[1]


def _office_names(catalog: Catalog, office: str) -> set[str]:
    item = catalog.offices.items[office]
    return {fold(name) for name in (item.code, item.name_en, item.name_zh, *item.aliases)}
