"""Other tables and files that tell of a hidden figure, and pools that are none."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from pipelines.adversary import audit
from tests.disclosure import printed
from tests.disclosure.printed import Tables
from tests.unit.adversary.given import PROVINCE, Given, audited, told

ONE, TWO = f"{PROVINCE}001", f"{PROVINCE}002"
TOWNS = [f"{ONE}00{number}" for number in range(1, 6)]
COUNTY = Given(0, years=(2003, 2004), sentenced={ONE: [3, 8, 9, 20, 30], TWO: [40, 50]})
FIGURE = {"table_id": "outcomes", "measure_id": "suspended", "area_code": TOWNS[0], "period": "2004", "breakdown": "_T"}
RATE = {"indicator_id": "sentenced_rate", "area_code": TOWNS[0], "period": "2004", "breakdown": "_T"}
NAMED = f"outcomes.suspended of {TOWNS[0]} in 2004"
RATED = f"sentenced_rate of {TOWNS[0]} in 2004"
PRINTED = {"table_id": "sentences", "reported_id": "rate", "reported_value": Decimal(6), "comparison": "equal"}
BEHIND = f"sentences.sentenced (kind=all) of {TOWNS[0]} in 2004"


@pytest.fixture
def sound(tmp_path: Path) -> Tables:
    return COUNTY.edition(tmp_path, COUNTY.decided([], TOWNS[:2]))


@pytest.mark.parametrize(
    ("table", "row", "entry"),
    [
        ("mart_correction", FIGURE | {"value": 3}, NAMED),
        ("mart_published_revision", FIGURE | {"indicator_id": "", "to_value": Decimal(3)}, NAMED),
        ("mart_published_revision_triangle", RATE | {"value": Decimal(6)}, f"{RATED}, which tells of {BEHIND}"),
        ("mart_reported", RATE | PRINTED, f"rate of {TOWNS[0]} in 2004, which tells of {BEHIND}"),
        ("mart_observation_today", FIGURE | {"value": 3}, NAMED),
        ("mart_indicator_today", RATE | {"value_text": "6.00"}, f"{RATED}, which tells of {BEHIND}"),
    ],
)
def test_an_entry_of_another_table(
    sound: Tables, tmp_path: Path, table: str, row: dict[str, object], entry: str
) -> None:
    sound[table] = pd.DataFrame([row | {"area_code": TOWNS[3]}])
    assert audited(COUNTY, sound, tmp_path).leaks == ()  # of a figure that is printed
    sound[table] = pd.DataFrame([row])
    assert f"{table} has an entry for {entry}; it is not printed." in told(audited(COUNTY, sound, tmp_path), "told")


def test_a_rate_of_today_that_says_why_it_is_missing(sound: Tables, tmp_path: Path) -> None:
    for reason, found in (("confidential", []), ("zero_over_zero", [f"{RATED}, which tells of {BEHIND}"])):
        sound["mart_indicator_today"] = pd.DataFrame([RATE | {"value": None, "reason": reason, "conversion": "none"}])
        entries = [f"mart_indicator_today has an entry for {one}; it is not printed." for one in found]
        assert told(audited(COUNTY, sound, tmp_path), "told") == entries


def test_a_figure_of_today_put_together_from_a_hidden_one(sound: Tables, tmp_path: Path) -> None:
    """Two townships merged: of the sum and the one that is printed follows the other."""
    shares = [{"area_code": TOWNS[2], "period": "2004", "from_code": area} for area in (TOWNS[0], TOWNS[2])]
    sound["dim_area_today"] = pd.DataFrame(shares).assign(share_numerator=1, share_denominator=1)
    sound["mart_observation_today"] = pd.DataFrame([FIGURE | {"area_code": TOWNS[2], "value": 12}])
    found = audited(COUNTY, sound, tmp_path)
    entry = f"outcomes.suspended of {TOWNS[2]} in 2004, which tells of {NAMED}"
    assert f"mart_observation_today has an entry for {entry}; it is not printed." in told(found, "told")
    assert found.editions[0].intervals[next(cell for cell in found.editions[0].intervals if str(cell) == NAMED)] == (
        3,
        3,
    )


@pytest.mark.parametrize("kind", ["added", "removed", "changed"])
def test_what_changed_names_a_hidden_figure(sound: Tables, tmp_path: Path, kind: str) -> None:
    folder = printed.write(COUNTY, sound, tmp_path / "edition-000002")
    entry = f"changes.json, under mart_observation, has an entry for {NAMED}; it is not printed."
    for area, expected in ((TOWNS[3], []), (TOWNS[0], [entry])):
        row = FIGURE | {"area_code": area}
        entry = (
            {"key": row, "from": {"value": "2"}, "to": {"value": "3"}} if kind == "changed" else row | {"value": "3"}
        )
        changes = {"since": "edition-000001", "tables": {"mart_observation": {kind: [entry]}}}
        (folder / "changes.json").write_text(json.dumps(changes), encoding="utf-8")
        assert told(audit([folder]), "told") == expected


@pytest.mark.parametrize("kind", ["added", "removed", "changed"])
def test_that_there_is_a_hidden_figure_may_be_said(sound: Tables, tmp_path: Path, kind: str) -> None:
    folder = printed.write(COUNTY, sound, tmp_path / "edition-000002")
    bare = FIGURE | {"area_code": TOWNS[0], "value": None, "obs_status": "Q", "reason": "confidential"}
    entry = {"key": bare, "from": bare, "to": bare} if kind == "changed" else bare
    changes = {"since": "edition-000001", "tables": {"mart_observation": {kind: [entry]}}}
    (folder / "changes.json").write_text(json.dumps(changes), encoding="utf-8")
    assert told(audit([folder]), "told") == []


def test_the_document_of_a_correction(sound: Tables, tmp_path: Path) -> None:
    folder = printed.write(COUNTY, sound, tmp_path / "edition-000001")
    place = folder / "documents" / "corrections"
    place.mkdir()
    (place / "one.yaml").write_text(
        f"{{correction: one, table: outcomes, measure: suspended, area: '{TOWNS[0]}', period: '2004', expect: 2, "
        "value: 3, reason: correction, because: {en: One., zh: 一}, decided_by: Registry, decided_on: 2005-02-01}\n",
        encoding="utf-8",
    )
    assert told(audit([folder]), "told") == [
        f"the document of the correction one has an entry for {NAMED}; it is not printed."
    ]


def _pooled_with_one(tables: Tables) -> None:
    tables["dim_pool_area"] = tables["dim_pool_area"][tables["dim_pool_area"].area_code == TOWNS[1]]


def _in_two(tables: Tables) -> None:
    twin = tables["dim_pool"].iloc[[1]].assign(pool_id="twin")
    tables["dim_pool"] = pd.concat([tables["dim_pool"], twin])
    more = pd.DataFrame({"pool_id": ["twin", "twin"], "area_code": [TOWNS[1], TOWNS[2]]})
    tables["dim_pool_area"] = pd.concat([tables["dim_pool_area"], more])


def _too_low(tables: Tables) -> None:
    figures = tables["mart_observation"]
    low = figures[figures.breakdown == "kind=a2"].iloc[[0]].assign(area_code=TOWNS[3], area_level="township", value=0)
    tables["mart_observation"] = pd.concat([figures, low])


def _contradiction(tables: Tables) -> None:
    figures = tables["mart_observation"]
    figures.loc[(figures.area_code == ONE) & (figures.measure_id == "suspended"), "value"] = 80


def _small(tables: Tables) -> None:
    figures = tables["mart_observation"]
    figures.loc[(figures.area_code == TWO) & (figures.measure_id == "resettled"), "value"] = 0


def _with_rest(tables: Tables) -> None:
    tables["dim_pool"]["with_not_allocable"] = True
    figures = tables["mart_observation"]
    figures.loc[(figures.area_code == ONE) & (figures.breakdown == "_T"), "not_allocable"] = 4


@pytest.mark.parametrize(
    ("spoil", "rule", "sentence"),
    [
        (_pooled_with_one, "pool_size", "The pool pool-00001 names 1 areas and says 2; two is the least."),
        (_in_two, "pool_twice", f"{TOWNS[1]} is in the pools pool-00001 and twin of one family and year."),
        (_too_low, "too_low", f"(kind=a2) of {TOWNS[3]} in 2003 is printed (0), below what is published at all."),
        (_contradiction, "unsolved", f"The interval of {NAMED} could not be found (Infeasible), so nobody knows that"),
        (_small, "small", f"release.resettled of {TWO} in 2004 is printed by itself, and is 0."),
        (_with_rest, "pool_sum", "suspended of pool-00001 in 2004 is 7 for 2 areas together; it must be 0 or at least"),
    ],
)
def test_what_no_edition_may_have(
    sound: Tables, tmp_path: Path, spoil: Callable[[Tables], None], rule: str, sentence: str
) -> None:
    spoil(sound)
    assert any(sentence in one for one in told(audited(COUNTY, sound, tmp_path), rule))


def test_ranks_and_runs(tmp_path: Path) -> None:
    """Of the other family, in whose first year a township is kept back."""
    decided = COUNTY.decided([], TOWNS[:2])
    decided.hidden["release", 2003] = set(TOWNS)
    tables = COUNTY.edition(tmp_path, decided)
    assert audited(COUNTY, tables, tmp_path).leaks == ()
    card = tables["mart_scorecard"]
    here = (card.area_code == TOWNS[0]) & (card.period == "2004")
    card.loc[here, "years_met_in_a_row"] = 0
    assert audited(COUNTY, tables, tmp_path).leaks == ()
    card.loc[here, "years_met_in_a_row"] = 1
    assert told(audited(COUNTY, tables, tmp_path), "run") == [
        f"mart_scorecard counts 1 years met in a row for resettlement_rate of {TOWNS[0]} in 2004, which tells the "
        "verdict of 2003, which is not printed."
    ]
    decided.hidden["release", 2003] = {TOWNS[0], TOWNS[1]}
    tables = COUNTY.edition(tmp_path / "two", decided)
    card = tables["mart_scorecard"]
    card.loc[(card.area_code == TOWNS[2]) & (card.period == "2003"), "ranked_areas"] = 5
    assert told(audited(COUNTY, tables, tmp_path / "two"), "rank") == [
        f"mart_scorecard ranks resettlement_rate of {TOWNS[2]} in 2003 among areas of which {TOWNS[0]} is not printed."
    ]


def test_older_editions_that_lack_tables_and_columns(tmp_path: Path) -> None:
    large = Given(0, sentenced={ONE: [30, 20], TWO: [40, 50]})
    tables = large.edition(tmp_path, large.decided([]))
    for name in ("dim_pool", "dim_pool_area", "mart_scorecard"):
        del tables[name]
    tables["mart_observation"] = tables["mart_observation"].drop(columns=["not_allocable", "months_present"])
    assert audited(large, tables, tmp_path).leaks == ()
