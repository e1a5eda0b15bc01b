"""The data package of a release, as the Frictionless library judges it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from frictionless import Package, validate

from pipelines.release import edition, parts
from tests.unit.release.conftest import Line


def package(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def resource(folder: Path, name: str) -> dict[str, Any]:
    (found,) = [one for one in package(folder)["resources"] if one["name"] == name]
    return found


def faults(folder: Path) -> dict[str, set[str]]:
    """Resource -> kinds of faults that the library finds."""
    report = validate(folder / "datapackage.json")
    assert report.errors == []
    found = {task.name: {error.type for error in task.errors} for task in report.tasks if not task.valid}
    assert report.valid == (not found)
    return found


def test_the_library_finds_no_fault_in_a_candidate_or_an_edition(line: Line) -> None:
    candidate = line.publish().folder
    assert faults(candidate) == {}
    made = edition.edition(line.home, "Li Wei").folder
    assert faults(made) == {}
    for folder in (candidate, made):
        files = {f"{kind}/{file.name}" for kind in ("csv", "parquet") for file in (folder / kind).iterdir()}
        listed = [one["path"] for one in package(folder)["resources"]]
        assert set(listed) == files and len(listed) == len(files)
    said = package(made)
    assert (said["name"], said["version"]) == ("trial-edition-000002", "edition-000002")
    reached = {"path": "https://trial.example.org/desk", "email": "desk@trial.example.org"}
    assert said["contributors"] == [{"title": "Nobody / 无", "role": "publisher", **reached}] and "licenses" not in said
    assert "apostrophe" in said["description"] and "撇号" in said["description"]


def test_a_table_says_its_columns_its_key_and_where_they_lead(line: Line) -> None:
    folder = line.publish(
        "run1",
        "comment on table mart_observation is 'Each row is a figure.'",
        "comment on column mart_observation.value is 'Zero counts.'",
    ).folder
    found = resource(folder, "mart_observation")
    assert found["description"] == "Each row is a figure." and found["encoding"] == "utf-8"
    fields = {field["name"]: field for field in found["schema"]["fields"]}
    assert fields["value"] == {"name": "value", "type": "integer", "description": "Zero counts."}
    assert fields["covers_period"]["type"] == "boolean" and fields["period"]["type"] == "string"
    assert found["schema"]["primaryKey"] == ["table_id", "measure_id", "area_code", "period", "breakdown"]
    led = {tuple(key["fields"]): key["reference"]["resource"] for key in found["schema"]["foreignKeys"]}
    assert led[("area_code",)] == "dim_area" and led[("table_id", "measure_id")] == "dim_measure"
    own = resource(folder, "dim_area")["schema"]["foreignKeys"]
    assert own == [{"fields": ["parent_code"], "reference": {"resource": "", "fields": ["area_code"]}}]
    (recorded,) = [field for field in resource(folder, "wide_crime")["schema"]["fields"] if field["name"] == "recorded"]
    assert recorded["description"] == "Recorded / 立案 (cases)"


def test_a_table_in_parts_is_one_resource_of_all_its_files(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "ROWS_OF_ONE_FILE", 1)
    made = line.publish("run1", "comment on table mart_observation is 'Each row is a figure.'").folder
    assert faults(made) == {}
    listed = [one["path"] for one in package(made)["resources"]]
    named = [path for one in listed for path in ([one] if isinstance(one, str) else one)]
    files = {path.relative_to(made).as_posix() for kind in ("csv", "parquet") for path in (made / kind).rglob("*.*")}
    assert set(named) == files and len(named) == len(files)
    assert len(resource(made, "mart_observation")["path"]) > 1
    assert len(Package(made / "datapackage.json").extract(name="mart_observation")["mart_observation"]) == 44
    downloads = (made / "site" / "en" / "downloads.html").read_text(encoding="utf-8")
    assert all(f"../{name}" in downloads for name in files)
    pages = [page.read_text(encoding="utf-8") for page in (made / "site" / "en" / "indicators").glob("*.html")]
    assert pages and not any("csv/mart_indicator.csv" in page for page in pages)


def test_a_key_that_does_not_hold_is_not_told(line: Line) -> None:
    folder = line.publish(
        "run1",
        "insert into mart_observation select * from mart_observation where period = '2004' limit 1",
        "update mart_reported set area_code = 'nowhere' where year = 2004",
    ).folder
    assert "primaryKey" not in resource(folder, "mart_observation")["schema"]
    led = [key["fields"] for key in resource(folder, "mart_reported")["schema"]["foreignKeys"]]
    assert ["area_code"] not in led and ["indicator_id"] in led
    assert faults(folder) == {}


def test_a_key_that_some_rows_leave_empty_is_not_told(line: Line) -> None:
    line.publish("run1")
    edition.edition(line.home, "Li Wei")
    line.publish("run2", "update mart_indicator set value = 7 where indicator_id = 'cases_accepted'")
    folder = edition.edition(line.home, "Li Wei", acknowledge="Counted again.").folder
    found = resource(folder, "mart_published_revision")["schema"]
    assert "table_id" in [field["name"] for field in found["fields"]] and "primaryKey" not in found
    assert "primaryKey" in resource(folder, "mart_published_revision_summary")["schema"]
    assert faults(folder) == {}


def test_a_text_that_looks_like_a_formula_is_read_as_the_package_says(line: Line) -> None:
    folder = line.publish("run1", "update dim_area set name_en = '=1+1' where level = 'county'").folder
    assert faults(folder) == {}
    names = [row["name_en"] for row in Package(folder / "datapackage.json").extract(name="dim_area")["dim_area"]]
    assert "'=1+1" in names


SPOILT = {
    "a figure that is no number": ("mart_observation", ",1203,", ",about 1200,", "type-error"),
    "an area that is not there": ("mart_observation", ",110101001,", ",110101009,", "foreign-key"),
    "a row twice": ("dim_area", "110101002,", "110101001,", "primary-key"),
    "a row without its key": ("dim_area", "110101002,", ",", "primary-key"),
    "a cell too many": ("dim_area", "110101002,", "110101002,x,", "extra-cell"),
    "another header": ("dim_area", "area_code,", "area,", "incorrect-label"),
}


@pytest.mark.parametrize("what", SPOILT)
def test_what_is_spoilt_is_refused(line: Line, tmp_path: Path, what: str) -> None:
    table, old, new, fault = SPOILT[what]
    folder = Path(shutil.copytree(line.publish().folder, tmp_path / "spoilt"))
    file = folder / "csv" / f"{table}.csv"
    text = file.read_text(encoding="utf-8-sig")
    assert old in text
    file.chmod(0o644)
    file.write_text(text.replace(old, new, 1), encoding="utf-8-sig", newline="")
    assert {fault, "hash-count"} <= faults(folder)[table]


def test_a_changed_byte_of_parquet_is_refused(line: Line, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(line.publish().folder, tmp_path / "spoilt"))
    file = folder / "parquet" / "dim_area.parquet"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.chmod(0o644)
    file.write_bytes(data)
    assert faults(folder) == {"dim_area.parquet": {"hash-count"}}
