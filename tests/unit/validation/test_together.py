"""Rows of several rules that expect the same are asked about at once; each rule gets its own answer."""

from dataclasses import replace

import pandas as pd
import pytest

from pipelines.contracts.base import Label
from pipelines.validation.engine import CheckError, Engine
from pipelines.validation.rules import Rule

MOST = Rule("most", "mart", "error", Label(en="because", zh="因为"), "kind", "", "at_most", "years")
LEAST = replace(MOST, id="least", compare="at_least")


def _rows(*sides: tuple[int | None, int | None]) -> pd.DataFrame:
    frame = pd.DataFrame(sides, columns=["left", "right"]).astype("Int64")
    frame["decided"] = frame["left"].notna() & frame["right"].notna()
    return frame


def test_each_frame_gets_its_own_rows_back(monkeypatch: pytest.MonkeyPatch) -> None:
    questions: list[int] = []
    real = Engine.failing

    def failing(self: Engine, rule: Rule, frame: pd.DataFrame) -> list[int]:
        questions.append(len(frame))
        return real(self, rule, frame)

    monkeypatch.setattr(Engine, "failing", failing)
    asked = [
        (MOST, _rows((1, 2), (3, 2), (None, 0))),
        (LEAST, _rows((1, 2), (3, 2))),
        (replace(MOST, id="other"), _rows((9, 2), (2, 2), (9, None), (3, 2))),
        (MOST, _rows((0, 0))),
    ]
    assert Engine().answers(asked) == [[1], [0], [0, 3], []]
    assert questions == [8, 2]


def test_one_that_cannot_be_judged_stops_no_other() -> None:
    lying = _rows((1, 2), (3, 2))
    lying["decided"] = False  # though both sides are there
    first, second = Engine().answers([(MOST, _rows((3, 2))), (MOST, lying)])
    assert first == [0]
    assert isinstance(second, CheckError)
