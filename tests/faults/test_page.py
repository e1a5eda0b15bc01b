"""The page tells of each bug that is planted whether it was found, by what was written when it was."""

from __future__ import annotations

import json
from pathlib import Path

from tests.faults import page, planting
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
