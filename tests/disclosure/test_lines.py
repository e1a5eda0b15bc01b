"""Lines and classes where hierarchies are not as most are: levels between, remainders beside missing figures."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest

from pipelines.adversary import audit
from pipelines.release.database import DATABASE
from tests.disclosure.editions import editions
from tests.disclosure.forest import Forest


class Deep(Forest):
    """With classes down to the province only, two levels of areas below, and one class that nearly all are of."""

    def own(self, version: int) -> dict[str, np.ndarray]:
        found = super().own(version)
        found["sentenced"][..., 0] *= 30
        found["suspended"] = np.minimum(found["suspended"] * 10, found["sentenced"].sum(2))
        found["served"] = found["sentenced"].sum(2) - found["suspended"]
        return found

    def documents(self, folder: Path) -> Path:
        made = super().documents(folder)
        for file in (path for path in made.rglob("*") if path.is_file()):
            file.write_text(file.read_text(encoding="utf-8").replace("county", "region"), encoding="utf-8")
        return made

    def observations(self, version: int) -> pd.DataFrame:
        found = super().observations(version)
        return found.assign(area_level=found.area_level.replace("county", "region"))

    def database(self, file: Path, version: int = 0) -> Path:
        made = super().database(file, version)
        with duckdb.connect(str(made)) as connection:
            connection.execute("update dim_area set level = 'region' where level = 'county'")
        return made


def test_nor_where_classes_stand_two_levels_above(tmp_path: Path, seed: int) -> None:
    forest = Deep(seed, trees=30, mean=30, counties=(1, 3), townships=(1, 4), allocable=1, missing=0)
    found = audit([folder for folder, _ in editions(forest, tmp_path)])
    print(found.text())
    assert [str(leak) for leak in found.leaks] == []
    assert found.editions[0].intervals


@pytest.mark.slow
def test_a_remainder_stays_in_its_line_from_edition_to_edition(tmp_path: Path) -> None:
    """Nothing is revised: what is printed is the same, or the difference would be what could not be allocated."""

    class Same(Forest):
        def own(self, version: int) -> dict[str, np.ndarray]:
            return super().own(0)

    made = list(editions(Same(0, trees=15), tmp_path, 3))
    assert any(pool.with_remainder for pool in made[0][1].pools)
    assert made[0][1].pools == made[1][1].pools == made[2][1].pools
    assert audit([folder for folder, _ in made]).leaks == ()


def test_a_rate_of_a_line_with_a_remainder_has_no_figure_of_other_areas_in_it(tmp_path: Path) -> None:
    """What a shown area lacks is no part of what could not be allocated."""
    ((first, protected),) = editions(Forest(1, trees=15, allocable=0.2, missing=0), tmp_path / "all")
    lines = [pool for pool in protected.pools if pool.with_remainder and pool.family == "sentence"]
    parents = {pool.parent for pool in lines}
    hidden = {area for family, area, _ in protected.hidden if family == "sentence"}

    class Lacking(Forest):
        def observations(self, version: int) -> pd.DataFrame:
            found = super().observations(version)
            shown = {code for code, parent, _ in self.areas if parent in parents and code not in hidden}
            found.loc[(found.measure_id == "residents") & found.area_code.isin(shown), "value"] = pd.NA
            return found

    ((second, _),) = editions(Lacking(1, trees=15, allocable=0.2, missing=0), tmp_path / "some")
    sql = "select denominator, value_text from mart_indicator where indicator_id = 'sentenced_rate' and area_code = ?"
    before, after = ([_row(folder, sql, pool.id) for pool in lines] for folder in (first, second))
    assert all(denominator for denominator, _ in before)
    assert all(now in (was, (None, "")) for was, now in zip(before, after, strict=True))
    assert (None, "") in after


def _row(folder: Path, sql: str, *parameters: str) -> tuple | None:
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        return connection.execute(sql, list(parameters)).fetchone()


@pytest.mark.parametrize("it_has", ["rows without figures", "no rows"])
@pytest.mark.parametrize(
    "played", [None, 855328793]
)  # there nothing is left for those below: that there is none is told
def test_nothing_is_told_where_an_area_between_has_no_figures(
    it_has: str, played: int | None, tmp_path: Path, seed: int
) -> None:
    """What an area above has, less what is printed below one that has none, would be all that its neighbours have."""

    class Gaps(Forest):
        def database(self, file: Path, version: int = 0) -> Path:
            made = super().database(file, version)
            lacking = "area_level = 'county' and hash(area_code) % 2 = 0"
            with duckdb.connect(str(made)) as connection:
                connection.execute(
                    "update mart_observation set value = null, not_allocable = null, obs_status = 'L', "
                    f"reason = 'not_collected' where {lacking}"
                    if it_has != "no rows"
                    else f"delete from mart_observation where {lacking}"
                )
                connection.execute(
                    "update mart_observation set origin = 'delivered', not_allocable = null "
                    "where area_level = 'province'"
                )
                connection.execute(f"delete from mart_indicator where {lacking}")
                connection.execute(f"delete from mart_scorecard where {lacking}")
            return made

    forest = Gaps(played or seed, trees=40, mean=8, allocable=1, missing=0)
    found = audit([folder for folder, _ in editions(forest, tmp_path)])
    print(found.text())
    assert [str(leak) for leak in found.leaks] == []
    assert found.editions[0].published
