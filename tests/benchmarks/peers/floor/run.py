"""The floor: a script that reads, adds up, divides and writes, and checks nothing.

    python run.py JOB TARGET      TARGET: a folder; writes TARGET/warehouse.duckdb

What anybody would write who trusts every file: Python's own reader, one Arrow table, SQL. It keeps each file's hash
with its figures, because a figure's origin is the least that a warehouse keeps. No versions, no receipts, no releases.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from pathlib import Path

import duckdb
import pyarrow as pa


def main(job: Path, target: Path) -> None:
    """Figures, and their rates, of areas of every level."""
    con = duckdb.connect(str(target / "warehouse.duckdb"))
    for number, table in enumerate(sorted((job / "returns").iterdir())):
        rows: list[list[str]] = []
        shas: list[str] = []
        for path in sorted(table.rglob("*.csv")):
            data = path.read_bytes()
            sha = hashlib.sha256(data).hexdigest()
            header, *lines = csv.reader(data.decode().splitlines(), strict=True)
            rows += lines
            shas += [sha] * len(lines)
        columns = {name: pa.array(column) for name, column in zip(header, zip(*rows, strict=True), strict=True)}
        con.register("read", pa.table(columns | {"sha": pa.array(shas)}))
        into = "insert into observation" if number else "create table observation as"
        con.execute(
            f"{into} select '{table.name}' as table_id, name as measure, area_code, period, value, sha from "
            "(unpivot (select area_code, period, sha, columns('m.*')::bigint from read) on columns('m.*'))"
        )
    areas = job / "documents" / "codelists" / "area.csv"
    con.execute("create table area as from read_csv(?, all_varchar = true)", [str(areas)])
    for level in ("city", "province", "country"):
        con.execute(
            "insert into observation select table_id, measure, parent, period, sum(value)::bigint, null "
            "from observation join area on code = area_code where level = ? group by all",
            [{"city": "county", "province": "city", "country": "province"}[level]],
        )
    con.execute(
        "create table rate as select n.table_id, n.measure, n.area_code, n.period, "
        "case when d.value > 0 then ((2000 * n.value + d.value) // (2 * d.value))::bigint end as tenths "
        "from observation n join observation d using (table_id, area_code, period) "
        "where d.measure = 'm02' and n.measure <> 'm02'"
    )
    con.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
