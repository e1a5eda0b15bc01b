"""Documents are the product: every example of `data_contracts/HOW_TO.md`, run on a copy of the county's documents."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.contracts import ContractError, load
from pipelines.demo.figures import Figures
from pipelines.demo.profile import county
from pipelines.home import PROJECT
from tests.factories import Factory
from tests.flow.conftest import command, query

pytestmark = pytest.mark.slow

PAGE = (PROJECT / "data_contracts" / "HOW_TO.md").read_text(encoding="utf-8")
NEW_YEAR = "2007"


@dataclass(frozen=True)
class Example:
    """A document of the page, whole or as the lines that change."""

    file: str
    kind: str
    text: str

    def apply(self, documents: Path) -> None:
        """Writes the document, or changes the lines, which must be there once."""
        path = documents / self.file
        if self.kind == "yaml":
            assert not path.exists()
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.text, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8")
        old = "".join(f"{line[1:]}\n" for line in self.text.splitlines() if line.startswith("-"))
        new = "".join(f"{line[1:]}\n" for line in self.text.splitlines() if line.startswith("+"))
        assert not old or before.count(old) == 1
        path.write_text(before.replace(old, new) if old else before + new, encoding="utf-8")


EXAMPLES = [
    Example(file, kind, text)
    for kind, file, text in re.findall(r"```(yaml|diff)\n# (\S+)\n(.*?)```", PAGE, flags=re.DOTALL)
]


def contents(documents: Path) -> dict[str, list[str]]:
    return {
        path.relative_to(documents).as_posix(): path.read_text(encoding="utf-8").splitlines()
        for path in documents.rglob("*")
        if path.suffix in (".yaml", ".csv")
    }


@pytest.fixture(scope="module")
def changed(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The demo's home and documents, the series one year longer, after every example and a year of new returns."""
    folder = tmp_path_factory.mktemp("how_to")
    home, documents = folder / "home", folder / "documents"
    shutil.copytree(demo, home, symlinks=True)
    shutil.copytree(PROJECT / "data_contracts", documents)
    for path in documents.glob("returns/*/*.yaml"):  # what a real county has from the start: no end
        path.write_text(
            path.read_text(encoding="utf-8").replace('until: "2006"', f'until: "{NEW_YEAR}"'), encoding="utf-8"
        )
    for example in EXAMPLES:
        example.apply(documents)
    factory = Factory(catalog := load(documents))
    factory.figures = Figures(catalog, county(), [], seed=0)
    inbox = home / "inbox"
    for table in ("patrols", "petitions", "public_safety"):
        factory.write(inbox, table, factory.good(table, NEW_YEAR), period=NEW_YEAR)
    factory.write(inbox, "patrols", factory.good("patrols", "2006"), period="2006")
    mediation = factory.good("mediation", NEW_YEAR)
    at = next(i for i, header in enumerate(mediation[0]) if str(header).casefold() == "disputes_investigated")
    mediation[0][at] = "Disputes (form B)"
    factory.write(inbox, "mediation", mediation, period=NEW_YEAR)
    done = command(home, "run", "--json", contracts=documents)
    assert done.returncode == 0, done.stdout + done.stderr
    return home, documents


def test_the_page_shows_what_its_table_counts() -> None:
    counted = re.findall(r"^\| \[(.+?)\]\(#(.+?)\) \| (1 .+?) \|$", PAGE, flags=re.MULTILINE)
    assert [kind.removeprefix("1 ") for _, _, kinds in counted for kind in kinds.split(", ")] == [
        {"yaml": "new file", "diff": "line"}[example.kind] for example in EXAMPLES
    ]
    anchors = {heading.lower().replace(" ", "-") for heading in re.findall(r"^## (.+)$", PAGE, flags=re.MULTILINE)}
    assert {anchor for _, anchor, _ in counted} <= anchors


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file)
def test_each_change_touches_one_document_or_one_line(example: Example, tmp_path: Path) -> None:
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    before = contents(documents)
    if example.file.startswith("targets/"):
        EXAMPLES[0].apply(documents)  # a target needs its indicator
        before = contents(documents)
    if example.file.startswith("area_events/"):
        next(one for one in EXAMPLES if one.file == "codelists/area.csv").apply(documents)  # the code that ends
        before = contents(documents)
    example.apply(documents)
    after = contents(documents)
    touched = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    assert touched == {example.file}
    if example.kind == "diff":
        gone = [line for line in before[example.file] if line not in after[example.file]]
        come = [line for line in after[example.file] if line not in before[example.file]]
        assert len(come) == 1 and len(gone) <= 1
    if example.file == "codelists/area.csv":  # a code that ends needs the event that says what became of it
        with pytest.raises(ContractError, match="no document says what became of it"):
            load(documents)
        next(one for one in EXAMPLES if one.file.startswith("area_events/")).apply(documents)
    load(documents)


