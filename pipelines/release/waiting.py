"""What waits for a person: submissions that are held, their figures beside those that stand, and doubled keys.

Told by what was built last: the private build of the last run where that made no release, else the current candidate.
Read only. Who decides, and what follows from it, is landing's and dbt's business.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import Any

from pipelines.home import Home
from pipelines.intake.text import address
from pipelines.landing import decisions, history
from pipelines.release import manifest, read
from pipelines.release.build import SCHEMA
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError
from pipelines.runs import WAREHOUSE

Row = dict[str, Any]
NEEDED = {"mart_submission", "mart_held_revision", "mart_held_copy", "dim_area"}

HELD = """
    select s.submission_id, s.office, s.table_id, s.period, s.unit_code, s.file_name, s.prepared_on, s.revision,
        s.supersedes, s.is_partial, s.held_for, s.effective_prepared_on, s.effective_revision,
        count(h.submission_id) as figures, count(*) filter (where h.is_out_of_proportion) as out_of_proportion
    from mart_submission s left join mart_held_revision h on s.submission_id = h.submission_id
    where s.standing = 'held' and s.verdict = 'accepted'
    group by all order by s.table_id, s.period, s.unit_code, s.effective_prepared_on, s.effective_revision,
        s.submission_id
"""
CELLS = """
    select * from mart_held_revision where submission_id = ?
    order by is_out_of_proportion desc, times desc nulls first, measure_id, area_code, breakdown
"""
COPIES = """
    select h.*, a.name_en as area_name
    from mart_held_copy h left join dim_area a using (area_code)
    order by h.table_id, h.period, h.area_code, h.breakdown, h.measure_id, h.copy_number
