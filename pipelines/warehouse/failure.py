"""That a build did not come about, and why, in sentences."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


class WarehouseError(Exception):
    """The build did not come about. The message says in sentences which models or tests failed, and why."""

    @staticmethod
    def from_results(target: Path) -> WarehouseError:
        """Reads dbt's run_results.json in its target folder."""
        try:
            results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
        except (OSError, ValueError, KeyError):
            return WarehouseError(f"dbt ended before it ran a model; its log is in {target}.")
        faults = [_sentence(result) for result in results if result["status"] in ("error", "fail", "runtime error")]
        return WarehouseError("\n".join(faults) or f"dbt ended with an error of its own; its log is in {target}.")


def _sentence(result: dict[str, Any]) -> str:
    kind, _, name = result["unique_id"].split(".", 2)
    message = " ".join((result.get("message") or "").split("\n  > ")[0].split())  # without dbt's list of macros
    if kind == "test":
        return f"The test {name.rsplit('.', 1)[0]} fails: {message or 'no message'}"
    return f"The {kind} {name} could not be built: {message or 'no message'}"
