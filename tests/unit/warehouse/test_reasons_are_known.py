"""A reason that one mart may state, each mart made from it may state too: dbt holds the lists apart, a run would
stop.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from pipelines.home import PROJECT

MARTS = PROJECT / "dbt_project" / "models" / "marts"


def reasons(mart: str) -> set[str]:
    """The accepted values of the column `reason` of a mart."""
    (model,) = yaml.safe_load((Path(MARTS) / f"{mart}.yml").read_text(encoding="utf-8"))["models"]
    (column,) = [column for column in model["columns"] if column["name"] == "reason"]
    (accepted,) = [t["accepted_values"] for t in column["data_tests"] if isinstance(t, dict) and "accepted_values" in t]
    return set(accepted["arguments"]["values"])


@pytest.mark.parametrize(
    ("made_from", "made"),
    [
        ("mart_observation", "mart_observation_today"),
        ("mart_observation", "mart_indicator"),
        ("mart_observation_today", "mart_indicator_today"),
        ("mart_indicator", "mart_indicator_today"),
    ],
)
def test_a_mart_may_state_each_reason_of_what_it_is_made_from(made_from: str, made: str) -> None:
    assert reasons(made_from) <= reasons(made) | {"out_of_range"}
    assert "" in reasons(made)
