"""The dbt models, compiled once, run in this process on one set of inputs after another.

A run of dbt costs seconds that do not depend on the figures; where hundreds of builds are to be compared, the very same
SQL is run here, model by model in dbt's order, in a DuckDB that lives in memory. dbt's data tests come along. What dbt
itself adds (contracts, incremental models, hooks) is looked at by the tests that run dbt.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.warehouse import build

INPUTS, AS_OF = "/inputs-of-a-run", "time-of-knowledge"
"""What stands in the compiled SQL where a run's folder and the time asked for go."""

EVERYTHING = "9999"
KNOWLEDGE = {
    "mart_submission": {"submission_number", "decided_at", "batch_id"},
}
"""mart -> columns that say when or in which order things became known: the only ones that the order of arrival may
change."""


@dataclass(frozen=True)
class Node:
    """A model or a data test of the project: its SQL as compiled."""

    name: str
    schema: str
    is_view: bool
    sql: str


@dataclass(frozen=True)
class Models:
    """The project, compiled."""

    models: list[Node]
    tests: list[Node]

    @contextmanager
    def built(self, inputs: Path, as_of: str = EVERYTHING, tests: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection to a build of all models from a folder of inputs (`warehouse.inputs.write`), in memory.

        `tests`: dbt's data tests must hold. Raises AssertionError naming the one that does not.
        """
        # one thread: what hundreds of builds take is the plans of small tables, and two share their work at a loss
        with duckdb.connect(config={"threads": 1, "preserve_insertion_order": False}) as connection:
            for schema in sorted({node.schema for node in self.models}):
                connection.execute(f"create schema {schema}")
            for node in self.models:
                kind = "view" if node.is_view else "table"
                connection.execute(f"create {kind} {node.schema}.{node.name} as {self._sql(node, inputs, as_of)}")
            for node in self.tests if tests else ():
                failing = connection.execute(self._sql(node, inputs, as_of)).fetchall()
                assert not failing, f"{node.name}: {failing[:3]}"
            yield connection

    def marts(self, inputs: Path, as_of: str = EVERYTHING, tests: bool = True) -> dict[str, list[tuple[Any, ...]]]:
        """mart -> its sorted rows, without what may differ by the order of arrival (`KNOWLEDGE`)."""
        with self.built(inputs, as_of, tests) as connection:
            return {name: rows(connection, f"marts.{name}") for name in self.names()}

    def names(self) -> list[str]:
        """The marts."""
        return [node.name for node in self.models if node.schema == "marts"]

    def _sql(self, node: Node, inputs: Path, as_of: str) -> str:
        return node.sql.replace(INPUTS, str(inputs)).replace(AS_OF, as_of)


def rows(connection: duckdb.DuckDBPyConnection, mart: str) -> list[tuple[Any, ...]]:
    """The rows of a mart (of a build, or of a release opened as the database), sorted, without what is knowledge."""
    left_out = KNOWLEDGE.get(mart.removeprefix("marts."), set())
    without = f" exclude ({', '.join(sorted(left_out))})" if left_out else ""
    return connection.execute(f"select *{without} from {mart} order by all").fetchall()


def compiled(folder: Path) -> Models:
    """Compiles the project with `dbt compile` in an empty folder."""
    said = {"inputs": INPUTS, "warehouse": ":memory:", "cores": 2, "as_of": AS_OF}
    command = [*build.program(), "--quiet", "compile", "--vars", json.dumps(said)]
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        command, env=build.environment(folder), cwd=folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    nodes = json.loads((build.target(folder) / "manifest.json").read_text(encoding="utf-8"))["nodes"]
    models = {id: node for id, node in nodes.items() if node["resource_type"] == "model"}
    return Models(
        [_node(models[id]) for id in _in_order(models)],
        [_node(node) for node in nodes.values() if node["resource_type"] == "test"],
    )


def _node(node: dict[str, Any]) -> Node:
    return Node(node["name"], node["schema"], node["config"]["materialized"] == "view", node["compiled_code"])


def _in_order(models: dict[str, Any]) -> list[str]:
    """Every model after those that it reads."""
    found: dict[str, None] = {}

    def visit(id: str) -> None:
        for above in models[id]["depends_on"]["nodes"]:
            if above in models:
                visit(above)
        found.setdefault(id)

    for id in models:
        visit(id)
    return list(found)
