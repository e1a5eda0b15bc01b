"""Every command of `pipelines/docs/backfilling.md`, in order, on a copy of the demo; the courts have a new contract."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import pytest

from pipelines.home import PROJECT
from tests.flow.conftest import command

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "pipelines" / "docs" / "backfilling.md").read_text(encoding="utf-8")


def test_the_commands_do_what_the_page_says(demo: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(demo, tmp_path / "home", symlinks=True))
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    contract = documents / "returns" / "courts" / "caseload.yaml"
    text = contract.read_text(encoding="utf-8")
    contract.write_text(re.sub(r"(?m)^version: .*$", "version: 9.0.0", text), encoding="utf-8")
    (block,) = re.findall(r"```sh\n(.*?)```", PAGE, flags=re.DOTALL)
    said: list[str] = []
    for line in block.splitlines():
        program, *words = shlex.split(line, comments=True)
        assert program == "yearbook"
        done = command(home, *words, contracts=documents)
        assert done.returncode == 0, f"{line}: {done.stdout}{done.stderr}"
        said.append(done.stdout)
    assert "1999  1 to read again" in said[0]
    assert "backfill  1999  1 deliveries read again: 1 landed anew" in said[1] and "released" in said[1]
    assert "nothing to read again" in said[2] and "nothing new" in said[2]
    assert "candidate-000001" in said[-1] and "candidate-000002" in said[-1] and "candidate-000003" not in said[-1]


def test_wrong_use_is_a_sentence(demo: Path) -> None:
    for words, told in (
        (("2004..1999",), "neither a year nor a range"),
        (("99",), "neither a year nor a range"),
        (("2004", "--office", "police"), "There is no office 'police'"),
        (("2004", "--as-of", "then"), "is no time"),
    ):
        done = command(demo, "backfill", *words, "--json")
        assert done.returncode == 2 and told in json.loads(done.stdout)["error"]
