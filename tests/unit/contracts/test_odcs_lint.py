"""Every exported contract passes `datacontract lint`, the tool that others will hold it against, without a network."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from pipelines.contracts import odcs
from tests.unit.contracts.exported import CRIME, DBT, PROJECT, SHIPPED

FOLDER = PROJECT / ".venv" / "datacontract"
NOWHERE = "http://127.0.0.1:9"
"""A port where nothing listens: whoever asks the network for a schema fails, rather than waits."""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tool() -> Path:
    found = FOLDER / "bin" / "datacontract"
    if found.exists():
        return found
    if (FOLDER / "unreachable").exists():
        pytest.skip((FOLDER / "unreachable").read_text(encoding="utf-8").strip())
    pytest.fail("datacontract-cli is not installed; run `make datacontract` (`make test-slow` does).")


def _lint(tool: Path, file: Path) -> subprocess.CompletedProcess[str]:
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), NOWHERE)
    environment = os.environ | proxies | {"COLUMNS": "200"}
    return subprocess.run(
        [tool, "lint", "--all-errors", file], capture_output=True, text=True, timeout=120, env=environment
    )


def test_every_contract_passes(tool: Path, tmp_path: Path) -> None:
    written, _ = odcs.write(SHIPPED, DBT, tmp_path)
    said = {file: _lint(tool, file) for file in written}
    assert {file: done.stdout for file, done in said.items() if done.returncode} == {}
    for done in said.values():
        assert "valid against ODCS v3.1.0" in done.stdout
        assert "warning" not in done.stdout and "Ran 1 checks" in done.stdout


def test_a_broken_one_does_not(tool: Path, tmp_path: Path) -> None:
    file = tmp_path / "broken.odcs.yaml"
    file.write_text(odcs.text(CRIME | {"additivity": "areas"}), encoding="utf-8")
    done = _lint(tool, file)
    assert done.returncode and "additivity" in done.stdout