"""
CELL = ("measure_id", "area_code", "breakdown")
SHOWN = (
    *CELL, "standing_value", "standing_status", "standing_submission_id", "held_value", "held_status",
    "held_qualifier", "is_out_of_proportion", "times", "source_sheet", "cell",
)  # fmt: skip
PLACE = ("table_id", "period", "unit_code", "effective_prepared_on", "effective_revision")
"""What submissions that contradict each other have in common."""


def told(home: Home, cells: int | None = 0) -> dict[str, Any]:
    """{known_by, outcome, submissions, contradictions, doubled_keys}.

    known_by: the candidate, or the run that made none, of which `outcome` says why (blocked, failed, interrupted; '' of
    a candidate). submissions: each that is held, with the first `cells` (None = all) of the figures that would change,
    those out of all proportion first, and `decided`: what follows from decisions made since ({outcome, decided_by,
    because, submission}), or None. Its outcome is accept, refuse, or of one that contradicts others passed_over or
    remains: a person accepted another, or refused all others. contradictions: those that belong together, see
    `_contradiction`. doubled_keys: rows of mart_held_copy with the area's name.

    Raises ReleaseError where there is neither, or it was made before anything could be held for a person.
    """
    with _source(home) as (connection, known_by, outcome, until):
        found = _rows(connection, HELD, [])
        of = {one["submission_id"]: _cells(connection, one["submission_id"]) for one in found} if cells != 0 else {}
        doubled = _rows(connection, COPIES, [])
    since = {
        row["subject"]: row for row in decisions.export(home) if row["kind"] == "standing" and row["decided_at"] > until
    }
    tied = [one for one in found if one["held_for"] == "contradiction"]
    decided: dict[str, Row] = {id: row | {"submission": id} for id, row in since.items()}
    contradictions = []
    for _, members in groupby(tied, key=lambda one: tuple(one[name] for name in PLACE)):
        rivals = list(members)
        decided |= _follows([one["submission_id"] for one in rivals], since)
        contradictions.append(_contradiction(rivals, of))
    return {
        "known_by": known_by,
        "outcome": outcome,
        "submissions": [
            one
            | {"decided": decided.get(one["submission_id"])}
            | ({"cells": of[one["submission_id"]][:cells]} if of else {})
            for one in found
        ],
        "contradictions": contradictions,
        "doubled_keys": doubled,
    }


def _follows(rivals: list[str], since: dict[str, Row]) -> dict[str, Row]:
    """What follows for submissions that contradict each other from what was decided of one of them."""
    accepted = [since[id] for id in rivals if id in since and since[id]["outcome"] == "accept"]
    if accepted:
        last = max(accepted, key=lambda row: row["number"])
        passed = last | {"outcome": "passed_over", "submission": last["subject"]}
        refused = {id for id in rivals if id in since and since[id]["outcome"] == "refuse"}
        return {id: passed for id in rivals if id != last["subject"] and id not in refused}
    left = [id for id in rivals if id not in since]
    if len(left) == 1 and len(rivals) > 1:
        last = max((since[id] for id in rivals if id in since), key=lambda row: row["number"])
        return {left[0]: last | {"outcome": "remains", "submission": last["subject"]}}
    return {}


def _contradiction(rivals: list[Row], of: dict[str, list[Row]]) -> Row:
    """{table_id, period, unit_code, prepared_on, revision, submissions, cells, agreeing}: the ids, side by side the
    cells on which they differ, {measure_id, area_code, breakdown, standing_value, standing_status, figures: id ->
    {value, status, qualifier, sheet, cell}, an id without the cell is left out}, and how many cells are alike in all.
    """
    ids = [one["submission_id"] for one in rivals]
    by_cell: dict[tuple[str, ...], Row] = {}
    for id in ids:
        for row in of.get(id, []):
            key = tuple(row[name] for name in CELL)
            cell = by_cell.setdefault(
                key, {name: row[name] for name in (*CELL, "standing_value", "standing_status")} | {"figures": {}}
            )
            cell["figures"][id] = {
                "value": row["held_value"], "status": row["held_status"], "qualifier": row["held_qualifier"],
                "sheet": row["source_sheet"], "cell": row["cell"],
            }  # fmt: skip
    differing = [by_cell[key] for key in sorted(by_cell) if _differ(by_cell[key]["figures"], len(ids))]
    return {name: rivals[0][name] for name in ("table_id", "period", "unit_code")} | {
        "prepared_on": rivals[0]["effective_prepared_on"],
        "revision": rivals[0]["effective_revision"],
        "submissions": ids,
        "cells": differing,
        "agreeing": len(by_cell) - len(differing),
    }


def _differ(figures: dict[str, Row], files: int) -> bool:
    said = {(one["value"], one["status"], one["qualifier"]) for one in figures.values()}
    return len(figures) < files or len(said) > 1


@contextmanager
def _source(home: Home) -> Iterator[tuple[Any, str, str, str]]:
    """What was built last: (connection to its marts, its name, how its run ended if without a release, until when it
    knew decisions). Raises ReleaseError.
    """
    last = history.last(home, 1)
    run = last[0] if last and last[0]["outcome"] in ("blocked", "failed", "interrupted") else None
    build = home.runs / run["run_id"] / WAREHOUSE if run else None
    if run and build and build.is_file():
        with engine(build, read_only=True) as connection:
            if _tables(connection, SCHEMA) >= NEEDED:
                connection.execute(f"use {SCHEMA}")
                facts = json.loads((build.parent / "inputs" / "inputs.json").read_bytes())
                yield connection, run["run_id"], run["outcome"], facts["decided_until"]
                return
    folder = read.folder_of(home).resolve()
    said = manifest.read(folder)
    if not set(said["tables"]) >= NEEDED:
        raise ReleaseError(f"{folder.name} does not say what waits for a person; run again to see it.")
    with engine(folder / DATABASE, read_only=True) as connection:
        yield connection, folder.name, "", said["known"]["decided_until"]


def _tables(connection: Any, schema: str) -> set[str]:
    sql = "select table_name from duckdb_tables() where schema_name = ?"
    return {name for (name,) in connection.execute(sql, [schema]).fetchall()}


def _cells(connection: Any, submission: str) -> list[Row]:
    found = []
    for row in _rows(connection, CELLS, [submission]):
        row["cell"] = address(row["source_row"], row["source_column"])
        found.append({name: row.get(name, "") for name in SHOWN})  # older candidates have no held_qualifier
    return found


def _rows(connection: Any, sql: str, values: list[Any]) -> list[Row]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
