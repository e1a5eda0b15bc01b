"""What an outcome depends on, as a digest: the product, what it stands on, and every module of the tests of which a
trial is made. Which these are is read from their imports, so that nobody has to list them.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

from pipelines.home import PROJECT

TESTS = PROJECT / "tests"
PRODUCT = ("pipelines", "dbt_project", "data_contracts")
"""Folders of which a change makes earlier outcomes worthless; but for the pages, one of which tells of the outcomes."""
BESIDE = ("requirements.lock", "pyproject.toml")
_MADE = frozenset({"__pycache__", "target", "logs", "dbt_packages"})
"""Folders of what tools make."""
_NOTHING_DEPENDS = frozenset(TESTS / "faults" / f"{name}.py" for name in ("keyed", "planting", "running"))
_STARTS = (TESTS / "loaded.py", TESTS / "loading.py")
"""How the programs of any trial are started (`running`)."""
PREPARED, UNDISTURBED = "faults/drivers.py", "faults/attack.py"
"""What makes the installations that are copied, and what tells of undisturbed drivers."""

_taken: dict[str, str] = {}


def section(name: str) -> str:
    """The file of a section, below the tests."""
    return f"faults/sections/{name}.py"


def code(start: str) -> str:
    """What hangs on a file of the tests, as it was when a process first asked, or as it was handed over (`take`)."""
    if start not in _taken:
        _taken[start] = now(start)
    return _taken[start]


def hand_over(*starts: str) -> dict[str, str]:
    """What was taken of some files, for the processes that do the work."""
    return {start: code(start) for start in starts}


def take(taken: dict[str, str]) -> None:
    """In a process that does the work: it is another's digests that count."""
    _taken.update(taken)


def now(start: str) -> str:
    """The digest of what hangs on a file of the tests as it is at this moment."""
    digest = hashlib.sha256(f"{sys.version} DuckDB {version('duckdb')}\n".encode())
    found = (path for folder in PRODUCT for path in (PROJECT / folder).rglob("*"))
    product = {path for path in found if path.suffix != ".md" and not _MADE.intersection(path.parts) and path.is_file()}
    for path in sorted(product | {PROJECT / name for name in BESIDE} | set(modules(start))):
        digest.update(f"{path.relative_to(PROJECT)}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def modules(start: str) -> Iterator[Path]:
    """The file, and each of the tests that it is made of: imported, or named in words as a module to be run."""
    left, seen = [TESTS / start, *_STARTS], set(_NOTHING_DEPENDS)
    while left:
        file = left.pop()
        if file in seen:
            continue
        seen.add(file)
        yield file
        for name in _named(ast.parse(file.read_text(encoding="utf-8"))):
            path = PROJECT.joinpath(*name.split("."))
            left += [one for one in (path.with_suffix(".py"), path / "__init__.py") if one.exists()]


def _named(tree: ast.AST) -> Iterator[str]:
    """Modules of the tests that a module names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name.startswith("tests."))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "tests":
            yield from (str(node.module), *(f"{node.module}.{one.name}" for one in node.names))
        elif isinstance(node, ast.Constant) and re.fullmatch(r"tests(\.\w+)+", str(node.value)):
            yield str(node.value)
