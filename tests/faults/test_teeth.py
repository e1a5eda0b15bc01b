"""Each planted bug breaks the trials that it names, which hold without it: the suite can fail.

Here a few of each section are shown; `python -m tests.faults.planting` shows all.
"""

from __future__ import annotations

import pytest

from tests.faults import planting, running
from tests.faults.bugs import BUGS

SHOWN = ()
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
