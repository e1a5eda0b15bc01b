"""Pages of the documentation are walked: every command on them is run, and answers what the page says.

The tutorial comes first. The other pages go on from where it ends, each on a copy. With YEARBOOK_WALKED, the folder of
an installation in which the tutorial was walked already, it is not walked again.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import sys
from pathlib import Path

import pytest

from pipelines.docs.__main__ import PAGES
from pipelines.home import PROJECT
from tests import loaded
from tests.walk import blocks, walk

DOCS = PROJECT / "pipelines" / "docs"
ON_THE_DEMO = (
    "areas-in-time",
    "how-to-analyst",
    "how-to-clerk",
    "how-to-engineer",
    "how-to-officer",
    "how-to-reader",
    "templates",
    "warnings",
)
"""Pages that are walked here, from the end of the tutorial on."""
ELSEWHERE = {
    "pipelines/docs/tutorial.md": "tests/flow/test_pages.py",
    "pipelines/docs/alerts.md": "tests/unit/alerts/test_commands.py",
    "pipelines/docs/backfilling.md": "tests/flow/test_backfilling_page.py",
    "pipelines/docs/benchmark.md": "tests/unit/benchmarks/test_benchmarks.py",  # read, not run
    "pipelines/docs/cluster.md": "tests/cluster/__main__.py",  # `make cluster`
    "pipelines/docs/confidentiality.md": "tests/flow/test_edition.py",
    "pipelines/docs/how-a-figure-changes.md": "tests/real_data/test_how_a_figure_changes.py",
    "pipelines/docs/open-formats.md": "tests/flow/test_open_formats.py",
    "pipelines/docs/frictionless.md": "tests/flow/test_open_formats.py",
    "pipelines/docs/production.md": "tests/flow/test_production.py",  # the first steps; the rest is read by test_said
    "pipelines/docs/revisions.md": "tests/unit/docs/test_said.py",  # read, not run
    "pipelines/docs/terminal.md": "tests/unit/cli/test_complete.py",
    "data_contracts/HOW_TO.md": "tests/flow/test_how_to.py",
    "README.md": ".ci/run",
}
"""Other pages with commands -> who runs them, and names the page there."""
FENCE = re.compile(r"^```([^\n]*)\n(.*?)^```", re.M | re.S)
SHELL = re.compile("(sh|bash|shell|console)\\b")


def environment(folder: Path) -> dict[str, str]:
    """What a reader's shell has: `yearbook` is this code, and nothing is set."""
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin" / "yearbook"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(loaded.program("pipelines.cli"))} "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    path = f"{folder / 'bin'}:{Path(sys.executable).parent}:{os.environ['PATH']}"
    return kept | {"PATH": path, "PYTHONPATH": str(PROJECT), "LC_ALL": "C.UTF-8"}


@pytest.fixture(scope="module")
def walked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The installation at the end of the tutorial."""
    if there := os.environ.get("YEARBOOK_WALKED"):
        return Path(there)
    folder = tmp_path_factory.mktemp("tutorial")
    shutil.copytree(request.getfixturevalue("demo"), folder / "yearbook_home", symlinks=True)
    faults = walk(DOCS / "tutorial.md", folder, environment(folder), begun=True)
    assert not faults, "\n".join(faults)
    return folder / "yearbook_home"


@pytest.mark.slow
@pytest.mark.parametrize("page", ON_THE_DEMO)
def test_every_command_of_the_page_does_what_it_says(page: str, walked: Path, tmp_path: Path) -> None:
    shutil.copytree(walked, tmp_path / "yearbook_home", symlinks=True)
    shutil.copytree(PROJECT / "data_contracts", tmp_path / "data_contracts")
    faults = walk(DOCS / f"{page}.md", tmp_path, environment(tmp_path))
    assert not faults, "\n".join(faults)


def test_no_page_with_commands_is_forgotten() -> None:
    pages = {str(path.relative_to(PROJECT)): path for pattern in PAGES for path in PROJECT.glob(pattern)}
    fences = {page: FENCE.findall(path.read_text(encoding="utf-8")) for page, path in pages.items()}
    told = {page for page, found in fences.items() if any(SHELL.match(to) or "$ " in of[:2] for to, of in found)}
    assert told == {*ELSEWHERE, *(f"pipelines/docs/{page}.md" for page in ON_THE_DEMO)}
    for page in ON_THE_DEMO:
        marked = [to for to, _ in fences[f"pipelines/docs/{page}.md"] if SHELL.match(to)]
        assert len(marked) == len(blocks(DOCS / f"{page}.md")), f"{page}: the walk passes over what is not `sh`"
    for page, where in ELSEWHERE.items():
        there = (PROJECT / where).read_text(encoding="utf-8")
        assert Path(page).name in there or (page == "README.md" and "make test" in there), (page, where)


TRUE = """```sh
A=1; echo one   two $A
```

```text
one two ...
```

```sh exit=3
echo gone >&2; (exit 3)
```
```text
gone
```
"""


def test_a_page_is_true_or_it_is_told(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(TRUE)
    assert [(block.code, block.said) for block in blocks(page)] == [(0, "one two ...\n"), (3, "gone\n")]
    assert walk(page, tmp_path, os.environ) == []
    for old, new, told in (
        ("one two ...", "one three", "does not print"),
        ("one two ...", "...\none two 1\nmore", "does not print"),
        ("\ngone", "", "does not print"),
        ("(exit 3)", "(exit 0)", "ends with 0, not 3"),
        ("A=1;", "false;", "the walk ended here"),
    ):
        page.write_text(TRUE.replace(old, new))
        (fault,) = walk(page, tmp_path, os.environ)
        assert told in fault, (old, new)
