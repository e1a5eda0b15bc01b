"""dbt on DuckDB, and nothing else: models read the files, tests say what the contract says.

python run.py JOB TARGET      TARGET: a folder; writes TARGET/warehouse.duckdb
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from dbt.cli.main import dbtRunner

PROJECT = Path(__file__).resolve().parent


def build(job: Path, target: Path, **more: bool) -> bool:
    """`dbt build` of everything. `more`: further variables of the project. False: something failed."""
    os.environ["WAREHOUSE"] = str(target / "warehouse.duckdb")
    words = ["build", "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    words += ["--target-path", str(target / "dbt"), "--log-path", str(target / "logs")]
    words += ["--vars", json.dumps({"job": str(job.resolve()), **more})]
    return dbtRunner().invoke(words).success


if __name__ == "__main__":
    sys.exit(0 if build(Path(sys.argv[1]), Path(sys.argv[2])) else 1)
