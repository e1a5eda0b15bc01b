"""The charts of an indicator: Vega-Lite specifications for each language, without data or colours.

The data are the tables of the page, which the browser reads (`assets/draw.js`), so that the two cannot differ; colours
are those of the style sheet. Numbers are drawn as numbers, and told as the text of the table.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from typing import Any

from pipelines.messages import LANGUAGES, say
from pipelines.release.forms.site.kept import kept

HEIGHT = 320
_SNIPPET, _SCRIPT = "window.vegaEmbed = vegaEmbed;", "(function(){{\n{}\n}})();\n"
"""What the bundle is asked to say, and how it becomes a classic script."""
AXES = {"count": True, "rate": False}
"""kind of axis -> does it begin at zero."""


@cache
def script() -> str:
    """The specifications as a script: language -> kind of axis, or `areas` -> specification."""
    found = {
        language: {**{kind: _over_time(language, zero) for kind, zero in AXES.items()}, "areas": _areas(language)}
        for language in LANGUAGES
    }
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return f"window.YEARBOOK_CHARTS={text};\n"


@cache
def bundle() -> str:
    """Vega, Vega-Lite and Vega-Embed as one classic script: a browser does not load modules from a folder."""
    made_by = f"{version('vl-convert-python')} {_SNIPPET} {_SCRIPT}"
    return kept(f"vega-{hashlib.sha256(made_by.encode()).hexdigest()[:16]}.js", _bundle)


def _bundle() -> str:
    import vl_convert

    return _SCRIPT.format(vl_convert.javascript_bundle(_SNIPPET))


def _over_time(language: str, zero: bool) -> dict[str, Any]:
    """An area (`lead`) with interval, breaks and targets, and others beside it as lines alone."""
    import altair as alt

    x = alt.X("period:O", sort=None, title=None, axis=alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=10))
    scale = alt.Scale(zero=zero, nice=True)
    y = alt.Y("value:Q", title=None, scale=scale)
    colour = alt.Color("area:N", sort=None, title=None, legend=alt.Legend(orient="top", symbolType="stroke"))
    told = _told(language, "area", "period", "figure", "interval", "target")
    base = alt.Chart(alt.NamedData(name="figures")).encode(x=x)
    lead, other = base.transform_filter("datum.lead"), base.transform_filter("!datum.lead")
    layers = (
        lead.mark_area(style="band").encode(y=alt.Y("lower:Q", title=None, scale=scale), y2="upper:Q"),
        lead.mark_rule(style="break").transform_filter("datum.broken"),
        lead.mark_line(style="target", interpolate="step").encode(y="target:Q"),
        other.mark_line(style="other").encode(y=y, color=colour),
        other.mark_point(style="other_point", size=45, filled=True).encode(y=y, color=colour, tooltip=told),
        lead.mark_line(style="figure").encode(y=y),
        lead.mark_point(style="point", size=70, filled=True)
        .transform_filter("!datum.open").encode(y=y, tooltip=told),
        lead.mark_point(style="open", size=70, filled=True).transform_filter("datum.open").encode(y=y, tooltip=told),
    )  # fmt: skip
    made = alt.layer(*layers).properties(width="container", height=HEIGHT, description=_words(language, "description"))
    return _bare(made.to_dict(validate=True))


def _areas(language: str) -> dict[str, Any]:
    """The areas of a level in one period, each with its interval; as high as they are many, which the page knows."""
    import altair as alt

    y = alt.Y("area:N", sort=None, title=None, axis=alt.Axis(labelLimit=200))
    x = alt.X("value:Q", title=None, scale=alt.Scale(zero=False, nice=True), axis=alt.Axis(tickCount=6))
    told = _told(language, "area", "figure", "interval", "target")
    base = alt.Chart(alt.NamedData(name="figures"))
    layers = (
        base.mark_rule(style="target").encode(x="target:Q"),
        base.mark_rule(style="around").encode(x="around:Q"),
        base.mark_rule(style="interval").encode(y=y, x=alt.X("lower:Q", title=None), x2="upper:Q"),
        base.mark_point(style="point", size=90, filled=True).encode(y=y, x=x, tooltip=told),
    )
    described = _words(language, "areas")
    made = alt.layer(*layers).properties(width="container", description=described)
    return _bare(made.to_dict(validate=True))


def _told(language: str, *names: str) -> list[Any]:
    import altair as alt

    fields = {"figure": "text", "target": "aim"}
    return [alt.Tooltip(f"{fields.get(name, name)}:N", title=_words(language, name)) for name in names]


def _words(language: str, key: str) -> str:
    return say(f"site.chart.{key}", language)


def _bare(made: dict[str, Any]) -> dict[str, Any]:
    """Without what the page gives: colours and fonts."""
    return {name: value for name, value in made.items() if name not in ("config", "$schema")}
