"""A warning from the line to an edition: explained by a person, carried with its figure, lapsed when that changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.flow.conftest import Installation

pytestmark = pytest.mark.slow

TOWN, PERIOD, RATE = "990101016", "2006", "traffic_death_rate"
RULE = f"{RATE}__plausible"
BECAUSE = "A coach of another county crashed there."
CORRECTION = f"""
correction: coach
table: public_safety
measure: traffic_deaths
area: "{TOWN}"
period: "{PERIOD}"
expect: 12
value: 11
reason: correction
because: {{en: One of them lived., zh: 其中一人生还。}}
decided_by: Traffic police
decided_on: 2007-06-01
"""


class Line(Installation):
    """An installation after the demo, in which one rate is planted that a check warns of."""

    def json(self, *words: str) -> Any:
        done = self(*words, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def table(self, release: str, name: str) -> pd.DataFrame:
        return pd.read_parquet(self.home / "releases" / release / "parquet" / f"{name}.parquet")

    def failed(self, release: str) -> list[tuple[str, int, int]]:
        told = self.table(release, "mart_quality")
        rows = told[told["rows_failed"] > 0][["rule_id", "rows_failed", "rows_explained"]]
        return list(rows.itertuples(index=False, name=None))


def test_a_warning_is_explained_and_stands_again_when_its_figure_changes(demo: Path, tmp_path: Path) -> None:
    line = Line(demo, tmp_path)
    (warning,) = line.json("warnings")["warnings"]
    assert (warning["rule"], warning["area_code"], warning["said"]) == (RULE, TOWN, None)
    assert f"warnings explain {warning['finding']}" in line("warnings").stdout
    (alert,) = line.json("alerts")
    assert alert["check"] == RULE
    no_name = line("warnings", "explain", warning["finding"], "--because", BECAUSE, "--by", " ")
    assert no_name.returncode == 1 and "Say who decides (--by)" in no_name.stderr
    (made,) = line.json("warnings", "explain", warning["finding"][:10], "--because", BECAUSE, "--by", "Li Wei")
    assert "explained by Li Wei" in line("warnings").stdout, "before the next run"

    state = line.json("run")
    assert (state["last_run"]["outcome"], state["last_run"]["warnings"], state["last_run"]["explained"]) == (
        "released", [], 1,
    )  # fmt: skip
    assert line.json("alerts") == [], "nobody is told of it again"
    assert line.failed("current") == [(RULE, 1, 1)], "it warns all the same"
    (row,) = line.table("current", "mart_explanation").to_dict("records")
    assert (row["state"], row["because"], row["explained_at"]) == ("accepted", BECAUSE, made["decided_at"])
    assert line.json("run")["last_run"]["outcome"] == "unchanged"
    (told,) = line.json("trace", RATE, TOWN, PERIOD)["explanations"]
    assert (told["because"], told["explained_by"]) == (BECAUSE, "Li Wei")
    assert BECAUSE in line("trace", RATE, TOWN, PERIOD).stdout
    rows = line.json("scorecard", TOWN, PERIOD)["rows"]
    assert {r["indicator_id"] for r in rows if r["explanations"]} == {RATE}
    assert BECAUSE in line("scorecard", TOWN, PERIOD).stdout
    assert "1 warned of explained figures only" in line("release", "show").stdout
    first = line.json("release", "rebuild", "candidate-000001")
    assert first["changed"] == {} and line.table("versions/candidate-000001", "mart_explanation").empty

    line.json("publish", "--by", "Zhang Min")
    (row,) = line.table("latest_edition", "mart_explanation").to_dict("records")
    assert (row["because"], row["explained_by"], row["area_code"]) == (BECAUSE, "Li Wei", TOWN)
    assert line.failed("latest_edition") == [(RULE, 1, 1)]
    rows = line.json("scorecard", TOWN, PERIOD, "--release", "latest_edition")["rows"]
    assert [one["because"] for r in rows for one in r["explanations"]] == [BECAUSE]

    folder = line.documents / "corrections"
    folder.mkdir()
    (folder / "coach.yaml").write_text(CORRECTION, encoding="utf-8")
    state = line.json("run")
    assert state["last_run"]["outcome"] == "released" and state["last_run"]["explained"] == 0
    # the county counts one more than its townships now, which a rule says too
    assert any(told.startswith(RULE) for told in state["last_run"]["warnings"])
    assert (RULE, 1, 0) in line.failed("current")
    (row,) = line.table("current", "mart_explanation").to_dict("records")
    assert (row["state"], row["because"]) == ("lapsed", BECAUSE)
    there = line.json("warnings")
    (now,), (old,) = [one for one in there["warnings"] if one["rule"] == RULE], there["lapsed"]
    assert now["said"] is None and old["finding"] == warning["finding"] != now["finding"]
    refused = line("warnings", "explain", old["finding"], "--because", BECAUSE, "--by", "Li Wei")
    assert refused.returncode == 1 and f"{now['finding']} does: found 77.3" in refused.stderr
    assert RULE in [one["check"] for one in line.json("alerts")], "it is told again"
    assert "explanations" not in line.json("trace", RATE, TOWN, PERIOD)
    line.json("publish", "--by", "Zhang Min")
    assert line.table("latest_edition", "mart_explanation").empty
    line.json("warnings", "take-back", old["finding"], "--because", "It was another coach.", "--by", "Li Wei")
    assert line.json("warnings")["lapsed"] == []
