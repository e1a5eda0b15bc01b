"""Spoilt returns are caught before an edition; clean ones are not accused. A fresh seed each time.

YEARBOOK_SPOILT_SEED repeats the run of a seed, which is printed.
"""

from __future__ import annotations

import os

import pytest

from tests.spoilt.page import NUMBER, markdown
from tests.spoilt.trial import Trial, new_seed, run

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    found = run(tmp_path_factory.mktemp("spoilt"), int(os.environ.get("YEARBOOK_SPOILT_SEED") or new_seed()), NUMBER)
    print(markdown(found))
    return found


def test_95_of_100_spoilt_returns_are_caught(trial: Trial) -> None:
    assert len(trial.sent) == NUMBER
    assert trial.caught() >= 0.95, markdown(trial)


def test_every_kind_is_tried_often_with_and_without_control_totals(trial: Trial) -> None:
    kinds = trial.kinds()
    assert len(kinds) >= 14 and min(len(of) for of in kinds.values()) >= 20
    assert 0.15 < sum(one.has_totals for one in trial.sent) / NUMBER < 0.35


def test_clean_returns_are_not_accused(trial: Trial) -> None:
    assert not trial.refused
    assert trial.accused() <= trial.returns / 1000, [one for one in trial.clean if one.severity == "error"][:5]
    assert trial.warnings() < 60, "so many that nobody reads them"
