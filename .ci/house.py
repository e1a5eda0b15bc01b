"""The measures of the house that no other tool holds: how long a module may be, and that no year is written in code.

    python .ci/house.py [FOLDER]     prints a sentence per breach, and exits with 1 when there is any

* Half of the modules of pipelines/ have fewer than 100 lines; none has more than 300, in pipelines/ or in tests/.
* No year (1900 to 2099) in the code or SQL of pipelines/ and dbt_project/, nor in a file's name there or in
  data_contracts/: a new year touches no file. Comments and docstrings may give an example, and so may the words that
  are shown as help (`help=`, `description=`). A number like 9999 or a form like YYYY-MM-DD is no year. Where a
  calendar, the name of a format or an example in a sentence for people needs one, a comment on the line of the Python
  code says so: `# no year of figures: why`.

Who may import whom, Dagster among it, is held by import-linter (pyproject.toml) and not looked at here. Only the
standard library, so that it runs wherever Python does.
"""

from __future__ import annotations

import ast
import io
import re
import statistics
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

MEDIAN, LONGEST = 100, 300
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
EXCUSE = "no year of figures:"
WORDS = frozenset({"help", "description"})
"""Arguments whose text is shown to people."""
MADE = frozenset({"__pycache__", "target", "logs", "dbt_packages"})
"""Folders of what tools make."""
_SQL = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|--[^\n]*|/\*.*?\*/|\{#.*?#\}""", re.DOTALL)
_YAML = re.compile(r"""("(?:[^"\\\n]|\\.)*"|'(?:[^'\n]|'')*')|(?:(?<=\s)|^)\#[^\n]*""", re.MULTILINE)


def breaches(root: Path) -> list[str]:
    """A sentence for each breach, in the order of the files."""
    return [*lengths(root), *years(root)]


def lengths(root: Path) -> Iterator[str]:
    """Modules that are too long, and too many that are long."""
    found, tests = (
        {path: len(path.read_text(encoding="utf-8").splitlines()) for path in _files(root, folder, ".py")}
        for folder in ("pipelines", "tests")
    )
    if not found:
        yield f"{root / 'pipelines'} holds no module; name the project's folder."
    elif (middle := statistics.median(found.values())) >= MEDIAN:
        yield f"The median module of pipelines/ has {middle:g} lines; keep it below {MEDIAN} by splitting the longest."
    for path, lines in (found | tests).items():
        if lines > LONGEST:
            where = path.relative_to(root)
            yield f"{where} has {lines} lines; {LONGEST} is the most. Split it by what its parts are about."


def years(root: Path) -> Iterator[str]:
    """Years in code, SQL and names of files."""
    for folder in ("pipelines", "dbt_project", "data_contracts"):
        for path in _files(root, folder):
            if found := YEAR.search(path.name):
                yield f"{path.relative_to(root)} has the year {found[0]} in its name; a new year touches no file."
    for path in _files(root, "pipelines", ".py"):
        yield from _told(root, path, _in_python(path.read_text(encoding="utf-8")))
    for folder in ("pipelines", "dbt_project"):
        for path in _files(root, folder, ".sql"):
            yield from _told(root, path, _in_text(path.read_text(encoding="utf-8"), _SQL))
    for path in _files(root, "dbt_project", ".yml", ".yaml"):
        yield from _told(root, path, _in_text(path.read_text(encoding="utf-8"), _YAML))


def _told(root: Path, path: Path, found: Iterator[tuple[int, str]]) -> Iterator[str]:
    excuse = f" If it is none of a figure, say so in a comment there: `# {EXCUSE} why`." if path.suffix == ".py" else ""
    for line, year in found:
        where = f"{path.relative_to(root)}:{line}"
        yield f"{where}: the year {year} stands in code; take it from the documents or the data.{excuse}"


def _files(root: Path, folder: str, *endings: str) -> list[Path]:
    return sorted(
        path
        for path in (root / folder).rglob("*")
        if path.is_file()
        and (not endings or path.suffix in endings)
        and not MADE.intersection(path.relative_to(root).parts)
    )


def _in_python(text: str) -> Iterator[tuple[int, str]]:
    """(line, year) of every number and text that the code works with. Comments are no part of the tree."""
    tree = ast.parse(text)
    shown = {id(node) for node in _for_people(tree)}
    excused = {
        token.start[0]
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT and EXCUSE in token.string
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or id(node) in shown or isinstance(node.value, bool | None):
            continue
        value = node.value.decode("latin-1") if isinstance(node.value, bytes) else str(node.value)
        last = node.end_lineno or node.lineno
        for found in YEAR.finditer(value):
            if not excused.intersection(range(node.lineno, last + 1)):
                yield node.lineno, found[0]


def _for_people(tree: ast.AST) -> Iterator[ast.AST]:
    """Docstrings (of attributes too: any text that stands alone), and whatever is within `help=` or `description=`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value
        elif isinstance(node, ast.keyword) and node.arg in WORDS:
            yield from ast.walk(node.value)


def _in_text(text: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, str]]:
    """(line, year) in a text without its comments; the pattern's first group is what is kept."""
    bare = pattern.sub(lambda match: match[1] or "\n" * match[0].count("\n"), text)
    for number, line in enumerate(bare.split("\n"), 1):
        for found in YEAR.finditer(line):
            yield number, found[0]


def main(root: Path) -> int:
    """Prints the breaches, or one sentence of praise. The exit code."""
    found = breaches(root)
    for sentence in found:
        print(sentence)
    if not found:
        print(f"House rules kept: modules below {MEDIAN} lines in the median, none over {LONGEST}, no year in code.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent))
