"""Which tables a template is to hold: those that an office owes for a period, of one reporting unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipelines.contracts import Catalog
from pipelines.contracts.periods import ending_in, parse, within
from pipelines.contracts.returns import Return
from pipelines.intake import identify, periods
from pipelines.intake.verdicts import Declared
from pipelines.warehouse.due import due_day, units


class TemplateError(ValueError):
    """No template can be made; a sentence says why."""


@dataclass(frozen=True)
class Asked:
    """What one template is for. All tables are of one office, period (SDMX text) and unit; each with its due day."""

    catalog: Catalog
    office: str
    period: str
    unit: str
    tables: list[tuple[Return, date]]


def ask(catalog: Catalog, office: str, year: str, tables: Sequence[str] = (), unit: str = "") -> Asked:
    """The tables due. `year` is a year (`2004`) or a month (`2004-07`); `tables`: only these.

    Raises TemplateError: unknown office or table, nothing due, several units or periods to choose from.
    """
    known = identify.addressed(catalog, Declared(office=office)).office
    if not known:
        raise TemplateError(f"There is no office {office!r}; known are {', '.join(catalog.offices.items)}.")
    wanted = [_named(catalog, known, name) for name in dict.fromkeys(tables)]
    candidates = wanted or [one for one in catalog.returns.values() if one.office == known]
    found = {table.table: _period(table, year) for table in candidates}
    due = [table for table in candidates if found[table.table]]
    if not due or (wanted and len(due) < len(wanted)):
        raise TemplateError(_nothing(known, year, [one for one in candidates if not found[one.table]]))
    if len({found[table.table] for table in due}) > 1:
        each = ", ".join(f"{table.table} {found[table.table]}" for table in due)
        raise TemplateError(f"The tables are due for different periods ({each}); ask for one of them with --table.")
    for table in due:
        _fits(table)
    period = found[due[0].table]
    unit = _unit(catalog, due, period, unit)
    kept = [one for one in due if unit in units(catalog, one, parse(period))]
    if wanted and len(kept) < len(wanted):
        other = ", ".join(one.table for one in wanted if one not in kept)
        raise TemplateError(f"{unit} does not report {other}; ask for it with another --unit.")
    return Asked(catalog, known, period, unit, [(one, due_day(catalog, one, parse(period))) for one in kept])


def _named(catalog: Catalog, office: str, name: str) -> Return:
    table = identify.find_table(catalog, name)
    own = [one.table for one in catalog.returns.values() if one.office == office]
    if table is None or table.office != office:
        raise TemplateError(f"{office} owes no table {name!r}; its tables are {', '.join(own) or 'none'}.")
    return table


def _period(table: Return, year: str) -> str:
    """The table's own period that a year or month means; '' when it is not due then. Raises TemplateError."""
    try:
        asked = parse(periods.read(year))
    except ValueError as error:
        raise TemplateError(f"{error}.") from None
    is_year = re.fullmatch("[0-9]{4}", asked.text)
    if not table.due.owed or (table.due.every == "month") != (asked.months == 1):
        return ""
    try:
        period = ending_in(asked.year, table.due.start) if is_year and table.due.every == "year" else asked.text
    except ValueError:
        return ""
    alike = asked.months == 1 or periods.alike(period, table.due.start)
    first, last = table.due.start, table.due.until
    return period if alike and within(period, first, last) else ""


def _nothing(office: str, year: str, tables: Sequence[Return]) -> str:
    owed = [
        f"{one.table} for every {one.due.every} from {one.due.start}" + (f" to {one.due.until}" * bool(one.due.until))
        for one in tables
        if one.due.owed
    ]
    is_monthly = any(one.due.owed and one.due.every == "month" for one in tables)
    hint = " Ask for a month like YYYY-MM." if is_monthly and "-" not in year else ""
    rest = f": due are {'; '.join(owed)}." if owed else "; it owes no returns."
    return f"Nothing of that is due from {office} for {year}{rest}{hint}"


def _fits(table: Return) -> None:
    if table.area.within:
        outer = ", ".join(one.header for one in table.area.within)
        raise TemplateError(
            f"No template is made of {table.table}: its areas are told by the names around them ({outer}), as its "
            "office writes them. Take the form of that office."
        )
    if not table.due.complete:
        raise TemplateError(
            f"No template is made of {table.table}: its areas come and go, so that nobody can say beforehand which "
            "rows it has. Take the form of its office."
        )


def _unit(catalog: Catalog, tables: Sequence[Return], period: str, unit: str) -> str:
    """The unit asked for, or the only one there is."""
    known = list(dict.fromkeys(code for one in tables for code in units(catalog, one, parse(period))))
    if unit in known:
        return unit
    if len(known) == 1 and not unit:
        return known[0]
    named = ", ".join(f"{code} {catalog.name(code, period).en}" for code in known[:6])
    more = f" and {len(known) - 6} more" if len(known) > 6 else ""
    if unit:
        raise TemplateError(f"{unit!r} reports none of these tables for {period}; those that do: {named}{more}.")
    if not known:
        raise TemplateError(f"No area reports these tables for {period}; see codelists/area.csv.")
    raise TemplateError(f"{len(known)} areas report for {period}; say which with --unit: {named}{more}.")
