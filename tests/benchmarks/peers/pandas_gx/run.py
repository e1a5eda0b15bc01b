"""Pandas with Great Expectations: an office's returns of a year are one frame, held to one suite.

python run.py JOB TARGET      TARGET: a folder; writes TARGET/observation.parquet and TARGET/rate.parquet
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import great_expectations as gx
import great_expectations.expectations as gxe
import pandas as pd
from great_expectations.core.batch_definition import BatchDefinition

MEASURES = [f"m{number:02d}" for number in range(1, 16)]
KEY = ["table_id", "area_code", "period"]
RATES = [name for name in MEASURES if name != "m02"]


class Checks:
    """The suites: of the rows of an office-year, and of its figures one below the other."""

    def __init__(self, codes: list[str]) -> None:
        """`codes`: the areas that may deliver."""
        self.context = gx.get_context(mode="ephemeral")
        self.context.variables.progress_bars = {"globally": False}
        self.codes = codes
        source = self.context.data_sources.add_pandas("returns")
        self.rows = source.add_dataframe_asset("rows").add_batch_definition_whole_dataframe("all")
        self.figures = source.add_dataframe_asset("figures").add_batch_definition_whole_dataframe("all")

    def hold(self, frame: pd.DataFrame, year: int) -> None:
        """Stops at the first office-year that fails."""
        frame = frame.assign(gap=frame["m01"] + frame["m02"] - frame["m03"] - frame["m04"])
        parts = [
            gxe.ExpectColumnPairValuesAToBeGreaterThanB(column_A="m05", column_B=part, or_equal=True)
            for part in ("m06", "m07", "m08", "m09")
        ]
        rows = [
            gxe.ExpectColumnValuesToBeInSet(column="area_code", value_set=self.codes),
            gxe.ExpectColumnValuesToBeInSet(column="period", value_set=[year]),
            gxe.ExpectCompoundColumnsToBeUnique(column_list=["area_code", "period"]),
            gxe.ExpectColumnValuesToBeBetween(column="gap", min_value=0, max_value=0),
            *parts,
        ]
        figures = [
            gxe.ExpectColumnValuesToNotBeNull(column="value"),
            gxe.ExpectColumnValuesToBeBetween(column="value", min_value=0),
        ]
        self._run(self.rows, frame, rows)
        self._run(self.figures, frame.melt(["area_code", "period"], MEASURES), figures)

    def _run(self, of: BatchDefinition, frame: pd.DataFrame, wanted: list[gxe.Expectation]) -> None:
        suite = gx.ExpectationSuite(name="held", expectations=wanted)
        found = of.get_batch({"dataframe": frame}).validate(suite, result_format="BASIC")
        if not found.success:
            sys.exit(str([one for one in found.results if not one.success]))


def main(job: Path, target: Path) -> None:
    """Figures, and their rates, of areas of every level."""
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    areas = pd.read_csv(job / "documents" / "codelists" / "area.csv", dtype=str).set_index("code")
    checks = Checks(list(areas.index[areas["level"].isin(["county", "township"])]))
    types = {"area_code": "str", "period": "int64", **dict.fromkeys(MEASURES, "Int64")}
    frames = []
    for folder in sorted((job / "returns").glob("*/*")):
        files = [pd.read_csv(path, dtype=types, index_col=False) for path in sorted(folder.glob("*.csv"))]
        frame = pd.concat(files, ignore_index=True)[list(types)]
        checks.hold(frame, int(folder.name))
        frames.append(frame.assign(table_id=folder.parent.name))
    wide = pd.concat(frames, ignore_index=True).astype(dict.fromkeys(MEASURES, "int64"))
    levels, below = [wide], wide[wide["area_code"].map(areas["level"]) == "county"]
    for _ in ("city", "province", "country"):
        up = below.assign(area_code=below["area_code"].map(areas["parent"]))
        below = up.groupby(KEY, as_index=False)[MEASURES].sum()
        levels.append(below)
    every = pd.concat(levels, ignore_index=True)
    every.melt(KEY, MEASURES, "measure").to_parquet(target / "observation.parquet")
    by = every["m02"].where(every["m02"] > 0).astype("Int64")
    rate = every[KEY].assign(**{name: (2000 * every[name] + by) // (2 * by) for name in RATES})
    rate.melt(KEY, RATES, "measure", "tenths").to_parquet(target / "rate.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
