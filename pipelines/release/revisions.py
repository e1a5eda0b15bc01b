"""Revisions as a release tells them: how much each measure was revised, and which figures. Read only."""

from __future__ import annotations

from typing import Any

from pipelines.contracts.faults import nearest
from pipelines.home import Home
from pipelines.release import manifest, read
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError

SUMMARY = """
    select * from mart_revision_summary where $what in ('', table_id, measure_id)
    order by table_id, measure_id, reason <> '_T', reason
"""
FIGURES = """
    select *, count(*) over () as total from mart_revision
    where $what in ('', table_id, measure_id) and (reason = '' or not $unexplained)
    order by to_prepared_on desc, abs(difference) desc nulls first, table_id, measure_id, area_code, period, breakdown,
        vintage
    limit $limit
"""
KNOWN = "select table_id from dim_return union select measure_id from dim_measure"


def told(
    home: Home, what: str = "", release_id: str = read.CURRENT, unexplained: bool = False, limit: int = 20
) -> dict[str, Any]:
    """{release, summary, revisions, count}: rows of mart_revision_summary and the first `limit` of the `count` rows of
    mart_revision, the latest vintages and the greatest differences first.

    `what`: a table or a measure, '' = all. `unexplained`: only revisions for which nobody said why. Raises
    ReleaseError.
    """
    folder = read.folder_of(home, release_id).resolve()
    if "mart_revision" not in manifest.read(folder)["tables"]:
        raise ReleaseError(f"{folder.name} does not tell of revisions; only candidates made since they are kept do.")
    with engine(folder / DATABASE, read_only=True) as connection:
        known = [row[0] for row in connection.execute(KNOWN).fetchall()]
        if what and what not in known:
            raise ReleaseError(f"{folder.name} has no table or measure {what}{nearest(what, known) or '.'}")
        summary = _rows(connection, SUMMARY, {"what": what})
        values = {"what": what, "unexplained": unexplained, "limit": limit}
        found = _rows(connection, FIGURES, values)
    count = found[0]["total"] if found else 0
    for row in found:
        del row["total"]
    return {"release": folder.name, "summary": summary, "revisions": found, "count": count}


def _rows(connection: Any, sql: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
