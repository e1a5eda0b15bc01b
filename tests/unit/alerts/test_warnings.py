"""`warnings`, `warnings explain` and `warnings take-back`, as a person calls them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from typer.testing import CliRunner

from pipelines.cli.main import app
from tests.unit.alerts.house import BALANCE, House

DEATHS = "traffic_death_rate__plausible"
ONE, TWO = "990101016", "990101017"
WORDS = ("--because", "A coach crash.", "--by", "Li Wei")


def yearbook(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["warnings", *words])
    return done.exit_code, done.output


def said(*words: str) -> Any:
    code, text = yearbook(*words, "--json")
    assert code == 0, text
    return json.loads(text)


@pytest.fixture
def at_home(house: House, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.setenv("YEARBOOK_HOME", str(house.home.root))
    monkeypatch.setenv("YEARBOOK_CONTRACTS", str(house.home.contracts))
    return house


def test_nothing_to_explain(at_home: House) -> None:
    assert yearbook() == (0, "No results of a validation are here; warnings show after the first run.\n")
    assert said() == {"known_by": "", "warnings": [], "lapsed": []}
    at_home.run({BALANCE: [ONE]}, "blocked")
    code, text = yearbook()
    assert code == 0 and text.startswith("No check warns of anything, as ") and "explain" not in text, text


def test_what_is_listed_can_be_pasted_and_taken_back(at_home: House) -> None:
    at_home.run({DEATHS: [ONE, TWO]})
    code, text = yearbook()
    assert code == 0 and text.startswith("2 warnings of the checks, 2 unexplained, as candidate-000001 has it:"), text
    assert "found 12, expected 13" in text and "deaths from elsewhere" in text
    (id,) = re.findall(r"warnings explain (\w{16}) --because WHY --by 'YOUR NAME'", text)
    code, text = yearbook("explain", id, *WORDS)
    assert code == 0 and f"Decision 1: {id} accepted with an explanation, by Li Wei." in text
    code, text = yearbook()
    assert text.startswith("2 warnings of the checks, 1 unexplained") and "explained by Li Wei" in text
    assert text.index(TWO) < text.index(ONE), "unexplained first"
    (other,) = [row["finding"] for row in said()["warnings"] if row["said"] is None]
    (made,) = said("explain", other, *WORDS)
    assert (made["about"], made["outcome"], json.loads(made["seen"])["area_code"]) == ("finding", "accept", TWO)
    assert "warnings explain" not in yearbook()[1], "nothing is left to explain"
    code, text = yearbook("take-back", id[:8], other[:8], *WORDS)
    assert code == 0 and f"Decision 4: {other} explained no more, by Li Wei." in text
    assert [row["said"] for row in said()["warnings"]] == [None, None]


def test_what_has_lapsed_is_shown_with_its_words(at_home: House) -> None:
    at_home.run({DEATHS: [ONE]})
    (row,) = said()["warnings"]
    said("explain", row["finding"], *WORDS)
    at_home.run({DEATHS: [ONE]}, value="13")
    code, text = yearbook()
    assert code == 0 and text.startswith("1 warning of the checks, 1 unexplained"), text
    assert f"{row['finding']}  {DEATHS}  traffic_death_rate 990101016 2004\n  was found 12, expected 13\n" in text
    assert "explained by Li Wei" in text and "A coach crash." in text
    code, text = yearbook("explain", row["finding"], *WORDS)
    assert code == 1 and "does not stand any more" in text
    code, text = yearbook("explain", row["finding"], *WORDS, "--json")
    assert code == 1 and "does not stand any more" in json.loads(text)["error"]
