"""Is a contract one of ODCS v3.1? Asked of the model and of the schema that the standard's own package publishes."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

import jsonschema
from open_data_contract_standard.model import OpenDataContractStandard
from pydantic import ValidationError


@cache
def _schema() -> jsonschema.protocols.Validator:
    schema = json.loads(files("open_data_contract_standard").joinpath("schema.json").read_text(encoding="utf-8"))
    return jsonschema.validators.validator_for(schema)(schema)


def faults(contract: dict[str, Any]) -> list[str]:
    """What is wrong with it. The model drops in silence what it does not know: it must give back all it was given."""
    found = [f"{error.json_path}: {error.message}" for error in _schema().iter_errors(contract)]
    try:
        model = OpenDataContractStandard(**contract)
    except ValidationError as error:
        return [*found, str(error)]
    given_back = model.model_dump(by_alias=True, exclude_unset=True)
    return found if given_back == contract else [*found, "the model does not know all of its fields"]
