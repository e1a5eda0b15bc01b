"""YAML with the line of every node, so that a fault can name it. Safe loading only; doubled keys are faults.

What the document means is the models' business, not this module's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts.faults import Fault

Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's safe loader where it is built in: ten times faster, the same documents."""

Location = tuple[str | int, ...]

_TAG = yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG.removesuffix("str")
_READ_AS = frozenset(_TAG + name for name in ("timestamp", "int", "float"))


class Located:
    """A parsed document: `data` is plain Python, `line(location)` that of a node or its nearest parent.

    `doubled`: the keys that stand twice; of their values only the last is in `data`.
    """

    def __init__(self, file: str, data: Any, lines: dict[Location, int], doubled: list[Location]):
        self.file = file
        self.data = data
        self.doubled = doubled
        self._lines = lines

    def line(self, location: Location = ()) -> int:
        """The line (from 1) of the node at `location`, or of the closest node around it that exists."""
        for end in range(len(location), -1, -1):
            if location[:end] in self._lines:
                return self._lines[location[:end]]
        return 1

    def fault(self, message: str, *location: str | int) -> Fault:
        """A fault of this document at a location."""
        return Fault(self.file, self.line(location), message)


def read(path: Path, root: Path) -> tuple[Located | None, list[Fault]]:
    """Reads one YAML document. Returns it (None when unreadable) and its faults.

    A value that looks like a day or a number and is none (2005-02-30) stays text, for the models to refuse.
    """
    file = path.relative_to(root).as_posix()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        return None, [Fault(file, 0, f"is not UTF-8 text (byte {error.start}); save it as UTF-8")]
    doubled: list[tuple[Location, int]] = []
    lines: dict[Location, int] = {}
    loader: Any = None
    try:
        loader = Loader(text)
        node = loader.get_single_node()
        if node is None:
            return None, [Fault(file, 1, "is empty; a document must say what it describes")]
        _walk(loader, node, (), lines, doubled)
        data = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        line = mark.line + 1 if mark else 0
        return None, [Fault(file, line, f"is not valid YAML: {error.problem or error.context}")]
    except (yaml.YAMLError, ValueError) as error:  # signs that no text holds
        return None, [Fault(file, 0, f"is not valid YAML: {' '.join(str(error).split())}")]
    except RecursionError:
        return None, [Fault(file, 0, "holds itself, by an alias (*name) inside its own anchor (&name)")]
    finally:
        if loader is not None:
            loader.dispose()
    faults = [Fault(file, line, f"`{at[-1]}` stands twice; keep one of them") for at, line in doubled]
    return Located(file, data, lines, [at for at, _ in doubled]), faults


def _walk(
    loader: Any, node: yaml.Node, at: Location, lines: dict[Location, int], doubled: list[tuple[Location, int]]
) -> None:
    lines[at] = node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            if name in seen:
                doubled.append(((*at, name), key.start_mark.line + 1))
            seen.add(name)
            _walk(loader, value, (*at, name), lines, doubled)
            lines[(*at, name)] = key.start_mark.line + 1
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(loader, value, (*at, index), lines, doubled)
    elif node.tag in _READ_AS:
        try:
            loader.construct_object(node)
        except ValueError:
            loader.recursive_objects.pop(node, None)  # or it seems to hold itself
            node.tag = _TAG + "str"
