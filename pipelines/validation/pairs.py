"""How far the figures of two areas, classes or measures of a return lie from their own past and from each other's: the
sums that `whole.swapped` judges by, column by column in NumPy's whole numbers. What follows from them is not said here.

A join of all figures with each other would cost twenty times as much.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipelines.validation.rules import Rule
from pipelines.validation.steps import LEAST

if TYPE_CHECKING:
    import duckdb
    import numpy as np

    Array = np.ndarray[Any, Any]

_CELLS = """
    create or replace temp table swapped_cell as
    select
        past.measure_id, past.area_code, past.breakdown, s.unit_code, past.period, past.year,
        exact, median, usual, told, is_lowest,
        breakdown not in (select total_breakdown from doc_breakdown_part where table_id = $subject) as is_class
    from past join marts.mart_submission s using (submission_id)
    where exact is not null and len(told) >= $least and past.year between $first and $last
"""
_ROLES = {
    "area": ("area_code", ("measure_id", "breakdown"), "is_lowest"),
    "class": ("breakdown", ("measure_id", "area_code"), "is_class"),
    "measure": ("measure_id", ("area_code", "breakdown"), None),
}
"""role -> what is told apart, what both have in common, which figures."""
_SUMS = ("n", "own", "crossed")


def lay(connection: duckdb.DuckDBPyConnection, rule: Rule, first: int, last: int) -> None:
    """Lays two relations beside the build, from the table of `steps.lay`, of the years from first to last:
    `swapped_cell`, the figures that have a past, and `swapped_pair`, a row for each two of a role in a return that have
    at least two figures in common.

    n: the figures in common; of areas times their measures, since those of an area move together. own, crossed: the
    sums of their distances, in hundredths of the usual one, each rounded down.
    """
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    connection.execute(_CELLS, {"subject": rule.subject, "least": LEAST, "first": first, "last": last})
    cells = connection.execute("select * exclude (told) from swapped_cell").to_arrow_table().to_pandas()
    codes, names = {}, {}
    for name in ("measure_id", "area_code", "breakdown", "unit_code", "period"):
        codes[name], names[name] = pd.factorize(cells[name], sort=True)
    year_of = dict(zip(codes["period"], cells["year"], strict=True))
    numbers = tuple(cells[name].to_numpy() for name in ("exact", "median", "usual"))
    group = codes["unit_code"] * len(names["period"]) + codes["period"]
    said = [(name, pa.string()) for name in ("role", "unit_code", "period", "one", "other")]
    schema = pa.schema([*said, ("year", pa.int64()), *((name, pa.decimal128(38, 0)) for name in _SUMS)])
    tables = [schema.empty_table()]
    for role, (one, rest, only) in _ROLES.items():
        here = np.arange(len(cells)) if only is None else np.flatnonzero(cells[only])
        moving, other = (codes[name][here] for name in rest)
        found = list(_pairs(group[here], codes[one][here], moving, other, role == "area", *(n[here] for n in numbers)))
        if not found:
            continue
        of, a, b, *sums = (np.concatenate(column) for column in zip(*found, strict=True))
        unit, period = np.divmod(of, len(names["period"]))
        columns = [
            pa.array([role]).take(pa.array(np.zeros(len(of), "int64"))),
            _texts(unit, names["unit_code"]), _texts(period, names["period"]),
            _texts(a, names[one]), _texts(b, names[one]),
            np.array([year_of[code] for code in range(len(year_of))], "int64")[period],
            *(_whole(numbers) for numbers in sums),
        ]  # fmt: skip
        tables.append(pa.Table.from_arrays(columns, schema=schema))
    connection.register("swapped_pair", pa.concat_tables(tables))


def _pairs(
    group: Array, one: Array, moving: Array, other: Array, together: bool, exact: Array, median: Array, usual: Array
) -> Iterator[tuple[Array, ...]]:
    """(group, one, other, n, own, crossed) of each two that have more than one figure in common in a group."""
    import numpy as np

    if not len(group):
        return
    rows, row = _distinct(group, moving, other)
    places, place = _distinct(group, one)
    begins = np.searchsorted(places[0], places[0])  # where the group of each begins
    column = (np.arange(len(begins)) - begins)[place]
    width = int(column.max()) + 1
    largest = max(int(np.abs(figures).max()) for figures in (exact, median))
    kind = "int64" if largest * 400 * len(group) < 2**62 else object  # Python's whole numbers have no end
    there = np.zeros((width, len(rows[0])), bool)
    there[column, row] = True
    figure, middle, reach = (np.zeros(there.shape, kind) for _ in range(3))
    for matrix, values in ((figure, exact), (middle, median), (reach, usual)):
        matrix[column, row] = values.astype(kind)
    for a in range(width):
        for b in range(a + 1, width):
            at = np.flatnonzero(there[a] & there[b] & (figure[a] + middle[a] + figure[b] + middle[b] > 0))
            if not len(at):
                continue
            (x, y), (p, q) = figure[[a, b]][:, at], middle[[a, b]][:, at]
            usually = np.maximum(reach[a][at], reach[b][at])
            of, by = rows[0][at], rows[1][at]
            starts = np.flatnonzero(np.diff(of, prepend=-1))
            n = np.diff(starts, append=len(at))
            if together:
                n = n * np.add.reduceat(
                    (np.diff(of, prepend=-1) != 0) | (np.diff(by, prepend=-1) != 0), starts, dtype="int64"
                )
            own = np.add.reduceat((abs(x - p) + abs(y - q)) * 100 // usually, starts)
            crossed = np.add.reduceat((abs(x - q) + abs(y - p)) * 100 // usually, starts)
            enough = np.diff(starts, append=len(at)) > 1
            of, first = of[starts], np.searchsorted(places[0], of[starts])
            yield tuple(v[enough] for v in (of, places[1][first + a], places[1][first + b], n, own, crossed))


def _distinct(*codes: Array) -> tuple[list[Array], Array]:
    """The distinct rows of columns of codes, in order, and which of them each row is."""
    import numpy as np

    sizes = [int(column.max()) + 1 for column in codes]
    found, at = np.unique(np.ravel_multi_index(codes, sizes), return_inverse=True)
    return list(np.unravel_index(found, sizes)), at


def _texts(codes: Array, names: Any) -> Any:
    import pyarrow as pa

    return pa.array(names.astype(object), pa.string()).take(pa.array(codes))


def _whole(values: Array) -> Any:
    """Whole numbers of any size, as Arrow has them."""
    import pyarrow as pa

    kind = pa.decimal128(38, 0)
    return pa.array(values.tolist(), kind) if values.dtype == object else pa.array(values).cast(kind)
