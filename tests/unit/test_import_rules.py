"""import-linter, as pyproject.toml sets it up, catches Dagster in a stage and a stage that imports upwards."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.home import PROJECT

PROGRAM = "from importlinter.cli import lint_imports_command; lint_imports_command()"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "pipelines", tmp_path / "pipelines", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def _lint(project: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "--no-cache"], cwd=project, capture_output=True, text=True, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def test_a_copy_of_this_project_passes(project: Path) -> None:
    code, said = _lint(project)
    assert code == 0, said


@pytest.mark.parametrize(
    ("place", "line", "named"),
    [
        ("intake/gate.py", "import dagster", "pipelines.intake.gate -> dagster"),
        ("cli/engineer.py", "def later():\n    from dagster import asset", "pipelines.cli.engineer -> dagster"),
        ("warehouse/build.py", "import dagster_dbt", "pipelines.warehouse.build -> dagster_dbt"),
        ("contracts/base.py", "from pipelines import release", "pipelines.contracts.base -> pipelines.release"),
    ],
)
def test_a_planted_import_is_named(project: Path, place: str, line: str, named: str) -> None:
    path = project / "pipelines" / place
    path.write_text(f"{path.read_text(encoding='utf-8')}\n\n{line}\n", encoding="utf-8")
    code, said = _lint(project)
    assert code == 1 and named in said
