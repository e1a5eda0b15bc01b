"""The gates asked again before a release: validation's results and dbt's, of a candidate from the run's own files, of
an edition from those that its candidate carries.

A check that blocked an earlier run blocks nothing by itself; so whoever publishes looks here, whatever ran
before.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.release import sources
from pipelines.release.manifest import ReleaseError
from pipelines.runs import VALIDATION
from pipelines.validation import gate, read_results
from pipelines.warehouse import build


class Shut(ReleaseError):
    """A gate is shut: nothing was published. `reasons` are sentences."""

    def __init__(self, reasons: list[str]):
        self.reasons = reasons
        super().__init__("\n".join(["Nothing was published; the release before it stands.", *reasons]))


def reasons(catalog: Catalog, run_folder: Path) -> list[str]:
    """Why nothing may be published from this run, as sentences; none = all gates are open."""
    warehouse = build.warehouse(run_folder)
    if not warehouse.is_file():
        return [f"The run {run_folder.name} has no private build."]
    return [
        *gate(run_folder / VALIDATION / "results.json", catalog, warehouse),
        *dbt(build.target(run_folder)),
        *_of_one_build(run_folder),
    ]


def _of_one_build(run_folder: Path) -> list[str]:
    """Binds dbt's results to the private build that was validated, by its bytes."""
    tested, results = build.tested(run_folder), read_results(run_folder / VALIDATION)
    if tested is None:
        return ["There is no word of which private build dbt's results speak; run the whole line again."]
    if results is not None and tested != results.warehouse:  # without results the gate above is shut
        return ["dbt's results speak of another private build than the one that was validated."]
    return []


def again(catalog: Catalog, candidate: Path, said: dict[str, Any]) -> list[str]:
    """Why no edition may be made from a candidate: the same gates, from the results it carries and its manifest.

    The private build is gone by now; that the candidate still is what was audited against it is `verify`'s word.
    """
    folder = candidate / VALIDATION
    shut = [*gate(folder / "results.json", catalog), *dbt(folder / sources.DBT)]
    if said["documents"] != catalog.files:
        shut.append(f"The documents in {candidate.name} are not those that its manifest names.")
    if {"explained": 0} | said["checks"] != sources.checks(folder):  # an older manifest does not count them
        shut.append(f"The manifest of {candidate.name} counts its checks otherwise than the results it carries.")
    return shut


def dbt(target: Path) -> list[str]:
    """Why dbt's gate is shut: a model or data test of the project failed, warned, was skipped, or was never run.

    No test of the project states `severity: warn`; a warning is a test that does not hold.
    """
    try:
        ran = {result["unique_id"]: result for result in _json(target / "run_results.json")["results"]}
        known = _json(target / "manifest.json")
        demanded = [
            node
            for node, facts in known["nodes"].items()
            if facts["resource_type"] in ("model", "test")
            and facts.get("config", {}).get("enabled", True)
            and facts.get("config", {}).get("materialized") != "ephemeral"
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [f"The results of dbt in {target} cannot be read: {error}."]
    if not demanded:
        return ["dbt's project holds no models; there is nothing to release."]
    shut = [f"dbt did not run {node}." for node in demanded if node not in ran]
    for node, result in ran.items():
        if result.get("status") not in ("success", "pass", "no-op"):  # an exposure does nothing
            shut.append(f"dbt: {node} ended with {result.get('status')}: {_line(result.get('message'))}")
    return shut


def _json(file: Path) -> Any:
    return json.loads(file.read_bytes())


def _line(message: Any) -> str:
    return " ".join(str(message or "no message").split())[:300]
