"""Great Expectations, kept to what it does right: pairs and single columns of pandas frames, one expectation
at a time.

Only this module imports it, and only when a rule is run. It succeeds on an empty suite, an empty frame and a
column of nothing; so every answer is held against what we counted ourselves, and anything that does not fit
is an error. A question costs it some 12 ms of CPU, however few the rows: rows of which the same is expected are
asked about together.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from bisect import bisect_right
from collections.abc import Hashable, Sequence
from itertools import accumulate
from types import ModuleType
from typing import TYPE_CHECKING, Any

from pipelines.memory import settling
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import pandas as pd

UNASKED = ("altair", "scipy.stats")
"""What Great Expectations imports for charts and for tests of distributions, of which nothing is ever asked here: a
quarter of what it costs to load."""


class CheckError(Exception):
    """The expectation could not be evaluated. The message is a sentence."""


class _Later(ModuleType):
    """Stands for a module until something of it is asked for, and is then replaced by it.

    The standard library's LazyLoader loads at a second `import` already, which Great Expectations does.
    """

    def __getattr__(self, name: str) -> Any:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), name)


def _later(name: str) -> None:
    """From now on `import name` costs nothing, and what is asked of the module is what it says. Nothing happens where
    it is imported already. Raises ModuleNotFoundError where its package is not installed, as the import would.
    """
    if name not in sys.modules and (spec := importlib.util.find_spec(name)):
        sys.modules[name] = module = _Later(name)
        module.__spec__, module.__file__ = spec, spec.origin


class Engine:
    """One ephemeral context for a whole run: no files, no progress bars, nothing sent anywhere."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        with settling():
            for name in UNASKED:
                _later(name)
            import great_expectations as gx
            from great_expectations.data_context.types.base import ProgressBarsConfig

        self._gx = gx
        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        asset = context.data_sources.add_pandas("figures").add_dataframe_asset("frame")
        self._batch = asset.add_batch_definition_whole_dataframe("whole")

    def answers(self, asked: Sequence[tuple[Rule, pd.DataFrame]]) -> list[list[int] | Exception]:
        """`failing` of each of these, in their order; or what stopped it. Where an answer about several cannot be
        trusted, each of them is asked about alone.
        """
        found: dict[int, list[int] | Exception] = {}
        alike: dict[Hashable, list[int]] = {}
        for at, (rule, frame) in enumerate(asked):
            if {"left", "right", "decided"} <= set(frame):
                alike.setdefault(_expected(rule, frame), []).append(at)
            else:
                found[at] = CheckError("The rows lack a side, or do not say what is decided.")
        for places in alike.values():
            together = [asked[at] for at in places]
            try:
                found |= zip(places, self._failing_of(together), strict=True)
            except Exception:
                found |= {at: self._alone(*asked[at]) for at in places}
        return [found[at] for at in range(len(asked))]

    def _failing_of(self, asked: Sequence[tuple[Rule, pd.DataFrame]]) -> list[list[int]]:
        import pandas as pd

        sides = [frame[["left", "right", "decided"]] for _, frame in asked]
        positions = self.failing(asked[0][0], pd.concat(sides, ignore_index=True) if len(sides) > 1 else sides[0])
        starts = [0, *accumulate(len(frame) for frame in sides[:-1])]
        failing: list[list[int]] = [[] for _ in asked]
        for position in positions:
            at = bisect_right(starts, position) - 1
            failing[at].append(position - starts[at])
        return failing

    def _alone(self, rule: Rule, frame: pd.DataFrame) -> list[int] | Exception:
        try:
            return self.failing(rule, frame)
        except Exception as error:
            return error

    def failing(self, rule: Rule, frame: pd.DataFrame) -> list[int]:
        """Positions of the rows of `frame` that break the rule. Rows undecided (`decided` False) are passed
        over.

        frame: columns left, right, decided, with an index 0..n-1. Raises CheckError when the answer cannot be
        trusted.
        """
        if not len(frame):
            raise CheckError("There are no rows to look at.")
        expectation = _expectation(self._gx.expectations, rule)
        batch = self._batch.get_batch(batch_parameters={"dataframe": frame[["left", "right"]]})
        suite = self._gx.ExpectationSuite(name=rule.id, expectations=[expectation])
        outcome = batch.validate(suite, result_format="COMPLETE")
        if outcome.statistics["evaluated_expectations"] != 1 or len(outcome.results) != 1:
            raise CheckError(
                f"{outcome.statistics['evaluated_expectations']} expectations were evaluated instead of one."
            )
        (result,) = outcome.results
        info = result.exception_info or {}
        raised = [
            part for part in ([info] if "raised_exception" in info else info.values()) if part["raised_exception"]
        ]
        if raised:
            raise CheckError(f"The expectation stopped: {str(raised[0]['exception_message']).strip()}")
        return _trusted(result.result, bool(result.success), frame, rule)


def _expected(rule: Rule, frame: pd.DataFrame) -> Hashable:
    """The same for rows that one expectation is of."""
    limits = scaled_limits(rule) if rule.compare == "between" else rule.options if rule.compare == "one_of" else ()
    return rule.compare, limits, str(frame["left"].dtype), str(frame["right"].dtype)


def _expectation(expectations: Any, rule: Rule) -> Any:
    both = {"ignore_row_if": "either_value_is_missing"}
    if rule.compare == "equal":
        return expectations.ExpectColumnPairValuesToBeEqual(column_A="left", column_B="right", **both)
    if rule.compare in ("at_least", "at_most"):
        greater, less = ("left", "right") if rule.compare == "at_least" else ("right", "left")
        return expectations.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=greater, column_B=less, or_equal=True, **both
        )
    if rule.compare == "between":
        low, high = scaled_limits(rule)
        return expectations.ExpectColumnValuesToBeBetween(column="left", min_value=low, max_value=high)
    if rule.compare == "one_of":
        return expectations.ExpectColumnValuesToBeInSet(column="left", value_set=list(rule.options))
    return expectations.ExpectColumnValuesToNotBeNull(column="left")


def scale(rule: Rule) -> int:
    """Decimals kept when `left` of a `between` is made whole: comparisons are of whole numbers, never
    floating point.
    """
    decimals = [-int(limit.as_tuple().exponent) for limit in rule.options if limit is not None]
    return max([6 if rule.kind == "indicator_plausible" else 0, *decimals])


def scaled_limits(rule: Rule) -> tuple[int | None, int | None]:
    """The limits of a `between`, times 10^scale."""
    low, high = (None if limit is None else int(limit.scaleb(scale(rule))) for limit in rule.options)
    return low, high


def _trusted(result: dict[str, Any], success: bool, frame: pd.DataFrame, rule: Rule) -> list[int]:
    positions = [int(position) for position in result["unexpected_index_list"]]
    decided = int(frame["decided"].to_numpy().sum())
    told = {
        "rows": (int(result["element_count"]), len(frame)),
        "figures on both sides": (
            int(result["element_count"]) - int(result.get("missing_count", 0)),
            decided,
        ),
        "failing rows": (int(result["unexpected_count"]), len(positions)),
        "the verdict": (int(success), int(not positions)),
        "failing rows that are decided": (int(frame["decided"].to_numpy()[positions].sum()), len(positions)),
    }
    for what, (theirs, ours) in told.items():
        if theirs != ours:
            raise CheckError(f"The engine's count of {what} ({theirs}) is not ours ({ours}) for {rule.id}.")
    return positions
