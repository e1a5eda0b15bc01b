"""What stands in a cell of a page: the figure, the marks beside it, or the mark of why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup, escape

from pipelines.release.forms import marks
from pipelines.release.forms.areas import Area
from pipelines.release.forms.figures import Series
from pipelines.release.forms.words import Words


def cell(words: Words, series: Series, line: Area, period: str, why: Sequence[str]) -> Markup:
    """A cell of the table of an indicator: `<td id=A990101-PERIOD>12.3`. Its text is the mart's, its id the address of
    the figure; the limits of its interval stand in `data-i`, for the chart, and the place of its reason among those
    `why` figures are missing in `data-w`: in words it would be a tenth of a large site. End tags are left out, as HTML
    allows.
    """
    figure = series.figure(line, period)
    if figure is None:
        return Markup(f"<td class=none>[{marks.NOT_APPLICABLE}]")
    parts = [f"<td id=A{slug(figure.area)}-{slug(period)}"]
    beside = marks.of(figure)
    if figure.break_id or "b" in beside:
        parts.append(" data-b")
    if figure.text and figure.lower is not None and figure.upper is not None:
        decimals = words.catalog.indicators[series.indicator].decimals
        parts.append(f" data-i={marks.shown(figure.lower, decimals)},{marks.shown(figure.upper, decimals)}")
    if not figure.text:
        parts.append(f" class=none data-w={why.index(words.why(figure))}")
    parts.append(f">{escape(figure.text)}")
    parts += [f"<i>[{mark}]</i>" for mark in beside]
    return Markup("".join(parts))


def legend(words: Words, series: Series) -> list[tuple[str, str]]:
    """(mark, what it means) of the marks of a table of an indicator."""
    used = {mark for figure in series.figures for mark in marks.of(figure)}
    if any(len(line) < len(series.periods) for line in series.by_line.values()):
        used.add(marks.NOT_APPLICABLE)
    return [(mark, words.say(f"mark.{mark}")) for mark in marks.ALL if mark in used]


def reasons(words: Words, series: Series) -> list[str]:
    """Why figures are missing, each reason once."""
    return sorted({words.why(figure) for figure in series.figures if not figure.text})


def slug(code: str) -> str:
    """A code as part of an address and of a file's name: letters, digits, - and _ stay, all else is ~ and its bytes."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "".join(f"~{byte:02x}" for byte in c.encode())
        for c in code
    )
