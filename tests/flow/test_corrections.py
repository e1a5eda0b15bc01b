"""A correction through the whole line: in effect, traced, public, overtaken by its source; and editions of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from pipelines.home import PROJECT
from tests.flow.conftest import Installation, query, with_another_value

pytestmark = pytest.mark.slow

COUNTY, PERIOD = "990101", "2004"
PAGE = (PROJECT / "data_contracts" / "HOW_TO.md").read_text(encoding="utf-8")
KEYS = {
    "mart_observation": ["table_id", "measure_id", "area_code", "period", "breakdown"],
    "mart_indicator": ["indicator_id", "area_code", "period", "breakdown"],
}


class Line(Installation):
    """An installation after the demo, its first edition signed off."""

    def run(self) -> tuple[int, dict[str, Any]]:
        done = self("run", "--json")
        return done.returncode, json.loads(done.stdout)["last_run"]

    def publish(self, *words: str) -> Path:
        done = self("publish", "--by", "Li Wei", "--json", *words)
        assert done.returncode == 0, done.stdout + done.stderr
        return Path(json.loads(done.stdout)["folder"])

    def trace(self, indicator: str) -> dict[str, Any]:
        return json.loads(self("trace", indicator, COUNTY, PERIOD, "--json").stdout)

    def mend(self, indicator: str, value: str, file: str) -> None:
        """Delivers the file of a figure again with another value in its cell."""
        (cell,) = self.trace(indicator)["numerator"][0]["figure"]["cells"]
        path = with_another_value(self.home, cell, value, self.folder / file)
        assert self("deliver", str(path)).returncode == 0


def table(edition: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(edition / "parquet" / f"{name}.parquet")


def held(one: Path, two: Path, reasons: set[str]) -> None:
    """The revisions of the edition `two` are the cells whose value is another one than in `one`, and no others."""
    told = table(two, "mart_published_revision")
    told = told[told["edition"] == two.name]
    assert set(told["reason"]) == reasons and set(told["since"]) == {one.name}
    for mart, key in KEYS.items():
        both = table(one, mart).merge(table(two, mart), on=key, suffixes=("_one", "_two"))
        same = (both["value_one"] == both["value_two"]) | (both["value_one"].isna() & both["value_two"].isna())
        expected = {
            (*row[:-2], int(row[-2]), int(row[-1])) for row in both[~same][[*key, "value_one", "value_two"]].values
        }
        rows = told[told["mart"] == mart][[*key, "from_value", "to_value"]].values
        assert expected == {(*row[:-2], int(row[-2]), int(row[-1])) for row in rows} and expected


def test_a_correction_from_its_day_to_its_end(demo: Path, tmp_path: Path) -> None:
    line = Line(demo, tmp_path)
    first = line.publish()
    (text,) = re.findall(r"```yaml\n# corrections/booklets_counted.yaml\n(.*?)```", PAGE, flags=re.DOTALL)
    document = line.documents / "corrections" / "booklets_counted.yaml"
    document.parent.mkdir()
    document.write_text(text, encoding="utf-8")
    code, run = line.run()
    assert (code, run["outcome"]) == (0, "released"), run

    trace = line.trace("booklets_distributed")
    figure = trace["numerator"][0]["figure"]
    assert (figure["value"], figure["correction"]["source_value"]) == (31240, 30000)
    shown = line("trace", "booklets_distributed", COUNTY, PERIOD).stdout
    for words in (
        "cell C3: 30,000",
        "corrections/booklets_counted.yaml: 30,000 -> 31,240",
        "delivery notes",
        "2005-04-01",
    ):
        assert words in shown, shown
    traces = tmp_path / "traces.json"
    traces.write_text(json.dumps([trace, line.trace("suicides_prevented")]), encoding="utf-8")
    for documents, regained in (([str(line.home / "releases/current/documents")], 2), ([], 1)):
        script = str(PROJECT / "tests" / "flow" / "regain.py")
        done = subprocess.run(
            [sys.executable, "-I", script, str(line.home / "originals"), str(traces), *documents],
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
        assert f"{regained} of 2 published figures regained" in done.stdout, done.stdout + done.stderr

    second = line.publish()
    held(first, second, {"correction"})
    (row,) = table(second, "mart_correction").to_dict("records")
    assert (row["document"], row["state"], row["source_value"]) == (
        "corrections/booklets_counted.yaml",
        "in_effect",
        30000,
    )
    assert (second / "documents" / "corrections" / document.name).read_text(encoding="utf-8") == text
    rebuilt = json.loads(line("release", "rebuild", "current", "--json").stdout)
    assert rebuilt["changed"] == {} and rebuilt["tables"]["mart_correction"] == 1

    # the office sends the figure it has mended itself: nothing is released until somebody has looked at the document
    before = (line.home / "releases" / "current").readlink()
    line.mend("booklets_distributed", "31000", "legal_publicity_990101_2004_2005-06-30.csv")
    code, run = line.run()
    assert code == 1 and (line.home / "releases" / "current").readlink() == before
    (reason,) = [text for text in run["reasons"] if text.startswith("corrections__source_as_expected")]
    for words in (
        "legal_publicity.booklets_distributed 990101 2004 (legal_publicity_990101_2004_2005-06-30.csv",
        "the source says 31000 (",
        "the correction expects 30000 (corrections/booklets_counted.yaml)",
        "remove the document",
    ):
        assert words in reason, reason

    document.unlink()
    line.mend("suicides_prevented", "6", "mediation_990101_2004_2005-06-30.csv")
    code, run = line.run()
    assert (code, run["outcome"]) == (0, "released"), run
    done = line("publish", "--by", "Li Wei")
    assert done.returncode == 1 and "8 figures that were final in edition-000004 changed" in done.stderr
    assert "mart_indicator: suicides_prevented 990101 2004: 5 -> 6" in done.stderr and "booklets" not in done.stderr
    third = line.publish("--acknowledge", "The office counted again.")
    held(second, third, {"correction", "acknowledged"})
    assert set(table(third, "mart_published_revision")["edition"]) == {second.name, third.name}, "they go on"
    triangle = table(third, "mart_published_revision_triangle")
    values = triangle[(triangle["indicator_id"] == "booklets_distributed") & (triangle["area_code"] == COUNTY)]
    assert [int(value) for value in values.sort_values("position")["value"]] == [30000, 31240, 31000]
    assert "8 changed final figures were unexplained; Li Wei answers" in line("release", "show", third.name).stdout
    assert line("release", "verify", third.name).returncode == 0
    rows = query(line.home, "select * from mart_correction", contracts=line.documents)
    assert rows == []
