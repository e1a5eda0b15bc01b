"""What is dear to make is made once in an environment, and anew where what was kept is not whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pipelines.release.forms.site.kept import kept


def test_a_text_is_made_once_and_anew_when_it_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    made: list[str] = []

    def make() -> str:
        made.append("字\n")
        return "字\n"

    assert [kept("a-1.js", make), kept("a-1.js", make)] == ["字\n"] * 2 and len(made) == 1
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_bytes(file.read_bytes()[:-1])
    assert kept("a-1.js", make) == "字\n" and len(made) == 2
    assert kept("a-1.js", make) == kept("a-2.js", make) and len(made) == 3, "of another version"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a-2.js"], "the earlier version is gone"


def test_what_cannot_be_kept_is_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "var").write_text("no folder")
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert kept("a-1.js", lambda: "x") == kept("a-1.js", lambda: "x") == "x"
