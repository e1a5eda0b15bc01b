"""What a release was made from, for its manifest: batches of figures, definitions, and the verdicts of the
checks.
"""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.validation import read_results
from pipelines.validation.kept import file_digest


def batches(run_folder: Path) -> dict[str, str]:
    """Name -> sha256 of each batch of figures that the run read, as its inputs.json lists them."""
    folder = run_folder / "inputs"
    named = json.loads((folder / "inputs.json").read_bytes())["batches"]
    return {name: file_digest(folder / "figure" / name) for name in sorted(named)}


def inputs(run_folder: Path) -> dict[str, str]:
    """Relation -> sha256 of each definition or register extract that the run read."""
    return {file.stem: file_digest(file) for file in sorted((run_folder / "inputs").glob("*.parquet"))}


def missing_batches(known: dict[str, str], here: dict[str, str]) -> list[str]:
    """Batches of `known` that `here` lacks or holds with other bytes."""
    return [name for name, digest in known.items() if here.get(name) != digest]


def checks(folder: Path) -> dict[str, int]:
    """How many rules passed, warned, failed, and could not be decided."""
    results = read_results(folder)
    found = {"passed": 0, "warned": 0, "failed": 0, "undecided": 0}
    by_rule: dict[str, list[tuple[str, str]]] = {}
    for result in results.results if results else []:
        by_rule.setdefault(result.rule, []).append((result.status, result.severity))
    for verdicts in by_rule.values():
        statuses = {status for status, _ in verdicts}
        if "fail" in statuses:
            found["failed" if verdicts[0][1] == "error" else "warned"] += 1
        else:
            found["passed" if "pass" in statuses else "undecided"] += 1
    return found