def test_a_new_indicator_and_its_target_stand_in_the_release(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    rows = query(
        home,
        "select i.period, i.numerator, i.denominator, i.value_text, s.verdict, s.rank_in_parent, o.value as deaths "
        "from mart_indicator i join mart_observation o using (area_code, period) "
        "left join mart_scorecard s using (indicator_id, area_code, period) "
        "where i.indicator_id = 'fire_death_rate' and o.measure_id = 'fire_deaths' and area_code = '990101' "
        "order by period",
        contracts=documents,
    )
    assert [row["period"] for row in rows] == [str(year) for year in range(1997, int(NEW_YEAR) + 1)]
    for row in rows:
        exact = row["deaths"] * 100_000 * 100 * 2 + row["denominator"]
        whole = exact // (2 * row["denominator"])
        assert row["value_text"] == f"{whole // 100}.{whole % 100:02d}" and row["numerator"] == row["deaths"]
        judged = row["deaths"] * 200_000 <= row["denominator"]
        assert row["verdict"] == (None if row["period"] < "2005" else "met" if judged else "not_met")


def test_a_new_return_stands_in_the_release(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    rows = query(home, "select area_code, period, patrols_planned from wide_patrols", contracts=documents)
    assert {row["period"] for row in rows} == {"2006", NEW_YEAR} and len(rows) >= 32
    assert all(row["patrols_planned"] is not None for row in rows if len(row["area_code"]) >= 6)


def test_a_new_year_and_a_renamed_header_stand_in_the_release(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    sql = (
        "select value_text, reason from mart_indicator where indicator_id = 'dispute_mediation_success_rate' "
        f"and area_code = '990101' and period = '{NEW_YEAR}'"
    )
    (row,) = query(home, sql, contracts=documents)
    assert row["value_text"] and not row["reason"]


def test_a_new_code_is_asked_for_from_its_first_year(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    rows = query(
        home,
        "select distinct period from mart_observation where breakdown = 'subject=environment' and value is not null",
        contracts=documents,
    )
    assert [row["period"] for row in rows] == [NEW_YEAR]
    sql = "select distinct reason from mart_indicator where indicator_id = 'repeat_petition_share' and period = '2006'"
    assert [row["reason"] for row in query(home, sql, contracts=documents)] == [""], "years before stay complete"


def test_a_moved_due_date_counts(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    sql = f"select due_on from mart_coverage where table_id = 'mediation' and period = '{NEW_YEAR}'"
    assert [str(row["due_on"]) for row in query(home, sql, contracts=documents)] == ["2008-03-31"]


def test_a_corrected_figure_stands_with_what_it_was(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    (row,) = query(
        home,
        "select i.value_text, i.qualifier, c.source_value, c.state, c.decided_by from mart_indicator i "
        "join mart_correction c using (area_code, period) where i.indicator_id = 'booklets_distributed'",
        contracts=documents,
    )
    assert (row["value_text"], row["qualifier"], row["source_value"], row["state"]) == ("31240", "", 30000, "in_effect")
    assert row["decided_by"] == "Statistics section of the justice office"


def test_a_merged_township_has_a_whole_series_on_todays_boundaries(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    of = "where measure_id = 'disputes_investigated' and area_code = '990101011'"
    today = query(home, f"select * from mart_observation_today {of} order by period", contracts=documents)
    assert [row["conversion"] for row in today] == ["whole"] * 10 + ["none"]
    parts = query(
        home,
        "select period, sum(value)::bigint as total from mart_observation where measure_id = 'disputes_investigated' "
        "and area_code in ('990101010', '990101011') group by 1 order by 1",
        contracts=documents,
    )
    assert [row["value"] for row in today] == [row["total"] for row in parts]
    assert all(row["obs_status"] == "A" for row in today), "whole areas stay exact"


def test_the_first_year_after_a_break_says_so(changed: tuple[Path, Path]) -> None:
    home, documents = changed
    sql = (
        "select period, i.obs_status, i.break_id from mart_indicator i "
        "where indicator_id = 'dispute_mediation_success_rate' and area_code = '990101' order by period"
    )
    rows = query(home, sql, contracts=documents)
    assert [(row["obs_status"], row["break_id"]) for row in rows] == [("A", None)] * 10 + [
        ("B", "disputes_counted_anew")
    ]


def test_the_faults_the_page_shows_are_those_that_are_told(tmp_path: Path) -> None:
    documents = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    for example in EXAMPLES[:2]:
        example.apply(documents)
    for file, old, new in (
        ("indicators/fire_death_rate.yaml", "public_safety.fire_deaths", "public_safety.fire_death"),
        ("targets/fire_death_rate.yaml", "[county]", "[county_]"),
    ):
        path = documents / file
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    done = command(tmp_path / "home", "contracts", "check", contracts=documents)
    (told,) = re.findall(r"```text\n(.*?)```", PAGE, flags=re.DOTALL)
    assert done.returncode == 1 and done.stderr == told
    done = command(tmp_path / "home", "contracts", "check", "--json", contracts=documents)
    assert [fault["line"] for fault in json.loads(done.stdout)] == [10, 3]
