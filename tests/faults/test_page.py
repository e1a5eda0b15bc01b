"""The page tells what came of each section when it was tried, and of each bug that is planted whether it was found."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults import page, planting, running
from tests.faults.bugs import BUGS


def _write(build: Path, **found: bool) -> None:
    with (build / planting.TOLD).open("a", encoding="utf-8") as stream:
        for name in BUGS:
            caught = found.get(name.replace(" ", "_"), found["all"])
            stream.write(json.dumps({"bug": name, "found": {"a trial": caught}, "version": "abc"}) + "\n")


def test_that_each_is_found_is_said_only_where_each_was(tmp_path: Path) -> None:
    count = len(BUGS)
    assert page.teeth({}) == f"Bugs that are planted, one at a time: {count}; found: 0; not planted yet: {count}.\n"
    _write(tmp_path, all=True, files_are_not_flushed=False)
    said = page.teeth(planting.told(tmp_path))
    assert f"found: {count - 1}; NOT found: files are not flushed (version abc)" in said
    _write(tmp_path, all=True)
    assert f"{count}; found: each (version abc)" in page.teeth(planting.told(tmp_path)), "the last counts"


def test_a_section_that_was_not_tried_here_keeps_its_row() -> None:
    tried = {"trial": "", "seconds": 60.0, "counts": {"nights": 60}, "broken": [], "version": "abc"}
    (name,) = running.section("nights").names(True)
    first = page.table({"nights": {name: tried | {"trial": name}}, "clock": {}})
    assert "| 1 | 60 nights | 0 | 1 | abc |" in first and "| clock |" in first and "not tried" in first
    (clock, *_) = running.section("clock").names(True)
    second = page.table({"nights": {}, "clock": {clock: tried | {"broken": ["it broke"], "version": "def"}}}, first)
    assert "| 1 | 60 nights | 0 | 1 | abc |" in second, "what another machine wrote stays"
    assert "60 nights | 1 | 1 | def |" in second and "| 1 of " in second and "not tried" not in second
