"""`contracts export`: says what it wrote and what to do next, refuses in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app
from pipelines.home import PROJECT

RETURNS = len(list((PROJECT / "data_contracts" / "returns").glob("*/*.yaml")))


def _export(*words: object) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["contracts", "export", *map(str, words)])
    return done.exit_code, done.stdout, done.stderr


def test_it_says_how_many_files_and_what_to_do_next(tmp_path: Path) -> None:
    code, said, _ = _export(tmp_path)
    files = list(tmp_path.rglob("*.odcs.yaml"))
    assert code == 0 and len(files) == RETURNS + 1
    assert f"{len(files)} contracts of ODCS v3.1 written" in said
    linted = next(line for line in said.splitlines() if " lint " in line).split()[-1]
    assert Path(linted) in files
    assert "datacontract" in said.split("Next")[1].split("lint")[0]


def test_json_lists_the_files(tmp_path: Path) -> None:
    stray = tmp_path / "old.odcs.yaml"
    stray.write_text("")
    code, said, _ = _export(tmp_path, "--json")
    found = json.loads(said)
    assert (code, len(found["written"]), found["others"]) == (0, RETURNS + 1, [str(stray)])
    assert all(Path(one).is_file() for one in found["written"])


def test_a_contract_of_no_document_is_named(tmp_path: Path) -> None:
    (tmp_path / "old.odcs.yaml").write_text("")
    code, _, warned = _export(tmp_path)
    assert code == 0 and "old.odcs.yaml" in warned


def test_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    code, said, refused = _export(tmp_path / "file")
    assert (code, said) == (1, "")
    assert refused.strip() == (
        f"{tmp_path / 'file'} is a file; name a folder to write into, it is made when it is not there."
    )


def test_documents_with_a_fault_are_not_exported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YEARBOOK_CONTRACTS", str(tmp_path / "none"))
    code, _, refused = _export(tmp_path / "out")
    assert code == 1 and "is not a folder" in refused
    assert not (tmp_path / "out").exists()
