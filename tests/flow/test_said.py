"""What people are told: half years, files that contradict each other, what a blocked run found, old releases."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.flow.conftest import Installation, command, query, with_another_value

pytestmark = pytest.mark.slow
RATE, AREA = "dispute_mediation_success_rate", "990101"
WORDS = ("--because", "The office looked again.", "--by", "Li Wei")
WRONG = """
correction: wrong
table: mediation
measure: suicides_prevented
area: "990101"
period: "2003"
expect: 99999
value: 9
reason: correction
because: {en: Miscounted., zh: 计数有误。}
decided_by: Li Wei
decided_on: 2005-02-01
"""


class Line(Installation):
    """An installation after the demo."""

    def said(self, *words: str) -> Any:
        done = self(*words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def deliver(self, period: str, more: int, name: str, *words: str) -> None:
        """The mediation return of a year again, with more disputes settled in the county."""
        figure = self.said("trace", RATE, AREA, period)["numerator"][0]["figure"]
        (cell,) = figure["cells"]
        file = with_another_value(self.home, cell, str(figure["value"] + more), self.folder / f"{name}.csv")
        done = self("deliver", str(file), "--table", "mediation", "--period", period, *words)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def line(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Line:
    """After a half year, two files that contradict each other, and a run."""
    line = Line(demo, tmp_path_factory.mktemp("said"))
    line.deliver("2006", 1, "half", "--prepared-on", "2007-06-30", "--coverage-months", "6")
    line.deliver("2004", 1, "one", "--prepared-on", "2005-06-30")
    line.deliver("2004", 2, "two", "--prepared-on", "2005-06-30")
    assert line.said("run")["last_run"]["outcome"] == "released"
    return line


def test_half_a_year_says_so_wherever_it_is_read(line: Line) -> None:
    where = f"where measure_id = 'disputes_settled' and area_code = '{AREA}' and period = '2006'"
    sql = f"select value, obs_status, reason from mart_observation {where}"
    ((status, reason),) = [(row["obs_status"], row["reason"]) for row in query(line.home, sql)]
    assert (status, reason) == ("D", "part_of_period")
    shown = line("query", sql).stdout
    assert "  D: of a part of its period only" in shown
    wide = f"select remarks from wide_mediation where area_code = '{AREA}' and period = '2006'"
    assert "disputes_settled: D, part_of_period" in query(line.home, wide)[0]["remarks"]
    traced = line("trace", RATE, AREA, "2006").stdout
    assert "(of a part of the period only, status D)" in traced and "covers 6 of 12 months" in traced
    full = line("trace", RATE, AREA, "2003").stdout
    assert "months" not in full and "part of the period" not in full
    assert query(
        line.home,
        f"select obs_status, reason from mart_indicator where indicator_id = '{RATE}' and area_code = '{AREA}' "
        "and period = '2006'",
    ) == [{"obs_status": "D", "reason": "part_of_period"}]


def test_a_figure_that_is_not_computed_says_why(line: Line) -> None:
    told = line("trace", "homicide_change", AREA, "1997").stdout
    assert "not computed: the figure of the earlier period that it is compared with was not delivered" in told
    assert "rounded half away" not in told


def test_contradicting_files_side_by_side_then_decided_then_a_blocked_run(line: Line) -> None:
    found = line.said("held")
    (one,) = found["contradictions"]
    assert found["known_by"] == "candidate-000002" and len(one["submissions"]) == 2 and one["agreeing"] > 100
    (cell,) = one["cells"]
    assert (cell["measure_id"], cell["area_code"]) == ("disputes_settled", AREA)
    assert sorted(figure["value"] for figure in cell["figures"].values()) == [1738, 1739]
    assert cell["standing_value"] == 1737
    shown = line("held").stdout
    for words in ("2 files contradict each other", "one.csv", "two.csv", "1,738", "1,739", "1,737", "They agree on"):
        assert words in shown, shown
    assert shown.count("disputes_settled") == 1

    first, second = one["submissions"]
    line.said("decide", first, "accept", *WORDS)
    after = line("held").stdout
    assert "accepted by Li Wei" in after and f"out, since {first[:8]} was accepted by Li Wei" in after
    assert "decide" not in after and second in after
    assert line.said("status")["held"] == 0

    line.deliver("2003", 1, "three", "--prepared-on", "2004-06-30")
    line.deliver("2003", 2, "four", "--prepared-on", "2004-06-30")
    (line.documents / "corrections").mkdir()
    (line.documents / "corrections" / "wrong.yaml").write_text(WRONG, encoding="utf-8")
    done = line("run", "--json")
    assert done.returncode == 1 and json.loads(done.stdout)["last_run"]["outcome"] == "blocked", done.stdout
    (reason,) = json.loads(done.stdout)["last_run"]["reasons"]
    assert "do not fit their source any more" in reason and "–" not in reason, "no legend of a sign that is not there"
    found = line.said("held")
    assert found["outcome"] == "blocked" and [one["period"] for one in found["contradictions"]] == ["2003"]
    assert "as the last run found it, which was blocked" in line("held").stdout


def test_a_release_made_before_corrections_were_kept_is_traced(demo: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(demo, tmp_path / "home", symlinks=True))
    file = (home / "releases" / "current" / "yearbook.duckdb").resolve()
    file.chmod(0o644)
    with duckdb.connect(file) as connection:
        for mart, column in (("mart_observation", "correction_id"), ("mart_indicator", "break_id")):
            connection.execute(f"alter table {mart} drop column {column}")
        connection.execute("drop table dim_area_today cascade")
    done = command(home, "trace", "suicides_prevented", AREA, "2004", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["figure"]["numerator"] == 5
    done = command(home, "trace", "suicides_prevented", AREA, "2004", "--boundaries", "today")
    assert done.returncode == 1 and "does not hold all that is asked here" in done.stderr
    assert "Traceback" not in done.stderr
