"""What stands in a cell of a page: the figure, the marks beside it, or the mark of why there is none."""

from __future__ import annotations

from functools import lru_cache
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape

from pipelines.contracts.catalog import Catalog
from pipelines.release.forms import marks
from pipelines.release.forms.figures import Figure, Series
from pipelines.release.forms.words import Words

_MADE: WeakKeyDictionary[Series, dict[str, Markup]] = WeakKeyDictionary()


def rows(catalog: Catalog, series: Series) -> dict[str, Markup]:
    """Code of a line -> its cells in the table of an indicator: `<td id=A990101-PERIOD>12.3`, in any language the same.

    The text of a cell is the mart's, its id the address of the figure. The limits of its interval stand in `data-i`,
    for the chart, and the place of its reason among those why figures are missing in `data-w`: in words it would be a
    tenth of a large site. End tags are left out, as HTML allows.
    """
    if series not in _MADE:
        decimals = catalog.indicators[series.indicator].decimals
        why = {reason: place for place, reason in enumerate(_missing(series))}
        _MADE[series] = {
            code: Markup("".join(_cell(line.get(period), why, decimals) for period in series.periods))
            for code, line in series.by_line.items()
        }
    return _MADE[series]


def _cell(figure: Figure | None, why: dict[str, int], decimals: int) -> str:
    if figure is None:
        return f"<td class=none>[{marks.NOT_APPLICABLE}]"
    id, beside = f"A{slug(figure.area)}-{slug(figure.period)}", marks.of(figure)
    attributes = " data-b" if figure.break_id or "b" in beside else ""
    if not figure.text:
        attributes += f" data-w={why[figure.reason]}"
    elif figure.lower is not None and figure.upper is not None:
        attributes += f" data-i={marks.shown(figure.lower, decimals)},{marks.shown(figure.upper, decimals)}"
    return f"<td id={id}{attributes}>{escape(figure.text)}{''.join(f'<i>[{mark}]</i>' for mark in beside)}"


def legend(words: Words, series: Series) -> list[tuple[str, str]]:
    """(mark, what it means) of the marks of a table of an indicator."""
    used = {mark for figure in series.figures for mark in marks.of(figure)}
    if any(len(line) < len(series.periods) for line in series.by_line.values()):
        used.add(marks.NOT_APPLICABLE)
    return [(mark, words.say(f"mark.{mark}")) for mark in marks.ALL if mark in used]


def reasons(words: Words, series: Series) -> list[str]:
    """Why figures are missing, each reason once."""
    return [words.why(figure) for figure in _missing(series).values()]


def _missing(series: Series) -> dict[str, Figure]:
    """Reason -> a figure that is missing for it, in the order of reasons."""
    found = {figure.reason: figure for figure in series.figures if not figure.text}
    return {reason: found[reason] for reason in sorted(found)}


@lru_cache(maxsize=100_000)
def slug(code: str) -> str:
    """A code as part of an address and of a file's name: letters, digits, - and _ stay, all else is ~ and its bytes."""
    return "".join(
        c if c.isascii() and (c.isalnum() or c in "-_") else "".join(f"~{byte:02x}" for byte in c.encode())
        for c in code
    )
