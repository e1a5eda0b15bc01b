"""Explanations meet what fails: bound to what was seen, whatever the order, known from their time on, not of errors."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.landing import decisions, explanations, register
from pipelines.validation import Results, failing, gate, run_rules
from pipelines.validation.explained import Explained
from tests.unit.validation import private

RULE, ERROR = "clearance__plausible", "caseload__flow"
ABOVE = (
    "update mart_indicator set value = {0}, value_text = '{0}' where indicator_id = 'clearance' and area_code = '{1}' "
    "and period = '2004'"
)
TOWNS = ("110101001", "110101002")
Whole = tuple[Catalog, Path, Path]


def validate(whole: Whole, folder: Path, said: list[dict[str, Any]], values: tuple[str, str] = ("10", "11")) -> Results:
    """The results of a build in which the rates of two towns are too low, as a run that knows `said`."""
    folder.mkdir()
    changes = [ABOVE.format(value, town) for value, town in zip(values, TOWNS, strict=True)]
    file = private.change(Path(shutil.copy(whole[1], folder / "w.duckdb")), *changes)
    return run_rules(whole[0], file, folder / "validation", decisions=said)


def rows(results: Results) -> list[dict[str, str]]:
    return list(failing.of(results.folder, [one for one in results.results if one.rule == RULE]))


@pytest.fixture(scope="module")
def before(whole: Whole, tmp_path_factory: pytest.TempPathFactory) -> Results:
    return validate(whole, tmp_path_factory.mktemp("before") / "one", [])


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "documents").create()


def explain(home: Home, row: dict[str, str], outcome: Any = "accept", because: str = "Hail.") -> dict[str, Any]:
    (made,) = explanations.record(home, [row | {"rule": RULE}], outcome, because, "Li  Wei")
    return made


def test_it_is_counted_and_the_warning_stays_one(whole: Whole, before: Results, home: Home, tmp_path: Path) -> None:
    first, second = rows(before)
    assert re.fullmatch(r"10 \(\d+ / \d+\)", first["found"]), "the same rate of other counts is another figure"
    assert before.counts()["warned"] == 1 and first["explanation"] == "" and before.explanations == []
    made = explain(home, first)
    some = validate(whole, tmp_path / "some", decisions.export(home))
    (result,) = [one for one in some.results if (one.rule, one.year) == (RULE, 2004)]
    assert (result.status, result.failed, result.explained, result.is_explained) == ("fail", 2, 1, False)
    assert [row["explanation"] for row in result.first] == ["", "Hail."], "what nobody explained comes first"
    summary = some.by_rule()[RULE]
    assert summary.failed and summary.explained == 1 and TOWNS[1] in summary.sentence
    assert summary.sentence.endswith("Accepted with an explanation: 1 of them.")
    (told,) = some.explanations
    seen = {name: first[name] for name in explanations.SEEN[1:]} | {"rule": RULE}
    assert told == seen | {
        "finding": made["subject"], "asset": "mart_indicator", "because": "Hail.", "by": "Li Wei",
        "at": made["decided_at"], "state": "accepted",
    }  # fmt: skip
    explain(home, second)
    both = validate(whole, tmp_path / "both", decisions.export(home))
    assert (both.counts()["warned"], both.counts()["explained"]) == (0, 1)
    assert "均已说明原因" in both.by_rule("zh")[RULE].sentence
    shut = gate(both.folder / "results.json", whole[0], tmp_path / "both" / "w.duckdb")
    assert not [reason for reason in shut if RULE in reason or "results" in reason]


def test_it_lapses_with_its_figure_and_can_be_taken_back(
    whole: Whole, before: Results, home: Home, tmp_path: Path
) -> None:
    for row in rows(before):
        explain(home, row)
    known = decisions.export(home)
    changed = validate(whole, tmp_path / "changed", known, ("10", "12"))
    assert [one["state"] for one in changed.explanations if one["area_code"] == TOWNS[0]] == ["accepted"]
    assert [one["state"] for one in changed.explanations if one["area_code"] == TOWNS[1]] == ["lapsed"]
    assert changed.counts()["warned"] == 1 and [row["explanation"] for row in rows(changed)] == ["Hail.", ""]
    back = explain(home, rows(before)[0], "take_back", "It was none.")
    taken = Explained(decisions.export(home))
    then = Explained(row for row in decisions.export(home) if row["decided_at"] < back["decided_at"])
    for explained, accepted in ((taken, 1), (then, 2)):
        marked = rows(before)
        explained.mark(RULE, "mart_indicator", "warning", marked)
        assert sum(row["explanation"] != "" for row in marked) == accepted, "a build knows what was said by its time"
    assert sorted((one["state"], one["because"]) for one in taken.told()) == [
        ("accepted", "Hail."), ("taken_back", "It was none."),
    ]  # fmt: skip


def test_an_error_cannot_be_explained(before: Results, home: Home) -> None:
    row = rows(before)[0]
    explanations.record(home, [row | {"rule": ERROR}], "accept", "why", "me")
    explained = Explained(decisions.export(home))
    for severity, said in (("error", ""), ("warning", "why")):
        explained.mark(ERROR, "mart_observation", severity, [row])
        assert row["explanation"] == said and row["finding"] == explanations.id_of(row | {"rule": ERROR})


def test_what_is_not_said_in_words_is_not_recorded(before: Results, home: Home) -> None:
    for because, by in (("", "me"), ("why", " "), ("x" * 1001, "me")):
        with pytest.raises(decisions.DecisionError):
            explanations.record(home, [rows(before)[0] | {"rule": RULE}], "accept", because, by)
    assert decisions.export(home) == []


def test_a_register_of_before_there_were_explanations(before: Results, home: Home) -> None:
    explain(home, rows(before)[0])
    with register.transaction(home) as connection:
        for column in ("seen", "seal"):  # there were no seals either
            connection.exec_driver_sql(f"alter table decision drop column {column}")
    register._whole.clear()
    assert decisions.export(home)[0]["seen"] == ""


WORDS = st.text(st.sampled_from("ab1 ,\"[]'证"), max_size=3)
SEEN = json.dumps(dict.fromkeys(explanations.SEEN, "x"))
FINDING = st.fixed_dictionaries(dict.fromkeys(explanations.SEEN, WORDS))


@given(FINDING, st.sampled_from(explanations.SEEN), WORDS)
def test_a_finding_is_another_as_soon_as_anything_of_it_is(finding: dict[str, str], part: str, word: str) -> None:
    other = finding | {part: word}
    assert (explanations.id_of(finding) == explanations.id_of(other)) == (finding == other)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(["accept", "take_back"])), max_size=8), st.randoms())
def test_the_last_word_counts_in_whatever_order_rows_come(words: list[tuple[int, str]], chance: Any) -> None:
    said = [
        {
            "number": number, "about": "finding", "subject": f"f{finding}", "outcome": outcome, "because": f"w{number}",
            "decided_by": "me", "decided_at": f"{number:03d}", "seen": SEEN,
        }
        for number, (finding, outcome) in enumerate(words, 1)
    ]  # fmt: skip
    said.append(dict.fromkeys(("number", "subject", "outcome"), "f1") | {"number": 99, "about": "submission"})
    expected = {f"f{finding}": (outcome, f"w{number}") for number, (finding, outcome) in enumerate(words, 1)}
    chance.shuffle(said)
    assert {id: (word["outcome"], word["because"]) for id, word in explanations.last(said).items()} == expected
