"""The published marts as one ODCS contract: what analysts consume.

Names, types, descriptions, keys and accepted values are read from the YAML beside the models of the dbt project,
which dbt enforces; only the truths of indicators (bounds, plausible values) come from the catalog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.odcs_rules import of_indicators
from pipelines.contracts.odcs_words import (
    Contract,
    ExportError,
    column,
    custom,
    frame,
    no_rows,
    primary,
    quality,
    stated,
    unique_key,
    valid_values,
)
from pipelines.contracts.yamlfile import Loader

INDICATORS = "mart_indicator"
_LOGICAL = {
    "varchar": "string", "integer": "integer", "bigint": "integer", "decimal": "number", "boolean": "boolean",
    "date": "date", "timestamp": "timestamp",
}  # fmt: skip
_REF = re.compile(r"ref\('(\w+)'\)")


def contract(catalog: Catalog, project: Path) -> Contract:
    """The contract of the marts of a dbt project."""
    documents = _read(project)
    models = [model for document in documents for model in document.get("models", [])]
    exposures = [exposure for document in documents for exposure in document.get("exposures", [])]
    if not models:
        raise ExportError(f"{project / 'models' / 'marts'} describes no mart; name the folder of the dbt project.")
    programme = catalog.programme
    return frame(
        catalog,
        "marts",
        name=programme.title.en,
        version=str(_yaml(project / "dbt_project.yml")["version"]),
        domain=programme.programme,
        description={
            "purpose": " ".join(f"{one['label']}: {_line(one['description'])}" for one in exposures)
            or programme.title.en,
            "limitations": " ".join(_limitations(catalog)),
        },
        schema=[_object(catalog, model) for model in models],
        team={"name": programme.publisher.en, "customProperties": custom(titleZh=programme.publisher.zh)},
        customProperties=custom(titleZh=programme.title.zh, fictitious=programme.fictitious or None),
    )


def _read(project: Path) -> list[dict[str, Any]]:
    return [_yaml(path) for path in sorted((project / "models" / "marts").glob("*.yml"))]


def _yaml(path: Path) -> dict[str, Any]:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=Loader) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ExportError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def _line(text: str) -> str:
    return " ".join(text.split())


def _limitations(catalog: Catalog) -> Iterator[str]:
    if catalog.programme.fictitious:
        yield "All figures are invented."
    yield "A figure that is missing is NULL and says why; it is never zero."
    sensitive = {t.title.en: [m.title.en for m in t.measures if m.sensitive] for t in catalog.returns.values()}
    for title, measures in sensitive.items():
        if measures:
            yield f"{title}: small figures of {', '.join(measures)} are published together with others, or not at all."


def _object(catalog: Catalog, model: dict[str, Any]) -> Contract:
    tests = [test for test in model.get("data_tests", []) if isinstance(test, dict)]
    keys = next((test["unique_key"]["arguments"]["columns"] for test in tests if "unique_key" in test), [])
    description = _line(model["description"])
    rules = [unique_key(keys, "error", "No two rows have the same key.")] if keys else []
    for test in (test["always"] for test in tests if "always" in test):
        condition = _line(test["arguments"]["condition"])
        name = test.get("name", "always")
        where = f"select count(*) from ${{object}} where not ({condition})"
        rules.append(quality(name, f"Always: {condition}", "consistency", "error", **no_rows(where)))
    if model["name"] == INDICATORS:
        rules += of_indicators(catalog)
    return {
        "name": model["name"],
        "logicalType": "object",
        "physicalType": "table",
        "description": description,
        "dataGranularityDescription": description,
        "properties": [_column(model, one, _primary(model, keys)) for one in model["columns"]],
        **stated(quality=rules),
    }


def _required(found: dict[str, Any]) -> bool:
    return any(constraint["type"] == "not_null" for constraint in found.get("constraints", []))


def _primary(model: dict[str, Any], keys: list[str]) -> list[str]:
    """The unique columns, where they make a primary key: none of them may be NULL."""
    required = {one["name"] for one in model["columns"] if _required(one)}
    return keys if required.issuperset(keys) else []


def _column(model: dict[str, Any], found: dict[str, Any], keys: list[str]) -> Contract:
    name, physical = found["name"], found["data_type"]
    logical = _LOGICAL.get(physical.partition("(")[0].strip())
    if logical is None:
        known = ", ".join(_LOGICAL)
        raise ExportError(f"{model['name']}.{name} has the type {physical}; the export knows {known}.")
    tests = {name: test for one in found.get("data_tests", []) if isinstance(one, dict) for name, test in one.items()}
    values = tests.get("accepted_values", {}).get("arguments", {}).get("values")
    to = tests.get("relationships", {}).get("arguments")
    target = _REF.search(to["to"]) if to else None
    return column(
        name, physical, logical,
        description=_line(found["description"]),
        required=_required(found) or None,
        relationships=[{"type": "foreignKey", "to": f"{target[1]}.{to['field']}"}] if to and target else None,
        quality=[valid_values(f"{name}_is_known", "Nothing but these values.", values)] if values else None,
        **(primary(keys.index(name) + 1) if name in keys else {}),
    )  # fmt: skip
