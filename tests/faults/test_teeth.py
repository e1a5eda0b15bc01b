"""Each planted bug breaks the trials that it names, which hold without it: the suite can fail.

Here a few of each section are shown; `python -m tests.faults.planting` shows all.
"""

from __future__ import annotations

import pytest

from tests.faults import planting, running
from tests.faults.bugs import BUGS

SHOWN = (
    "the writer's lock is not taken",
    "errors of the register are not turned into a sentence",
    "half a received file is never cleared",
    "zips may unpack to anything",
    "folders are not flushed",
    "hashes of published files are not compared",
    "the digest of a manifest is not compared with the register's",
    "a batch is not compared with the register",
    "rows of the register are not held against their seals",
    "an edition is made of a candidate nobody verified",
    "restore does not compare digests",
    "a run's id does not name its process",
    "folders of runs are kept by their names",
    "a return without rows is let through",
    "stored bytes are not hashed before reading",
    "links in the inbox are followed",
    "a newer file laid in the place of one that was taken is removed",
    "a delivery is judged whatever the register says of it since",
    "document types are let through",
    "workbooks need not be well-formed",
    "any groups of digits are thousands",
    "a question may open files",
    "a question is given what its asker knows",
)
"""Quick ones, of as many sections as there are."""


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_fits_the_product_and_names_bounded_trials(name: str) -> None:
    bug = BUGS[name]
    assert not planting.unfit(bug)
    assert bug.trials and set(bug.trials) <= set(running.section(bug.section).names(whole=False))


@pytest.mark.faults
@pytest.mark.parametrize("name", SHOWN)
def test_a_planted_bug_is_caught(name: str) -> None:
    found = planting.broken(name, running.BUILD)
    assert all(found.values()), f"not caught by {[trial for trial, broken in found.items() if not broken]}"
