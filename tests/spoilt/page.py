"""The trial as a page: `make spoilt` (SEED=number to repeat one) writes `pipelines/docs/spoilt-returns.md`.

Only counts and words; what is spoilt and how is `draw`'s, what comes of it `trial`'s.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from pipelines.home import PROJECT
from tests.spoilt.counties import YEARS
from tests.spoilt.draw import HISTORY, KINDS, Spoilt
from tests.spoilt.trial import OUTCOMES, Trial, new_seed, run

PAGE = PROJECT / "pipelines" / "docs" / "spoilt-returns.md"
NUMBER = 1000

_HEAD = """\
# Spoilt returns

Made by `make spoilt SEED={seed}`; do not edit. {number} returns of {counties} invented counties are spoilt, at
most one of each table in a county, by {kinds} kinds of slip, each as often as another. All go through the real
gate; those that it accepts stand in one warehouse among clean returns of {years} years, each in a year in which
nothing is spoilt that a rule holds beside it. A finding counts if it is about that return, and the same
warehouse without anything spoilt lacks it.

**{caught:.1%} are caught**: the gate rejects {rejected}, and of the {accepted} that it accepts {named:.1%} are
named by a finding before an edition is made. An error stops the release; a warning is there to be read by
whoever signs an edition off. {totals} returns have a row of control totals: {with_totals:.1%} of these are
caught, {without:.1%} of the others.

Of {returns:,} clean returns, {errors} were rejected or have a finding of severity error. Warnings:
{warnings:.1f} per 1,000 clean returns that have {history} years before them, and can be held against the past.

| what went wrong | returns | rejected | error | warning | missed |
|---|---:|---:|---:|---:|---:|
"""
_FOOT = """
## What is missed
{missed}

What chance alone makes of small figures hides a slip: two small townships that changed places, a class of two
cases that was forgotten. Digits transposed in a figure that nothing adds up to stay within what a year may
bring. No rule tries to find these: it would name clean returns as often.

The invented counties are kinder than real ones: a county's figure is exactly the sum of its townships', what is
pending when a year begins was pending when the last one ended, and the release cohort is exactly the releases
of its years. Where real figures do not agree so, `allocated_as_before` allows for what was usual, and the two
agreements only warn. Without these three rules {without_kind:.1%} would be caught.

## By what
`history_limit` of a return makes these rules. How far a figure may go stands in its document, why in each finding.

| rule | finds |
|---|---|
| `figures_within_history` | a figure far from both the median and the last of the years before |
| `no_return_repeated` | a return whose figures are all those of an earlier one |
| `nothing_vanished` | a column or an area that comes to 0, or is not given any more |
| `nothing_swapped` | two areas, classes or measures, each like the other in the years before |
| `allocated_as_before` | an area that counts more than the areas within it together, beyond what was usual |
"""
_KIND = ("allocated_as_before", "pending_since_last_year", "cohort_of_the_years_released")
"""Rules to which invented figures are kinder than real ones."""


def markdown(trial: Trial) -> str:
    """The page of a trial."""
    with_totals, without = ([one for one in trial.sent if one.has_totals == has] for has in (True, False))
    by_kind = sum(
        all(one.key[0].partition("__")[2] in _KIND for one in trial.new[place])
        for place, outcome in trial.outcomes.items() if outcome in ("error", "warning")
    )  # fmt: skip
    count = trial.count(trial.sent)
    accepted = len(trial.sent) - count["rejected"]
    head = _HEAD.format(
        rejected=count["rejected"],
        accepted=accepted,
        named=1 - count["missed"] / accepted,
        seed=trial.seed, number=f"{len(trial.sent):,}", counties=trial.counties, kinds=len(trial.kinds()), years=YEARS,
        caught=trial.caught(), totals=len(with_totals), with_totals=trial.caught(with_totals),
        without=trial.caught(without), returns=trial.returns, errors=trial.accused() or "none",
        warnings=trial.warnings(), history=HISTORY,
    )  # fmt: skip
    rows = [_row(_words(kind), trial, of) for kind, of in trial.kinds().items()]
    missed = [
        f"* {_words(kind)} {trial.count(of)['missed']} of {len(of)}."
        for kind, of in trial.kinds().items() if trial.count(of)["missed"]
    ]  # fmt: skip
    foot = _FOOT.format(missed="\n".join(missed) or "Nothing.", without_kind=trial.caught() - by_kind / len(trial.sent))
    return head + "".join([*rows, _row("**all**", trial, trial.sent)]) + foot


def _words(kind: str) -> str:
    return (KINDS[kind].__doc__ or "").strip().splitlines()[0]


def _row(name: str, trial: Trial, of: list[Spoilt]) -> str:
    count = trial.count(of)
    return f"| {name} | {len(of)} | {' | '.join(str(count[outcome]) for outcome in OUTCOMES)} |\n"


def main() -> None:
    """Runs a trial and writes its page."""
    parser = argparse.ArgumentParser(description="Spoils returns and counts what is caught.")
    parser.add_argument("--seed", type=int, default=None, help="the seed to repeat; a fresh one if left out")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        trial = run(Path(folder), new_seed() if given.seed is None else given.seed, NUMBER)
    text = markdown(trial)
    PAGE.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
