"""`trace`: what it lists is enough for a stranger to regain the published figures from the offices' files."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.home import PROJECT, Home
from pipelines.release.manifest import ReleaseError
from pipelines.release.trace import tracer
from tests.flow.conftest import command, query
from tests.flow.regain import number

CELLS = 200


def seeded(
    home: Path, contracts: Path, seed: int, cells: int = CELLS, boundaries: str = "year"
) -> list[dict[str, Any]]:
    """Traces of published figures drawn at random, a few of every indicator first; on today's boundaries of those that
    are made of other areas."""
    drawn_from = (
        "mart_indicator where" if boundaries == "year" else "mart_indicator_today where conversion <> 'none' and"
    )
    drawn = query(
        home,
        f"""
        with drawn as (
            select *, md5(concat_ws(' ', indicator_id, area_code, period, breakdown, {seed})) as chance
            from {drawn_from} value is not null
        )
        select indicator_id, area_code, period, breakdown from drawn
        order by row_number() over (partition by indicator_id order by chance) > 2, chance limit {cells}
        """,
        contracts=contracts,
    )
    with tracer(Home(home, contracts)) as opened:
        return [
            opened.trace(
                row["indicator_id"],
                row["area_code"],
                row["period"],
                {} if row["breakdown"] == "_T" else dict([row["breakdown"].split("=", 1)]),
                boundaries,
            )
            for row in drawn
        ]


def regain(home: Path, traces: list[dict[str, Any]], folder: Path) -> subprocess.CompletedProcess[str]:
    """Runs the independent script in a process that cannot find the product."""
    file = folder / "traces.json"
    file.write_text(json.dumps(traces), encoding="utf-8")
    script = PROJECT / "tests" / "flow" / "regain.py"
    return subprocess.run(
        [sys.executable, "-I", str(script), str(home / "originals"), str(file), str(PROJECT / "data_contracts")],
        capture_output=True, text=True, cwd=folder,
    )  # fmt: skip


def test_two_hundred_figures_of_the_demo_are_regained_from_its_files(demo: Path, tmp_path: Path) -> None:
    traces = seeded(demo, PROJECT / "data_contracts", seed=1)
    kinds = {trace["indicator"]["kind"] for trace in traces}
    assert len(traces) == CELLS and {"change", "count", "share_of_areas", "rate_per_n", "proportion"} <= kinds
    done = regain(demo, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CELLS} of {CELLS} published figures regained" in done.stdout


def test_figures_on_todays_boundaries_are_regained(demo: Path, tmp_path: Path) -> None:
    traces = seeded(demo, PROJECT / "data_contracts", seed=1, boundaries="today")
    figures = [term["figure"] for trace in traces for term in trace["numerator"]]
    assert {figure.get("conversion") for figure in figures} >= {"whole", "estimated"}
    done = regain(demo, traces, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{CELLS} of {CELLS} published figures regained" in done.stdout
    estimated = next(trace for trace in traces if trace["numerator"][0]["figure"].get("conversion") == "estimated")
    estimated["figure"]["numerator"] += 1
    done = regain(demo, [estimated], tmp_path)
    assert done.returncode == 1 and "0 of 1 published figures regained" in done.stdout


@pytest.mark.parametrize("change", ["value", "place", "times"])
def test_a_wrong_trace_does_not_regain(demo: Path, tmp_path: Path, change: str) -> None:
    with tracer(Home(demo, PROJECT / "data_contracts")) as opened:
        trace = opened.trace("dispute_mediation_success_rate", "990101", "2004")
    (term,) = trace["numerator"]
    if change == "value":
        trace["figure"]["value_text"] = "95.6"
    elif change == "place":
        term["figure"]["cells"][0]["column"] += 1
    else:
        term["times"] = 2
    done = regain(demo, [trace], tmp_path)
    assert done.returncode == 1 and "0 of 1 published figures regained" in done.stdout


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,818", 1818), ("１８１８", 1818), ("over 30,000", 30000), ("三百一十八", 318), ("3万", 30000), ("1818.0", 1818),
     ("十二", 12), ("两千零三", 2003), ("594.657", 594657), ("90余", 90), ("7", 7)],
)  # fmt: skip
def test_the_script_reads_numbers_as_offices_write_them(text: str, value: int) -> None:
    assert number(text) == value


def test_the_command_shows_definition_sides_and_cells(demo: Path) -> None:
    done = command(demo, "trace", "homicide_change", "990101", "2004")
    assert done.returncode == 0, done.stderr
    for words in (
        "Change in homicides",
        "indicators/homicide_change.yaml",
        "3 / 4",
        "numerator",
        "2003 = 4",
        "cell D4",
    ):
        assert words in done.stdout
    done = command(demo, "trace", "clearance_rate", "990101", "2004", "--where", "offence_class=drugs", "--json")
    found = json.loads(done.stdout)
    (cell,) = found["numerator"][0]["figure"]["cells"]
    assert {"file_name", "sha256", "sheet", "row", "column", "prepared_on", "contract_version", "batch"} <= set(cell)
    assert found["breakdown"] == "offence_class=drugs" and found["figure"]["numerator"] == 153


def test_a_share_of_areas_lists_the_verdict_of_every_area(demo: Path) -> None:
    done = command(demo, "trace", "safe_township_share", "990101", "2004", "--json")
    found = json.loads(done.stdout)
    with (PROJECT / "data_contracts" / "codelists" / "area.csv").open(encoding="utf-8") as stream:
        towns = [row for row in csv.DictReader(stream) if row["parent"] == "990101"]
    then = [row for row in towns if row["valid_from"] <= "2004-12-31" <= (row["valid_to"] or "9999-12-31")]
    assert len(found["areas"]) == found["figure"]["denominator"] == len(then) > 10
    met = [area for area in found["areas"] if all(one["verdict"] == "met" for one in area["verdicts"])]
    assert len(met) == found["figure"]["numerator"]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (("clearence_rate", "990101", "2004"), 1, "did you mean `clearance_rate`?"),
        (("clearance_rate", "990101", "2004"), 1, "has no total; say --where with one of: offence_class=all"),
        (("suicides_prevented", "990109", "2004"), 1, "There is no area 990109"),
        (("suicides_prevented", "990101", "2034"), 1, "it has 1997 to 2006"),
        (("suicides_prevented", "990101", "2004", "--where", "drugs"), 2, "is not like dimension=code"),
        (("suicides_prevented", "990101", "2004", "--where", "a=b", "--where", "a=c"), 2, "names a twice"),
        (("suicides_prevented", "990101", "2004", "--release", "candidate-000099"), 1, "There is no release"),
    ],
)
def test_what_cannot_be_traced_is_a_sentence(demo: Path, words: tuple[str, ...], code: int, sentence: str) -> None:
    done = command(demo, "trace", *words)
    assert done.returncode == code and sentence in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("figure", "change"),
    [
        ("homicide_clearance_rate", "value_text = '99.9', value = 99.9"),
        ("suicides_prevented", "numerator = 7, value_text = '7', value = 7"),
        ("safe_township_share", "numerator = 9, value_text = '60.0', value = 60"),
    ],
)
def test_a_figure_that_was_changed_is_not_shown_as_if_it_were_true(
    demo: Path, tmp_path: Path, figure: str, change: str
) -> None:
    home = Home(Path(shutil.copytree(demo, tmp_path / "home", symlinks=True)), PROJECT / "data_contracts")
    file = home.releases / "current" / "yearbook.duckdb"
    file.resolve().chmod(0o644)
    with duckdb.connect(file.resolve()) as connection:
        where = f"indicator_id = '{figure}' and area_code = '990101' and period = '2004'"
        connection.execute(f"update mart_indicator set {change} where {where}")
    with tracer(home) as opened, pytest.raises(ReleaseError, match="The release is not consistent; do not use it"):
        opened.trace(figure, "990101", "2004")
