"""The least and the most that unknowns of a program can be, by HiGHS: one model a component, objective by objective.

Whole numbers go in; what comes out is the interval of the continuous program, rounded inwards to whole numbers. It
holds all that whole numbers allow, and for one tree of sums no more.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import highspy
import numpy as np

from pipelines.adversary.program import Row
from pipelines.adversary.reduced import Reduced

TOLERANCE = 1e-6
"""HiGHS keeps rows to 1e-7; between figures lies 1."""


class Interval(NamedTuple):
    """What a figure can be; `high` None = anything from `low` on."""

    low: int
    high: int | None

    def __str__(self) -> str:
        return f"[{self.low:,}, {'unbounded' if self.high is None else f'{self.high:,}'}]"


class Unsolved(Exception):
    """The solver ended otherwise than with an optimum or an unbounded objective. Its text says how."""


class Model:
    """A component as a model: `solved` asks for one unknown after the other."""

    def __init__(self, numbers: list[int], rows: list[Row], reduced: Reduced):
        self._column = {number: column for column, number in enumerate(numbers)}
        self._low = [float(reduced.low[number]) for number in numbers]
        self._runs = 0
        self._highs = highspy.Highs()
        for option, value in (("output_flag", False), ("threads", 1), ("presolve", "off"), ("solver", "simplex")):
            self._highs.setOptionValue(option, value)
        self._highs.passModel(self._lp(numbers, rows, reduced))
        self._highs.setOptionValue("simplex_strategy", 4)  # primal: a changed objective leaves the vertex feasible
        self._touched = np.zeros(len(numbers), dtype=bool)
        self._run()

    @property
    def runs(self) -> int:
        """How many programs were solved."""
        return self._runs

    def interval(self, number: int) -> Interval:
        """The interval of an unknown. Raises Unsolved."""
        column = self._column[number]
        low = self._low[column] if self._touched[column] else self._best(column, highspy.ObjSense.kMinimize)
        high = self._best(column, highspy.ObjSense.kMaximize)
        least = math.ceil(low - TOLERANCE)
        most = None if math.isinf(high) else math.floor(high + TOLERANCE)
        if most is not None and most < least:
            raise Unsolved("no whole number is possible")
        return Interval(least, most)

    def _best(self, column: int, sense: highspy.ObjSense) -> float:
        self._highs.changeColCost(column, 1.0)
        self._highs.changeObjectiveSense(sense)
        found = self._run()
        self._highs.changeColCost(column, 0.0)
        return found

    def _run(self) -> float:
        self._highs.run()
        self._runs += 1
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kUnbounded:
            return math.inf
        if status != highspy.HighsModelStatus.kOptimal:
            raise Unsolved(self._highs.modelStatusToString(status))
        # a solution in which an unknown is at its lower bound settles its least value, whatever was asked
        self._touched |= np.asarray(self._highs.getSolution().col_value) <= np.asarray(self._low) + TOLERANCE / 1000
        return self._highs.getInfo().objective_function_value

    def _lp(self, numbers: list[int], rows: list[Row], reduced: Reduced) -> highspy.HighsLp:
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = len(numbers), len(rows)
        lp.col_cost_ = np.zeros(len(numbers))
        lp.col_lower_ = np.array(self._low)
        lp.col_upper_ = np.array(list(_open((reduced.high[number] for number in numbers), highspy.kHighsInf)))
        lp.row_lower_ = np.array(list(_open((row.low for row in rows), -highspy.kHighsInf)))
        lp.row_upper_ = np.array(list(_open((row.high for row in rows), highspy.kHighsInf)))
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_ = np.cumsum([0, *(len(row.terms) for row in rows)])
        lp.a_matrix_.index_ = np.array([self._column[number] for row in rows for number in row.terms])
        lp.a_matrix_.value_ = np.array([float(times) for row in rows for times in row.terms.values()])
        return lp


def _open(bounds: Iterator[int | None], infinity: float) -> Iterator[float]:
    return (infinity if bound is None else float(bound) for bound in bounds)
