"""A folder of documents -> one `Catalog`, or every fault of the folder together.

    programme.yaml  calendar.yaml  returns/<office>/<table>.yaml  indicators/<id>.yaml  targets/<indicator>.yaml
    codelists/<list>.csv  (area.csv is the tree of areas)

Reading and typing happen here; whether documents agree with each other is `checks`' business.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipelines.contracts import checks, codelists, yamlfile
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.faults import ContractError, Fault
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Programme
from pipelines.contracts.returns import Return

Model = TypeVar("Model", bound=BaseModel)


def load(root: Path) -> Catalog:
    """Reads the documents below `root`. Raises ContractError with all faults of all documents, file and line."""
    if not root.is_dir():
        raise ContractError([Fault(str(root), 0, "is not a folder; set YEARBOOK_CONTRACTS to a folder of documents")])
    faults: list[Fault] = []
    files = {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix in (".yaml", ".csv")
    }
    programme = _single(root, "programme.yaml", Programme, faults)
    calendar = _single(root, "calendar.yaml", Calendar, faults)
    located: dict[str, yamlfile.Located] = {}
    returns = _folder(root, "returns", "*/*.yaml", Return, "table", "return", located, faults)
    indicators = _folder(root, "indicators", "*.yaml", Indicator, "indicator", "indicator", located, faults)
    targets = _folder(root, "targets", "*.yaml", Targets, "indicator", "target", located, faults)
    lists: dict[str, Codelist] = {}
    for path in sorted((root / "codelists").glob("*.csv")):
        lists[path.stem], found = codelists.read(path, root, areas=path.stem == "area")
        faults += found
    if "area" not in lists:
        faults.append(Fault("codelists/area.csv", 0, "is missing; it lists the areas: code,parent,level,name_en,name_zh"))
        lists["area"] = Codelist("area")
    for path in sorted((root / "returns").glob("*.yaml")):
        faults.append(Fault(f"returns/{path.name}", 0, f"must stand in the folder of its office: returns/<office>/{path.name}"))
    if programme is None or calendar is None:
        raise ContractError(faults)
    catalog = Catalog(
        programme=programme,
        calendar=calendar,
        returns=returns,
        indicators=indicators,
        targets=targets,
        codelists=lists,
        files=files,
        sources={key: document.file for key, document in located.items()},
    )
    faults += checks.all_faults(catalog, located)
    if faults:
        raise ContractError(faults)
    return catalog


def _single(root: Path, name: str, model: type[Model], faults: list[Fault]) -> Model | None:
    if not (root / name).is_file():
        faults.append(Fault(name, 0, "is missing; every set of documents has one"))
        return None
    found = _typed(root / name, root, model, faults)
    return found[0] if found else None


def _folder(
    root: Path,
    folder: str,
    pattern: str,
    model: type[Model],
    key: str,
    kind: str,
    located: dict[str, yamlfile.Located],
    faults: list[Fault],
) -> dict[str, Model]:
    documents: dict[str, Model] = {}
    for path in sorted((root / folder).glob(pattern)):
        found = _typed(path, root, model, faults)
        if found is None:
            continue
        document, where = found
        id = getattr(document, key)
        if path.stem != id:
            faults.append(where.fault(f"says {key}: {id}, but the file is called {path.name}; make them agree", key))
        if id in documents:
            faults.append(where.fault(f"{key} {id} is already described in {located[f'{kind}:{id}'].file}", key))
            continue
        documents[id] = document
        located[f"{kind}:{id}"] = where
    return documents


def _typed(path: Path, root: Path, model: type[Model], faults: list[Fault]) -> tuple[Model, yamlfile.Located] | None:
    where, found = yamlfile.read(path, root)
    faults += found
    if where is None:
        return None
    try:
        return model.model_validate(where.data), where
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            location = tuple(part for part in detail["loc"] if _in_data(where.data, detail["loc"], part))
            faults.append(where.fault(_sentence(detail, model), *location))
    return None


def _in_data(data: Any, location: tuple[int | str, ...], part: int | str) -> bool:
    """Pydantic names union members in its locations (`str`, `dict[...]`); those are not places of the document."""
    return isinstance(part, int) or not ("[" in part or (part in ("str", "int") and part not in _keys(data)))


def _keys(data: Any) -> set[str]:
    if isinstance(data, dict):
        return set(data) | {key for value in data.values() for key in _keys(value)}
    if isinstance(data, list):
        return {key for value in data for key in _keys(value)}
    return set()


def _sentence(detail: ErrorDetails, model: type[BaseModel]) -> str:
    place = ".".join(str(part) for part in detail["loc"]) or "the document"
    if detail["type"] == "extra_forbidden":
        known = ", ".join(field.alias or name for name, field in model.model_fields.items())
        hint = f"; known here: {known}" if len(detail["loc"]) == 1 else ""
        return f"`{place}` is not a field of this kind of document{hint}"
    if detail["type"] == "missing":
        return f"`{place}` is missing"
    given = detail["input"]
    shown = f" (found {given!r})" if isinstance(given, str | int | float) and len(str(given)) < 60 else ""
    if detail["type"] == "string_type" and isinstance(given, int | float):
        shown += "; put it in quotes"
    return f"`{place}`: {detail['msg'].lower()}{shown}"
