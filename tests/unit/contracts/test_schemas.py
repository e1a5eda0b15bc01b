"""The tracked JSON Schemas are those of the models, and every document names its own and holds to it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from pipelines.contracts import schema
from pipelines.home import PROJECT

ROOT = PROJECT / "data_contracts"
DOCUMENTS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.rglob("*.yaml"))


def test_tracked_schemas_are_those_of_the_models() -> None:
    tracked = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "schemas").iterdir()}
    assert tracked == schema.schemas(), "run: python -m pipelines.contracts.schema data_contracts/schemas"


def test_schemas_can_be_written_anywhere(tmp_path: Path) -> None:
    schema.write(tmp_path / "new")
    assert {path.name for path in (tmp_path / "new").iterdir()} == set(schema.schemas())


@pytest.mark.parametrize("file", DOCUMENTS)
def test_a_document_names_its_schema_and_holds_to_it(file: str) -> None:
    path = ROOT / file
    text = path.read_text(encoding="utf-8")
    mark, _, address = text.partition("\n")[0].partition("=")
    assert mark == "# yaml-language-server: $schema"
    named = (path.parent / address).resolve()
    kinds = {"returns": "return", "indicators": "indicator", "area_events": "area_event", "breaks": "break"}
    kind = kinds.get(file.split("/")[0], file.split("/")[0])
    assert named == (ROOT / "schemas" / f"{kind.removesuffix('.yaml')}.schema.json").resolve()
    document = json.loads(json.dumps(yaml.safe_load(text), default=str))
    jsonschema.Draft202012Validator(json.loads(named.read_text(encoding="utf-8"))).validate(document)
