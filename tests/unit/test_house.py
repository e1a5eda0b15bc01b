"""The house check catches each breach, and lets pass what is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import PROJECT
from tests.scripts import script

house = script("house")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project in order."""
    for place, text in {
        "pipelines/a.py": '"""What it is."""\n\nX = 1\n',
        "pipelines/b.py": "Y = 2\n",
        "dbt_project/models/marts/mart.sql": "select 1 as one\n",
        "data_contracts/calendar.yaml": 'period: "2004"\n',
        "tests/test_a.py": 'assert "2004"\n',
    }.items():
        _put(tmp_path, place, text)
    assert house.breaches(tmp_path) == []
    return tmp_path


def _put(project: Path, place: str, text: str) -> None:
    path = project / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _only(project: Path) -> str:
    (sentence,) = house.breaches(project)
    return sentence


# --- lengths ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["pipelines/deep/long.py", "tests/unit/test_long.py"])
def test_a_module_of_more_than_300_lines(project: Path, place: str) -> None:
    _put(project, place, "x = 1\n" * 300)
    assert house.breaches(project) == []
    _put(project, place, "x = 1\n" * 301)
    assert _only(project).startswith(f"{place} has 301 lines; 300 is the most.")


def test_half_of_the_modules_are_shorter_than_100_lines(project: Path) -> None:
    for name in ("b", "c"):
        _put(project, f"pipelines/{name}.py", "x = 1\n" * 99)
    assert house.breaches(project) == []
    for name in ("b", "c"):
        _put(project, f"pipelines/{name}.py", "x = 1\n" * 100)
    assert _only(project).startswith("The median module of pipelines/ has 100 lines; keep it below 100")


def test_a_folder_without_modules_has_not_passed(tmp_path: Path) -> None:
    assert "holds no module" in _only(tmp_path)


# --- years -----------------------------------------------------------------------------------------------------------

CODE = {
    "a number": "START = 2004",
    "a number with a line between": "START = 2_004",
    "a number in a call": "date(1999, 1, 1)",
    "a text": 'START = "2004"',
    "a month": 'START = "2004-07"',
    "bytes": 'START = b"2004"',
    "SQL in Python": 'query = "select * from m where year >= 2004"',
    "a text over two lines": 'query = """select *\nfrom m where year >= 2004"""',
    "a part of a formatted text": 'path = f"{folder}/2004.csv"',
    "a default": "def f(year: int = 2004) -> None:\n    return None",
    "a comparison, with a comment that is no excuse": "assert year != 2004  # 2004 was odd",
    "an argument that is no help": 'Option(default="2004", help="Period.")',
    "an excuse inside a text": 'START = ("2004", "# no year of figures: no")',
}

FREE = {
    "a comment": "x = 1  # as in 2004",
    "a docstring": 'def f() -> None:\n    """Reads 2004-07."""',
    "what an attribute is": 'PLACE = 1\n"""Like 2004."""',
    "help": 'Option(help="Period: 2004, 2004-07.")',
    "help in parts": 'Option(help="Period: " + "2004" + f" or {x} 2005")',
    "the description of a field": 'Field(description="92 = 2003")',
    "an end of time": 'END = "9999-12-31"',
    "a form": 'FORM = "YYYY-MM-DD"',
    "a longer number": 'CODE = "120045"; N = 1200410; P = "x20045"',
    "an excuse": "FIRST = 1912  # no year of figures: the first of a calendar",
    "an excuse at the end of a long text": 'FORM = """like\n2004"""  # no year of figures: an example',
    "years of other centuries": "A, B = 1899, 2100",
    "truth and nothing": "A, B, C = True, None, ...",
}


@pytest.mark.parametrize("case", CODE)
def test_a_year_in_python(project: Path, case: str) -> None:
    _put(project, "pipelines/a.py", f"\n{CODE[case]}\n")
    for sentence in (found := house.breaches(project)):
        assert sentence.startswith("pipelines/a.py:2: the year "), sentence
    assert len(found) == 1


@pytest.mark.parametrize("case", FREE)
def test_what_is_no_year_of_python(project: Path, case: str) -> None:
    _put(project, "pipelines/a.py", f"{FREE[case]}\n")
    assert house.breaches(project) == []


QUERIES = {  # -> the line of the year, 0 for none
    "select * from m\nwhere year = 2004": 2,
    "select *\nfrom m where day < '2004-12-31'": 2,
    "select '--',\n2004 as year -- the first": 2,
    "select 'it''s -- ',\n2004": 2,
    "/* the\nfirst */ select cases_2004": 2,
    "{% set a = 1 %}\n{% if year == 2004 %}": 2,
    "select 1\n-- since 2004": 0,
    "select 1 /* since\n2004 */ as one": 0,
    "{# since 2004\n#} select 1": 0,
    "select '9999-12-31', 12004": 0,
}


@pytest.mark.parametrize(("query", "line"), QUERIES.items())
@pytest.mark.parametrize("place", ["dbt_project/macros/m.sql", "pipelines/release/m.sql"])
def test_a_year_in_sql(project: Path, place: str, query: str, line: int) -> None:
    _put(project, place, query)
    said = f"{place}:{line}: the year 2004 stands in code; take it from the documents or the data."
    assert house.breaches(project) == ([said] if line else [])


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ('arguments: {condition: "year > 2004"}', True),
        ("rows: # of 2004\n  - {period: 2004}", True),
        ("rows: # of 2004\n  - {period: '3004'}", False),
        ("'a # b': 2004", True),
    ],
)
def test_a_year_in_the_yaml_of_models(project: Path, text: str, breach: bool) -> None:
    _put(project, "dbt_project/models/marts/mart.yml", text)
    assert bool(house.breaches(project)) is breach


@pytest.mark.parametrize(
    "place", ["pipelines/rules_2004.py", "dbt_project/models/m_2004.sql", "data_contracts/returns/courts/t_2004.yaml"]
)
def test_a_year_in_the_name_of_a_file(project: Path, place: str) -> None:
    _put(project, place, "")
    assert _only(project) == f"{place} has the year 2004 in its name; a new year touches no file."


def test_what_tools_made_is_not_looked_at(project: Path) -> None:
    _put(project, "dbt_project/target/compiled/m.sql", "select 2004")
    _put(project, "pipelines/__pycache__/a_2004.py", "X = 2004")
    assert house.breaches(project) == []


# --- the script ------------------------------------------------------------------------------------------------------


def test_it_prints_sentences_and_fails(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert house.main(project) == 0
    assert capsys.readouterr().out.startswith("House rules kept")
    _put(project, "pipelines/a.py", "X = 2004")
    assert house.main(project) == 1
    assert capsys.readouterr().out == (
        "pipelines/a.py:1: the year 2004 stands in code; take it from the documents or the data. "
        "If it is none of a figure, say so in a comment there: `# no year of figures: why`.\n"
    )


def test_lint_runs_it() -> None:
    recipe = (PROJECT / "Makefile").read_text(encoding="utf-8").split("\nlint:")[1].split("\n\n")[0]
    assert "$(BIN)/python .ci/house.py" in recipe and "lint-imports" in recipe
