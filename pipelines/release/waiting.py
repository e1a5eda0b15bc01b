"""What waits for a person in a release: submissions that are held, their figures beside those that stand.

Read only. Who decides, and what follows from it, is landing's and dbt's business.
"""

from __future__ import annotations

from typing import Any

from pipelines.home import Home
from pipelines.intake.text import address
from pipelines.landing import decisions
from pipelines.release import manifest, read
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError

HELD = """
    select s.submission_id, s.office, s.table_id, s.period, s.unit_code, s.file_name, s.prepared_on, s.revision,
        s.supersedes, s.is_partial, s.held_for, count(h.submission_id) as figures,
        count(*) filter (where h.is_out_of_proportion) as out_of_proportion
    from mart_submission s left join mart_held_revision h on s.submission_id = h.submission_id
    where s.standing = 'held' and s.verdict = 'accepted'
    group by all order by s.table_id, s.period, s.unit_code, s.prepared_on, s.revision, s.submission_id
"""
CELLS = """
    select measure_id, area_code, breakdown, standing_value, standing_status, standing_submission_id, held_value,
        held_status, is_out_of_proportion, times, source_sheet, source_row, source_column
    from mart_held_revision where submission_id = ?
    order by is_out_of_proportion desc, times desc nulls first, measure_id, area_code, breakdown limit ?
"""


def held(home: Home, release_id: str = read.CURRENT, cells: int = 0) -> list[dict[str, Any]]:
    """The submissions that a release holds back, each with the first `cells` of the figures that would change, those
    out of all proportion first, and `decided`: the decision made since, or None.

    Raises ReleaseError when there is no such release, or it was made before anything could be held for a person.
    """
    folder = read.folder_of(home, release_id).resolve()
    said = manifest.read(folder)
    if "mart_held_revision" not in said["tables"]:
        raise ReleaseError(f"{folder.name} does not say what waits for a person; run again to see it.")
    with engine(folder / DATABASE, read_only=True) as connection:
        found = _rows(connection, HELD, [])
        for one in found if cells else ():
            one["cells"] = _rows(connection, CELLS, [one["submission_id"], cells])
            for cell in one["cells"]:
                cell["cell"] = address(cell.pop("source_row"), cell.pop("source_column"))
    since = {
        row["subject"]: row
        for row in decisions.export(home)
        if row["kind"] == "standing" and row["decided_at"] > said["known"]["decided_until"]
    }
    return [one | {"decided": since.get(one["submission_id"])} for one in found]


def _rows(connection: Any, sql: str, values: list[Any]) -> list[dict[str, Any]]:
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
