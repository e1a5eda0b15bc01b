"""A folder of documents -> one `Catalog`, or every fault of the folder together.

    programme.yaml    calendar.yaml    returns/<office>/<table>.yaml    indicators/<id>.yaml
    targets/<indicator>.yaml    codelists/<list>.csv (area.csv is the tree of areas)

Reading and typing happen here; whether documents agree with each other is `checks`' business.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.contracts import checks, codelists, yamlfile
from pipelines.contracts.base import PATTERNS
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.faults import ContractError, Fault
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Programme
from pipelines.contracts.returns import Column, Return
from pipelines.contracts.yamlfile import Location

Model = TypeVar("Model", bound=BaseModel)
ColumnType = TypeVar("ColumnType", bound=Column)

PLACES = (
    "programme.yaml, calendar.yaml, returns/<office>/<table>.yaml, indicators/<id>.yaml, "
    "targets/<indicator>.yaml and codelists/<list>.csv"
)


def load(root: Path) -> Catalog:
    """Reads the documents below `root`. Raises ContractError with all faults of all documents."""
    if not root.is_dir():
        message = "is not a folder; set YEARBOOK_CONTRACTS to a folder of documents"
        raise ContractError([Fault(str(root), 0, message)])
    reader = _Reader(root)
    programme = reader.single("programme.yaml", Programme)
    calendar = reader.single("calendar.yaml", Calendar)
    returns = reader.folder("returns/*/*.yaml", Return, "table", "return")
    indicators = reader.folder("indicators/*.yaml", Indicator, "indicator", "indicator")
    targets = reader.folder("targets/*.yaml", Targets, "indicator", "target")
    lists = reader.codelists()
    reader.strays()
    if programme is None or calendar is None:
        raise ContractError(reader.faults)
    catalog = Catalog(
        programme=programme,
        calendar=calendar,
        returns={id: _with_headers(table, programme) for id, table in returns.items()},
        indicators=indicators,
        targets=targets,
        codelists=lists,
        files=reader.files,
        sources={key: document.file for key, document in reader.located.items() if ":" in key},
    )
    faults = reader.faults + checks.all_faults(catalog, reader.located, reader.unread)
    if faults:
        raise ContractError(faults)
    return catalog


def _with_headers(table: Return, programme: Programme) -> Return:
    """The return with all headers it may arrive under: the titles of its measures, the house's headers."""

    def more(column: ColumnType, *headers: str) -> ColumnType:
        return column.model_copy(update={"aliases": list(dict.fromkeys([*column.aliases, *headers]))})

    return table.model_copy(
        update={
            "area": more(table.area, *programme.area_headers),
            "period": more(table.period, *programme.period_headers),
            "measures": [more(measure, measure.title.en, measure.title.zh) for measure in table.measures],
            "ignored_headers": list(dict.fromkeys([*table.ignored_headers, *programme.ignored_headers])),
        }
    )


class _Reader:
    """Reads and types the documents of one folder, and remembers what it read and what was wrong."""

    def __init__(self, root: Path):
        self.root = root
        self.faults: list[Fault] = []
        self.files: dict[str, str] = {}
        self.located: dict[str, yamlfile.Located] = {}
        self.unread: set[str] = set()

    def single(self, name: str, model: type[Model]) -> Model | None:
        """The one document of this name."""
        if not (self.root / name).is_file():
            self.faults.append(Fault(name, 0, "is missing; every set of documents has one"))
            return None
        found = self._typed(self.root / name, model)
        if found is None:
            return None
        self.located[name.removesuffix(".yaml")] = found[1]
        return found[0]

    def folder(self, pattern: str, model: type[Model], key: str, kind: str) -> dict[str, Model]:
        """id -> document, for the documents of one kind. The file's name is the id."""
        documents: dict[str, Model] = {}
        for path in sorted(self.root.glob(pattern)):
            found = self._typed(path, model)
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
        for path in sorted((self.root / "codelists").glob("*.csv")):
            self._note(path)
            lists[path.stem], found = codelists.read(path, self.root, areas=path.stem == "area")
            self.faults += found
        if "area" not in lists:
            message = "is missing; it lists the areas: code,parent,level,name_en,name_zh"
            self.faults.append(Fault("codelists/area.csv", 0, message))
            lists["area"] = Codelist("area")
        return lists

    def strays(self) -> None:
        """Documents where none is read would be forgotten in silence."""
        for path in sorted(self.root.rglob("*")):
            file = path.relative_to(self.root).as_posix()
            if not path.is_file() or path.suffix not in (".yaml", ".yml", ".csv") or file in self.files:
                continue
            if path.suffix == ".yml":
                message = "is not read; documents end in .yaml"
            elif path.parent == self.root / "returns":
                message = f"must stand in the folder of its office: returns/<office>/{path.name}"
            else:
                message = f"stands where no document is read; the places are {PLACES}"
            self.faults.append(Fault(file, 0, message))

    def _note(self, path: Path) -> None:
        self.files[path.relative_to(self.root).as_posix()] = hashlib.sha256(path.read_bytes()).hexdigest()

    def _typed(self, path: Path, model: type[Model]) -> tuple[Model, yamlfile.Located] | None:
        self._note(path)
        where, found = yamlfile.read(path, self.root)
        self.faults += found
        if where is None:
            return None
        try:
            return model.model_validate(where.data), where
        except ValidationError as error:
            told: dict[Location, str] = {}
            for detail in error.errors(include_url=False):
                place = tuple(part for part in detail["loc"] if _in_data(where.data, part))
                told.setdefault(place, _sentence(detail, place, model))
            for place, message in told.items():
                if not any(len(other) > len(place) > 0 and other[: len(place)] == place for other in told):
                    self.faults.append(where.fault(message, *place))
        return None


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
    if detail["type"] == "string_type" and isinstance(given, int | float):
        shown += "; put it in quotes"
    message = detail["msg"]
    return f"`{place}`: {message[0].lower()}{message[1:]}{shown}"
