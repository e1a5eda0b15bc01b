"""The chart of an indicator: a Vega-Lite specification for each language and kind of axis, without data or colours.

The data are the table of the page, which the browser reads (`assets/site.js`), so that the two cannot differ; colours
are those of the style sheet. Numbers are drawn as numbers, and told as the text of the table.
"""

from __future__ import annotations

import json
from functools import cache
from importlib.metadata import version
from typing import Any

from pipelines.messages import LANGUAGES, say
from pipelines.release.forms.site.kept import kept

HEIGHT = 300
AXES = {"count": True, "rate": False}
"""kind of axis -> does it begin at zero."""


@cache
def script() -> str:
    """The specifications as a script: language -> kind of axis -> specification."""
    found = {language: {kind: _spec(language, zero) for kind, zero in AXES.items()} for language in LANGUAGES}
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.YEARBOOK_CHARTS={text};\n"


@cache
def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one classic script: a browser does not load modules from a folder."""
    return kept(f"vega-{version('vl-convert-python')}.js", _bundle)


def _bundle() -> str:
    import vl_convert

    return f"(function(){{\n{vl_convert.javascript_bundle('window.vegaEmbed = vegaEmbed;')}\n}})();\n"


def _spec(language: str, zero: bool) -> dict[str, Any]:
    import altair as alt

    def words(key: str) -> str:
        return say(f"site.chart.{key}", language)

    x = alt.X("period:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy"))
    y = alt.Y("value:Q", title=None, scale=alt.Scale(zero=zero, nice=True))
    told = [alt.Tooltip("period:N", title=words("period")), alt.Tooltip("text:N", title=words("figure"))]
    told += [alt.Tooltip("interval:N", title=words("interval")), alt.Tooltip("target:N", title=words("target"))]
    base = alt.Chart(alt.NamedData(name="figures")).encode(x=x)
    layers = (
        base.mark_area(style="band").encode(
            y=alt.Y("lower:Q", title=None, scale=alt.Scale(zero=zero, nice=True)), y2="upper:Q"
        ),
        base.mark_rule(style="break").transform_filter("datum.broken"),
        base.mark_line(style="target", interpolate="step").encode(y="target:Q"),
        base.mark_line(style="figure").encode(y=y),
        base.mark_point(style="point", size=70, filled=True).transform_filter("!datum.open").encode(y=y, tooltip=told),
        base.mark_point(style="open", size=70, filled=True).transform_filter("datum.open").encode(y=y, tooltip=told),
    )
    chart = alt.layer(*layers).properties(width="container", height=HEIGHT, description=words("description"))
    made = chart.to_dict(validate=True)
    for name in ("config", "$schema"):
        made.pop(name, None)
    return made
