"""By which documents does the gate judge? Known by one digest, so that nothing is judged twice by the same ones."""

from __future__ import annotations

import hashlib
import json

from pipelines.contracts import Catalog

_NEVER_READ = ("indicator", "target", "correction", "break")
"""Kinds of documents that speak of figures once landed: they let no return pass and stop none."""


def digest(catalog: Catalog) -> str:
    """A digest of the returns, code lists and all else that a verdict depends on."""
    others = {file for key, file in catalog.sources.items() if key.partition(":")[0] in _NEVER_READ}
    read = {file: sha256 for file, sha256 in catalog.files.items() if file not in others}
    return hashlib.sha256(json.dumps(read, sort_keys=True).encode()).hexdigest()


def contract(catalog: Catalog, table: str) -> str:
    """The digest of a return's own document; '' when there is none."""
    return catalog.files.get(catalog.sources.get(f"return:{table}", ""), "")
