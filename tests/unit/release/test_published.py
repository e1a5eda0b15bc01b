"""What an edition says of revisions: each with its reason, exactly those there are, and never of what is kept back."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.release import diff, edition, manifest, read, verify
from pipelines.release.database import DATABASE
from pipelines.release.manifest import ReleaseError
from tests import contents
from tests.unit.release.conftest import Line
from tests.unit.release.test_edition import PLANTED, _with_hidden

TOWN = "area_code = '110101001' and period = '2004'"
COUNTY = "area_code = '110101' and period = '2004'"
SET, RATE = "update mart_observation set", "update mart_indicator set"
DRUGS = "measure_id = 'cleared' and breakdown = 'kind=drugs'"
ALL = "measure_id = 'recorded' and breakdown = 'kind=all'"

BEFORE = (
    f"{SET} value = null, obs_status = 'O', reason = 'marked_missing' where {DRUGS} and {TOWN}",
    f"{SET} value = value - 7, origin = 'summed' where {DRUGS} and {COUNTY}",
    f"{SET} value = 1, obs_status = 'P' where measure_id = 'cleared' and breakdown = 'kind=other' and {COUNTY}",
    f"{SET} value = 99, correction_id = null where measure_id = 'accepted' and {COUNTY}",
    "update mart_correction set state = 'ended'",
    f"{RATE} numerator = 99, value = 99, value_text = '99' where indicator_id = 'cases_accepted' and {COUNTY}",
    f"{RATE} denominator = denominator + 1, value = 59.9 where indicator_id = 'clearance' and {COUNTY}",
    f"{RATE} value = 99, value_text = '99' where indicator_id = 'recorded_change' and {COUNTY}",
    "update dim_indicator set multiplier = 1000 where indicator_id = 'recorded_change'",
)
"""Of what the second edition revises: what stood before."""
AFTER = (f"{SET} origin = 'summed' where {DRUGS} and {COUNTY}",)


def revisions(folder: Path, columns: str = "*", where: str = "true") -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        file = folder / "parquet" / "mart_published_revision.parquet"
        found = connection.execute(f"select {columns} from read_parquet('{file}') where {where} order by all")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def differing(one: Path, two: Path, table: str, key: str) -> set[tuple[Any, ...]]:
    """The keys of both editions whose value is another one, from their Parquet files alone."""
    with duckdb.connect() as connection:
        sides = (f"read_parquet('{folder}/parquet/{table}.parquet')" for folder in (one, two))
        sql = f"select {key} from {next(sides)} a join {next(sides)} b using ({key})"
        return set(connection.execute(f"{sql} where a.value is distinct from b.value").fetchall())


def test_every_revision_has_its_reason(line: Line) -> None:
    line.publish("run1", *BEFORE)
    first = edition.edition(line.home, "Li Wei")
    assert revisions(first.folder) == []
    line.publish("run2", *AFTER)
    second = edition.edition(line.home, "Li Wei")
    found = revisions(
        second.folder, "mart, measure_id || indicator_id as name, area_code, breakdown, reason, was_final"
    )
    assert [tuple(row.values()) for row in found] == [
        ("mart_indicator", "cases_accepted", "110101", "_T", "correction", True),
        ("mart_indicator", "clearance", "110101", "_T", "denominator", True),
        ("mart_indicator", "recorded_change", "110101", "_T", "method", True),
        ("mart_observation", "accepted", "110101", "_T", "correction", True),
        ("mart_observation", "cleared", "110101", "kind=drugs", "late_return", True),
        ("mart_observation", "cleared", "110101", "kind=other", "provisional", False),
        ("mart_observation", "cleared", "110101001", "kind=drugs", "late_return", False),
    ]
    cells = revisions(second.folder, "table_id, measure_id, area_code, period, breakdown", "indicator_id = ''")
    key = "table_id, measure_id, area_code, period, breakdown"
    assert {tuple(row.values()) for row in cells} == differing(first.folder, second.folder, "mart_observation", key)
    rates = revisions(second.folder, "indicator_id, area_code, period, breakdown", "indicator_id <> ''")
    key = "indicator_id, area_code, period, breakdown"
    assert {tuple(row.values()) for row in rates} == differing(first.folder, second.folder, "mart_indicator", key)
    assert verify.verify(line.home, second.release_id) == []
    assert "acknowledged" not in read.show(line.home, second.release_id)


def test_what_waits_for_a_decision_is_not_to_be_explained(line: Line) -> None:
    line.publish("run1")
    edition.edition(line.home, "Li Wei")
    line.publish("run2", f"{SET} value = null, obs_status = 'O', reason = 'held' where {DRUGS} and {TOWN}")
    with pytest.raises(edition.Unexplained) as stopped:
        edition.edition(line.home, "Li Wei")
    told = str(stopped.value)
    assert "61 -> nothing (waits for a person)" in told and "yearbook held" in told and "yearbook decide" in told
    assert "yearbook explain" not in told
    line.publish(
        "run3",
        f"{SET} value = null, obs_status = 'O', reason = 'held' where {DRUGS} and {TOWN}",
        f"{SET} value = value + 3 where {ALL} and {TOWN}",
    )
    with pytest.raises(edition.Unexplained) as stopped:
        edition.edition(line.home, "Li Wei")
    assert "No return revised them" in str(stopped.value) and "yearbook held" in str(stopped.value)


def test_a_final_figure_that_changed_without_a_reason_needs_an_answer(line: Line) -> None:
    line.publish("run1")
    first = edition.edition(line.home, "Li Wei")
    with pytest.raises(ReleaseError, match="Say why they changed"):
        edition.edition(line.home, "Li Wei", acknowledge=" ")
    changed = f"{SET} value = value + 3 where {ALL} and {TOWN}"
    gone = f"delete from mart_observation where {DRUGS} and {TOWN}"
    line.publish("run2", changed, gone)
    with pytest.raises(edition.Unexplained) as stopped:
        edition.edition(line.home, "Li 'Wei'")
    assert len(stopped.value.changes) == 2
    for words in (
        "2 figures that were final in edition-000002 changed",
        "mart_observation: crime.recorded 110101001 2004 kind=all: 303 -> 306",
        "mart_observation: crime.cleared 110101001 2004 kind=drugs: 61 -> nothing",
        """yearbook publish --by 'Li '"'"'Wei'"'"'' --acknowledge "why\"""",
    ):
        assert words in str(stopped.value), str(stopped.value)
    assert read.named(line.home, read.LATEST_EDITION) == first.release_id
    second = edition.edition(line.home, "Li Wei", acknowledge="  Counted   again. ")
    said = read.show(line.home, second.release_id)
    at = said["approved_at"]
    assert said["acknowledged"] == {"by": "Li Wei", "at": at, "why": "Counted again.", "figures": 2}
    assert json.loads((second.folder / edition.CHANGES).read_text())["acknowledged"] == said["acknowledged"]
    (row,) = revisions(second.folder)
    assert (row["reason"], row["from_value"], row["to_value"], row["size"]) == ("acknowledged", 303, 306, 3)
    line.publish("run3", changed, gone, f"{SET} value = 5, obs_status = 'P' where measure_id = 'cleared' and {COUNTY}")
    with pytest.raises(edition.Unexplained, match=r"3 figures that were final"):
        edition.edition(line.home, "Li Wei")


