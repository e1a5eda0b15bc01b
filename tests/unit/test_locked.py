"""Advisories speak of the versions that OSV says they speak of; the page of licences is what the locks say."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from pipelines.home import PROJECT


def _script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("locked", PROJECT / ".ci" / "locked.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


locked = _script()


def _record(**about: Any) -> dict[str, Any]:
    return {
        "id": "X-1",
        "summary": "It leaks.",
        "affected": [{"package": {"ecosystem": "PyPI", "name": "A_B"}} | about],
    }


def _span(*events: dict[str, str]) -> dict[str, Any]:
    return {"ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}


@pytest.mark.parametrize(
    ("about", "version", "spoken_of"),
    [
        ({"versions": ["1.0", "1.1"]}, "1.1", True),
        ({"versions": ["1.0"]}, "1.1", False),
        (_span({"introduced": "0"}), "9", True),
        (_span({"introduced": "1.2"}), "1.10", True),
        (_span({"introduced": "1.2"}), "1.1", False),
        (_span({"introduced": "0"}, {"fixed": "1.9"}), "1.10", False),
        (_span({"introduced": "0"}, {"fixed": "1.10"}), "1.9", True),
        (_span({"introduced": "0"}, {"last_affected": "1.9"}), "1.9", True),
        (_span({"introduced": "0"}, {"last_affected": "1.9"}), "1.9.1", False),
        (_span({"fixed": "1.2"}, {"introduced": "0"}, {"introduced": "2.0"}, {"fixed": "2.3"}), "2.1", True),
        (_span({"introduced": "0"}, {"fixed": "1.2"}, {"introduced": "2.0"}, {"fixed": "2.3"}), "1.3", False),
        ({"package": {"ecosystem": "npm", "name": "a-b"}, "versions": ["1.0"]}, "1.0", False),
    ],
)
def test_a_version_is_spoken_of(about: dict[str, Any], version: str, spoken_of: bool) -> None:
    found = list(locked.affected(_record(**about), {"a-b": [version]}))
    assert found == ([f"a-b {version}: X-1: It leaks."] if spoken_of else [])
    assert list(locked.affected(_record(**about) | {"withdrawn": "then"}, {"a-b": [version]})) == []


def test_what_is_locked_is_held_against_a_folder_or_a_zip(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pinned = locked.locked(PROJECT / "requirements.lock")
    assert len(pinned["numpy"]) == 2 and "pywin32" not in pinned, "by Python; and not for Windows alone"
    about = {"package": {"ecosystem": "PyPI", "name": "DuckDB"}, "versions": pinned["duckdb"]}
    folder, archive = tmp_path / "records", tmp_path / "all.zip"
    folder.mkdir()
    for place in (folder, archive):
        with pytest.raises(ValueError, match=r"neither|no advisory"):
            locked.main(["advisories", str(place)])
    (folder / "X-1.json").write_text(json.dumps(_record(**about)))
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("X-1.json", json.dumps(_record(**about)))
    for place in (folder, archive):
        assert locked.main(["advisories", str(place)]) == 1
        assert "duckdb" in capsys.readouterr().out
    (folder / "X-1.json").write_text(json.dumps(_record(versions=["0.1"])))
    assert locked.main(["advisories", str(folder)]) == 0


def test_the_page_of_licences_is_what_the_locks_say() -> None:
    assert locked.PAGE.read_text(encoding="utf-8") == locked.page()
