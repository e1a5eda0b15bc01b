"""From a figure of a release down to the cells it was delivered in: sums are followed to the areas below, years to
their months, counts to what was counted.

Reads one open release database. What an indicator adds is `trace`'s business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.periods import parse
from pipelines.release import explanations

if TYPE_CHECKING:
    import duckdb

Cell = dict[str, Any]
"""One delivered figure: area, value, qualifier, obs_status, reason, and where it stands: file_name, sha256, sheet, row,
column, cell ('C5'), submission_id, prepared_on, revision, coverage_months (of period_months), decided_at,
contract_version, batch.
"""

Look = Callable[[str, str, str, str, str], dict[str, Any]]
"""table, measure, area, period, breakdown -> the figure, on one sort of boundaries."""


@dataclass
class Cells:
    """The figures of one release. `documents`: the release's own."""

    connection: duckdb.DuckDBPyConnection
    documents: Catalog

    def columns(self, mart: str) -> set[str]:
        """The columns that the release has of a mart; older ones lack the newest."""
        sql = "select column_name from duckdb_columns() where table_name = $1 and database_name = current_database()"
        return {row["column_name"] for row in self._rows(sql, [mart])}

    def figure(self, table: str, measure: str, area: str, period: str, breakdown: str) -> dict[str, Any]:
        """The figure with everything it consists of.

        {area, value, obs_status, qualifier, reason, origin, and cells | parts | months | counted}: `cells` where it
        was delivered (one), `parts` where it is the sum of the areas below, `months` (with `over_time`) where it is
        the year of these, `counted` where the product counts it itself. `correction` where one is in effect: the value
        is then that of its document, not of the cell. `explanations` where checks warn of it and a person accepted it
        (see `explained`). origin '' = the release holds no such figure.
        """
        key = [table, measure, area, period, breakdown]
        correction = "correction_id" if "correction_id" in self.columns("mart_observation") else "null"
        rows = self._rows(_OBSERVATION.format(correction_id=correction), key)
        if not rows:
            return {"area": area, "value": None, "obs_status": "O", "qualifier": "", "reason": "", "origin": ""}
        (found,) = rows
        shown = {name: found[name] for name in ("area", "value", "obs_status", "qualifier", "reason", "origin")}
        shown |= self.explained(table, measure, area, period, breakdown)
        if found["origin"] == "summed":
            below = self._children(area, period)
            return shown | {"parts": [self.figure(table, measure, child, period, breakdown) for child in below]}
        if found["origin"] == "from_months":
            return shown | self._of_months(self.figure, table, measure, area, period, breakdown)
        if found["origin"] == "counted":
            return shown | {"counted": self._counted(table, measure, area, period, breakdown)}
        if found["correction_id"]:
            shown |= {"correction": self._correction(found["correction_id"])}
        return shown | {"cells": [self._cell(found) | {"period_months": parse(period).months}]}

    def explained(self, subject: str, measure: str, area: str, period: str, breakdown: str) -> dict[str, Any]:
        """{explanations} of a figure, see `explanations.SHOWN`; nothing where no check warns or nobody explained."""
        found = explanations.of_figures(self._explanations, [(subject, measure, area, period, breakdown)])
        return {"explanations": found} if found else {}

    @cached_property
    def _explanations(self) -> dict[explanations.Figure, list[dict[str, Any]]]:
        there = self.columns(explanations.TABLE)  # older releases have none
        return explanations.by_figure(self._rows(explanations.ACCEPTED, []) if there else [])

    def figure_today(self, table: str, measure: str, area: str, period: str, breakdown: str) -> dict[str, Any]:
        """The figure on the boundaries of today, with the areas of the period that it is made from.

        {area, value, obs_status, qualifier, reason, origin, conversion, parts}; a part is a figure as above, with the
        `share` of it that counts, as text; a year made from converted months has `months` instead. Where the area was
        the same then, the figure as above.
        """
        rows = self._rows(_TODAY, [table, measure, area, period, breakdown])
        if not rows:
            return self.figure(table, measure, area, period, breakdown)
        (found,) = rows
        if found["conversion"] == "none":
            return self.figure(table, measure, area, period, breakdown)
        if found["origin"] == "from_months":
            return found | self._of_months(self.figure_today, table, measure, area, period, breakdown)
        made_from = self._rows(_MADE_FROM, [area, period])
        parts = [
            self.figure(table, measure, one["from_code"], period, breakdown)
            | {"share": str(Fraction(one["share_numerator"], one["share_denominator"]))}
            for one in made_from
        ]
        return found | {"parts": [part for part in parts if part["origin"]]}

    def _of_months(self, look: Look, table: str, measure: str, area: str, year: str, breakdown: str) -> dict[str, Any]:
        of = self.documents.returns[table].measure(measure)
        months = [look(table, measure, area, each, breakdown) | {"period": each} for each in self._months(year)]
        return {"over_time": of.over_time if of else "none", "months": months}

    def _rows(self, sql: str, parameters: list[Any]) -> list[dict[str, Any]]:
        cursor = self.connection.execute(sql, parameters)
        names = [column[0] for column in cursor.description or []]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def _cell(self, found: dict[str, Any]) -> Cell:
        place = {name: found[name] for name in ("sheet", "row", "column")}
        (submission,) = self._rows(_SUBMISSION, [found["submission_id"]])
        return submission | place | {"cell": f"{letters(found['column'])}{found['row']}"}

    def _correction(self, id: str) -> dict[str, Any]:
        """{id, document, document_sha256, source_value, value, reason, because, decided_by, decided_on}."""
        (found,) = self._rows(_CORRECTION, [id])
        because = {language: found.pop(f"because_{language}") for language in ("en", "zh")}
        return found | {"because": because, "document_sha256": self.documents.files[found["document"]]}

    def _months(self, year: str) -> list[str]:
        sql = "select period from dim_period where months < 12 and year = ? and year(start_on) = year order by start_on"
        return [row["period"] for row in self._rows(sql, [int(year)])]

    def _children(self, area: str, period: str) -> list[str]:
        end = parse(period).end.isoformat()
        return [a.code for a in self.documents.areas.values() if a.parent == area and a.valid_in("", end)]

    def _counted(self, table: str, measure: str, area: str, period: str, breakdown: str) -> list[Any]:
        """The areas of a level, or the returns an office owed, sent, or sent on time, at or below the area."""
        below = self.documents.areas_below(area, parse(period).end.isoformat())
        if table == "areas":
            return [code for code in below if self.documents.areas[code].level == measure]
        office = breakdown.partition("=")[2]
        wanted = {"due": "true", "received": "is_received", "received_on_time": "is_on_time"}[measure]
        sql = (
            "select table_id, period, unit_code, status, due_on::varchar as due_on, "
            "prepared_on::varchar as prepared_on from mart_coverage "
            f"where is_due and {wanted} and period = ? and office = ? order by all"
        )
        return [row for row in self._rows(sql, [period, office]) if row["unit_code"] in below]


