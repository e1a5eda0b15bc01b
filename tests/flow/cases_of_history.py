"""For the rules that hold figures against the years before: changes of a sound build, as `cases_of` has them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipelines.validation import Rule

FIGURES = "marts.mart_observation"
GONE = "value = null, obs_status = 'M', reason = 'marked_missing'"


@dataclass(frozen=True)
class Cases:
    """SQL statements. `undecided` is None where something always stands on both sides."""

    invalid: list[str]
    undecided: list[str] | None


def in_year(rule: Rule, year: int, also: str = "") -> str:
    """Where the figures of the rule's table in a year are."""
    return f"table_id = '{rule.subject}' and year = {year}{f' and {also}' if also else ''}"


def _history(rule: Rule, year: int) -> Cases:
    first, *others = (in_year(rule, year, f"measure_id = '{measure}'") for measure in rule.options[0])
    return Cases(
        [f"update {FIGURES} set value = (value + 1) * 1000 where {first}"],
        [f"update {FIGURES} set {GONE} where {of}" for of in (first, *others)],
    )


def _before(rule: Rule, year: int) -> list[str]:
    """Undecided: without the years before."""
    return [f"update {FIGURES} set {GONE} where table_id = '{rule.subject}' and year < {year}"]


def _repeated(rule: Rule, year: int) -> Cases:
    same = " and ".join(f"f.{name} = o.{name}" for name in ("table_id", "measure_id", "area_code", "breakdown"))
    return Cases(
        [
            f"update {FIGURES} as f set value = o.value from {FIGURES} as o "
            f"where {same} and f.table_id = '{rule.subject}' and f.year = {year} and o.year = {year - 1}"
        ],
        [f"update {FIGURES} set {GONE} where {in_year(rule, year)}"],
    )


def _nothing(rule: Rule, year: int) -> Cases:
    return Cases([f"update {FIGURES} set value = 0 where {in_year(rule, year)}"], _before(rule, year))


def _swapped(rule: Rule, year: int) -> Cases:
    """Two areas, or classes where there is only one area, that were different all along change places."""
    role = "breakdown" if len(rule.options[0]) == 1 else "area_code"
    of = f"table_id = '{rule.subject}' and origin = 'delivered' and not contains(breakdown, '=all')"
    of += f" and area_level = '{rule.options[-2]}'"
    one, other = (
        f"(select {role} from {FIGURES} where {of} group by all order by count(*) desc, 1 limit 1 offset {at})"
        for at in (0, 1)
    )
    return Cases(
        [
            f"update {FIGURES} set value = if(({role} = {one}) = (year < {year}), 100, 1000) "
            f"where {of} and year <= {year} and {role} in ({one}, {other})"
        ],
        _before(rule, year),
    )


def _allocated(rule: Rule, year: int) -> Cases:
    above = in_year(rule, year, f"area_level <> '{rule.options[-2]}'")
    return Cases(
        [f"update {FIGURES} set not_allocable = 1000000000 where {above}"],
        [f"update {FIGURES} set not_allocable = null where {above}"],
    )


OF_HISTORY: dict[str, Callable[[Rule, int], Cases]] = {
    "history": _history,
    "repeated": _repeated,
    "vanished": _nothing,
    "swapped": _swapped,
    "allocated": _allocated,
}
"""kind -> maker of its cases."""
