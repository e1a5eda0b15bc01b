"""The gate of confidentiality: what the adversary can work out is not published, whoever protected it badly."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.release import disclosure, edition, hidden, manifest, protect, read, remembered
from pipelines.release.database import DATABASE
from pipelines.release.gates import Shut
from pipelines.release.manifest import ReleaseError
from pipelines.release.protect import Protection
from pipelines.release.remembered import Pool
from pipelines.validation.exact import published
from tests.unit.release.conftest import Line, install
from tests.unit.validation import private

CRIME = "returns/police/crime.yaml"
CASELOAD = "returns/courts/caseload.yaml"
DOCUMENTS = {
    CRIME: private.DOCUMENTS[CRIME].replace("over_time: sum,", "over_time: sum, sensitive: true,"),
    CASELOAD: private.DOCUMENTS[CASELOAD].replace(
        "- id: prosecuted", "- id: prosecuted\n            severity: warning"
    ),
}
OF_TOTAL = "table_id = 'crime' and breakdown = 'kind=all' and year = 2004"
KIND = "breakdown = 'kind={}'"
FEW = 3


def cleared(first: int, second: int = 363) -> list[str]:
    """Statements that give the townships so many cases cleared, and the county what they add to, and 177 not allocated;
    and each of them its rate.
    """
    found = []
    for area, value, recorded in (("110101001", first, 303), ("110101002", second, 603), ("110101", 0, 1203)):
        value = value or first + second + 177
        text = published(value, recorded, 100, 1, False)
        of = f"area_code = '{area}' and year = 2004"
        change = f"update mart_observation set value = {{}} where {of} and measure_id = 'cleared' and {KIND}"
        found += [change.format(value, "all"), change.format(value, "other"), change.format(0, "drugs")]
        found.append(
            f"update mart_indicator set numerator = {value}, value = {text}, value_text = '{text}', "
            f"headline_text = '{text}' where indicator_id = 'clearance' and {of}"
        )
    return found


@pytest.fixture
def line(tmp_path: Path) -> Line:
    rates = "indicators/good_towns.yaml"  # no area is rated by what is sensitive
    home = install(tmp_path / "home", private.documents(tmp_path / "made", DOCUMENTS, without=(rates,)))
    file = private.build(tmp_path / "w.duckdb")
    private.change(file, "delete from mart_indicator where indicator_id = 'good_towns'")
    return Line(home, load(home.contracts), file)


def figures(folder: Path, sql: str) -> list[tuple]:
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_two_townships_are_one_line(line: Line) -> None:
    line.publish("run1", *cleared(FEW))
    folder = edition.edition(line.home, "Li Wei").folder
    shown = "select area_code, measure_id, value, reason from mart_observation"
    below = f"{shown} where {OF_TOTAL} and area_level = 'township' order by all"
    pool = "110101~crime~2004~110101001+1"
    hidden = [(town, m, None, "confidential") for town in ("110101001", "110101002") for m in ("cleared", "recorded")]
    assert figures(folder, below) == sorted([*hidden, (pool, "cleared", 366, ""), (pool, "recorded", 906, "")])
    rate = f"select numerator, denominator, value_text from mart_indicator where area_code = '{pool}'"
    assert figures(folder, rate) == [(366, 906, "40.4")], "of 3,660 / 906, half away from zero"
    assert figures(folder, f"{shown} where breakdown <> 'kind=all' and area_level = 'township' and year = 2004") == []
    assert figures(folder, f"{shown} where breakdown <> 'kind=all' and area_level = 'county' and year = 2004")
    said = manifest.read(folder)["confidentiality"]
    assert (said["hidden"], said["pooled"], said["lines"]) == (2, 2, 1)
    assert said["audited"] == 2 * 3 + 2 * 3 * 4, "of 2004 totals and complements, and classes of both years"
    found = disclosure.of_edition(line.home)
    assert found.leaks == () and "1 pools hold 2 of" in found.text()
    with pytest.raises(ReleaseError, match="is no edition"):
        disclosure.of_edition(line.home, read.CURRENT)


def test_what_is_protected_badly_is_not_published(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    candidate = line.publish("run1", *cleared(FEW))
    monkeypatch.setattr(protect, "protection", lambda *_: Protection())
    with pytest.raises(Shut) as shut:
        edition.edition(line.home, "Li Wei")
    assert "It would tell what is confidential." in str(shut.value) and "110101001 in 2004" in str(shut.value)
    assert read.named(line.home, read.LATEST_EDITION) is None
    assert [entry["release_id"] for entry in read.list_releases(line.home)] == [candidate.release_id]


@pytest.mark.slow
def test_pools_are_kept_whatever_becomes_of_their_figures(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.publish("run1", *cleared(FEW))
    first = edition.edition(line.home, "Li Wei").folder
    edition.withdraw(line.home, first.name, "Li Wei", "To be made again.")
    line.publish("run2", *cleared(170))
    second = edition.edition(line.home, "Li Wei").folder
    pools = "select pool_id, is_published from dim_pool"
    assert figures(second, pools) == figures(first, pools) == [("110101~crime~2004~110101001+1", True)]
    assert figures(second, "select count(*) from mart_published_revision") == [(0,)], "two sums tell who was revised"
    changes = second / edition.CHANGES
    assert not changes.exists() or "110101001" not in json.dumps(json.loads(changes.read_text())["tables"])
    monkeypatch.setattr(remembered, "by_editions", lambda *_: [])
    line.publish("run3", *cleared(171))
    with pytest.raises(Shut, match="areas once published together stay so"):
        edition.edition(line.home, "Li Wei", acknowledge="A trial.")


def test_where_no_line_is_large_enough_nothing_is_published_and_the_line_is_remembered(line: Line) -> None:
    line.publish("run1", *cleared(FEW))
    edition.edition(line.home, "Li Wei")
    line.publish("run2", *cleared(2, 2))
    folder = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    assert figures(folder, "select areas, is_published from dim_pool") == [(2, False)]
    county = (
        f"select value is null, not_allocable is null from mart_observation where {OF_TOTAL} and area_code = '110101'"
    )
    assert set(figures(folder, county)) == {(False, True)}
    below = f"select count(*), count(value) from mart_observation where {OF_TOTAL} and area_level = 'township'"
    assert figures(folder, below) == [(4, 0)]


@pytest.mark.slow
def test_a_figure_that_was_revised_and_is_hidden_since_is_told_no_more(line: Line) -> None:
    line.publish("run1", *cleared(170))
    edition.edition(line.home, "Li Wei")
    line.publish("run2", *cleared(171))
    second = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    of_town = "select count(*) from mart_published_revision where area_code = '110101001'"
    assert figures(second, of_town) != [(0,)]
    line.publish("run3", *cleared(FEW))
    third = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    assert figures(third, of_town) == [(0,)]
    assert figures(third, "select count(*) from mart_published_revision where area_code = '110101'") != [(0,)]


@pytest.mark.slow
def test_a_family_is_remembered_under_another_name(line: Line) -> None:
    line.publish("run1", *cleared(FEW))
    first = edition.edition(line.home, "Li Wei").folder
    document = line.home.contracts / CRIME
    document.write_text(document.read_text().replace("sensitive: true,", "sensitive: true, family: cases,"))
    line.catalog = load(line.home.contracts)
    line.publish("run2", *cleared(170))
    second = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    pools = "select area_code, is_published from dim_pool join dim_pool_area using (pool_id) order by 1"
    assert figures(first, pools) == figures(second, pools) == [("110101001", True), ("110101002", True)]
    assert figures(second, "select distinct family from dim_pool") == [("cases",)]


@pytest.mark.slow
def test_documents_of_an_earlier_edition_need_not_be_readable(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    line.publish("run1", *cleared(FEW))
    first = edition.edition(line.home, "Li Wei").folder
    for file in (first / "documents" / CRIME, *(first / "documents" / CRIME).parents):
        if first in file.parents or file == first:
            file.chmod(0o755 if file.is_dir() else 0o644)
    (first / "documents" / CRIME).write_text("of: another time\n")
    line.publish("run2", *cleared(170))
    second = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    assert figures(second, "select areas, is_published from dim_pool") == [(2, True)]


@pytest.mark.slow
def test_a_year_that_is_new_is_published_though_figures_of_it_are_hidden(line: Line) -> None:
    marts = ("mart_observation", "mart_indicator", "mart_scorecard")
    line.publish("run1", *cleared(170), *(f"delete from {mart} where year = 2004" for mart in marts))
    edition.edition(line.home, "Li Wei")
    line.publish("run2", *cleared(FEW))
    second = edition.edition(line.home, "Li Wei").folder
    added = json.loads((second / edition.CHANGES).read_text())["tables"]["mart_observation"]["added"]
    hidden = [row for row in added if row["area_code"] == "110101001" and row["reason"] == "confidential"]
    assert len(hidden) == 2 and not any(row["value"] for row in hidden)


@pytest.mark.slow
def test_a_line_is_remembered_though_an_edition_between_knows_nothing_of_it(line: Line) -> None:
    line.publish("run1", *cleared(FEW))
    edition.edition(line.home, "Li Wei")
    line.publish("run2", *cleared(170))
    second = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    (second / DATABASE).chmod(0o644)
    with duckdb.connect(second / DATABASE) as connection:
        for table in ("dim_pool", "dim_pool_area"):
            connection.execute(f"delete from {table}")
    line.publish("run3", *cleared(171))
    third = edition.edition(line.home, "Li Wei", acknowledge="A trial.").folder
    assert figures(third, "select areas, is_published from dim_pool") == [(2, True)]


@pytest.mark.slow
def test_who_was_in_a_line_is_not_shown_alone_below_another_parent(line: Line) -> None:
    line.publish("run1", *cleared(FEW))
    edition.edition(line.home, "Li Wei")
    elsewhere = (
        "insert into dim_area select * replace ('110102' as area_code) from dim_area where area_code = '110101'",
        "update dim_area set parent_code = '110102' where area_code = '110101002'",
    )
    line.publish("run2", *cleared(FEW), *elsewhere)
    second = edition.edition(line.home, "Li Wei").folder
    below = f"select count(*), count(value) from mart_observation where {OF_TOTAL} and area_level = 'township'"
    assert figures(second, below) == [(4, 0)]
    county = f"select count(*), count(value) from mart_observation where {OF_TOTAL} and area_code = '110101'"
    assert figures(second, county) == [(2, 0)], "what it had, less what it has without that area, would be the area's"


PRINTED = """
table: printed
office: courts
version: 1.0.0
title: {en: Printed rates, zh: 印出的比率}
grain: {en: Each row is an area in a year., zh: 每行是一个地区一年的数据。}
reporting_unit: county
lowest_published_level: county
due: {every: year, days_after_end: 45, areas: [county, township], from: "2004", owed: false}
area: {header: area_code}
period: {header: year}
reported:
  - {id: of_clearance, indicator: clearance, decimals: 1}
