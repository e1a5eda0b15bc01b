"""How areas stand in a period: figure, interval, verdict and what it rests on, place. Rows for tables, in words."""

from __future__ import annotations

import re
from typing import Any

from pipelines.release.forms import marks
from pipelines.release.forms.areas import Area
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Figure, Series
from pipelines.release.forms.site import compared
from pipelines.release.forms.site.cells import slug
from pipelines.release.forms.words import Words


def headline(facts: Facts, words: Words, series: Series) -> dict[str, Any]:
    """The latest figure of the area that the yearbook is about, or of the first that has one. {} of none."""
    for line in sorted(series.lines, key=lambda line: line != facts.lead):
        figure = series.figure(line, series.latest)
        if figure and figure.text:
            where = {"area": words.area(line), "path": area_path(line), "period": series.latest}
            return where | row(facts, words, series, figure)
    return {}


def later(words: Words, series: Series) -> str:
    """Why no area has a figure of the periods since the latest, so that an old one is not taken for the present;
    '' where it is of the last period.
    """
    since = series.periods[series.periods.index(series.latest) + 1 :]
    why = dict.fromkeys(words.why(figure) for figure in series.figures if figure.period in since)
    return words.say("indicator.later", last=since[-1], why=words.listed(list(why))) if why else ""


def latest(facts: Facts, words: Words, series: Series) -> dict[str, Any]:
    """{period, rows, and which columns are there} of the last period: areas of a parent beside each other, by place.

    {} of one area, and of a class that is not the first and has neither verdict nor place: the table above is enough.
    """
    period = series.latest
    if series.breakdown != facts.breakdowns[series.indicator][0]:
        scores = facts.scores.get((series.indicator, series.breakdown), {}).values()
        if not any(score["verdict"] or score["rank_in_parent"] for score in scores if score["period"] == period):
            return {}
    found: list[tuple[Any, dict[str, Any]]] = []
    names = words.apart(facts.all, series.lines)
    for place, line in enumerate(series.lines):
        figure = series.figure(line, period)
        if figure is None:
            continue
        made = {
            "name": names[line.code], "path": area_path(line), "level": line.level, "pool": line.is_pool,
            "lead": line == facts.lead, **row(facts, words, series, figure),
        }  # fmt: skip
        level = facts.levels.index(line.level)
        key = (level, line.parent, line.is_pool, made["rank"] is None, made["rank"] or 0, place)
        found.append((key, made))
    if len(found) < 2:
        return {}
    rows = [made for _, made in sorted(found, key=lambda one: one[0])]
    columns = ("interval", "denominator", "verdict", "distance", "rank")
    return {"period": period, "rows": rows, **compared.drawn(words, rows)} | {
        name: any(one[name] not in (None, "") for one in rows) for name in columns
    }


def row(facts: Facts, words: Words, series: Series, figure: Figure) -> dict[str, Any]:
    """A figure with all that stands beside it."""
    known = facts.catalog.indicators[series.indicator]
    score = facts.scores.get((series.indicator, series.breakdown), {}).get((figure.area, figure.period), {})
    limits = [None if one is None else marks.shown(one, known.decimals) for one in (figure.lower, figure.upper)]
    bound = marks.bound(figure)
    return {
        "text": figure.text,
        "headline": figure.headline or figure.text,
        "marks": marks.of(figure),
        "why": words.why(figure),
        "interval": words.say("interval", lower=limits[0], upper=limits[1]) if all(limits) else "",
        "limits": ",".join(limit for limit in limits if limit) if all(limits) else "",
        "upper": words.say("up_to", upper=bound) if bound else "",
        "numerator": figure.numerator,
        "denominator": figure.denominator,
        **verdict(words, series.indicator, score),
    }


def verdict(words: Words, indicator: str, score: dict[str, Any]) -> dict[str, Any]:
    """Verdict, reliability (`relied`: its first words), distance, place and years met of a row of mart_scorecard, or of
    none.
    """
    decimals = words.catalog.indicators[indicator].decimals
    distance = score.get("distance")
    known = score.get("verdict") or ""
    relied = words.say(f"reliability.{score['reliability']}") if score.get("reliability") else ""
    return {
        "verdict": known,
        "verdict_text": words.say(f"verdict.{known}") if known else "",
        "reliability": relied,
        "relied": re.split("[:：]", relied)[0],
        "target": signed(f"{score['operator']} {score['target_text']}") if score.get("operator") else "",
        "distance": "" if distance is None else _with_sign(marks.shown(distance, decimals + 1)),
        "rank": score.get("rank_in_parent"),
        "ranked": score.get("ranked_areas"),
        "years_met": score.get("years_met_in_a_row"),
    }


def area_path(area: Area) -> str:
    """Where the page of an area stands; '' of a line of areas, which has none."""
    return "" if area.is_pool else f"areas/{slug(area.code)}.html"


def signed(target: str) -> str:
    """A target with the signs that people write."""
    return target.replace(">=", "≥").replace("<=", "≤")


def _with_sign(text: str) -> str:
    if not text.strip("-0."):
        return "0"
    return text.replace("-", "−") if text.startswith("-") else f"+{text}"
