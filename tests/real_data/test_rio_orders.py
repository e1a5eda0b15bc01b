"""The four vintages of Rio de Janeiro in any order: the marts are the same, cell for cell.

Of each vintage the last years only, which have all that the vintages say differently: with every year, 28 builds of the
same would take longer and show no more.
"""

from __future__ import annotations

from itertools import compress, permutations
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import load
from pipelines.home import Home
from pipelines.landing import batches, register
from pipelines.warehouse import inputs
from tests import compiled
from tests.compiled import KNOWLEDGE, Models
from tests.real_data import compare
from tests.real_data.test_rio import DOCUMENTS, FLEET, MONTHLY, PEOPLE, RATES, pytestmark

__all__ = ["pytestmark"]
ORDERS = list(permutations(range(len(MONTHLY))))
FULL = ([0, 1, 2, 3], [3, 2, 1, 0])
"""Orders that go through the whole flow, delivered and run one after the other."""
FROM_YEAR = 2023
"""What the vintages say of earlier years is the same, to the letter."""


def last_years(files: list[Path], folder: Path) -> list[Path]:
    """Copies of the vintages with the rows from FROM_YEAR on, byte for byte. Raises AssertionError where what is left
    out differs between them by more than quotes and line ends.
    """
    copies, left_out = [], set()
    for file in files:
        header, *rows = file.read_bytes().splitlines(keepends=True)
        at = [name.strip(b'"') for name in header.strip().split(b";")].index(b"ano")
        is_late = [int(row.split(b";")[at].strip(b'"')) >= FROM_YEAR for row in rows]
        (copy := folder / file.name).write_bytes(header + b"".join(compress(rows, is_late)))
        copies.append(copy)
        early = (row for row, late in zip(rows, is_late, strict=True) if not late)
        left_out.add(tuple(sorted(row.strip().replace(b'"', b"") for row in early)))
    assert len(left_out) == 1 and all(left_out)
    return copies


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """An installation for each of the orders in full, two vintages a run."""
    found, folder = [], tmp_path_factory.mktemp("sliced")
    monthly = last_years(MONTHLY, folder)
    for order in FULL:
        home = tmp_path_factory.mktemp("rio") / "home"
        files = [monthly[at] for at in order]
        for part in ([RATES, PEOPLE, *files[:2]], [FLEET, *files[2:]]):
            told = compare.release(home, "rio", part)
            assert told["last_run"]["outcome"] == "released" and not told["rejected"], told
        found.append(home)
    return found


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compiled.compiled(tmp_path_factory.mktemp("compiled"))


def contents(connection: duckdb.DuckDBPyConnection, schema: str, names: list[str]) -> dict[str, tuple[int, int]]:
    """mart -> how many rows, and the sum of their hashes; without columns of knowledge."""
    found: dict[str, tuple[int, int]] = {}
    for name in names:
        left_out = KNOWLEDGE.get(name, set())
        without = f" exclude ({', '.join(sorted(left_out))})" if left_out else ""
        sql = f"select count(*), coalesce(sum(hash(t)::hugeint), 0) from (select *{without} from {schema}.{name}) t"
        row = connection.execute(sql).fetchone()
        assert row
        found[name] = (row[0], row[1])
    return found


def released(home: Path, models: Models) -> dict[str, tuple[int, int]]:
    """Contents of the marts of the newest release."""
    with duckdb.connect(sorted((home / "releases").glob("versions/*/*.duckdb"))[-1], read_only=True) as connection:
        return contents(connection, "main", models.names())


def test_two_orders_through_the_whole_flow_give_the_same_release(homes: list[Path], models: Models) -> None:
    one, other = (released(home, models) for home in homes)
    assert one["mart_observation"][0] > 100_000 and one["mart_held_copy"][0] == 2 * 53
    assert one == other


def arrived(rows: list[dict[str, Any]], order: tuple[int, ...]) -> list[dict[str, Any]]:
    """The register's rows as if the vintages had been decided in another order, each at a time of its own."""
    place = {MONTHLY[at].name: number for number, at in enumerate(order)}
    moved = [
        row | {"accepted_at": f"{place.get(row['file_name'], 9)}-{row['accepted_at']}", "number": row["number"]}
        for row in rows
    ]
    moved.sort(key=lambda row: (row["accepted_at"], row["number"]))
    return [row | {"number": number} for number, row in enumerate(moved, start=1)]


def test_all_orders_give_the_same_marts(homes: list[Path], models: Models, tmp_path: Path) -> None:
    where, documents = Home(homes[0], DOCUMENTS), load(DOCUMENTS)
    rows = list(register.export(where))
    files = [batches.path(where, row["batch_id"]) for row in register.batches(where)]
    expected = released(homes[0], models)
    assert len(ORDERS) == 24
    for order in ORDERS:
        folder = inputs.write(documents, tmp_path, arrived(rows, order), files)
        with models.built(folder, tests=order == ORDERS[0]) as connection:
            found = contents(connection, "marts", models.names())
        assert found == expected, f"{order}: {[name for name in found if found[name] != expected[name]]}"
