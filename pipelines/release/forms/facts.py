"""What people's forms speak of, read from the release once for all of them: figures, verdicts, what was revised.

Words do not belong here, nor anything of a language or of one form alone.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.corrections import Correction
from pipelines.release.explanations import TABLE as EXPLANATION
from pipelines.release.forms.areas import IN_ORDER, Area, Areas
from pipelines.release.forms.figures import Figure, Series, place
from pipelines.release.published_tables import REVISION

_SAID = "obs_status, coalesce(reason, ''), coalesce(qualifier, ''), covers_period is not false, false"
_INDICATOR = (
    f"indicator_id, breakdown, area_code, period, coalesce(value_text, ''), {_SAID}, coalesce(break_id, ''), "
    "numerator, denominator, coalesce(headline_text, ''), lower_limit, upper_limit, upper_value"
)
_OBSERVATION = f"table_id, measure_id, breakdown, area_code, period, coalesce(value::varchar, ''), {_SAID}"

Scores = dict[tuple[str, str], dict[tuple[str, str], dict[str, Any]]]
"""(indicator, breakdown) -> (area, period) -> the row of mart_scorecard."""


class Facts(Areas):
    """Those of one release, of the levels that people's forms carry."""

    @cached_property
    def _figures(self) -> dict[str, dict[str, list[Figure]]]:
        """Indicator -> breakdown -> its figures, by area."""
        found: dict[str, dict[str, list[Figure]]] = {}
        rows = self.source.connection.execute(
            f"select {_INDICATOR} from mart_indicator where list_contains($1, area_level) "
            "order by indicator_id, breakdown, area_code, period",
            [self.levels],
        ).fetchall()
        for indicator, breakdown, *of in rows:
            figure = self._marked(Figure(*of), ("", "", indicator, breakdown))
            found.setdefault(indicator, {}).setdefault(breakdown, []).append(figure)
        return found

    @cached_property
    def breakdowns(self) -> dict[str, list[str]]:
        """Indicator -> its breakdowns that have a row, in the order of the documents; those with none are left out."""
        found: dict[str, list[str]] = {}
        for id, known in self.catalog.indicators.items():
            if there := self._figures.get(id):
                codes = [f"{known.by}={code}" for code in self.catalog.by_codes(known)] if known.by else []
                stated = dict.fromkeys([TOTAL, *codes])
                found[id] = [*(one for one in stated if one in there), *(one for one in there if one not in stated)]
        return found

    def series(self, indicator: str, breakdown: str) -> Series:
        """The figures of an indicator for a breakdown; without a line where it has none."""
        key = indicator, breakdown
        if key not in self._series:
            by_line: dict[str, dict[str, Figure]] = {}
            for figure in self._figures.get(indicator, {}).get(breakdown, []):
                by_line.setdefault(self.line(figure.area), {})[figure.period] = figure
            codes = sorted(by_line, key=self._places.__getitem__)
            periods = sorted({period for line in by_line.values() for period in line}, key=place)
            self._series[key] = Series(
                indicator, breakdown, tuple(periods), tuple(self.lines[code] for code in codes),
                {code: by_line[code] for code in codes},
            )  # fmt: skip
        return self._series[key]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {code: place for place, code in enumerate(self.lines)}

    @cached_property
    def _series(self) -> dict[tuple[str, str], Series]:
        return {}

    def observed(self, where: str, *values: str) -> list[tuple[str, str, str, Figure]]:
        """(table, measure, breakdown, figure) of the rows of mart_observation that SQL asks for."""
        rows = self.source.connection.execute(f"select {_OBSERVATION} from mart_observation where {where}", values)
        return [
            (table, measure, breakdown, self._marked(Figure(*of), (table, measure, "", breakdown)))
            for table, measure, breakdown, *of in rows.fetchall()
        ]

    def _marked(self, figure: Figure, of: tuple[str, str, str, str]) -> Figure:
        """The figure, which knows whether this edition revised it."""
        if self.revised and (*of, figure.area, figure.period) in self.revised:
            return figure._replace(is_revised=True)
        return figure

    @cached_property
    def revisions(self) -> list[dict[str, Any]]:
        """What this edition and those before it revised, the newest edition first: rows of mart_published_revision."""
        if REVISION not in self.tables:
            return []
        return self.source.rows(
            f"select {REVISION}.* from {REVISION} {IN_ORDER} where list_contains($1, area_level) "
            "order by edition desc, indicator_id = '', indicator_id, "
            "table_id, measure_id, year desc, period desc, breakdown, area_place",
            self.levels,
            list(self.all),
        )

    @cached_property
    def revised_here(self) -> list[dict[str, Any]]:
        """Those of them that this edition revised."""
        return [row for row in self.revisions if row["edition"] == self.source.said["release_id"]]

    @cached_property
    def revised(self) -> frozenset[tuple[str, ...]]:
        """(table, measure, indicator, breakdown, area, period) of the figures that this edition revised."""
        key = ("table_id", "measure_id", "indicator_id", "breakdown", "area_code", "period")
        return frozenset(tuple(row[name] for name in key) for row in self.revised_here)

    @cached_property
    def corrections(self) -> list[tuple[dict[str, Any], Correction]]:
        """Rows of mart_correction that are in effect, each with its document."""
        rows = self.source.rows(
            "select *, '' as indicator_id from mart_correction where state = 'in_effect' order by correction_id"
        )
        return [(row, self.catalog.corrections[row["correction_id"]]) for row in rows]

    @cached_property
    def warnings(self) -> list[dict[str, Any]]:
        """Rows of mart_quality of the checks that warn, the newest year first."""
        return self.source.rows("select * from mart_quality where status = 'fail' order by year desc, rule_id")

    @cached_property
    def explanations(self) -> list[dict[str, Any]]:
        """Rows of mart_explanation that hold, the newest year first."""
        if EXPLANATION not in self.tables:
            return []
        return self.source.rows(
            f"select * from {EXPLANATION} where state = 'accepted' "
            "order by year desc, rule_id, area_code, period, breakdown, found_en"
        )

    @cached_property
    def scores(self) -> Scores:
        """Verdicts and all that stands beside them."""
        found: Scores = {}
        for row in self.source.rows(
            "select * from mart_scorecard where list_contains($1, area_level) "
            "order by indicator_id, breakdown, area_code, period",
            self.levels,
        ):
            of = found.setdefault((row["indicator_id"], row["breakdown"]), {})
            of[row["area_code"], row["period"]] = row
        return found

    @cached_property
    def judged_level(self) -> str:
        """The widest level with a verdict; '' where nothing has one."""
        judged = {row["area_level"] for of in self.scores.values() for row in of.values() if row["verdict"]}
        return next((level for level in self.levels if level in judged), "")

    @cached_property
    def lead(self) -> Area | None:
        """What the yearbook is about: the widest area with verdicts if it is alone at its level, else the widest."""
        judged = {area for of in self.scores.values() for (area, _), row in of.items() if row["verdict"]}
        areas = [area for area in self.areas.values() if not area.is_pool]
        alone = [area for area in areas if area.level == self.judged_level and area.code in judged]
        return alone[0] if len(alone) == 1 else next(iter(areas), None)
