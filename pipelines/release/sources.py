"""What a release was made from, for its manifest: batches of figures, definitions, keys, and the verdicts of the
checks.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipelines.home import file_digest
from pipelines.validation import read_results
from pipelines.validation.results import counted

DBT = "dbt"
"""Folder of dbt's results, beside those of validation."""


def batches(run_folder: Path) -> dict[str, str]:
    """Name -> sha256 of each batch of figures that the run read, as its inputs.json lists them."""
    folder = run_folder / "inputs"
    named = json.loads((folder / "inputs.json").read_bytes())["batches"]
    return {name: file_digest(folder / "figure" / name) for name in sorted(named)}


def inputs(run_folder: Path) -> dict[str, str]:
    """Relation -> sha256 of each definition or register extract that the run read."""
    return {file.stem: file_digest(file) for file in sorted((run_folder / "inputs").glob("*.parquet"))}


def known(run_folder: Path) -> dict[str, Any]:
    """What was known when a run computed: {decided_until: time of the last decision, decisions: how many of persons,
    today: its calendar day}.
    """
    facts = json.loads((run_folder / "inputs" / "inputs.json").read_bytes())
    return {name: facts[name] for name in ("decided_until", "decisions", "today")}


def missing_batches(known: dict[str, str], here: dict[str, str]) -> list[str]:
    """Batches of `known` that `here` lacks or holds with other bytes."""
    return [name for name, digest in known.items() if here.get(name) != digest]


def checks(folder: Path) -> dict[str, int]:
    """How many rules passed, warned, warned of explained figures only, failed, and could not be decided."""
    results = read_results(folder)
    return results.counts() if results else counted([])


def keep_dbt(target: Path, folder: Path) -> None:
    """Keeps of dbt's results what the gate asks, so that it can be asked again when the run's folder is gone."""
    ran = json.loads((target / "run_results.json").read_bytes())["results"]
    nodes = json.loads((target / "manifest.json").read_bytes())["nodes"]
    results = [{key: result.get(key) for key in ("unique_id", "status", "message")} for result in ran]
    known = {
        node: {
            "resource_type": facts["resource_type"],
            "config": {key: facts.get("config", {}).get(key) for key in ("enabled", "materialized")},
        }
        for node, facts in nodes.items()
    }
    (folder / DBT).mkdir()
    for name, content in (("run_results.json", {"results": results}), ("manifest.json", {"nodes": known})):
        (folder / DBT / name).write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def keys(target: Path, tables: Iterable[str]) -> dict[str, list[str]]:
    """table -> the columns that name a row, as the model's own test `unique_key` states and dbt has tested."""
    nodes = json.loads((target / "manifest.json").read_bytes())["nodes"].values()
    found = {
        node["attached_node"].rsplit(".", 1)[-1]: list(node["test_metadata"]["kwargs"]["columns"])
        for node in nodes
        if (node.get("test_metadata") or {}).get("name") == "unique_key" and node.get("attached_node")
    }
    return {name: found[name] for name in tables if name in found}
