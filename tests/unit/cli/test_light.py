"""`--help` and `check` pay for nothing heavy."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HEAVY = {"dagster", "dbt", "great_expectations", "pandas", "pyarrow", "sqlalchemy", "duckdb"}
PROGRAM = (
    "import sys; from pipelines.cli.main import app\n"
    "try:\n    app(sys.argv[1:])\nexcept SystemExit as end:\n    code = end.code\n"
    "print('LOADED', *sorted(set(name.split('.')[0] for name in sys.modules)), file=sys.stderr)\n"
)


def _loaded(*words: str) -> set[str]:
    done = subprocess.run([sys.executable, "-c", PROGRAM, *words], capture_output=True, text=True, timeout=60)
    line = next(line for line in done.stderr.splitlines() if line.startswith("LOADED"))
    return set(line.split())


def test_help_is_light() -> None:
    assert not _loaded("--help") & HEAVY


def test_check_is_light(tmp_path: Path) -> None:
    file = tmp_path / "public_safety_990101_2004_2005-01-10.csv"
    file.write_text("area_code,period\n990101,2004\n")
    loaded = _loaded("check", str(file))
    assert "pipelines" in loaded
    assert not loaded & HEAVY
