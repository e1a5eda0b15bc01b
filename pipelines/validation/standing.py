"""The warnings that stand for a person to explain, and explaining them: asked of what the last run found.

Findings of the rows of the last validated run, joined with every explanation there is by now. The next run follows
what is recorded here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.home import Home
from pipelines.landing import decisions, explanations
from pipelines.validation import failing
from pipelines.validation.explained import LAPSED, SAID, Explained
from pipelines.validation.last import ended, validated
from pipelines.validation.results import Result, Results, place
from pipelines.validation.spoken import in_words

SHORTEST = 8
"""Characters of an id that may stand for it, where it is the only one that begins so."""
DecisionError = decisions.DecisionError
Row = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """What stands. known_by: the run or release that found it. findings: failing rows of warnings, each with finding,
    rule, place, because (of the rule, by language), and said: the explanation that holds, None = nobody explained it;
    those first. errors: failing rows that cannot be explained. lapsed: explanations of what does not stand any more.
    """

    known_by: str
    findings: list[Row]
    errors: list[Row]
    lapsed: list[dict[str, str]]

    @property
    def open(self) -> list[Row]:
        """Those that nobody explained."""
        return [one for one in self.findings if one["said"] is None]


def found(home: Home) -> Standing | None:
    """What stands after the last run that was validated, and what was said of it since; None before there was one."""
    seen = validated(home, ended(home))
    if seen is None:
        return None
    results, known_by = seen
    explained = Explained(decisions.export(home))
    rows = list(_rows(results, explained))
    warnings = [row for row in rows if row["severity"] == "warning"]
    return Standing(
        known_by,
        sorted(warnings, key=lambda row: row["said"] is not None),
        [row for row in rows if row["severity"] != "warning"],
        [one for one in explained.told() if one["state"] == LAPSED],
    )


def explain(home: Home, ids: Sequence[str], because: str, by: str) -> list[Row]:
    """Accepts findings as they are, with one explanation for all; a later one replaces an earlier. `ids`: ids, or
    their first characters. Returns the decisions. Raises DecisionError where one of them does not stand as a warning.
    """
    there = _there(home)
    rows = {(row := _explainable(there, id))["finding"]: row for id in ids}
    return explanations.record(home, rows.values(), "accept", because, by)


def take_back(home: Home, ids: Sequence[str], because: str, by: str) -> list[Row]:
    """Takes explanations back, also ones that have lapsed: the warnings stand again. Returns the decisions. Raises
    DecisionError where nobody explained one of them.
    """
    there = _there(home)
    rows = {(row := _explained(there, id))["finding"]: row for id in ids}
    return explanations.record(home, rows.values(), "take_back", because, by)


def _there(home: Home) -> Standing:
    there = found(home)
    if there is None:
        raise DecisionError("No results of a validation are here, so no warning stands; `yearbook run` comes first.")
    return there


def _explainable(there: Standing, id: str) -> Row:
    if row := _one(id, there.findings):
        return row
    if row := _one(id, there.errors):
        raise DecisionError(
            f"{row['finding']} is an error ({row['rule']}: {row['place']}): it keeps a release back until it is "
            "mended, and cannot be explained. Only warnings can."
        )
    if row := _one(id, there.lapsed):
        raise DecisionError(f"{row['finding']} does not stand any more: {_instead(there, row)}")
    raise DecisionError(f"No warning {id} stands. {_all(there)}")


def _explained(there: Standing, id: str) -> Row:
    row = _one(id, [*(one for one in there.findings if one["said"]), *there.lapsed])
    if row is None:
        raise DecisionError(f"Nobody explained {id}, so there is nothing to take back. {_all(there)}")
    return row


def _one(text: str, rows: Iterable[Row]) -> Row | None:
    """The row whose id it is, or begins with it. Raises DecisionError where it is too short, or begins several."""
    text = text.strip().lower()
    if len(text) < SHORTEST or not text.isalnum():
        raise DecisionError(f"{text!r} is no warning's id; give at least {SHORTEST} of its characters.")
    meant = {row["finding"]: row for row in rows if row["finding"].startswith(text)}
    if len(meant) > 1:
        raise DecisionError(f"{text} begins the ids of {len(meant)} warnings; give more of its characters.")
    return next(iter(meant.values()), None)


def _instead(there: Standing, lapsed: Row) -> str:
    """What became of a finding that was explained."""
    for row in there.findings:
        if all(row[name] == lapsed[name] for name in explanations.KEY):
            found, expected = (in_words(row[side], "en") for side in ("found", "expected"))
            return f"of {row['place']}, {row['finding']} does: found {found}, expected {expected}."
    return f"{lapsed['rule']} warns no more of {place(lapsed)} as it was."


def _all(there: Standing) -> str:
    """What stands, in a sentence."""
    if not there.findings:
        return f"By {there.known_by}, no warning does."
    first, all_ = there.findings[0], len(there.findings)
    return (
        f"By {there.known_by}, {all_:,} {'does' if all_ == 1 else 'do'}, {len(there.open):,} unexplained; the first is "
        f"{first['finding']} ({first['rule']}: {first['place']}). `yearbook warnings` lists them."
    )


def _rows(results: Results, explained: Explained) -> Iterator[Row]:
    failed: dict[str, list[Result]] = {}
    for result in results.results:
        if result.ran and result.failed:
            failed.setdefault(result.rule, []).append(result)
    for rule, of in failed.items():
        first, rows = of[0], list(failing.of(results.folder, of))
        explained.mark(rule, first.asset, first.severity, rows)
        for row in rows:
            word = explained.of(row["finding"]) if row["explanation"] else None
            said = {name: word[name] for name in SAID} if word else None
            facts = {"rule": rule, "severity": first.severity, "because": first.because, "place": place(row)}
            yield row | facts | {"said": said}
