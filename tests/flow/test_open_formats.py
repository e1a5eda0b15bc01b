"""An edition of the demo through every open door: all commands of their pages, every figure in SDMX, every file in the
data package.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from frictionless import validate
from pysdmx.io.xml.doc_validation import validate_doc

from pipelines.home import PROJECT
from tests.flow.conftest import command
from tests.unit.release.forms import opened

pytestmark = pytest.mark.slow

DOCS = PROJECT / "pipelines" / "docs"
PAGE = (DOCS / "open-formats.md").read_text(encoding="utf-8")
DOORS = [DOCS / name for name in ("duckdb.md", "python.md", "r.md", "sdmx.md", "frictionless.md")]


@dataclass(frozen=True)
class Example:
    """A block of the page and, where one follows, the block of what it says."""

    language: str
    text: str
    said: str | None


EXAMPLES = [
    Example(language, text, said or None)
    for language, text, said in re.findall(
        r"^```(sh|sql|python|r)\n(.*?)^```\n(?:\n```text\n(.*?)^```)?",
        "\n".join([PAGE, *(door.read_text(encoding="utf-8") for door in DOORS)]),
        flags=re.DOTALL | re.MULTILINE,
    )
]


@pytest.fixture(scope="module")
def edition(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an edition of the demo."""
    home = Path(shutil.copytree(demo, tmp_path_factory.mktemp("open") / "home", symlinks=True))
    done = command(home, "publish", "--by", "Li Wei")
    assert done.returncode == 0, done.stdout + done.stderr
    return (home / "releases" / "latest_edition").resolve()


def test_the_page_has_a_door_for_each(edition: Path) -> None:
    assert [example.language for example in EXAMPLES].count("python") >= 5
    assert {example.language for example in EXAMPLES} == {"sh", "sql", "python", "r"}
    doors = re.findall(r"^\| \[.+?\]\((.+?)\) \|", PAGE, flags=re.MULTILINE)
    assert {*doors} == {"workbook.md", *(door.name for door in DOORS)}
    for name in re.findall(r"`([a-z]+(?:/|\.json|\.duckdb))`", PAGE.partition("Before anything else")[0]):
        assert (edition / name).exists(), name


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.text.strip().splitlines()[0][:40])
def test_every_command_says_what_the_page_says(edition: Path, example: Example) -> None:
    if example.language == "sql":
        with duckdb.connect(edition / "yearbook.duckdb", read_only=True) as connection:
            said = "".join(f"{'  '.join(map(str, row))}\n" for row in connection.execute(example.text).fetchall())
    else:
        if example.language == "r" and not shutil.which("Rscript"):
            pytest.skip("R is not installed (Debian and Ubuntu: apt install r-base-core r-cran-rsdmx).")
        words = {"python": [sys.executable, "-c"], "sh": ["bash", "-euc"], "r": ["Rscript", "-e"]}[example.language]
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            [*words, example.text], cwd=edition, env=os.environ | {"PATH": path}, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        said = done.stdout
    assert example.said in (None, said)


def test_every_figure_of_the_edition_is_in_sdmx_as_it_is_printed(edition: Path) -> None:
    assert opened.compared(edition, "INDICATORS") > 10_000
    assert opened.compared(edition, "OBSERVATIONS") > 25_000
    figures = opened.read(edition, "OBSERVATIONS").values()
    back = [figure for figure in figures if figure.get("REASON") == "confidential"]
    assert back and all(figure["CONF_STATUS"] == "C" and "OBS_VALUE" not in figure for figure in back)
    for name in ("structure", "indicators", "observations"):
        validate_doc((edition / "sdmx" / f"{name}.xml").read_text(encoding="utf-8"))


def test_the_data_package_of_the_edition_is_sound(edition: Path) -> None:
    report = validate(edition / "datapackage.json")
    assert report.valid, report.flatten(["name", "type", "note"])
    assert len(report.tasks) > 60
