"""Cost, memory and storage against the number of returns, on logarithmic axes, and the exponents. No table stands here.

An exponent is the slope of the least-squares line through the logarithms: 1 says that twice the returns cost twice.
"""

from __future__ import annotations

from pathlib import Path
from statistics import linear_regression, median
from typing import Any

import altair as alt
import numpy as np
import vl_convert

from tests.benchmarks.tools import OURS, TITLES

BEYOND = "beyond"
NAMES = {**TITLES, BEYOND: f"{TITLES[OURS]} beyond its cost on a county"}
_PANELS = {"cpu": "CPU seconds", "peak": "peak memory, MB", "kept": "kept, MB per million figures"}
_LARGE = 8_000
"""From so many returns on what a run costs whatever the size no longer bends the line."""


def points(sessions: list[dict[str, Any]], tool: str) -> list[dict[str, float]]:
    """Returns, CPU seconds, peak MB, and MB kept per million figures where they are known, of every size measured."""
    found = []
    for one in sessions:
        if not (costs := one["costs"].get(OURS if tool == BEYOND else tool)):
            continue
        cpu = median(cost["cpu"] for cost in costs)
        if tool == BEYOND:
            if not one["fixed"]:
                continue
            cpu -= median(cost["cpu"] for cost in one["fixed"])
        point = {"returns": one["returns"], "cpu": cpu, "peak": median(cost["peak"] for cost in costs)}
        if tool in one["kept"]:
            point["kept"] = one["kept"][tool] / one["figures"]
        found.append(point)
    return found


def exponent(of: list[dict[str, float]], name: str) -> float:
    """The slope of logarithm over logarithm; see `_fitted` for the sizes."""
    taken = _fitted(of)
    logs = [np.log([point[key] for point in taken]).tolist() for key in ("returns", name)]
    return linear_regression(*logs).slope


def said(of: list[dict[str, float]]) -> str:
    """Which sizes the exponents are of."""
    return " to ".join(f"{point['returns']:,}" for point in (_fitted(of)[0], _fitted(of)[-1]))


def write(sessions: list[dict[str, Any]], to: Path) -> None:
    """Draws everything that was measured into an SVG file."""
    rows = [
        {"tool": title, "panel": panel, "returns": point["returns"], "value": point[name]}
        for tool, title in NAMES.items()
        for point in points(sessions, tool)
        for name, panel in _PANELS.items()
        if name in point and (tool != BEYOND or name == "cpu")
    ]
    sizes = [one["returns"] for one in sessions]
    scale = alt.Scale(type="log", nice=False, padding=10)
    chart = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("returns:Q", scale=scale, title="returns", axis=alt.Axis(values=sizes, format=",")),
            y=alt.Y("value:Q", scale=scale, title=None),
            color=alt.Color(
                "tool:N",
                sort=list(NAMES.values()),
                legend=alt.Legend(title=None, labelLimit=0),
                scale=alt.Scale(scheme="dark2"),
            ),
        )
        .properties(width=280, height=260)
        .facet(column=alt.Column("panel:N", sort=list(_PANELS.values()), title=None))
        .resolve_scale(y="independent")
    )
    to.write_text(vl_convert.vegalite_to_svg(chart.to_dict()), encoding="utf-8")


def _fitted(of: list[dict[str, float]]) -> list[dict[str, float]]:
    """The large sizes, or all where fewer than two are."""
    large = [point for point in of if point["returns"] >= _LARGE]
    return large if len(large) > 1 else of
