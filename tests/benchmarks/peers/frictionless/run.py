"""Frictionless: a table schema with constraints, held against each file. Checks only: nothing is computed.

python run.py JOB TARGET      TARGET: a folder; nothing is written
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from frictionless import Checklist, Resource, Schema, checks, system

MEASURES = [f"m{number:02d}" for number in range(1, 16)]


def schema(codes: list[str], year: int) -> Schema:
    """What a return of a year holds."""
    count = {"required": True, "minimum": 0}
    return Schema.from_descriptor(
        {
            "fields": [
                {"name": "area_code", "type": "string", "constraints": {"required": True, "enum": codes}},
                {"name": "period", "type": "integer", "constraints": {"required": True, "enum": [year]}},
                *({"name": name, "type": "integer", "constraints": count} for name in MEASURES),
            ],
            "primaryKey": ["area_code", "period"],
        }
    )


def main(job: Path) -> int:
    """How many files are not valid."""
    with (job / "documents" / "codelists" / "area.csv").open(encoding="utf-8", newline="") as stream:
        codes = [row["code"] for row in csv.DictReader(stream) if row["level"] in ("county", "township")]
    rules = ["m01 + m02 - m03 == m04", "m06 <= m05 and m07 <= m05 and m08 <= m05 and m09 <= m05"]
    checklist = Checklist(checks=[checks.row_constraint(formula=rule) for rule in rules])
    wrong = 0
    for folder in sorted((job / "returns").glob("*/*")):
        known = schema(codes, int(folder.name))
        for path in sorted(folder.glob("*.csv")):
            report = Resource(path=str(path), schema=known, encoding="utf-8").validate(checklist)
            if not report.valid:
                print(path, report.flatten(["type", "rowNumber", "fieldName", "note"]))
                wrong += 1
    return wrong


if __name__ == "__main__":
    with system.use_context(trusted=True):  # absolute paths are meant
        sys.exit(1 if main(Path(sys.argv[1])) else 0)