REVISIONS = (
    "create table mart_revision (table_id text, measure_id text, area_code text, period text, breakdown text, "
    "from_value bigint, to_value bigint, to_submission_id text, reason text)"
)


def test_what_the_return_says_is_the_reason_as_far_as_it_says_so_of_every_step(line: Line) -> None:
    def revised(area: str, submission: str, reason: str, step: str = "1, 2") -> str:
        key = f"'crime', 'recorded', '{area}', '2004', 'kind=all'"
        return f"insert into mart_revision values ({key}, {step}, '{submission}', '{reason}')"

    town, other, county = "110101001", "110101002", "110101"
    earlier = [revised(area, "s1", "method") for area in (town, other, county)]
    line.publish("run1", REVISIONS, *earlier)
    edition.edition(line.home, "Li Wei")
    changed = f"{SET} value = value + 3 where {ALL} and period = '2004'"
    half = [revised(town, "s2", "late_return"), revised(town, "s3", ""), revised(other, "s2", "correction")]
    line.publish("run2", REVISIONS, *earlier, *half, changed, revised(county, "s2", "", "1, 1"))
    with pytest.raises(edition.Unexplained) as stopped:
        edition.edition(line.home, "Li Wei")
    assert [change.split()[2] for change in stopped.value.changes] == [county, town], "what was told before is old"
    assert "yearbook explain s3 --reason" in str(stopped.value) and "yearbook explain s2" not in str(stopped.value)
    said = [
        revised(town, "s2", "late_return"),
        revised(town, "s3", "reclassification"),
        revised(other, "s2", "correction"),
    ]
    line.publish("run3", REVISIONS, *earlier, *said, revised(county, "s2", "method"), changed)
    made = edition.edition(line.home, "Li Wei")
    assert [(row["area_code"], row["reason"]) for row in revisions(made.folder, "area_code, reason")] == [
        (county, "method"),
        (town, "late_return|reclassification"),
        (other, "correction"),
    ]


def test_an_older_version_that_came_late_revises_nothing_of_what_was_said(line: Line) -> None:
    versions = [
        "insert into mart_submission (submission_id, table_id, period, unit_code, verdict, effective_prepared_on, "
        f"effective_revision) values ('{id}', 'crime', '2004', '110101', 'accepted', '{prepared}', {revision})"
        for id, prepared, revision in (("s0", "2005-02-01", 9), ("s1", "2005-03-01", 0), ("s2", "2005-03-01", 1))
    ]
    stood = f"{SET} submission_id = '{{}}' where {ALL} and {COUNTY}"
    step = "insert into mart_revision values ('crime', 'recorded', '110101', '2004', 'kind=all', 1, 2, '{}', '{}')"
    line.publish("run1", REVISIONS, versions[1], stood.format("s1"))
    edition.edition(line.home, "Li Wei")
    changed = f"{SET} value = value + 3 where {ALL} and {COUNTY}"
    line.publish(
        "run2", REVISIONS, *versions, stood.format("s2"), changed, step.format("s1", ""), step.format("s2", "method")
    )
    made = edition.edition(line.home, "Li Wei")
    assert [row["reason"] for row in revisions(made.folder)] == ["method"]


