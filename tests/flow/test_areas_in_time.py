"""Townships merge, are divided, recut, renamed: on the boundaries of the year and on today's, as a hand computes it."""

from __future__ import annotations

import json
import re
import shlex
import shutil
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from pipelines.home import PROJECT
from tests.flow.conftest import command, query

Table = dict[tuple[str, str, str, int], tuple[int, str]]
"""measure, case type, area, year -> (figure, same | whole | estimated)."""

CONVERSION = {"same": "none", "whole": "whole", "estimated": "estimated"}


@pytest.fixture(scope="module")
def by_hand(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Table:
    """The table of the script that shares no code with the product, from the stored files of the courts."""
    sent = query(
        demo,
        "select distinct delivery_sha256 as sha from mart_submission "
        "where table_id in ('caseload', 'defendants') and verdict = 'accepted'",
    )
    files = [next((demo / "originals" / row["sha"][:2]).glob(f"{row['sha']}.*")) for row in sent]
    script = PROJECT / "tests" / "flow" / "areas_by_hand.py"
    folder = tmp_path_factory.mktemp("by_hand")  # where `pipelines` cannot be found
    done = subprocess.run(
        [sys.executable, "-I", str(script), *map(str, files)], capture_output=True, text=True, cwd=folder
    )
    assert done.returncode == 0, done.stderr
    found: Table = {}
    for key, cell in json.loads(done.stdout).items():
        measure, kind, area, year = key.split("|")
        found[measure, kind, area, int(year)] = (cell["value"], cell["how"])
    return found


def test_figures_on_todays_boundaries_are_those_computed_by_hand(demo: Path, by_hand: Table) -> None:
    rows = query(
        demo,
        "select *, split_part(breakdown, '=', 2) as kind from mart_observation_today "
        "where table_id in ('caseload', 'defendants') and area_level = 'township'",
    )
    found = {(r["measure_id"], r["kind"] or "_T", r["area_code"], r["year"]): r for r in rows}
    assert found.keys() == by_hand.keys() and len(found) >= 1_000
    for key, (value, how) in by_hand.items():
        row = found[key]
        assert (row["value"], row["conversion"]) == (value, CONVERSION[how]), key
        status = ("E", "estimated") if how == "estimated" else ("A", "")
        assert (row["obs_status"], row["qualifier"]) == status, key
    assert {how for _, how in by_hand.values()} == {"same", "whole", "estimated"}


def test_persons_are_neither_added_nor_divided(demo: Path) -> None:
    rows = query(
        demo,
        "select t.conversion, t.value, t.reason, o.value as year "
        "from mart_observation_today t left join mart_observation o "
        "using (table_id, measure_id, area_code, period, breakdown) where measure_id = 'suspects_dealt_with'",
    )
    assert {row["conversion"] for row in rows} == {"none", "whole", "estimated"}
    for row in rows:
        assert row["value"] == (row["year"] if row["conversion"] == "none" else None)
        assert row["reason"] == ("" if row["conversion"] == "none" else "not_additive")


def test_indicators_on_todays_boundaries_follow_from_those_figures(demo: Path, by_hand: Table) -> None:
    rows = query(demo, "select * from mart_indicator_today where indicator_id = 'court_clearance_rate'")
    compared = 0
    for row in rows:
        kinds = ["criminal", "civil", "administrative", "enforcement"]
        wanted = kinds if row["breakdown"] == "_T" else [row["breakdown"].split("=")[1]]
        top, bottom = (
            sum(by_hand[measure, kind, row["area_code"], row["year"]][0] for kind in wanted)
            for measure in ("concluded", "accepted")
        )
        assert (int(row["numerator"]), int(row["denominator"])) == (top, bottom), row
        assert row["value_text"] == (_printed(Fraction(100 * top, bottom)) if bottom else ""), row
        compared += 1
    assert compared >= 6 * 10


def _printed(exact: Fraction) -> str:
    tenths = (20 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return f"{tenths // 10}.{tenths % 10}"


def test_the_boundaries_of_the_year_stay_as_they_were_delivered(demo: Path) -> None:
    rows = query(
        demo,
        "select area_code, min(year) as first, max(year) as last from mart_observation "
        "where table_id = 'defendants' and area_level = 'township' and value is not null group by 1",
    )
    spans = {row["area_code"][-2:]: (row["first"], row["last"]) for row in rows}
    assert spans["08"] == (1997, 2006) and spans["09"] == (1997, 2000)
    assert spans["05"] == (1997, 2001) and spans["16"] == spans["17"] == (2002, 2006)
    assert spans["12"] == spans["13"] == (1997, 2003) and {spans[c] for c in ("18", "19", "20")} == {(2004, 2006)}


def test_an_area_that_has_ended_is_not_traced_on_todays_boundaries(demo: Path) -> None:
    for area, now in (("990101009", "990101008"), ("990101005", "990101016, 990101017")):
        done = command(demo, "trace", "court_clearance_rate", area, "2000", "--boundaries", "today")
        assert done.returncode != 0 and f"{area} is no area of today" in done.stdout + done.stderr
        assert f"ask for {now}, or for the boundaries of the year" in " ".join((done.stdout + done.stderr).split())
        assert command(demo, "trace", "court_clearance_rate", area, "2000").returncode == 0


def test_nothing_is_compared_with_another_area_of_the_same_code(demo: Path) -> None:
    of = "where indicator_id = 'recorded_crime_change' and area_code like '990101%'"
    year = {(r["area_code"][-2:], r["year"]): r for r in query(demo, f"select * from mart_indicator {of}")}
    today = {(r["area_code"][-2:], r["year"]): r for r in query(demo, f"select * from mart_indicator_today {of}")}
    broken = {key: row["break_id"] for key, row in year.items() if row["reason"] == "boundary_change"}
    assert broken == {
        ("08", 2001): "ivy_into_hazel",
        ("16", 2002): "elm_divided", ("17", 2002): "elm_divided",
        ("18", 2004): "maple_and_oak_recut", ("19", 2004): "maple_and_oak_recut", ("20", 2004): "maple_and_oak_recut",
        ("16", 2006): "river_bend_to_elm_west", ("17", 2006): "river_bend_to_elm_west",
    }  # fmt: skip
    assert all(row["value"] is None and row["obs_status"] == "M" for key, row in year.items() if key in broken)
    assert not any(row["reason"] == "boundary_change" for row in today.values())
    assert all(today[key]["value"] is not None for key in broken), "on one set of boundaries there is a change"
    rates = "where indicator_id = 'recorded_crime_rate' and obs_status = 'B'"
    first = {(r["area_code"][-2:], r["year"]) for r in query(demo, f"select * from mart_indicator {rates}")}
    assert first == {("08", 2001), ("16", 2006), ("17", 2006)}, "new codes begin, the others are another area"


def test_the_views_are_whole_series_and_add_up(demo: Path) -> None:
    rows = query(
        demo,
        "select area_code, count(*) as years from indicator_on_todays_boundaries "
        "where indicator_id = 'recorded_crime_rate' and area_level = 'township' and value is not null group by 1",
    )
    assert len(rows) == 16 and {row["years"] for row in rows} == {10}
    (sums,) = query(
        demo,
        "with townships as (select measure_id, breakdown, period, sum(value) as total "
        "from observation_on_todays_boundaries where table_id = 'caseload' and area_level = 'township' group by all) "
        "select count(*) as n, count(*) filter (where o.value = t.total) as equal from mart_observation o "
        "join townships t using (measure_id, breakdown, period) "
        "where o.table_id = 'caseload' and area_level = 'county'",
    )
    assert sums["n"] == sums["equal"] >= 7 * 4 * 10, "no case is lost or made by drawing boundaries"


def test_a_renamed_area_is_called_what_it_was_called_then(demo: Path) -> None:
    rows = query(
        demo, "select distinct year, area_name_en, area_name_zh from wide_defendants where area_code = '990101014'"
    )
    assert {row["year"]: row["area_name_en"] for row in rows} == {
        year: "Poplar Township" if year < 2003 else "Poplar Town" for year in range(1997, 2007)
    }
    assert {row["area_name_zh"] for row in rows} == {"白杨乡", "白杨镇"}
    (today,) = query(demo, "select name_en, is_current from dim_area where area_code = '990101014'")
    assert (today["name_en"], today["is_current"]) == ("Poplar Town", True)
    (today,) = query(demo, "select count(*) as n from mart_indicator_today where area_code = '990101014'")
    assert today["n"] == 0, "a name is no boundary: its series is that of mart_indicator"


def test_a_trace_leads_to_the_areas_then(demo: Path) -> None:
    words = ("trace", "court_clearance_rate", "990101017", "2000", "--json")
    done = command(demo, *words, "--boundaries", "today")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    for term in (*found["numerator"], *found["denominator"]):
        (part,) = term["figure"]["parts"]
        assert (part["area"], part["share"], term["figure"]["conversion"]) == ("990101005", "1/2", "estimated")
        (cell,) = part["cells"]
        assert cell["file_name"].startswith("caseload_990101_2000_") and cell["row"] and cell["column"]
    done = command(demo, *words)
    assert done.returncode == 1 and "it has 2002 to 2006" in done.stdout, (
        "on the boundaries of 2000 there is no such town"
    )


def test_the_page_shows_the_figures_of_the_demo(demo: Path) -> None:
    page = (PROJECT / "pipelines" / "docs" / "areas-in-time.md").read_text(encoding="utf-8")
    tables = re.findall(r"^\| area \| ([\d| ]+) \|\n\|[-:|]+\|\n((?:\| 99.*\n)+)", page, flags=re.MULTILINE)
    assert len(tables) == 2
    for mart, (head, body) in zip(("mart_observation", "mart_observation_today"), tables, strict=True):
        rows = query(
            demo,
            f"select area_code, year, value, obs_status from {mart} where measure_id = 'accepted' "
            "and breakdown = 'case_type=criminal' and area_level = 'township' and year between 2000 and 2006",
        )
        mark = {"A": "", "B": "", "E": " E"}
        there = {(r["area_code"], str(r["year"])): f"{r['value']}{mark[r['obs_status']]}" for r in rows}
        shown = {}
        for line in body.splitlines():
            name, *cells = (cell.strip() for cell in line.strip("|").split("|"))
            shown |= {(name[:9], year): cell for year, cell in zip(head.split(" | "), cells, strict=True) if cell}
        codes = {code for code, _ in shown}
        assert shown == {key: cell for key, cell in there.items() if key[0] in codes} and len(shown) >= 30
    for words in re.findall(r"^yearbook (.+)$", page, flags=re.MULTILINE):
        done = command(demo, *shlex.split(words))
        assert done.returncode == 0 and done.stdout, done.stderr


@pytest.mark.slow
def test_an_edition_has_both_and_keeps_back_the_same(demo: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(demo, home, symlinks=True)
    done = command(home, "publish", "--by", "Test")
    assert done.returncode == 0, done.stdout + done.stderr
    count = "select count(*) as n from {} where {}"
    release = ("--release", "latest_edition")
    for relation, where, some in (
        ("indicator_on_todays_boundaries", "conversion = 'estimated'", True),
        ("mart_observation_today", "table_id = 'mediation'", True),
        ("mart_observation_today", "table_id = 'resettlement' and area_level = 'township'", False),
        ("observation_on_todays_boundaries", "table_id = 'resettlement' and area_level = 'township'", False),
        ("indicator_on_todays_boundaries", "indicator_id = 'reoffending_rate' and area_level = 'township'", False),
    ):
        done = command(home, "query", count.format(relation, where), "--json", *release)
        assert done.returncode == 0, done.stderr
        assert (json.loads(done.stdout)[0]["n"] > 0) is some, (relation, where)
