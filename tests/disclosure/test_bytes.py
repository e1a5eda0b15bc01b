"""No byte of an edition holds a figure that is hidden in it: planted ones, too large to stand there by chance."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path

import duckdb
import numpy as np
import pyarrow.parquet as pq

from pipelines.release import forms
from pipelines.release.database import DATABASE
from pipelines.release.forms import workbook
from tests import contents
from tests.disclosure.editions import editions
from tests.disclosure.forest import Forest

PLANTED = 7_654_321_098


class Planted(Forest):
    """In each county two townships of which few were resettled, of a great many released."""

    @cached_property
    def rows(self) -> list[int]:
        """The townships, as rows of `areas`."""
        found: list[int] = []
        for row, (_, parent, level) in enumerate(self.areas):
            here = sum(self.areas[other][1] == parent for other in found)
            if level == "township" and here < 2:
                found.append(row)
        return found

    def own(self, version: int) -> dict[str, np.ndarray]:
        found = super().own(version)
        for place, row in enumerate(self.rows):
            found["released"][row, 0] = PLANTED + 7919 * place
            found["resettled"][row, 0] = 3 + 9 * (place % 2)
        return found


def test_a_hidden_figure_is_in_no_byte(tmp_path: Path, seed: int) -> None:
    forest = Planted(seed, trees=6, townships=(4, 9), missing=0)
    ((edition, protected),) = editions(forest, tmp_path)
    moment = "2005-03-01T00:00:00+00:00"
    said = {"release_id": edition.name, "kind": "edition", "created": moment, "keys": {}, "parent": None}
    forms.write(edition, said | {"approved_by": "Li Wei", "approved_at": moment, "note": "", "software": "yearbook"})
    hidden = {forest.areas[row][0] for row in forest.rows} & {a for f, a, _ in protected.hidden if f == "release"}
    values = {PLANTED + 7919 * place for place, row in enumerate(forest.rows) if forest.areas[row][0] in hidden}
    assert len(values) > 10
    with duckdb.connect(tmp_path / "candidate-0" / DATABASE, read_only=True) as connection:
        inside = {value for (value,) in connection.execute("select value from mart_observation").fetchall()}
        rates = {text for (text,) in connection.execute("select value_text from mart_indicator").fetchall()}
    assert values < inside and rates
    written = [form for value in values for form in (str(value).encode(), value.to_bytes(8, "little"))]
    written += [f"{value:,}".encode() for value in values]
    files = [path for path in edition.rglob("*") if path.is_file()]
    assert {".csv", ".duckdb", ".json", ".parquet", ".xlsx", ".xml"} <= {file.suffix for file in files}
    for file in files:
        data = contents.of(file)
        assert [form for form in written if form in data] == [], file
        if file.suffix == ".parquet":
            assert not values & set(_numbers(file)), file
    with duckdb.connect(edition / DATABASE, read_only=True) as connection:
        shown = {value for (value,) in connection.execute("select value from mart_observation").fetchall()}
        assert connection.execute("select count(*) from dim_pool where family = 'release'").fetchone() != (0,)
    assert not values & shown and any(value and value > PLANTED for value in shown), "sums of several are there"
    book = contents.of(edition / workbook.FILE.format("en"))
    assert any(str(value).encode() in book for value in shown if value and value > PLANTED), "in the workbook too"


def _numbers(file: Path) -> Iterator[int]:
    """Whole numbers of a Parquet file, those of its statistics too."""
    table = pq.ParquetFile(file)
    for group in range(table.metadata.num_row_groups):
        for column in range(table.metadata.num_columns):
            said = table.metadata.row_group(group).column(column).statistics
            if said and said.has_min_max:
                yield from (value for value in (said.min, said.max) if isinstance(value, int))
    for column in table.read().columns:
        yield from (value for value in column.to_pylist() if isinstance(value, int))
