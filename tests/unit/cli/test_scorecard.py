"""`scorecard`: what was explained of a return is told once, of however many rates it is."""

from __future__ import annotations

from typing import Any

import pytest

from pipelines.cli.scorecard import scorecard
from pipelines.release import scorecard as release
from pipelines.release.explanations import SHOWN

COLUMNS = (
    "indicator_id", "title", "label", "kind", "multiplier", "value_text", "upper_value", "n", "target_text", "verdict",
    "reliability", "reason", "distance", "rank_in_parent", "years_met_in_a_row", "lower_limit", "upper_limit",
    "qualifier", "decimals",
)  # fmt: skip


def test_each_explanation_once(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    bare: dict[str, Any] = dict.fromkeys(COLUMNS) | {"value_text": "", "multiplier": 1}
    whole = dict.fromkeys(SHOWN, "") | {"subject": "crime", "rule_id": "swapped", "because": "They grew."}
    own = whole | {"subject": "rate", "because": "A raid."}
    rows = [
        bare | {"indicator_id": "rate", "title": "Rate", "explanations": [own, whole]},
        bare | {"indicator_id": "share", "title": "Share", "explanations": [whole]},
    ]
    told = {"name": "East", "area": "1", "period": "2004", "release": "candidate-000001", "rows": rows}
    monkeypatch.setattr(release, "told", lambda *_: told)
    scorecard("1", "2004")
    shown = capsys.readouterr().out
    assert shown.count("They grew.") == shown.count("A raid.") == 1
    assert "explanation, Rate: swapped" in shown and "explanation, crime: swapped" in shown
