"""The reference of the Python package, from its docstrings: a page for each stage.

The source is read and not imported, so that nothing of Dagster is loaded; docstrings here are plain text with `code`
and lists, which is Markdown but for signs that mean something else there.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

from pipelines.docs.markdown import escaped, table
from pipelines.home import PROJECT

LEFT_OUT = ("docs", "deploy")
"""What makes this page, and what is no Python."""


def pages() -> dict[str, str]:
    """Name of the page -> Markdown."""
    root = PROJECT / "pipelines"
    stages = {"package": sorted(root.glob("*.py"))}
    for folder in sorted(path.parent for path in root.glob("*/__init__.py")):
        if folder.name not in LEFT_OUT:
            stages[folder.name] = sorted(path for path in folder.rglob("*.py") if path.name != "__main__.py")
    found = {f"reference/python/{stage}": "\n".join(_page(stage, files)) for stage, files in stages.items()}
    rows = [[f"[`{_name(files[0])}`](python/{stage}.md)", _first(files[0])] for stage, files in stages.items()]
    entries = "\n".join(f"python/{stage}" for stage in stages)
    head = f"# Python package\n\n{table(['package', 'what belongs there'], rows)}"
    return {"reference/python": f"{head}```{{toctree}}\n:hidden:\n\n{entries}\n```\n", **found}


def _name(path: Path) -> str:
    parts = path.relative_to(PROJECT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _first(path: Path) -> str:
    return escaped(" ".join((ast.get_docstring(_tree(path)) or "").split("\n\n")[0].split()))


def _page(stage: str, files: list[Path]) -> Iterator[str]:
    yield f"# {'pipelines' if stage == 'package' else stage}\n"
    for path in files:
        tree = _tree(path)
        yield f"## `{_name(path)}`\n\n{_said(tree)}"
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                yield from _class(node)
            elif _is_public(node):
                yield _function(node, "###")


def _is_public(node: ast.stmt) -> TypeGuard[ast.FunctionDef]:
    return isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and bool(ast.get_docstring(node))


def _class(node: ast.ClassDef) -> Iterator[str]:
    bases = ", ".join(map(ast.unparse, node.bases))
    yield f"### `class {node.name}{f'({bases})' if bases else ''}`\n\n{_said(node)}"
    fields = [
        f"{one.target.id}: {ast.unparse(one.annotation)}"
        for one in node.body
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and not one.target.id.startswith("_")
    ]
    if fields:
        yield "```python\n" + "\n".join(fields) + "\n```\n"
    for one in node.body:
        if _is_public(one):
            yield _function(one, "####")


def _function(node: ast.FunctionDef, mark: str) -> str:
    result = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"{mark} `{node.name}`\n\n```python\n{node.name}({ast.unparse(node.args)}){result}\n```\n\n{_said(node)}"


def _said(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> str:
    """The docstring, its signs kept from meaning anything; what is indented is shown as it stands."""
    parts = []
    for part in inspect.cleandoc(ast.get_docstring(node) or "").split("\n\n"):
        if part.startswith("    "):
            parts.append(f"```text\n{inspect.cleandoc(part)}\n```")
        else:
            parts.append("\n".join(map(_line, part.split("\n"))))
    return "\n\n".join(parts) + "\n"


def _line(line: str) -> str:
    bare = line.lstrip()
    mark = bare[:2] if bare[:2] in ("* ", "- ") else ""
    return line[: len(line) - len(bare)] + mark + escaped(bare[len(mark) :])
