"""The protector against the adversary: hierarchies that nobody chose, in three editions, of which figures were revised
between one and the next.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.adversary import audit
from pipelines.release.database import DATABASE
from tests.disclosure.editions import editions
from tests.disclosure.forest import Forest


@pytest.mark.parametrize(
    ("trees", "mean"),
    [
        (25, 12),
        pytest.param(25, 60, marks=pytest.mark.slow),
        pytest.param(1000, 12, marks=pytest.mark.slow),
    ],
)
def test_nothing_small_can_be_told(trees: int, mean: float, tmp_path: Path, seed: int) -> None:
    forest = Forest(seed, trees=trees, mean=mean, counties=(1, 5), townships=(1, 12))
    made = list(editions(forest, tmp_path, 3))
    found = audit([folder for folder, _ in made])
    print(found.text())
    assert [str(leak) for leak in found.leaks] == []
    assert all(one.intervals and one.pools for one in found.editions)
    for (folder, protected), version in zip(made, range(3), strict=True):
        _holds_no_hidden_figure(folder, tmp_path / f"candidate-{version}", protected.hidden)


def _holds_no_hidden_figure(edition: Path, candidate: Path, hidden: frozenset) -> None:
    """Every printed figure is the candidate's, and those of hidden areas are not there."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{edition / DATABASE}' as shown (read_only)")
        connection.execute(f"attach '{candidate / DATABASE}' as inside (read_only)")
        other = connection.execute(
            "select count(*) from shown.mart_observation s join inside.mart_observation i "
            "using (table_id, measure_id, area_code, period, breakdown) "
            "where s.value is not null and s.value is distinct from i.value"
        ).fetchone()
        rows = connection.execute(
            "select distinct d.table_id, o.area_code, o.year from shown.mart_observation o join shown.dim_measure d "
            "using (table_id, measure_id) where d.is_sensitive and o.value is not null"
        ).fetchall()
    assert other == (0,)
    areas = {(area, year) for _, area, year in rows}
    families = {family for family, _, _ in hidden}
    everywhere = {(area, year) for _, area, year in hidden if all((f, area, year) in hidden for f in families)}
    assert everywhere and not areas & everywhere
