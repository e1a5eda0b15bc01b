"""An edition of the demo county: signed off on the command line, free of every figure that its documents keep back."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.contracts.disclosure import hidden_indicators, hidden_measures
from pipelines.home import PROJECT
from pipelines.release import pooled, published_tables
from pipelines.validation.exact import published as published_text
from tests import contents
from tests.flow.conftest import command


@pytest.fixture(scope="module")
def published(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A home with an edition, and the edition's folder."""
    home = tmp_path_factory.mktemp("edition") / "home"
    shutil.copytree(demo, home, symlinks=True)
    done = command(home, "publish", "--by", "Li Wei", "--note", "The first.", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    said = json.loads(done.stdout)
    assert (said["approved_by"], said["note"], said["kind"]) == ("Li Wei", "The first.", "edition")
    return home, Path(said["folder"])


def test_no_figure_stands_below_the_level_that_its_document_says(published: tuple[Path, Path]) -> None:
    _, folder = published
    catalog = load(PROJECT / "data_contracts")
    measures, indicators = hidden_measures(catalog), hidden_indicators(catalog)
    assert {table for table, _ in measures} == {"resettlement"} and "reoffending_rate" in indicators
    assert {tuple(levels) for levels in measures.values()} == {("township",)}
    assert {tuple(levels) for of in indicators.values() for levels in of.values()} == {("township",)}
    listed = ", ".join(f"'{id}'" for id in indicators)
    with duckdb.connect(folder / "yearbook.duckdb", read_only=True) as connection:
        for sql in (
            "from mart_observation where table_id = 'resettlement' and area_level = 'township'",
            f"from mart_indicator where indicator_id in ({listed}) and area_level = 'township'",
            f"from mart_scorecard where indicator_id in ({listed}) and area_level = 'township'",
            "from wide_resettlement where area_level = 'township'",
            "from mart_observation where table_id = 'resettlement' and not_allocable is not null",
        ):
            assert connection.execute(f"select count(*) {sql}").fetchone() == (0,), sql
            there = sql.replace("area_level = 'township'", "area_level = 'county'").replace("is not null", "is null")
            (count,) = connection.execute(f"select count(*) {there}").fetchone() or (0,)
            assert count > 0, there
    for file in (folder / "csv").iterdir():
        for row in file.read_text(encoding="utf-8-sig").splitlines():
            assert not (row.startswith(("resettlement", *indicators)) and ",990101" in row and ",990101," not in row), (
                row
            )


def test_it_holds_nothing_of_who_sent_what(published: tuple[Path, Path], demo: Path) -> None:
    _, folder = published
    names = [path.name for path in (demo / "outbox").rglob("*.txt")]
    files = {name.split("_", 1)[1].rsplit("_", 1)[0] for name in names}
    assert len(files) > 50
    data = b"".join(contents.of(path) for path in folder.rglob("*") if path.is_file() and path.suffix != ".parquet")
    assert [file for file in files if file.encode() in data] == []


def test_it_is_listed_shown_verified_asked_and_compared(published: tuple[Path, Path]) -> None:
    home, _ = published
    listed = command(home, "release", "list").stdout
    assert "edition-000002" in listed and listed.count("*") == 2
    assert "signed off by Li Wei" in command(home, "release", "show", "latest_edition").stdout
    assert command(home, "release", "verify", "latest_edition").returncode == 0
    asked = command(home, "query", "select count(*) as n from mart_indicator", "--release", "latest_edition", "--json")
    assert json.loads(asked.stdout)[0]["n"] > 10_000
    found = json.loads(command(home, "diff", "latest_edition", "current", "--json").stdout)
    inside = {"mart_submission", "mart_revision", "mart_revision_summary", "mart_held_copy", "mart_held_revision"}
    assert (
        set(found["not_compared"]) == inside | set(published_tables.NAMES) | set(pooled.TABLES)
        and found["documents"]["changed"] == []
    )
    observations = found["tables"]["mart_observation"]
    assert {row["table_id"] for row in observations["added"]} == {"resettlement"}
    assert {row["from"]["obs_status"] for row in observations["changed"] if "value" in row["from"]} == {"Q"}
    assert {"~" in row["area_code"] for row in observations["removed"]} == {True}, "the lines of several areas"


def test_townships_with_few_juveniles_are_one_line(published: tuple[Path, Path]) -> None:
    """The line and what is shown make the county; of a township in the line there is nothing but that it is hidden."""
    home, folder = published
    with duckdb.connect(folder / "yearbook.duckdb", read_only=True) as connection:
        lines = connection.execute("select pool_id, year, areas, name_en from dim_pool where is_published").fetchall()
        assert len(lines) > 5 and all(name == f"Other {areas} townships" for _, _, areas, name in lines)
        for line, year, areas, _ in lines:
            shown = connection.execute(
                "select measure_id, sum(value), sum(value) filter (area_code = $1), count(*) filter (value is null) "
                "from mart_observation where table_id = 'defendants' and area_level = 'township' and year = $2 "
                "group by all order by 1", [line, year],
            ).fetchall()  # fmt: skip
            county = connection.execute(
                "select measure_id, value from mart_observation where table_id = 'defendants' and area_code = '990101' "
                "and year = $1 order by 1", [year],
            ).fetchall()  # fmt: skip
            assert [(measure, total) for measure, total, _, _ in shown] == county
            assert all(together >= max(10, 4 + areas) and hidden == areas for _, _, together, hidden in shown)
            (rate,) = connection.execute(
                "select (numerator, denominator, value_text) from mart_indicator where area_code = $1", [line]
            ).fetchone() or ((),)
            assert rate[:2] == (shown[1][2], shown[0][2])
            assert rate[2] == published_text(rate[0], rate[1], 100, 1, False)
        nothing = "count(value), count(value_text), count(numerator), count(denominator), count(qualifier)"
        for mart in ("mart_indicator", "mart_scorecard"):
            sql = f"select count(*), {nothing} from {mart} where reason = 'confidential'"
            count, *said = connection.execute(sql).fetchone() or (0,)
            assert count and said == [0] * 5, mart
        ranks = "select count(rank_in_parent) from mart_scorecard where indicator_id = 'juvenile_defendant_share'"
        assert connection.execute(f"{ranks} and area_level = 'township'").fetchone() == (0,)
        remarks = "select count(*) from wide_defendants where remarks like '%confidential%'"
        assert connection.execute(remarks).fetchone() == (sum(areas for _, _, areas, _ in lines) + _withheld(lines),)
    assert "published together as" in command(home, "release", "show", "latest_edition").stdout
    told = command(home, "trace", "juvenile_defendant_share", "990101003", "2004", "--release", "latest_edition")
    assert told.returncode == 1 and "would tell a small figure" in told.stderr
    told = command(home, "trace", "juvenile_defendant_share", lines[0][0], "1997", "--release", "latest_edition")
    assert told.returncode == 1 and "see dim_pool_area" in told.stderr
    card = command(home, "scorecard", "990101", "2004", "--release", "latest_edition").stdout
    assert "confidential: small, or would tell a small figure" in card


def _withheld(lines: list) -> int:
    """Townships of the years in which no line was large enough: nothing of them is published."""
    catalog = load(PROJECT / "data_contracts")
    years = set(range(1997, 2007)) - {year for _, year, _, _ in lines}
    return sum(len(catalog.areas_below("990101", f"{year}-12-31", frozenset({"township"}))) for year in years)


def test_a_figure_of_an_edition_is_traced_to_its_cell(published: tuple[Path, Path]) -> None:
    home, _ = published
    done = command(home, "trace", "reoffending_rate", "990101", "2004", "--release", "latest_edition", "--json")
    found = json.loads(done.stdout)
    assert found["release"] == "edition-000002"
    assert found["denominator"][0]["figure"]["cells"][0]["file_name"].startswith("resettlement")
    told = command(home, "trace", "reoffending_rate", "990101001", "2004", "--release", "latest_edition")
    assert told.returncode == 1 and "not published" in told.stderr


def test_what_is_refused_is_a_sentence(published: tuple[Path, Path], tmp_path: Path) -> None:
    home, _ = published
    done = command(home, "publish", "--by", "Li Wei")
    assert done.returncode == 1 and "Nothing changed since edition-000002" in done.stderr
    done = command(home, "publish", "--by", " ")
    assert done.returncode == 1 and "Say who signs" in done.stderr
    done = command(tmp_path / "none", "publish", "--by", "Li Wei")
    assert done.returncode == 1 and "There is no installation" in done.stderr and not (tmp_path / "none").exists()


def test_it_can_be_withdrawn(published: tuple[Path, Path], tmp_path: Path) -> None:
    home = Path(shutil.copytree(published[0], tmp_path / "home", symlinks=True))
    done = command(
        home, "release", "withdraw", "edition-000002", "--by", "Zhao [/x] Min", "--reason", "A wrong return."
    )
    assert done.returncode == 0 and "none now" in done.stdout
    assert "withdrawn" in command(home, "release", "list").stdout
    assert "A wrong return." in command(home, "release", "verify", "edition-000002").stdout
    shown = command(home, "release", "show", "edition-000002")
    assert shown.returncode == 0 and "by Zhao [/x] Min: A wrong return." in shown.stdout
    done = command(home, "publish", "--by", "A [/b] [bold]B[/bold]")
    assert done.returncode == 0 and "signed off by A [/b] [bold]B[/bold]" in done.stdout
    assert command(home, "release", "withdraw", "edition-000003", "--by", "B", "--reason", "[/1]").returncode == 0
    done = command(home, "release", "show", "latest_edition")
    assert done.returncode == 1 and "There is no edition yet" in done.stderr


def test_the_page_on_confidentiality_shows_what_is_there(published: tuple[Path, Path], tmp_path: Path) -> None:
    """Each command of `pipelines/docs/confidentiality.md`, with the answer that it prints."""
    home, _ = published
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    spoilt = documents / "returns" / "courts" / "defendants.yaml"
    spoilt.write_text(spoilt.read_text(encoding="utf-8").replace("    sensitive: true\n", "", 1), encoding="utf-8")
    page = (PROJECT / "pipelines" / "docs" / "confidentiality.md").read_text(encoding="utf-8")
    shown = re.findall(r"```\n\$ yearbook (.*?)\n((?!    ).*?)```", page, flags=re.DOTALL)
    assert [words.split()[0] for words, _ in shown] == ["query", "query", "query", "contracts", "release"]
    for words, answer in shown:
        contracts = documents if words.startswith("contracts") else None
        done = command(home, *shlex.split(words), contracts=contracts)
        assert _plain(answer) in _plain(done.stdout + done.stderr), words


def _plain(text: str) -> str:
    """Without line breaks, and without the line of a document, which moves with it."""
    return re.sub(r"\.yaml:\d+:", ".yaml:", " ".join(text.split()))


def test_it_holds_the_method_page_of_every_indicator(published: tuple[Path, Path]) -> None:
    home, folder = published
    for language in ("en", "zh"):
        pages = {path.stem: path.read_text(encoding="utf-8") for path in (folder / "methods" / language).iterdir()}
        assert set(pages) == set(load(PROJECT / "data_contracts").indicators)
        said = command(home, "method", "reoffending_rate", "--language", language, "--release", "latest_edition")
        assert said.stdout == pages["reoffending_rate"]