"""


def test_a_table_that_only_prints_rates_of_others_is_kept_back_like_them(line: Line) -> None:
    (line.home.contracts / "returns/courts/printed.yaml").write_text(PRINTED, encoding="utf-8")
    tables = hidden.tables(load(line.home.contracts), Protection())
    assert ("printed", "", "township", None) in tables["hidden_measure"][1]
    assert "printed__of_clearance__as_calculated" in {row[0] for row in tables["hidden_check"][1]}


def test_of_lines_that_lie_in_one_another_the_widest_stands() -> None:
    keys = frozenset({("crime", "cleared")})

    def pool(family: str, *members: str, rest: bool = False, measures: frozenset[tuple[str, str]] = keys) -> Pool:
        return Pool(family, "110101", 2004, "township", frozenset(members), rest, measures=measures)

    wide, more = pool("crime", "a", "b", "c"), keys | {("crime", "recorded")}
    found = remembered.widest([pool("crime", "a", "b"), wide, pool("cases", "a", "b", "c")])
    assert [one.members for one in found] == [wide.members]
    assert len(remembered.widest([pool("crime", "a", "b", rest=True), wide])) == 2
    assert len(remembered.widest([pool("crime", "a", "b", measures=more), wide])) == 2
    assert len(remembered.widest([pool("crime", "a", "d"), wide])) == 2
    assert len(remembered.widest([wide, replace(wide, level="town")])) == 1, "a level may be called otherwise since"
