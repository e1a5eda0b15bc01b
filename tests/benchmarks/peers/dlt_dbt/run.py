"""dlt loads the returns, an Arrow table for an office and a year, its schema frozen; then dbt builds and tests.

    python run.py JOB TARGET      TARGET: a folder; writes TARGET/warehouse.duckdb

The models and tests are those of `../dbt`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import dlt
import pyarrow as pa
from pyarrow import csv

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "dbt"))
from run import build

MEASURES = [f"m{number:02d}" for number in range(1, 16)]
TYPES = {"area_code": pa.string(), "period": pa.int64(), **dict.fromkeys(MEASURES, pa.int64())}
HINTS = {
    **{name: {"data_type": "bigint", "nullable": False} for name in ("period", "folder_year", *MEASURES)},
    **{name: {"data_type": "text", "nullable": False} for name in ("table_id", "area_code")},
}


@dlt.resource(
    name="returns",
    write_disposition="replace",
    columns=HINTS,
    schema_contract={"tables": "evolve", "columns": "freeze", "data_type": "freeze"},
)
def returns(job: Path) -> Iterator[pa.Table]:
    """The rows of an office's returns of a year."""
    options = csv.ConvertOptions(column_types=TYPES, strings_can_be_null=True)
    for folder in sorted((job / "returns").glob("*/*")):
        files = [csv.read_csv(path, convert_options=options) for path in sorted(folder.glob("*.csv"))]
        table = pa.concat_tables([file.select(list(TYPES)) for file in files])
        table = table.append_column("table_id", pa.array([folder.parent.name] * len(table)))
        yield table.append_column("folder_year", pa.array([int(folder.name)] * len(table)))


def main(job: Path, target: Path) -> bool:
    """False: something failed."""
    warehouse = dlt.destinations.duckdb(str(target / "warehouse.duckdb"))
    pipeline = dlt.pipeline("returns", pipelines_dir=str(target / "dlt"), destination=warehouse, dataset_name="raw")
    pipeline.run(returns(job), loader_file_format="parquet").raise_on_failed_jobs()
    return build(job, target, loaded=True)


if __name__ == "__main__":
    sys.exit(0 if main(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