_OBSERVATION = """
select area_code as area, value, obs_status, qualifier, reason, origin, submission_id, source_sheet as sheet,
    source_row as row, source_column as column, {correction_id} as correction_id
from mart_observation
where table_id = ? and measure_id = ? and area_code = ? and period = ? and breakdown = ?
"""

_CORRECTION = """
select correction_id as id, document, source_value, value, reason, because_en, because_zh, decided_by, decided_on
from mart_correction where correction_id = ?
"""

_TODAY = """
select area_code as area, value, obs_status, qualifier, reason, origin, conversion
from mart_observation_today
where table_id = ? and measure_id = ? and area_code = ? and period = ? and breakdown = ?
"""

_MADE_FROM = """
select from_code, share_numerator, share_denominator from dim_area_today
where area_code = ? and period = ? order by from_code
"""

_SUBMISSION = """
select submission_id, file_name, delivery_sha256 as sha256, office, prepared_on::varchar as prepared_on, revision,
    coverage_months, decided_at, contract_version, batch_id as batch
from mart_submission where submission_id = ? and verdict = 'accepted'
"""


def letters(column: int) -> str:
    """A column's number (from 1) as a spreadsheet names it."""
    name = ""
    while column:
        column, place = divmod(column - 1, 26)
        name = chr(ord("A") + place) + name
    return name
