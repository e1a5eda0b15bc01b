"""Advisories speak of the versions that OSV says they speak of; the page of licences is what the locks say."""

from __future__ import annotations

import json
import zipfile
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT
from tests.scripts import script

locked = script("locked")


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
        (_span({"introduced": "0"}, {"fixed": "soon"}), "9", True),
        (_span({"introduced": "0"}, {"last_affected": "r1234"}), "9", True),
        (_span({"introduced": "first"}, {"fixed": "1.2"}), "1.1", True),
        (_span({"introduced": "first"}, {"fixed": "1.2"}), "1.2", False),
        (_span({"introduced": "0"}, {"fixed": "soon"}, {"fixed": "1.2"}), "1.2", False),
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
    assert locked.PAGE.read_text(encoding="utf-8") == locked.page(locked.ROOT, locked.PAGE)


def test_licences_are_those_of_the_locked_versions(tmp_path: Path) -> None:
    def page(postgres: str) -> str:
        for empty in ("requirements.lock", locked.SPARK):
            (tmp_path / empty).write_text("")
        (tmp_path / "requirements-postgres.lock").write_text(f"{postgres} \\\n    --hash=sha256:00\n")
        return locked.page(tmp_path, tmp_path / "page.md")

    duckdb = metadata.version("duckdb")
    assert f"| duckdb | {duckdb} | " in page(f"duckdb=={duckdb}")
    for line, said in (
        ("duckdb==0.0.1", f"locked at 0.0.1, and {duckdb} is installed"),
        ("no-such==1", "not installed"),
        ("far-away==1 ; python_version < '3'", "cannot be installed here"),
    ):
        with pytest.raises(LookupError, match=said):
            page(line)
    (tmp_path / "page.md").write_text("| far-away | 1 | MIT | PostgreSQL |\n")
    assert page("far-away==1 ; python_version < '3'").endswith("| far-away | 1 | MIT | PostgreSQL |\n")
    with pytest.raises(LookupError, match="cannot be installed here"):
        page("far-away==2 ; python_version < '3'")


def test_a_package_without_a_licence_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for lock in locked.LOCKS:
        (tmp_path / lock).write_text("no-such==1\n")
    monkeypatch.setattr(locked, "ROOT", tmp_path)
    monkeypatch.setattr(locked, "PAGE", tmp_path / "page.md")
    assert locked.main(["licences"]) == 1
    assert capsys.readouterr().out.startswith("no-such is locked and not installed")