def test_they_go_on_from_edition_to_edition(line: Line) -> None:
    def headline(value: int) -> str:
        return f"{RATE} obs_status = 'P', value = {value} where indicator_id = 'clearance' and {COUNTY}"

    made = []
    for run, value in enumerate((70, 73, 71, 71), 1):
        made.append(line.publish(f"run{run}", headline(value), f"update dim_area set name_en = 'Area {run}'"))
        made.append(edition.edition(line.home, "Li Wei"))
        if run == 2:
            edition.withdraw(line.home, made[-1].release_id, "Li Wei", "Too early.")
    _, second, third, fourth = made[1::2]
    assert [(row["edition"], row["since"], row["to_value"]) for row in revisions(second.folder)] == [
        ("edition-000004", "edition-000002", 73)
    ]
    expected = [("edition-000006", "edition-000002", 70, 71, False)]
    columns = "edition, since, from_value, to_value, is_withdrawn"
    assert [tuple(row.values()) for row in revisions(third.folder, columns)] == expected, (
        "withdrawn before: never there"
    )
    assert [tuple(row.values()) for row in revisions(fourth.folder, columns)] == expected
    line.publish("run5", headline(64))
    fifth = edition.edition(line.home, "Li Wei")
    with duckdb.connect(fifth.folder / DATABASE, read_only=True) as connection:
        triangle = connection.execute(
            "select edition, position, value from mart_published_revision_triangle order by 2"
        ).fetchall()
        summary = connection.execute("select * exclude (indicator_id) from mart_published_revision_summary").fetchall()
    assert triangle == [("edition-000002", 1, 70), ("edition-000006", 2, 71), (fifth.release_id, 3, 64)]
    assert summary == [(2, Decimal(-6), Decimal(8), Decimal(-3), Decimal(4))]
    edition.withdraw(line.home, fifth.release_id, "Li Wei", "Wrong.")
    keys = manifest.read(fifth.folder)["keys"]
    assert keys["mart_published_revision"][0] == "edition" and keys["mart_published_revision_summary"] == [
        "indicator_id"
    ]
    assert "mart_published_revision" in diff.compare(line.home, third.release_id, fifth.release_id)["tables"]


def test_an_answer_where_none_is_asked_for_is_refused(line: Line) -> None:
    line.publish("run1")
    with pytest.raises(ReleaseError, match="Every change of a final figure is explained"):
        edition.edition(line.home, "Li Wei", acknowledge="As always.")


def test_of_what_is_kept_back_nothing_is_told(tmp_path: Path) -> None:
    """A township's figure is corrected by a document and the county's, summed from it, changes with it."""
    line = _with_hidden(tmp_path, "one")
    text = (line.home.contracts / "corrections" / "misread.yaml").read_text()
    for old, new in {
        "misread": "kept_back", "caseload": "crime", "measure: accepted": "measure: recorded", "110101": "110101001",
        "expect: 99": "expect: 303", "value: 100": "value: 4321",
        'period: "2004"': 'period: "2004"\nbreakdown: {kind: all}', "A 9 was read": "Planted words",
    }.items():  # fmt: skip
        assert old in text
        text = text.replace(old, new)
    (line.home.contracts / "corrections" / "kept_back.yaml").write_text(text)
    line.catalog = load(line.home.contracts)
    row = (
        "insert into mart_correction values ('kept_back', 'crime', 'recorded', '110101001', '2004', 'kind=all', 2004, "
        f"'township', '{{}}', 303, 303, {PLANTED}, 'correction', 'corrections/kept_back.yaml', 'c2004')"
    )
    sums = f"{SET} origin = 'summed', value = {{}} where {ALL} and {COUNTY}"
    line.publish("run1", sums.format(1203), row.format("ended"))
    first = edition.edition(line.home, "Li Wei")
    line.publish("run2", sums.format(5221), row.format("in_effect"), f"{SET} value = {PLANTED} where {ALL} and {TOWN}")
    second = edition.edition(line.home, "Li Wei")
    (found,) = revisions(second.folder)
    assert (found["area_code"], found["reason"], found["to_value"]) == ("110101", "correction", 5221)
    candidate = line.home.releases / "versions" / "candidate-000003"
    assert b"Planted words" in (candidate / "documents/corrections/kept_back.yaml").read_bytes()
    digest = line.catalog.files["corrections/kept_back.yaml"].encode()
    hidden = (b"kept_back", b"Planted words", digest, str(PLANTED).encode(), PLANTED.to_bytes(8, "little"))
    for made in (first, second):
        files = [path for path in made.folder.rglob("*") if path.is_file()]
        assert not [(path.name, word) for path in files for word in hidden if word in contents.of(path)]
        assert b"misread" in (made.folder / "csv" / "mart_correction.csv").read_bytes(), "the public one is there"
        assert load(made.folder / "documents").files == read.show(line.home, made.release_id)["documents"]
