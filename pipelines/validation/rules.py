"""The documents as rules: which truths must hold, on which mart, how severely, and why.

Pure derivation from the catalog; no figure is read here. `frames` turns a rule into the rows it looks at,
`engine` into an expectation. A rule covers all measures of a table where its wording is the same; a failing
row names the measure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from pipelines.contracts.base import Label
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.expression import Term, relation
from pipelines.contracts.indicators import BOUNDED, Indicator
from pipelines.contracts.limits import HISTORY
from pipelines.contracts.returns import Return
from pipelines.contracts.rules import resolved, rules_of
from pipelines.messages import LANGUAGES, say
from pipelines.validation.chance import WITH_INTERVAL

Compare = Literal["equal", "at_least", "at_most", "between", "present", "one_of"]
"""How `left` stands to `right` (equal, at_least, at_most), or what `left` alone must be."""


@dataclass(frozen=True)
class Rule:
    """One truth. `id` fits a Dagster check name; `asset` is the mart it speaks of.

    kind: the maker of its frame (see `frames`). subject: table, indicator or reported column, '' for all.
    years: which years it must cover, a key of `frames.years`. options: what its kind needs to know beside the
    subject.
    """

    id: str
    asset: str
    severity: Literal["error", "warning"]
    because: Label
    kind: str
    subject: str
    compare: Compare
    years: str
    options: tuple[Any, ...] = ()


def rules(catalog: Catalog) -> list[Rule]:
    """Every rule of the documents, in document order. Raises ValueError when two would share an id."""
    found = [
        *_of_areas(catalog),
        *(rule for table in catalog.returns.values() for rule in _of_table(catalog, table)),
        *_of_years(catalog),
        *_of_today(catalog),
        *_of_all_indicators(catalog),
        *(rule for indicator in catalog.indicators.values() for rule in _of_indicator(indicator)),
        *_of_scorecard(catalog),
        *_of_reported(catalog),
        *_of_coverage(),
        *_of_corrections(catalog),
    ]
    ids = [rule.id for rule in found]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise ValueError(f"Two rules share the id {', '.join(twice)}; rename the rule in its return document.")
    return found


def _label(key: str, **places: Any) -> Label:
    texts = {
        language: say(
            f"check.{key}",
            language,
            **{n: p[language] if isinstance(p, Label) else p for n, p in places.items()},
        )
        for language in LANGUAGES
    }
    return Label(**texts)


def _of_table(catalog: Catalog, table: Return) -> Iterator[Rule]:
    def rule(name: str, kind: str, compare: Compare, because: Label, **changes: Any) -> Rule:
        settings = {"severity": "error", "years": f"figures:{table.table}", "options": ()} | changes
        return Rule(
            f"{table.table}__{name}", "mart_observation", because=because, kind=kind, subject=table.table,
            compare=compare, **settings,
        )  # fmt: skip

    title = table.title
    yield rule("all_accepted_stand", "rows", "at_least", _label("rows", table=title), years=f"in_force:{table.table}")
    if not table.measures:  # printed rates only: nothing stands on which truths of figures could be held
        return
    yield rule("every_measure_has_figures", "filled", "at_least", _label("filled", table=title))
    yield rule("missing_has_reason", "explained", "present", _label("explained", table=title))
    yield rule("not_negative", "not_negative", "at_least", _label("not_negative", table=title))
    yield rule("within_maximum", "maximum", "at_most", _label("maximum", table=title))
    compares: dict[str, Compare] = {"=": "equal", "<=": "at_most", ">=": "at_least"}
    for id, operator, severity, en, zh, left, right in rules_of(table):
        yield rule(
            id, "relation", compares[operator], Label(en=en, zh=zh),
            severity=severity, options=_terms(left, right),
        )  # fmt: skip
    for stated in table.agreements:
        yield rule(
            stated.id, "agreement", compares[relation(stated.check).operator], stated.because,
            severity=stated.severity,
            options=(
                stated.base,
                *(
                    (code, side, t.table, t.measure, t.breakdown, t.lag, t.times)
                    for code, left_terms, right_terms in resolved(catalog, table, stated)
                    for side, terms in (("left", left_terms), ("right", right_terms)) for t in terms
                ),
            ),
        )  # fmt: skip
    for m in table.measures:
        if limit := m.change_limit:
            yield rule(
                f"{m.id}_change_within_limit", "change", "at_most", limit.because,
                severity=limit.severity, options=(m.id, limit.percent, limit.base),
            )  # fmt: skip
    levels = [level for level in catalog.programme.levels if level in table.due.areas]
    if history := table.history_limit:
        options = (
            tuple(history.measures or (m.id for m in table.measures)), tuple(history.steady), history.years,
            history.times, history.times_above or history.times, levels[-1], history.base,
        )  # fmt: skip
        none = {"allocated"} if len(levels) == 1 else set[str]()
        none |= set() if table.dimensions or (len(levels) > 1 < len(table.measures)) else {"swapped"}
        for name, (kind, compare) in zip(HISTORY, _OF_HISTORY.items(), strict=True):
            because = history.because if kind == "history" else _label(kind, table=title)
            if kind not in none:
                yield rule(name, kind, compare, because, severity=history.severity, options=options)
    for dimension in table.dimensions:
        adding = [m.id for m in table.measures if catalog.additive_over(table.table, m.id, dimension.id)]
        if adding and catalog.dimensions(table.table)[dimension.id].parts:
            places = {"table": title, "dimension": dimension.id}
            yield rule(
                f"parts_add_up_{dimension.id}",
                "parts",
                "equal",
                _label("parts", **places),
                options=(dimension.id,),
            )
            yield rule(
                f"totals_stand_{dimension.id}",
                "totals",
                "at_least",
                _label("totals", **places),
                options=(dimension.id,),
            )
    whole = {m.fully_allocable for m in table.measures if m.additive_over_areas} if len(levels) > 1 else set()
    if False in whole:
        yield rule(
            "parents_hold_children", "parents", "at_least", _label("parents", table=title),
            options=(levels[-1], False),
        )  # fmt: skip
    if True in whole:
        yield rule(
            "parents_equal_children", "parents", "equal", _label("parents_equal", table=title),
            options=(levels[-1], True),
        )  # fmt: skip


_OF_HISTORY: dict[str, Compare] = {
    "history": "at_most", "repeated": "equal", "vanished": "at_least", "swapped": "at_least",
    "allocated": "at_most",
}  # fmt: skip
"""kind -> comparison of the rules that a history limit makes, in the order of `HISTORY`."""


def _terms(left: tuple[Term, ...], right: tuple[Term, ...]) -> tuple[Any, ...]:
    return tuple((side, t.measure, t.times) for side, terms in (("left", left), ("right", right)) for t in terms)


AREA_THERE = "area_there"


def _of_areas(catalog: Catalog) -> Iterator[Rule]:
    """First of all: what is wrong with areas makes much else look wrong."""
    if any(table.measures for table in catalog.returns.values()):
        yield Rule(
            "areas__there", "mart_observation", "error", _label("area_there"), "area_there", "", "one_of", "figures:",
            (AREA_THERE,),
        )  # fmt: skip


def _of_years(catalog: Catalog) -> Iterator[Rule]:
    if any(table.due.every == "month" and table.measures for table in catalog.returns.values()):
        yield Rule(
            "years__as_their_months_make", "mart_observation", "error", _label("year_of_months"), "year_of_months", "",
            "equal", "years",
        )  # fmt: skip


def _of_today(catalog: Catalog) -> Iterator[Rule]:
    if any(event.shares for event in catalog.area_events.values()):
        yield Rule(
            "areas__on_todays_boundaries", "mart_observation_today", "error", _label("todays_boundaries"),
            "todays_boundaries", "", "equal", "today",
        )  # fmt: skip


def _indicator_rule(
    id: str,
    kind: str,
    compare: Compare,
    because: Label,
    subject: str = "",
    options: tuple[Any, ...] = (),
    **changes: Any,
) -> Rule:
    settings: dict[str, Any] = {"severity": "error", "years": f"indicators:{subject}"} | changes
    return Rule(
        id, "mart_indicator", because=because, kind=kind, subject=subject, compare=compare, options=options,
        **settings,
    )  # fmt: skip


def _of_all_indicators(catalog: Catalog) -> Iterator[Rule]:
    if catalog.indicators:
        yield _indicator_rule(
            "indicators__none_left_out",
            "indicator_rows",
            "equal",
            _label("indicator_rows"),
            years="computed",
        )
        yield _indicator_rule(
            "indicators__missing_has_reason", "indicator_explained", "present", _label("indicator_explained")
        )
        yield _indicator_rule("indicators__rounded_once", "indicator_exact", "equal", _label("indicator_exact"))
        yield _indicator_rule(
            "indicators__not_negative", "indicator_not_negative", "between", _label("indicator_not_negative"),
            options=(Decimal(0), None),
        )  # fmt: skip


def _of_indicator(indicator: Indicator) -> Iterator[Rule]:
    id, title = indicator.indicator, indicator.title
    if indicator.kind in BOUNDED:
        yield _indicator_rule(
            f"{id}__part_within_whole", "indicator_part", "at_most", _label("indicator_part", title=title), id
        )
    limits = indicator.plausible
    if limits and (limits.min is not None or limits.max is not None):
        yield _indicator_rule(
            f"{id}__plausible", "indicator_plausible", "between", limits.because, id,
            (limits.min, limits.max), severity=limits.severity,
        )  # fmt: skip


def _of_scorecard(catalog: Catalog) -> Iterator[Rule]:
    kinds = {indicator.kind for indicator in catalog.indicators.values()}
    for name, kind, asset, years, asked in (
        ("verdicts__as_judged_again", "scorecard_verdicts", "mart_scorecard", "verdicts", bool(catalog.targets)),
        ("places__as_counted_again", "scorecard_places", "mart_scorecard", "places", bool(catalog.targets)),
        ("limits__as_computed_again", "indicator_limits", "mart_indicator", "limits", bool(kinds & {*WITH_INTERVAL})),
        ("shares__as_counted_again", "scorecard_shares", "mart_indicator", "shares", "share_of_areas" in kinds),
    ):
        if asked:
            yield Rule(name, asset, "error", _label(kind), kind, "", "equal", years)


def _of_reported(catalog: Catalog) -> Iterator[Rule]:
    for table in catalog.returns.values():
        for column in (one for one in table.reported if one.indicator):
            subject = f"{table.table}.{column.id}"
            yield Rule(
                f"{table.table}__{column.id}__as_calculated", "mart_reported", "warning",
                _label("reported", column=column.id, title=catalog.indicators[column.indicator or ""].title),
                "reported", subject, "one_of", f"reported:{subject}",
                ("equal", "zero_over_zero", "unrounded"),
            )  # fmt: skip


def _of_coverage() -> Iterator[Rule]:
    for name, expected in {
        "expected": "named_by_calendar",
        "arrived": "arrived_or_not_due",
        "whole": "whole_or_nothing",
        "undisputed": "nothing_held",
    }.items():
        yield Rule(
            f"returns__{name}", "mart_coverage", "warning", _label(f"coverage_{name}"), f"coverage_{name}",
            "", "one_of", "coverage", (expected,),
        )  # fmt: skip


def _of_corrections(catalog: Catalog) -> Iterator[Rule]:
    if catalog.corrections:
        yield Rule(
            "corrections__source_as_expected", "mart_correction", "error", _label("correction"), "correction", "",
            "equal", "corrections",
        )  # fmt: skip
