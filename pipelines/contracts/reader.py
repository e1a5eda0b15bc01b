"""Reads and types the documents of one folder; remembers what was read, and every fault of shape.

Whether documents agree with each other is `checks`' business.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.contracts import codelists, salvage, yamlfile
from pipelines.contracts.base import PATTERNS
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.faults import Fault
from pipelines.contracts.yamlfile import Location

Model = TypeVar("Model", bound=BaseModel)

PLACES = (
    "programme.yaml, calendar.yaml, returns/<office>/<table>.yaml, indicators/<id>.yaml, "
    "targets/<indicator>.yaml, corrections/<id>.yaml, area_events/<id>.yaml, breaks/<id>.yaml and "
    "codelists/<list>.csv"
)


class Reader:
    """`faults` are those found so far. `unread`: `programme`, `calendar`, `return:<id>`, `codelist:<name>` ... of
    which not all is known, so that nothing that refers to them is a fault of its own."""

    def __init__(self, root: Path):
        self.root = root
        self.faults: list[Fault] = []
        self.files: dict[str, str] = {}
        self.located: dict[str, yamlfile.Located] = {}
        self.unread: set[str] = set()

    def single(self, name: str, model: type[Model]) -> Model | None:
        """The one document of this name."""
        kind = name.removesuffix(".yaml")
        path = next(self._entries(name), None)
        if path is None and not any(fault.file == name for fault in self.faults):
            self.faults.append(Fault(name, 0, "is missing; every set of documents has one"))
        found = self._typed(path, model) if path else None
        if found is None:
            self.unread.add(kind)
            return None
        self.located[kind] = found[1]
        return found[0]

    def folder(self, pattern: str, model: type[Model], key: str, kind: str) -> dict[str, Model]:
        """id -> document, for the documents of one kind. The file's name is the id."""
        documents: dict[str, Model] = {}
        for path in self._entries(pattern):
            found = self._typed(path, model, key)
            if found is None:
                self.unread.add(f"{kind}:{path.stem}")
                continue
            document, where = found
            id = getattr(document, key)
            if path.stem != id:
                message = f"says {key}: {id}, but the file is called {path.name}; make them agree"
                self.faults.append(where.fault(message, key))
            if id in documents:
                message = f"{key} {id} is already described in {self.located[f'{kind}:{id}'].file}"
                self.faults.append(where.fault(message, key))
                continue
            documents[id] = document
            self.located[f"{kind}:{id}"] = where
        return documents

    def codelists(self) -> dict[str, Codelist]:
        """name -> code list, `area` among them."""
        lists: dict[str, Codelist] = {}
        for path in self._entries("codelists/*.csv"):
            found, faults, whole = codelists.read(path, self.root, areas=path.stem == "area")
            self.faults += faults
            if whole or found.items:
                lists[path.stem] = found
            if not whole:
                self.unread.add(f"codelist:{path.stem}")
        if "area" not in lists and "codelist:area" not in self.unread:
            message = "is missing; it lists the areas: code,parent,level,name_en,name_zh"
            self.faults.append(Fault("codelists/area.csv", 0, message))
            self.unread.add("codelist:area")
        lists.setdefault("area", Codelist("area"))
        return lists

    def strays(self) -> None:
        """Documents where none is read would be forgotten in silence."""
        for path in sorted(self.root.rglob("*")):
            file = path.relative_to(self.root).as_posix()
            if _hidden(path, self.root) or file in self.files or any(fault.file == file for fault in self.faults):
                continue
            if path.suffix not in (".yaml", ".yml", ".csv") or not path.is_file():
                continue
            if path.suffix == ".yml":
                message = "is not read; documents end in .yaml"
            elif path.parent == self.root / "returns":
                message = f"must stand in the folder of its office: returns/<office>/{path.name}"
            else:
                message = f"stands where no document is read; the places are {PLACES}"
            self.faults.append(Fault(file, 0, message))

    def _entries(self, pattern: str) -> Iterator[Path]:
        """The readable files of a pattern, each noted with its hash. What is no file is a fault; dot-files are not
        documents (editors leave them)."""
        for path in sorted(self.root.glob(pattern)):
            if _hidden(path, self.root):
                continue
            file = path.relative_to(self.root).as_posix()
            try:
                self.files[file] = hashlib.sha256(path.read_bytes()).hexdigest()
            except IsADirectoryError:
                self.faults.append(Fault(file, 0, "is a folder; a document is a file"))
            except FileNotFoundError:
                self.faults.append(Fault(file, 0, "is a link to a file that does not exist; remove it"))
            except OSError as error:
                self.faults.append(Fault(file, 0, f"cannot be read ({error.strerror}); mend that or remove it"))
            else:
                yield path
                continue
            self.unread.add(_token(file))

    def _typed(self, path: Path, model: type[Model], key: str = "") -> tuple[Model, yamlfile.Located] | None:
        """A document as its model. With faults of shape, as much of it as is safe to go on with, or None."""
        where, found = yamlfile.read(path, self.root)
        self.faults += found
        if where is None:
            return None
        places: dict[Location, str] = {}
        document: Model | None = None
        try:
            document = model.model_validate(where.data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                place = tuple(part for part in detail["loc"] if _in_data(where.data, part))
                places.setdefault(place, _sentence(detail, place, model))
        for place, message in places.items():
            if not any(len(other) > len(place) > 0 and other[: len(place)] == place for other in places):
                self.faults.append(where.fault(message, *place))
        if document is None or where.doubled:
            document = salvage.rest(model, where.data, [*places, *where.doubled], {key: path.stem} if key else {})
        return (document, where) if document is not None else None


def _hidden(path: Path, root: Path) -> bool:
    return any(part.startswith(".") for part in path.relative_to(root).parts)


def _token(file: str) -> str:
    """The name of a document in `unread`."""
    folder, _, name = file.rpartition("/")
    kind = {
        "returns": "return", "indicators": "indicator", "targets": "target", "codelists": "codelist",
        "corrections": "correction", "area_events": "area_event", "breaks": "break",
    }  # fmt: skip
    stem = name.rpartition(".")[0]
    return f"{kind[folder.split('/')[0]]}:{stem}" if folder else stem


def _in_data(data: Any, part: int | str) -> bool:
    """Pydantic names union members in its locations (`str`, `dict[...]`); those are not in the document."""
    return isinstance(part, int) or not ("[" in part or (part in ("str", "int") and part not in _keys(data)))


def _keys(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for value in data.values() for key in _keys(value)}
    if isinstance(data, list):
        return {key for value in data for key in _keys(value)}
    return set()


def _sentence(detail: ErrorDetails, location: Location, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in location) or "the document"
    context = detail.get("ctx", {})
    if detail["type"] == "extra_forbidden":
        known = ", ".join(field.alias or name for name, field in model.model_fields.items())
        hint = f"; known here: {known}" if len(location) == 1 else ""
        return f"`{place}` is not a field of this kind of document{hint}"
    if detail["type"] == "missing":
        return f"`{place}` is missing"
    if detail["type"] == "value_error":
        return f"`{place}`: {context['error']}"
    given = detail["input"]
    shown = f" (found {given!r})" if isinstance(given, str | int | float) and len(str(given)) < 60 else ""
    if detail["type"] == "string_pattern_mismatch" and context.get("pattern") in PATTERNS:
        return f"`{place}`: {PATTERNS[context['pattern']]}{shown}"
    if detail["type"].startswith("date"):
        form = "2005-02-28"  # no year of figures: an example
        return f"`{place}`: {f'{given} is not a day' if given else 'a day is missing'}; write it like {form}"
    if detail["type"] == "string_type" and given is None:
        return f"`{place}`: nothing stands there"
    if detail["type"] == "string_type" and isinstance(given, int | float | date):
        shown = f" (found {given}); put it in quotes"
    message = detail["msg"]
    return f"`{place}`: {message[0].lower()}{message[1:]}{shown}"
