"""What holds for all tests."""

import pytest
from hypothesis import settings

from tests import loaded

settings.register_profile("yearbook", settings.default, deadline=None)  # no test says how long a thing may take
settings.load_profile("yearbook")

loaded.instead()

LONGEST = (
    "tests/flow/test_month.py",
    "tests/real_data/test_rio.py",
    "tests/real_data/test_rio_orders.py",
    "tests/flow/test_order.py",
    "tests/faults/test_teeth.py",
    "tests/flow/test_held_revision.py",
    "tests/real_data/test_pks.py",
    "tests/flow/test_demo.py",
    "tests/flow/test_corrections.py",
    "tests/spoilt/test_spoilt.py",
    "tests/flow/test_pages.py",
    "tests/disclosure/test_forest.py",
    "tests/unit/warehouse/test_build.py",
    "tests/unit/warehouse/test_again.py",
)
"""Files that take minutes: one of them begun last would keep one process at work while the others have ended."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the others stay in the order of their names."""
    places = {file: place for place, file in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(LONGEST)))
