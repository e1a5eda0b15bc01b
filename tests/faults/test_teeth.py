"""Each planted bug breaks the trials that it names, which hold without it: the suite can fail."""

from __future__ import annotations

import pytest

from tests.faults import planting, running
from tests.faults.bugs import BUGS

pytestmark = pytest.mark.faults


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name: str) -> None:
    bug = BUGS[name]
    assert bug.trials and set(bug.trials) <= set(running.section(bug.section).names(whole=False)), "bounded ones"
    known = running.known(bug.section)
    sound = {trial: (known.get(trial) or running.one(bug.section, trial))["broken"] for trial in bug.trials}
    assert not any(sound.values()), sound
    found = planting.broken(name, running.BUILD)
    assert all(found.values()), f"not caught by {[trial for trial, broken in found.items() if not broken]}"
