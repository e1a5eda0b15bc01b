"""The published figures once more, cell by cell in plain Python fractions: what the SQL is held against."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from scipy.stats import binomtest, chi2

from pipelines.contracts import Catalog
from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.indicators import Target
from pipelines.contracts.periods import parse, shift
from pipelines.warehouse.due import expected
from tests.unit.warehouse.synthetic import Cell, Landed, cells

Key = tuple[str, str, str, str]
"""indicator, area, period, breakdown"""


def rounded(value: Fraction, decimals: int) -> str:
    """Half away from zero, with exactly so many decimals."""
    scaled = abs(value) * 10**decimals
    whole = scaled.numerator // scaled.denominator
    if scaled - whole >= Fraction(1, 2):
        whole += 1
    digits = str(whole).rjust(decimals + 1, "0")
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if value < 0 and whole else text


class Independent:
    """All figures, values and verdicts of a complete landing without rival submissions."""

    def __init__(self, catalog: Catalog, landed: Landed, today: date):
        self.catalog = catalog
        self.delivered: dict[Cell, int | None] = {cell: figure["value"] for cell, figure in cells(landed)}
        self.received = {(s["table_id"], s["period"], s["unit"]): s["prepared_on"] for s in landed.submissions}
        self.owed = [row for row in expected(catalog, today) if row[5]]
        self.periods = sorted({s["period"] for s in landed.submissions} | {row[2] for row in self.owed})
        self.partly = {
            (s["table_id"], s["period"]) for s in landed.submissions if s["coverage_months"] < parse(s["period"]).months
        }
        self._sums: dict[Cell, int | None] = {}

    def figure(self, cell: Cell) -> int | None:
        """As delivered, else the sum of all valid children, else counted, else None."""
        table, measure, area, period, breakdown = cell
        end = parse(period).end.isoformat()
        if table == "areas":
            levels = self.catalog.programme.levels
            if levels.index(self.catalog.areas[area].level) > levels.index(measure):
                return None
            return len(self.catalog.areas_below(area, end, frozenset([measure])))
        if table == "returns":
            return self._returns(measure, area, period, breakdown)
        if cell in self.delivered:
            return self.delivered[cell]
        found = self.catalog.returns[table].measure(measure)
        assert found
        if not found.additive_over_areas:
            return None
        if cell not in self._sums:
            children = [a.code for a in self.catalog.areas.values() if a.parent == area and a.valid_in("", end)]
            values = [self.figure((table, measure, child, period, breakdown)) for child in children]
            known = [value for value in values if value is not None]
            self._sums[cell] = sum(known) if children and len(known) == len(values) else None
        return self._sums[cell]

    def _returns(self, measure: str, area: str, period: str, breakdown: str) -> int | None:
        below = set(self.catalog.areas_below(area, parse(period).end.isoformat()))
        owed = [row for row in self.owed if row[2] == period and row[3] in below]
        mine = [row for row in owed if f"office={row[1]}" == breakdown]
        if not owed:
            return None
        if measure == "due":
            return len(mine)
        came = [
            (self.received[row[0], period, row[3]], row[4]) for row in mine if (row[0], period, row[3]) in self.received
        ]
        return len(came) if measure == "received" else sum(prepared <= due for prepared, due in came)

    def values(self) -> dict[Key, tuple[int, int] | None]:
        """Numerator and denominator (1 for counts) of base indicators; None where one is lacking."""
        found: dict[Key, tuple[int, int] | None] = {}
        for indicator in self.catalog.indicators.values():
            levels = indicator.levels or self.catalog.programme.levels
            for breakdown, sides in self.catalog.sides(indicator).items():
                for area in self.catalog.areas.values():
                    for period in self.periods if area.level in levels else ():
                        sums = []
                        for side in sides:
                            values = [
                                self.figure((t.table, t.measure, area.code, shift(period, -t.lag), t.breakdown))
                                for t in side
                            ]
                            total = sum(t.times * v for t, v in zip(side, values, strict=True) if v is not None)
                            sums.append(None if None in values else total)
                        top, bottom = sums[0], 1 if indicator.kind == "count" else sums[1]
                        key = (indicator.indicator, area.code, period, breakdown)
                        known = top is not None and bottom is not None and bottom > 0
                        whole = indicator.kind != "change" or self.covers(key)
                        found[key] = (top, bottom) if known and whole else None
        return found

    def covers(self, key: Key) -> bool:
        """Is every figure of a base indicator one of its whole period? (One unit reports each table and period.)"""
        terms = [t for side in self.catalog.sides(self.catalog.indicators[key[0]])[key[3]] for t in side]
        return not any((t.table, shift(key[2], -t.lag)) in self.partly for t in terms)

    def text(self, key: Key, sides: tuple[int, int], headline: bool = False) -> str:
        """The value as printed."""
        indicator = self.catalog.indicators[key[0]]
        decimals = indicator.decimals
        if headline and indicator.headline_decimals is not None:
            decimals = indicator.headline_decimals
        return rounded(Fraction(sides[0] * indicator.multiplier, sides[1]), decimals)

    def verdict(self, key: Key, sides: tuple[int, int] | None) -> str | None:
        """met, not_met or no_data by the target for the area's level in the year; None without one."""
        target = self._target(key)
        if target is None:
            return None
        if sides is None or not self.covers(key):
            return "no_data"
        exact = Fraction(sides[0] * self.catalog.indicators[key[0]].multiplier, sides[1])
        goal = Fraction(target.value)
        met = {">=": exact >= goal, "<=": exact <= goal, "=": exact == goal}[target.operator]
        return "met" if met else "not_met"

    def _target(self, key: Key) -> Target | None:
        indicator, area, period, breakdown = key
        year = parse(period).year
        for target in self.catalog.targets[indicator].targets if indicator in self.catalog.targets else ():
            named = ";".join(f"{name}={code}" for name, code in target.breakdown.items()) or TOTAL
            holds = (not target.start or parse(target.start).year <= year) and (
                not target.until or year <= parse(target.until).year
            )
            if holds and named == breakdown and self.catalog.areas[area].level in target.level:
                return target
        return None

    def goal(self, key: Key) -> Fraction | None:
        """The target's value where one holds."""
        target = self._target(key)
        return None if target is None else Fraction(target.value)

    def exact(self, key: Key, values: dict[Key, tuple[int, int] | None]) -> Fraction | None:
        """The exact value in the units shown."""
        sides = values.get(key)
        return None if sides is None else Fraction(sides[0] * self.catalog.indicators[key[0]].multiplier, sides[1])

    def limits(self, key: Key, sides: tuple[int, int] | None) -> tuple[float, float] | None:
        """The limits of the 95 % interval in the units shown; None where there is none."""
        indicator = self.catalog.indicators[key[0]]
        if sides is None or indicator.kind not in ("proportion", "survey_share", "rate_per_n"):
            return None
        k, n = sides
        if indicator.kind == "rate_per_n":
            low, high = chi2.ppf(0.025, 2 * k) / 2 if k else 0.0, chi2.ppf(0.975, 2 * k + 2) / 2
            return low * indicator.multiplier / n, high * indicator.multiplier / n
        if k > n:  # no part of its whole; validation stops it
            return None
        found = binomtest(k, n).proportion_ci(method="wilson")
        return found.low * indicator.multiplier, found.high * indicator.multiplier

    def reliability(self, key: Key, sides: tuple[int, int] | None) -> str | None:
        """What stands beside a verdict; None without one of met or not met."""
        if self.verdict(key, sides) in (None, "no_data") or sides is None:
            return None
        target, kind = self._target(key), self.catalog.indicators[key[0]].kind
        limits = self.limits(key, sides)
        if kind in ("count", "census_share") or (target and target.operator == "="):
            return "complete"
        if limits is None and kind in ("flow_ratio", "change"):
            return "small_base" if kind == "flow_ratio" and sides[1] < 20 else "not_applicable"
        if limits and not limits[0] < float(self.goal(key) or 0) < limits[1]:
            return "clear"
        return "undetermined" if kind == "survey_share" else "within_chance"

    def direction(self, key: Key) -> str | None:
        """Which way is better: as the ranking says, else as the target that holds implies."""
        targets = self.catalog.targets.get(key[0])
        if targets and targets.rank_in_parent:
            return targets.rank_in_parent
        target = self._target(key)
        return target.better or None if target else None

    def siblings(self, area: str, period: str) -> list[str]:
        """Valid areas of the same level below the same parent, itself among them; none without a parent."""
        mine = self.catalog.areas[area]
        end = parse(period).end.isoformat()
        return [
            a.code
            for a in self.catalog.areas.values()
            if mine.parent and a.parent == mine.parent and a.level == mine.level and a.valid_in("", end)
        ]
