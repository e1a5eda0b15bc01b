"""What an outcome depends on is found, wherever it stands: by import, by an import of what is imported, or by name."""

from __future__ import annotations

import pytest

from tests.faults import keyed
from tests.faults.listed import SECTIONS

DEEP = {
    "kills": {"histories.py", "unit/validation/trial.py", "faults/inside.py", "faults/holds.py"},
    "readers": {"unit/release/conftest.py", "unit/validation/private.py", "faults/reading.py"},
    "clock": {"faults/otherwise.py", "faults/small.py"},
}


@pytest.mark.parametrize("name", SECTIONS)
def test_a_section_hangs_on_all_that_it_is_made_of(name: str) -> None:
    start = keyed.section(name)
    found = {str(path.relative_to(keyed.TESTS)) for path in keyed.modules(start)}
    assert {start, "faults/outcome.py"} | DEEP.get(name, set()) <= found
    assert not found & {"faults/bugs.py", "faults/page.py", "faults/running.py"}, "these change no outcome"
