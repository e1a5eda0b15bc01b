"""Polars with Dataframely: a schema says what a return holds, and everything is one lazy query.

python run.py JOB TARGET      TARGET: a folder; writes TARGET/observation.parquet and TARGET/rate.parquet
"""

from __future__ import annotations

import sys
from pathlib import Path

import dataframely as dy
import polars as pl

MEASURES = [f"m{number:02d}" for number in range(1, 16)]
KEY = ["table_id", "area_code", "period"]


class Return(dy.Schema):
    """A row of a return: one area in one year."""

    table_id = dy.String(primary_key=True)
    area_code = dy.String(primary_key=True)
    period = dy.Int64(primary_key=True)
    m01 = dy.Int64(min=0)
    m02 = dy.Int64(min=0)
    m03 = dy.Int64(min=0)
    m04 = dy.Int64(min=0)
    m05 = dy.Int64(min=0)
    m06 = dy.Int64(min=0)
    m07 = dy.Int64(min=0)
    m08 = dy.Int64(min=0)
    m09 = dy.Int64(min=0)
    m10 = dy.Int64(min=0)
    m11 = dy.Int64(min=0)
    m12 = dy.Int64(min=0)
    m13 = dy.Int64(min=0)
    m14 = dy.Int64(min=0)
    m15 = dy.Int64(min=0)
    level = dy.Enum(["county", "township"])  # null, so refused, for an area that the code list does not know
    folder_year = dy.Int64()

    @dy.rule()
    def pending(cls) -> pl.Expr:
        return pl.col("m01") + pl.col("m02") - pl.col("m03") == pl.col("m04")

    @dy.rule()
    def parts(cls) -> pl.Expr:
        return pl.all_horizontal(pl.col("m06", "m07", "m08", "m09") <= pl.col("m05"))

    @dy.rule()
    def year(cls) -> pl.Expr:
        return pl.col("period") == pl.col("folder_year")


def main(job: Path, target: Path) -> None:
    """Figures, and their rates, of areas of every level."""
    areas = pl.read_csv(job / "documents" / "codelists" / "area.csv", infer_schema=False)
    read = pl.scan_csv(
        job / "returns" / "*" / "*" / "*.csv",
        schema={"area_code": pl.String, "period": pl.Int64, **dict.fromkeys(MEASURES, pl.Int64)},
        include_file_paths="path",
    )
    parts = pl.col("path").str.split("/")
    level = areas.lazy().select(area_code="code", level="level")
    rows = (
        read.with_columns(table_id=parts.list.get(-3), folder_year=parts.list.get(-2).cast(pl.Int64))
        .join(level, on="area_code", how="left")
        .with_columns(pl.col("level").cast(pl.Enum(["county", "township"]), strict=False))
        .select(*KEY, *MEASURES, "level", "folder_year")
        .collect()
    )
    wide = Return.validate(rows).drop("folder_year")
    levels = [wide.select(*KEY, *MEASURES)]
    below = wide.filter(pl.col("level") == "county").select(*KEY, *MEASURES)
    for _ in ("city", "province", "country"):
        up = below.join(areas.select(area_code="code", parent="parent"), on="area_code")
        below = up.group_by("table_id", area_code="parent", period="period").agg(pl.col(MEASURES).sum())
        levels.append(below.select(*KEY, *MEASURES))
    every = pl.concat(levels)
    every.unpivot(MEASURES, index=KEY, variable_name="measure").write_parquet(target / "observation.parquet")
    by = pl.col("m02")
    rates = [
        pl.when(by > 0).then((2000 * pl.col(name) + by) // (2 * by)).alias(name) for name in MEASURES if name != "m02"
    ]
    rate = every.select(*KEY, *rates).unpivot(index=KEY, variable_name="measure", value_name="tenths")
    rate.write_parquet(target / "rate.parquet")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
