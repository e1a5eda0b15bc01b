"""What is taken over from the findings about an earlier build is what would be found; what is in doubt is not taken."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.contracts import Catalog
from pipelines.home import Home, file_digest
from pipelines.landing import decisions, explanations
from pipelines.validation import Results, failing, frames, kept, rules, run_rules
from pipelines.validation.taken import Before as Taken
from pipelines.warehouse.again import Again
from tests.unit.validation import private

YEARS = (2003, 2004, 2005, 2006, 2007)
TOUCHED = 2005
RULE = "clearance__plausible"
ODD = (
    "update mart_indicator set value = 10, value_text = '10' "
    "where indicator_id = 'clearance' and area_code = '110101001'"
)
CORRECTED = (
    f"update mart_observation set value = value * 3 where year = {TOUCHED} and measure_id = 'recorded'",
    f"update mart_indicator set lower_limit = lower_limit + 1 where year = {TOUCHED}",
    f"update mart_scorecard set distance = 0, years_met_in_a_row = 9 where year = {TOUCHED}",
)


class Before:
    """A build in which a rule fails in each year, what was found of it, and a build that differs in one year."""

    def __init__(self, catalog: Catalog, folder: Path) -> None:
        self.catalog, self.folder = catalog, folder
        file = private.change(private.build(folder / "before.duckdb", YEARS), ODD)
        self.found = run_rules(catalog, file, folder / "before")
        self.again = Again(file_digest(file), dict.fromkeys(("crime", *catalog.indicators), frozenset({TOUCHED})))
        self.file = private.change(Path(shutil.copy(file, folder / "after.duckdb")), *CORRECTED)
        home = Home(folder / "home", folder / "documents").create()
        of = [result for result in self.found.results if result.rule == RULE]
        said = [row | {"rule": RULE} for row in failing.of(self.found.folder, of)]
        explanations.record(home, said[:2], "accept", "Hail.", "Li Wei")
        self.decisions = decisions.export(home)
        self.whole = run_rules(catalog, self.file, folder / "whole", self.decisions)

    def taken(self, to: Path, said: bool = True) -> Results:
        """The results of a run that starts from these findings."""
        known = self.decisions if said else ()
        return run_rules(self.catalog, self.file, to, known, self.again, self.found.folder)


@pytest.fixture(scope="module")
def before(whole: tuple[Catalog, Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Before:
    return Before(whole[0], tmp_path_factory.mktemp("taken"))


def written(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_all_that_is_written_is_as_if_nothing_had_been_taken(before: Before, tmp_path: Path) -> None:
    found = before.taken(tmp_path / "taken")
    assert before.whole.taken_over == 0 < found.taken_over < len(found.results)
    one, other = written(tmp_path / "taken"), written(before.whole.folder)
    assert one == other and f"failing/{RULE}.csv" in one
    assert [result.explained for result in before.whole.results if result.rule == RULE] == [1, 1, 0, 0, 0]
    summaries = before.whole.by_rule()
    for rule in ("crime__recorded_change_within_limit", "verdicts__as_judged_again", "limits__as_computed_again"):
        assert summaries[rule].failed
    places = [result for result in before.whole.results if result.rule == "places__as_counted_again"]
    assert [result.year for result in places if result.failed] == [TOUCHED, TOUCHED + 1], "a run of years looks back"
    silent = before.taken(tmp_path / "silent", said=False)
    assert not any(result.explained for result in silent.results), "explanations are those of the run"


def years(before: Before, folder: Path, again: Again) -> set[int]:
    """The years of the rule that are taken from findings in a folder."""
    taken = Taken(before.catalog, again, folder)
    (rule,) = (rule for rule in rules(before.catalog) if rule.id == RULE)
    with frames.connect(before.file) as connection:
        frames.define(connection, before.catalog)
        taken.look(connection)
    return set(taken.of(rule, before.whole.years[rule.years]))


@pytest.mark.parametrize(
    ("touched", "expected"),
    [
        ({"clearance": {TOUCHED}}, {*YEARS} - {TOUCHED}),
        ({"clearance": {TOUCHED}, "": {YEARS[0]}}, {*YEARS[1:]} - {TOUCHED}),
        ({"cases_accepted": {TOUCHED}}, {*YEARS}),
        ({"clearance": {TOUCHED, 0}}, set()),
        ({"cases_accepted": {TOUCHED, YEARS[0] - 1}}, set()),
    ],
)
def test_years_that_were_touched_or_cannot_be_told_are_not_taken(
    before: Before, touched: dict[str, set[int]], expected: set[int]
) -> None:
    subjects = {subject: frozenset(of) for subject, of in touched.items()}
    assert years(before, before.found.folder, replace(before.again, subjects=subjects)) == expected


def test_what_is_in_doubt_is_not_taken(before: Before, tmp_path: Path) -> None:
    for name in ("warehouse", "documents", "made_by"):
        kept.write(
            replace(before.found, **{name: "other"}), Path(shutil.copytree(before.found.folder, tmp_path / name))
        )
        assert years(before, tmp_path / name, before.again) == set()
    folder = Path(shutil.copytree(before.found.folder, tmp_path / "rows"))
    file = folder / "failing" / f"{RULE}.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    assert years(before, folder, before.again) == set()
    file.unlink()
    assert years(before, folder, before.again) == set()
    assert years(before, tmp_path / "none", before.again) == set()


def test_small_frames_change_nothing(before: Before, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "FRAME", 3)
    run_rules(before.catalog, before.file, tmp_path, before.decisions)
    assert written(tmp_path) == written(before.whole.folder)
