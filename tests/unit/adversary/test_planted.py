"""Each leak that is planted in a sound edition is found, and said in a sentence that names the figure."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipelines.adversary import Audit, audit
from pipelines.adversary.cells import Cell
from tests.disclosure import printed
from tests.disclosure.printed import Tables
from tests.unit.adversary.given import PROVINCE, Given, audited, told

ONE, TWO = f"{PROVINCE}001", f"{PROVINCE}002"
TOWNS = [f"{ONE}00{number}" for number in range(1, 6)]
COUNTY = Given(0, sentenced={ONE: [3, 8, 9, 20, 30], TWO: [40, 50]})
"""A township with 3 persons, published together with that of 8; the others singly."""


@pytest.fixture
def sound(tmp_path: Path) -> Tables:
    return COUNTY.edition(tmp_path, COUNTY.decided([], TOWNS[:2]))


def at(frame: pd.DataFrame, **where: str) -> pd.Series:
    """The rows with these values."""
    found = pd.Series(True, index=frame.index)
    for column, value in where.items():
        found &= frame[column] == value
    return found


def left(found: Audit, figure: str) -> set[str]:
    """The intervals told of a figure, or of all figures of an area."""
    sentences = [one for one in told(found, "interval") if f"{figure} in 2004" in one]
    return {one.split("leaves it only ")[1].split(";")[0] for one in sentences}


def test_the_sound_edition_tells_nothing(sound: Tables, tmp_path: Path) -> None:
    found = audited(COUNTY, sound, tmp_path)
    assert found.leaks == ()
    (one,) = found.editions
    assert {str(interval) for cell, interval in one.intervals.items() if cell.breakdown == "kind=all"} == {"[0, 11]"}
    assert found.text().splitlines()[-1] == "Nothing is told that must not be."
    assert "1 pools hold 2 of" in found.text()


def test_a_lone_hidden_cell(tmp_path: Path) -> None:
    tables = COUNTY.edition(tmp_path, COUNTY.decided(TOWNS[:1]))
    assert (
        f"sentences.sentenced (kind=all) of {TOWNS[0]} in 2004 is not printed, but what is printed leaves it only "
        "[0, 3]; it must be able to be anything from 0 to 5."
    ) in told(audited(COUNTY, tables, tmp_path), "interval")


def test_a_rate_left_in(sound: Tables, tmp_path: Path) -> None:
    rates = sound["mart_indicator"]
    rates.loc[at(rates, indicator_id="sentenced_rate", area_code=TOWNS[0]), "value"] = Decimal(6)
    found = audited(COUNTY, sound, tmp_path)
    assert told(found, "shown") == [
        f"mart_indicator keeps sentenced_rate of {TOWNS[0]} in 2004 back, but shows its value (6.000000)."
    ]
    assert left(found, TOWNS[0]) == {"[3, 3]"}


def test_a_rate_that_says_nothing_of_being_hidden(sound: Tables, tmp_path: Path) -> None:
    rates = sound["mart_indicator"]
    rates.loc[at(rates, indicator_id="suspended_share", area_code=TOWNS[0]), "reason"] = "zero_over_zero"
    (sentence,) = told(audited(COUNTY, sound, tmp_path), "left_in")
    assert sentence.startswith(
        f"mart_indicator says why suspended_share of {TOWNS[0]} in 2004 is missing (zero_over_zero)"
    )
    rates.loc[at(rates, indicator_id="suspended_share", area_code=TOWNS[0]), "value_text"] = "100.0"
    (sentence,) = told(audited(COUNTY, sound, tmp_path), "left_in")
    assert sentence.startswith(f"mart_indicator shows the value_text of suspended_share of {TOWNS[0]} in 2004, though ")


def test_a_complement_left_in(tmp_path: Path) -> None:
    """What is served and what is suspended make what is sentenced: with two of them, the third."""
    county = Given(0, sentenced={ONE: [7, 13, 9], TWO: [40, 50]})
    tables = county.edition(tmp_path, county.decided([], TOWNS[:2]))
    figures = tables["mart_observation"]
    whole, rest = (at(figures, measure_id=id, area_code=TOWNS[0]) for id in ("sentenced", "served"))
    figures.loc[whole & (figures.breakdown == "kind=all"), ["value", "reason"]] = [7, ""]
    figures.loc[rest, ["value", "reason"]] = [4, ""]
    found = audited(county, tables, tmp_path)
    assert any(
        f"outcomes.served of {TOWNS[0]} in 2004 is printed by itself, and is 4" in one for one in told(found, "small")
    )
    assert left(found, f"outcomes.suspended of {TOWNS[0]}") == {"[3, 3]"}


def test_a_complement_that_is_small(tmp_path: Path) -> None:
    """Of 200 released 197 are resettled: each township has at most 3 who are not."""
    decided = COUNTY.decided([], TOWNS[:2])
    decided.pools.append(("release", 2004, ONE, tuple(TOWNS[:2])))
    decided.hidden["release", 2004] = set(TOWNS[:2])
    tables = COUNTY.edition(tmp_path, decided)
    assert audited(COUNTY, tables, tmp_path).leaks == ()
    figures, rates = tables["mart_observation"], tables["mart_indicator"]
    tables["mart_indicator"] = rates[rates.indicator_id != "resettlement_rate"]
    tables["mart_scorecard"] = tables["mart_scorecard"].iloc[:0]
    for area in ("pool-00001", ONE, PROVINCE):
        figures.loc[at(figures, area_code=area, measure_id="resettled"), "value"] += 97
    found = audited(COUNTY, tables, tmp_path)
    assert {leak.rule for leak in found.leaks} == {"interval", "pool_sum"}
    assert left(found, f"release.released less resettled of {TOWNS[0]}") == {"[0, 3]"}
    assert told(found, "pool_sum") == [
        "release.released less resettled of pool-00001 in 2004 is 3 for 2 areas together; it must be 0 or at least 10."
    ]


def test_a_last_class_left_in(sound: Tables, tmp_path: Path) -> None:
    """Four of five figures of a county are printed: the fifth follows, whether it is small or not."""
    figures = sound["mart_observation"]
    hidden = at(figures, measure_id="sentenced", area_code=TWO, breakdown="kind=a1")
    kept = printed.KEPT["mart_observation"].split()
    figures.loc[hidden, [name for name in figures if name not in kept]] = pd.NA
    figures.loc[hidden, ["obs_status", "reason"]] = ["Q", "confidential"]
    found = audited(COUNTY, sound, tmp_path)
    assert found.leaks == () and found.editions[0].told == 1 + 5  # 90; and that all of five townships are of this class
    for area, values in ((TWO, {"a2": 87}), (PROVINCE, {"a1": 73, "a2": 87})):
        for code, value in values.items():
            figures.loc[at(figures, area_code=area, breakdown=f"kind={code}"), "value"] = value
    assert (
        f"sentences.sentenced (kind=a1) of {TWO} in 2004 is not printed, but what is printed leaves it only [3, 3]; it "
        "must be able to be anything from 0 to 5."
    ) in told(audited(COUNTY, sound, tmp_path), "interval")


def test_a_hidden_county_with_all_its_townships_shown(tmp_path: Path) -> None:
    county = Given(0, sentenced={ONE: [5, 6], TWO: [8, 9], f"{PROVINCE}003": [40, 50]})
    decided = county.decided([ONE, TWO])
    found = audited(county, county.edition(tmp_path, decided), tmp_path)
    assert (
        f"sentences.sentenced (kind=all) of {TOWNS[0]} in 2004 is printed, though {ONE}, in which it lies, is not."
        in told(found, "below_hidden")
    )
    assert found.editions[0].told >= 2  # [11, 11] and [17, 17]: known, though not small


def test_what_could_not_be_allocated_is_no_cover(tmp_path: Path) -> None:
    """The county has 9, but 6 of them nowhere: its townships have 3 together."""
    county = Given(0, sentenced={ONE: [1, 2], TWO: [40, 50]}, rest={ONE: 6})
    tables = county.edition(tmp_path, county.decided(TOWNS[:2]))
    assert audited(county, tables, tmp_path).leaks == ()
    figures = tables["mart_observation"]
    here = at(figures, area_code=ONE, measure_id="sentenced", breakdown="kind=all")
    figures.loc[here, "not_allocable"] = 6
    assert left(audited(county, tables, tmp_path), TOWNS[0]) == {"[0, 3]"}


def test_what_could_not_be_allocated_is_in_a_pool(tmp_path: Path) -> None:
    """The pool has 15, of which 4 are nowhere; who has the 8 of one member does not know what the other has."""
    county = Given(0, sentenced={ONE: [3, 8, 30], TWO: [40, 50]}, rest={ONE: 4})
    tables = county.edition(tmp_path, county.decided([], TOWNS[:2]))
    tables["dim_pool"]["with_not_allocable"] = True
    tables["mart_indicator"] = tables["mart_indicator"].iloc[:0]
    figures = tables["mart_observation"]
    figures.loc[at(figures, area_code=ONE), "not_allocable"] = pd.NA
    whole = at(figures, area_code="pool-00000") & (figures.value == 11)
    figures.loc[whole, "value"] = 15
    back = at(figures, area_code=TOWNS[1]) & figures.value.isna()
    for measure, value in (("sentenced", 8), ("suspended", 8), ("served", 0)):
        figures.loc[back & (figures.measure_id == measure), ["value", "reason"]] = [value, ""]
    found = audited(county, tables, tmp_path)
    assert found.editions[0].intervals[Cell("outcomes", "suspended", TOWNS[0], "2004", "_T")] == (0, 7)


def test_a_pool_split_in_the_next_release(tmp_path: Path) -> None:
    first = COUNTY.edition(tmp_path, COUNTY.decided([], TOWNS[:3]))
    nothing = COUNTY.edition(tmp_path / "n", COUNTY.decided(TOWNS))
    later = COUNTY.edition(tmp_path / "l", COUNTY.decided([], TOWNS[:2]))
    folders = [
        printed.write(COUNTY, made, tmp_path / f"edition-{number}")
        for number, made in enumerate((first, nothing, later))
    ]
    assert audit(folders[:2]).leaks == ()
    leaks = audit(folders).leaks
    assert {leak.edition for leak in leaks} == {"edition-2"} and {leak.rule for leak in leaks} == {"finer"}
    assert leaks[0].sentence == (
        f"{TOWNS[0]} is published in pool-00000 without {TOWNS[2]}, though it was in the pool pool-00000 "
        "(sentence, 2004) in edition-0; areas once published together stay so."
    )
    assert leaks[2].sentence.startswith(f"{TOWNS[2]} is published by itself, though it was in the pool")
    assert audit([folders[2], folders[0]]).leaks == ()  # coarser
    assert audit(folders, last=1).leaks == leaks
    assert [one.edition for one in audit(folders, last=1).editions] == ["edition-2"]


def test_a_verdict_of_a_member_left_in(tmp_path: Path) -> None:
    decided = COUNTY.decided([], TOWNS[:2])
    decided.hidden["release", 2004] = set(TOWNS)
    tables = COUNTY.edition(tmp_path, decided)
    assert audited(COUNTY, tables, tmp_path).leaks == ()
    card = tables["mart_scorecard"]
    card.loc[at(card, area_code=TOWNS[0]), "verdict"] = "not_met"
    assert told(audited(COUNTY, tables, tmp_path), "shown") == [
        f"mart_scorecard keeps resettlement_rate of {TOWNS[0]} in 2004 back, but shows its verdict (not_met)."
    ]


def test_zeros_known_to_be_printed(tmp_path: Path) -> None:
    """Twelve townships with 14: who knows that each has one at least knows that none has more than 3."""
    county = Given(0, sentenced={ONE: [1] * 11 + [3], TWO: [40, 50]})
    towns = [f"{ONE}{number:03d}" for number in range(1, 13)]
    found = audited(county, county.edition(tmp_path, county.decided([], towns)), tmp_path)
    assert told(found, "interval") == []
    assert (
        "sentences.sentenced (kind=all) of pool-00000 in 2004 is 14 for 12 areas together; it must be 0 or at least 16."
    ) in told(found, "pool_sum")


def test_a_figure_nobody_has_is_no_cover(tmp_path: Path) -> None:
    county = Given(0, sentenced={ONE: [3, None, 30], TWO: [40, 50]})
    tables = county.edition(tmp_path, county.decided([], TOWNS[:2]))
    tables["mart_indicator"] = tables["mart_indicator"].iloc[:0]  # the sum alone says it
    found = audited(county, tables, tmp_path)
    assert any(
        one.endswith("is the sum of 1 area(s): the others have no figure to add.") for one in told(found, "pool_cover")
    )
    assert left(found, TOWNS[0]) == {"[3, 3]"}


def test_no_class_of_a_figure_nobody_has_is_kept_back(tmp_path: Path) -> None:
    """What the county has more than the townships that are there is what the one without figures can have at most."""
    county = Given(0, sentenced={ONE: [50, None, 30], TWO: [40, 50]}, rest={ONE: 3})
    found = audited(county, county.edition(tmp_path, county.decided([])), tmp_path)
    assert found.leaks == ()
    assert {cell.area for cell in found.editions[0].intervals} == {TOWNS[0], TOWNS[2], f"{TWO}001", f"{TWO}002"}
