"""For any rule of any documents: changes of a sound build that make it fail, or leave it undecided, in one year.

Made from what the rule says of itself (kind, subject, options), so that a rule added to a document has its cases too.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.validation import Rule
from tests.flow.cases_of_history import FIGURES, GONE, OF_HISTORY, Cases, in_year

RATES, CARD, DUE = (f"marts.mart_{name}" for name in ("indicator", "scorecard", "coverage"))
NO_FIGURE = f"{GONE}, numerator = null, denominator = null, value_text = '', headline_text = ''"


def cases(rule: Rule, year: int) -> Cases:
    """The invalid and the undecidable case of a rule in a year."""
    return MAKERS[rule.kind](rule, year)


def _one(table: str, where: str) -> str:
    """One row of those that fit."""
    return f"rowid = (select min(rowid) from {table} where {where})"


def _rows(rule: Rule, year: int) -> Cases:
    one = _one(FIGURES, in_year(rule, year, "origin = 'delivered'"))
    held = f"update {FIGURES} set value = null, obs_status = 'O', reason = 'held' where {one}"
    return Cases([f"delete from {FIGURES} where {one}"], [held])


def _filled(rule: Rule, year: int) -> Cases:
    here = in_year(rule, year)
    vanished = f"update {FIGURES} set value = null, obs_status = 'O', reason = 'vanished' where {here}"
    return Cases([vanished], [f"update {FIGURES} set {GONE} where {here}"])


def _explained(rule: Rule, year: int) -> Cases:
    one = _one(FIGURES, in_year(rule, year, "value is not null"))
    return Cases([f"update {FIGURES} set value = null, obs_status = 'A' where {one}"], None)


def _limit(value: str) -> Callable[[Rule, int], Cases]:
    def make(rule: Rule, year: int) -> Cases:
        one = _one(FIGURES, in_year(rule, year, "value is not null and origin = 'delivered'"))
        return Cases(
            [f"update {FIGURES} set value = {value} where {one}"],
            [f"update {FIGURES} set {GONE} where {in_year(rule, year)}"],
        )

    return make


def _relation(rule: Rule, year: int) -> Cases:
    side = "right" if rule.compare == "at_least" else "left"
    grown = next(measure for where, measure, times in rule.options if where == side and times > 0)
    here = in_year(rule, year, f"measure_id = '{grown}'")
    return Cases(
        [f"update {FIGURES} set value = value + 1000000000 where {here}"],
        [f"update {FIGURES} set {GONE} where {here}"],
    )


def _agreement(rule: Rule, year: int) -> Cases:
    side = "right" if rule.compare == "at_least" else "left"
    _, *terms_of = rule.options
    terms = [
        (where, times, f"table_id = '{t}' and measure_id = '{m}' and breakdown = '{b}' and year = {year - lag}")
        for _, where, t, m, b, lag, times in terms_of
    ]
    grown = next(place for where, times, place in terms if where == side and times > 0)
    return Cases(
        [f"update {FIGURES} set value = value + 1000000000 where {grown}"],
        [f"update {FIGURES} set {GONE} where {place}" for _, _, place in terms],
    )


def _change(rule: Rule, year: int) -> Cases:
    measure, percent, _ = rule.options
    here = in_year(rule, year, f"measure_id = '{measure}'")
    return Cases(
        [f"update {FIGURES} set value = (value + 1) * {percent + 200} where {here}"],
        [f"update {FIGURES} set {GONE} where {here}"],
    )


def _members(rule: Rule, year: int, which: str) -> str:
    (dimension,) = rule.options
    of = f"table_id = '{rule.subject}' and dimension = '{dimension}'"
    return in_year(
        rule,
        year,
        f"measure_id in (select measure_id from doc_measure_part where {of}) "
        f"and breakdown in (select {which}_breakdown from doc_breakdown_part where {of})",
    )


def _parts(rule: Rule, year: int) -> Cases:
    return Cases(
        [f"update {FIGURES} set value = value + 1 where {_members(rule, year, 'total')}"],
        [f"update {FIGURES} set {GONE} where {_members(rule, year, 'part')}"],
    )


def _totals(rule: Rule, year: int) -> Cases:
    return Cases(
        [f"delete from {FIGURES} where {_members(rule, year, 'total')}"],
        [f"update {FIGURES} set {GONE} where {_members(rule, year, 'part')}"],
    )


def _parents(rule: Rule, year: int) -> Cases:
    above = in_year(rule, year, f"origin = 'delivered' and area_level <> '{rule.options[0]}'")
    return Cases([f"update {FIGURES} set value = 0 where {above}"], [f"update {FIGURES} set {GONE} where {above}"])


def _of(rule: Rule, year: int, also: str = "true") -> str:
    subject = f"indicator_id = '{rule.subject}' and " if rule.subject else ""
    return f"{subject}year = {year} and {also}"


def _today(rule: Rule, year: int) -> Cases:
    today = "marts.mart_observation_today"
    one = _one(today, f"year = {year} and value is not null")
    return Cases([f"update {today} set value = value + 1 where {one}"], None)


def _indicator_rows(rule: Rule, year: int) -> Cases:
    one = _one(RATES, _of(rule, year, "value is not null and kind = 'proportion'"))
    return Cases(
        [f"update {RATES} set {NO_FIGURE} where {one}"],
        [f"update {FIGURES} set {GONE} where year <= {year}", f"update {RATES} set {NO_FIGURE} where year = {year}"],
    )


def _indicator_explained(rule: Rule, year: int) -> Cases:
    one = _one(RATES, _of(rule, year, "value is not null"))
    return Cases([f"update {RATES} set value = null, value_text = '', obs_status = 'A' where {one}"], None)


def _indicator_exact(rule: Rule, year: int) -> Cases:
    one = _one(RATES, _of(rule, year, "value is not null and value < 1000"))
    return Cases([f"update {RATES} set value = value + 1, value_text = (value + 1)::varchar where {one}"], None)


def _indicator_changed(change: str, also: str = "value is not null") -> Callable[[Rule, int], Cases]:
    def make(rule: Rule, year: int) -> Cases:
        one = _one(RATES, _of(rule, year, also))
        return Cases(
            [f"update {RATES} set {change} where {one}"], [f"update {RATES} set {NO_FIGURE} where {_of(rule, year)}"]
        )

    return make


def _indicator_plausible(rule: Rule, year: int) -> Cases:
    low, high = rule.options
    wrong = f"{high} + 1" if high is not None else f"{low} - 1"
    return _indicator_changed(f"value = {wrong}")(rule, year)


def _elsewhere(rule: Rule, year: int) -> Cases:
    one = _one(FIGURES, f"year = {year} and origin = 'delivered'")
    return Cases([f"update {FIGURES} set area_code = 'nowhere' where {one}"], None)


def _coverage(change: str) -> Callable[[Rule, int], Cases]:
    return lambda rule, year: Cases([f"update {DUE} set {change} where {_one(DUE, f'year = {year}')}"], None)


def _verdicts(rule: Rule, year: int) -> Cases:
    one = _one(CARD, f"year = {year} and verdict in ('met', 'not_met')")
    return Cases([f"update {CARD} set verdict = if(verdict = 'met', 'not_met', 'met') where {one}"], None)


def _shares(rule: Rule, year: int) -> Cases:
    one = _one(RATES, f"year = {year} and kind = 'share_of_areas' and numerator is not null")
    return Cases([f"update {RATES} set numerator = numerator + 1 where {one}"], None)


def _places(rule: Rule, year: int) -> Cases:
    one = _one(CARD, f"year = {year} and rank_in_parent is not null")
    return Cases([f"update {CARD} set rank_in_parent = rank_in_parent + 1 where {one}"], None)


def _limits_of(rule: Rule, year: int) -> Cases:
    one = _one(RATES, f"year = {year} and lower_limit is not null")
    return Cases([f"update {RATES} set lower_limit = lower_limit + 0.01 where {one}"], None)


MAKERS: dict[str, Callable[[Rule, int], Cases]] = {
    **OF_HISTORY,
    "rows": _rows,
    "filled": _filled,
    "explained": _explained,
    "not_negative": _limit("-1"),
    "maximum": _limit("9000000000000000"),
    "relation": _relation,
    "agreement": _agreement,
    "change": _change,
    "parts": _parts,
    "totals": _totals,
    "parents": _parents,
    "indicator_rows": _indicator_rows,
    "indicator_explained": _indicator_explained,
    "indicator_exact": _indicator_exact,
    "indicator_not_negative": _indicator_changed("numerator = -1", "value is not null and kind <> 'change'"),
    "indicator_part": _indicator_changed("numerator = denominator + 1"),
    "indicator_plausible": _indicator_plausible,
    "area_there": _elsewhere,
    "coverage_expected": _coverage("status = 'unexpected'"),
    "coverage_arrived": _coverage("status = 'overdue'"),
    "coverage_whole": _coverage("waiting_count = 1"),
    "coverage_undisputed": _coverage("held_count = 2"),
    "scorecard_verdicts": _verdicts,
    "scorecard_shares": _shares,
    "scorecard_places": _places,
    "indicator_limits": _limits_of,
    "todays_boundaries": _today,
}
"""kind -> maker of its cases."""

ALWAYS_DECIDED = {
    "area_there", "explained", "indicator_explained", "indicator_exact", "coverage_expected", "coverage_arrived",
    "coverage_whole", "coverage_undisputed", "scorecard_verdicts", "scorecard_shares",
    "scorecard_places", "indicator_limits", "todays_boundaries",
}  # fmt: skip
"""Kinds that look at what the product itself says of every row, a text, a status, a count: it is there or wrong."""
