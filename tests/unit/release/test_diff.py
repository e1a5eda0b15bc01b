"""What changed between two releases, by the keys that the models state."""

from __future__ import annotations

import pytest

from pipelines.release import database, diff, trace
from pipelines.release.manifest import ReleaseError
from tests.unit.release.conftest import Line
from tests.unit.release.test_published import AFTER, BEFORE


def test_what_differs_between_two_releases_is_named(line: Line) -> None:
    first = line.publish("run1")
    second = line.publish(
        "run2",
        "update mart_indicator set value_text = '59.9' where indicator_id = 'clearance' and period = '2004' "
        "and area_code = '110101'",
        "delete from mart_observation where measure_id = 'accepted' and period = '2003'",
        "insert into dim_area by name select '110101003' as area_code, '110101' as parent_code, 'township' as level, "
        "'Third Town' as name_en, '三镇' as name_zh",
        "update mart_coverage set status = 'late'",
    )
    found = diff.compare(line.home, first.release_id, second.release_id)
    assert (found["from"], found["to"]) == (first.release_id, second.release_id)
    assert found["documents"] == {"added": [], "removed": [], "changed": []}
    assert found["tables"]["mart_indicator"] == {
        "added": [],
        "removed": [],
        "changed": [
            {
                "key": {"indicator_id": "clearance", "area_code": "110101", "period": "2004", "breakdown": "_T"},
                "from": {"value_text": "60.1"},
                "to": {"value_text": "59.9"},
            }
        ],
    }
    assert [row["measure_id"] for row in found["tables"]["mart_observation"]["removed"]] == ["accepted"]
    assert [row["area_code"] for row in found["tables"]["dim_area"]["added"]] == ["110101003"]
    assert found["not_compared"] == ["mart_coverage"], "it states no key here"
    same = diff.compare(line.home, first.release_id, first.release_id)
    assert same["tables"] == {} and same["not_compared"] == []


def test_a_changed_figure_has_its_reason(line: Line) -> None:
    line.publish("run1", *BEFORE)
    line.publish("run2", *AFTER)
    for names in (("candidate-000001", "candidate-000002"), ("candidate-000002", "candidate-000001")):
        found = diff.compare(line.home, *names)["tables"]
        told = {
            (row["key"].get("measure_id") or row["key"]["indicator_id"], row["key"]["breakdown"]): row.get("reason")
            for mart in ("mart_observation", "mart_indicator")
            for row in found[mart]["changed"]
        }
        assert told[("accepted", "_T")] == told[("cases_accepted", "_T")] == "correction"
        assert told[("clearance", "_T")] == "denominator" and told[("recorded_change", "_T")] == "method"
        assert told[("cleared", "kind=other")] == "", "nothing says why"


def test_where_a_database_is_damaged_a_sentence_says_what_to_do(line: Line) -> None:
    folder = line.publish().folder
    file = folder / database.DATABASE
    file.chmod(0o600)
    with file.open("r+b") as stream:  # within the engine's first block
        stream.seek(14_000)
        stream.write(b"\xff" * 8)
    with pytest.raises(ReleaseError, match="release verify"):
        diff.tables(folder, folder, {"mart_indicator": ["indicator_id"]})
    with pytest.raises(ReleaseError, match="release verify"), trace.tracer(line.home):
        pass
