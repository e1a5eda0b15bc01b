"""The results on disk: `results.json`, written whole or not at all, with a digest of itself.

Whether it opens a release is `gate`'s word.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pipelines.home import write_durably
from pipelines.validation.results import Result, Results

FORMAT = 1
FILE = "results.json"


class ResultsError(Exception):
    """The results file cannot be used. The message is a sentence."""


def digest(payload: dict[str, Any]) -> str:
    """sha256 of a JSON value in canonical form. Raises TypeError for what is not a plain JSON type."""
    _native(payload)
    text = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _native(value: Any) -> None:
    """Types of numpy and pandas pass for numbers in some JSON writers and not in others: refuse them all."""
    if type(value) is dict:
        for key, inner in value.items():
            if type(key) is not str:
                raise TypeError(f"the key {key!r} is not text")
            _native(inner)
    elif type(value) is list:
        for inner in value:
            _native(inner)
    elif value is not None and type(value) not in (str, int, bool):
        raise TypeError(f"{value!r} is a {type(value).__name__}, not a plain text, whole number or truth value")


def write(results: Results, folder: Path) -> Path:
    """Writes `results.json` into the folder, whole or not at all."""
    payload = {"format": FORMAT} | results.payload()
    text = json.dumps(payload | {"digest": digest(payload)}, ensure_ascii=False, indent=1)
    write_durably(folder / FILE, f"{text}\n".encode())
    return folder / FILE


def read(file: Path) -> Results:
    """Reads a results file. Raises ResultsError: it is missing, cut short, changed or of another format."""
    try:
        content = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise ResultsError(f"There are no results of validation at {file}.") from None
    except (OSError, ValueError) as error:
        raise ResultsError(f"The results of validation at {file} cannot be read: {error}.") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise ResultsError(f"{file} does not hold results of validation in format {FORMAT}.")
    told = content.pop("digest", "")
    try:
        if told != digest(content):
            raise ResultsError(f"The results of validation at {file} were changed or cut short: their digest differs.")
        del content["format"]
        results = [Result(**result) for result in content.pop("results")]
        return Results(**content, results=results, folder=file.parent)
    except (TypeError, KeyError) as error:
        raise ResultsError(f"The results of validation at {file} are not complete: {error}.") from None


def read_results(folder: Path) -> Results | None:
    """The results of the run whose findings lie in `folder`; None when there are none that can be used."""
    try:
        return read(folder / FILE)
    except ResultsError:
        return None


def documents_digest(files: dict[str, str]) -> str:
    """One digest for all documents of a catalog (path -> sha256)."""
    return digest(dict(files))
