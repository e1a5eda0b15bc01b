"""What stands in a cell of a page: the figure, the marks beside it, or the mark of why there is none."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from markupsafe import Markup, escape

from pipelines.release.forms.marks import ALL, NOT_APPLICABLE, NOT_AVAILABLE, REVISED, STATUS, beside
from pipelines.release.forms.site.facts import Facts, Figure, Series
from pipelines.release.forms.site.words import Words


def of(facts: Facts, series: Series, figure: Figure) -> list[str]:
    """The marks of a figure; of a missing one the first says why it is."""
    key = (series.indicator, series.breakdown, figure.area, figure.period)
    revised = [REVISED] if key in facts.revised else []
    if not figure.text:
        return [STATUS.get(figure.status, NOT_AVAILABLE), *revised]
    return [*beside(figure.status, figure.qualifier or "", figure.covers is not False), *revised]


def why(words: Words, figure: Figure | None) -> str:
    """Why there is no figure, in words; '' where there is one."""
    if figure is None:
        return words.say("no_area")
    if figure.text:
        return ""
    return words.known(f"missing.{figure.reason}", words.known(f"status.{figure.status}", figure.reason))


def cell(words: Words, facts: Facts, series: Series, code: str, period: str) -> Markup:
    """A cell of the table of an indicator: `<td id=A990101-PERIOD>12.3`. Its text is the mart's, its id the address of
    the figure; the limits of its interval stand in `data-i`, for the chart. End tags are left out, as HTML allows.
    """
    figure = series.figures.get((code, period)) if code else None
    if figure is None:
        return Markup(f"<td class=none>[{NOT_APPLICABLE}]")
    parts = [f"<td id=A{slug(code)}-{slug(period)}"]
    marks = of(facts, series, figure)
    if figure.break_id or "b" in marks:
        parts.append(" data-b")
    if figure.text and figure.lower is not None and figure.upper is not None:
        decimals = words.catalog.indicators[series.indicator].decimals
        parts.append(f" data-i={shown(figure.lower, decimals)},{shown(figure.upper, decimals)}")
    if not figure.text:
        parts.append(f' class=none title="{escape(why(words, figure))}"')
    parts.append(f">{escape(figure.text or '')}")
    parts += [f"<i>[{mark}]</i>" for mark in marks]
    return Markup("".join(parts))


def legend(words: Words, facts: Facts, series: Series) -> list[tuple[str, str]]:
    """(mark, what it means) of the marks of a table of an indicator."""
    used = {mark for figure in series.figures.values() for mark in of(facts, series, figure)}
    if any(not series.figures.get((line.code(p), p)) for line in series.lines for p in series.periods):
        used.add(NOT_APPLICABLE)
    return [(mark, words.say(f"mark.{mark}")) for mark in ALL if mark in used]


def reasons(words: Words, series: Series) -> Iterator[str]:
    """Why figures are missing, each reason once."""
    found = {figure.reason: figure for figure in series.figures.values() if not figure.text}
    yield from (why(words, found[reason]) for reason in sorted(found))


def shown(value: Decimal, decimals: int) -> str:
    """A limit of an interval or a distance, half away from zero at a number of decimals."""
    return f"{value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP):f}"


def slug(code: str) -> str:
    """A code as part of an address and of a file's name: letters, digits, - and _ stay, all else is ~ and its bytes."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "".join(f"~{byte:02x}" for byte in c.encode())
        for c in code
    )
