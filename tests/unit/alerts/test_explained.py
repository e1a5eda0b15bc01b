"""What a person explained is told once as such, and not again while it holds; only what stands can be explained."""

from __future__ import annotations

import pytest

from pipelines.alerts import of_checks
from pipelines.landing import decisions
from pipelines.validation import read_results, standing
from pipelines.validation.spoken import said
from tests.receivers import Mailbox
from tests.unit.alerts.house import BALANCE, House

DEATHS = "traffic_death_rate__plausible"
ONE, TWO = "990101016", "990101017"


@pytest.fixture
def told(house: House, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("MAIL", mailbox.url())
    house.alerts("destinations:\n  - {name: mail, url: '${MAIL}'}\nremind_after_days: 1\n")
    return house


def stands(house: House) -> standing.Standing:
    there = standing.found(house.home)
    assert there is not None
    return there


def night(house: House, failed: dict[str, list[str]], value: str = "12") -> None:
    house.run(failed, value=value)
    house.tell()


def test_an_explained_warning_is_told_once_more_and_again_when_its_figure_changes(
    told: House, mailbox: Mailbox
) -> None:
    night(told, {DEATHS: [ONE, TWO]})
    (one, two) = stands(told).findings
    standing.explain(told.home, [one["finding"][:8], two["finding"]], "A coach crash.", "Li Wei")
    for _ in range(3):
        night(told, {DEATHS: [ONE, TWO]})
    assert mailbox.subjects == ["Yearbook: 2 new warnings", "Yearbook: 2 explained"], "no reminder, no recovery"
    assert "ACCEPTED WITH AN EXPLANATION" in mailbox.texts[1] and "Li Wei" not in mailbox.texts[1]
    assert "coach" not in mailbox.texts[1], "words of persons are not mailed"
    night(told, {DEATHS: [ONE, TWO]}, value="13")
    assert mailbox.subjects[2:] == ["Yearbook: 2 reopened warnings"]
    there = stands(told)
    assert len(there.open) == 2 and {row["finding"] for row in there.lapsed} == {one["finding"], two["finding"]}


def test_one_of_two_is_explained_and_the_other_goes_on(told: House, mailbox: Mailbox) -> None:
    night(told, {DEATHS: [ONE, TWO]})
    standing.explain(told.home, [stands(told).findings[1]["finding"]], "Hail.", "Li Wei")
    (first, second) = stands(told).findings
    assert (first["area_code"], first["said"]) == (ONE, None), "unexplained first"
    assert second["said"]["because"] == "Hail." and second["because"]["zh"], "seen before the next run"
    night(told, {DEATHS: [ONE, TWO]})
    assert mailbox.subjects[1] == "Yearbook: 1 reminder, 1 explained"
    standing.take_back(told.home, [second["finding"]], "It was not hail.", "Zhang Min")
    night(told, {DEATHS: [TWO]})
    assert mailbox.subjects[2] == "Yearbook: 1 reopened warning, 1 recovered"


def test_only_warnings_that_stand_can_be_explained(house: House) -> None:
    with pytest.raises(standing.DecisionError, match="No results of a validation are here"):
        standing.explain(house.home, ["0123abcd"], "why", "me")
    assert standing.found(house.home) is None
    house.run({BALANCE: [ONE]}, "blocked")
    (error,) = stands(house).errors
    cases = {
        error["finding"]: f"is an error ({BALANCE}: caseload {ONE} 2004): it keeps a release back",
        "0123abcd": "No warning 0123abcd stands. By ",
        "0123": "give at least 8 of its characters",
    }
    for id, says in cases.items():
        with pytest.raises(standing.DecisionError) as told:
            standing.explain(house.home, [id], "why", "me")
        assert says in str(told.value)
    house.run({DEATHS: [ONE]})
    (row,) = stands(house).findings
    with pytest.raises(standing.DecisionError, match=f"1 does, 1 unexplained; the first is {row['finding']}"):
        standing.explain(house.home, [row["finding"], "0123abcd"], "why", "me")
    with pytest.raises(standing.DecisionError, match="so there is nothing to take back"):
        standing.take_back(house.home, [row["finding"]], "why", "me")
    assert decisions.export(house.home) == [], "all or none"
    standing.explain(house.home, [row["finding"]], "why", "me")
    house.run({DEATHS: [ONE]}, value="13")
    (now,) = stands(house).findings
    says = (
        f"{row['finding']} does not stand any more: of traffic_death_rate {ONE} 2004, {now['finding']} does: found 13"
    )
    with pytest.raises(standing.DecisionError, match=says):
        standing.explain(house.home, [row["finding"]], "why", "me")
    house.run({})
    with pytest.raises(standing.DecisionError, match="warns no more of traffic_death_rate 990101016 2004 as it was"):
        standing.explain(house.home, [row["finding"]], "why", "me")
    standing.take_back(house.home, [row["finding"]], "why", "me")
    assert stands(house).lapsed == []


def test_what_is_found_is_told_in_each_language(house: House) -> None:
    house.run({DEATHS: [ONE]}, value=said("after", figure=12, before=[1, "no_figure"]))
    (release,) = (house.home.releases / "versions").iterdir()
    results = read_results(release / "validation")
    assert results is not None
    ((finding,), _, _) = of_checks.find(house.catalog, results, "run")
    (place,) = finding.places
    assert "found 12 after 1, no figure, expected 13" in place["en"]
    assert "为 12（往年为 1, 无数字），应为 13" in place["zh"]
