"""An edition's folder of a forest, as it is published: rows kept back, pools as areas of their own. For tests."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from tests.disclosure import naive
from tests.disclosure.forest import Forest
from tests.disclosure.naive import FAMILIES, Decided

FAMILY_OF = {table: family for family, tables in FAMILIES.items() for table in tables}
INDICATORS = {"suspended_share": "sentence", "sentenced_rate": "sentence", "resettlement_rate": "release"}
SIDES = {
    "suspended_share": ("suspended", "sentenced", 100, 1),
    "sentenced_rate": ("sentenced", "residents", 10_000, 2),
    "resettlement_rate": ("resettled", "released", 100, 1),
}
PRIVATE = ["submission_id", "source_sheet", "source_row", "source_column"]
KEPT = {
    "mart_observation": "table_id measure_id area_code period breakdown year office area_level",
    "mart_indicator": "indicator_id area_code period breakdown year area_level kind",
    "mart_scorecard": "indicator_id area_code period breakdown year area_level operator target_text direction",
}

Tables = dict[str, pd.DataFrame]


def tables(database: Path) -> Tables:
    """The tables of a private database, with whole numbers that may be NA."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = [row[0] for row in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
        return {
            name: connection.execute(f"from {name}").to_arrow_table().to_pandas(types_mapper=pd.ArrowDtype)
            for name in names
        }


def edition(forest: Forest, database: Path, decided: Decided | None = None) -> Tables:
    """What is published of a private database under a plan (default: `naive.plan`), not yet written."""
    found = tables(database)
    marts = {name: found[name].drop(columns=PRIVATE, errors="ignore") for name in found}
    level = {code: level for code, _, level in forest.areas}
    parent = {code: parent for code, parent, _ in forest.areas}
    decided = decided or naive.plan(forest, marts["mart_observation"])
    _add_pools(marts, decided, level)
    for name, kept in KEPT.items():
        mart = marts[name]
        family = mart["table_id"].map(FAMILY_OF) if name == "mart_observation" else mart["indicator_id"].map(INDICATORS)
        back = pd.Series(
            [
                (f, y) in decided.hidden and a in decided.hidden[f, y]
                for f, y, a in zip(family, mart.year, mart.area_code, strict=True)
            ],
            index=mart.index,
        )
        if name == "mart_observation":  # what is merely missing says so; a rate of it may still have its other side
            back &= mart.reason != "not_collected"
        emptied = [column for column in mart.columns if column not in kept.split()]
        mart.loc[back, emptied] = pd.NA
        mart.loc[back, "reason"] = "confidential"
        if "obs_status" in mart:
            mart.loc[back, "obs_status"] = "Q"
    observation = marts["mart_observation"]
    # where nothing below a parent is published, its remainder would give their sum
    below = {(f, y, parent[a]) for (f, y), areas in decided.hidden.items() for a in areas}
    below -= {(f, y, p) for f, y, p, _ in decided.pools}
    family = observation["table_id"].map(FAMILY_OF)
    nothing = [key in below for key in zip(family, observation.year, observation.area_code, strict=True)]
    observation.loc[nothing, "not_allocable"] = pd.NA
    detail = (observation.area_level == "township") & ~observation.breakdown.isin(["_T", "kind=all"])
    marts["mart_observation"] = observation[~detail].reset_index(drop=True)
    _unranked(marts, forest)
    return marts


def write(forest: Forest, marts: Tables, folder: Path) -> Path:
    """Writes the folder of an edition. Returns it."""
    (folder / "parquet").mkdir(parents=True, exist_ok=True)
    forest.documents(folder / "documents")
    for name, frame in marts.items():
        frame.to_parquet(folder / "parquet" / f"{name}.parquet", index=False)
    return folder


def _add_pools(marts: Tables, decided: Decided, level: dict[str, str]) -> None:
    """A line of sums for each pool, in the marts of figures and rates; dim_pool, dim_pool_area; a row in dim_area."""
    observation, lines, rates, pools, members = marts["mart_observation"], [], [], [], []
    by_area = observation[observation.value.notna()].groupby("area_code")
    for number, (family, year, parent, areas) in enumerate(decided.pools):
        id = f"pool-{number:05d}"
        at = level[areas[0]]
        named = observation[observation.table_id.isin(FAMILIES[family])][["table_id", "measure_id"]].drop_duplicates()
        measures = "|".join(f"{table}.{measure}" for table, measure in named.itertuples(index=False))
        pools.append((id, family, parent, year, at, len(areas), False, measures, "others", "其他"))
        members += [(id, area) for area in areas]
        rows = pd.concat([by_area.get_group(area) for area in areas if area in by_area.groups])
        rows = rows[rows.year == year]
        public = rows[rows.table_id == "people"].groupby("measure_id").value.sum()
        rows = rows[rows.table_id.map(FAMILY_OF) == family]
        keys = ["table_id", "measure_id", "period", "breakdown", "year", "office", "area_level"]
        sums = rows.groupby(keys, as_index=False).value.sum()
        lines.append(
            sums.assign(area_code=id, obs_status="A", qualifier="", reason="", origin="pooled", covers_period=True)
        )
        totals = sums[sums.breakdown.isin(["_T", "kind=all"])]
        figures = dict(zip(totals.measure_id, totals.value, strict=True)) | dict(public)
        for indicator, (top, bottom, per, decimals) in SIDES.items():
            if INDICATORS[indicator] == family:
                rates.append(_rate(indicator, id, year, at, int(figures[top]), int(figures[bottom]), per, decimals))
    marts["dim_pool"] = pd.DataFrame(
        pools,
        columns=[
            "pool_id", "family", "parent_code", "year", "area_level", "areas", "with_not_allocable", "measures",
            "name_en", "name_zh",
        ],
    )  # fmt: skip
    marts["dim_pool_area"] = pd.DataFrame(members, columns=["pool_id", "area_code"], dtype="string")
    marts["mart_observation"] = pd.concat([observation, *lines], ignore_index=True)
    marts["mart_indicator"] = pd.concat([marts["mart_indicator"], pd.DataFrame(rates)], ignore_index=True)
    added = pd.DataFrame(
        [{"area_code": pool[0], "parent_code": pool[2], "level": pool[4], "name_en": pool[8]} for pool in pools]
    )
    marts["dim_area"] = pd.concat([marts["dim_area"], added], ignore_index=True)


def _rate(
    id: str, area: str, year: int, level: str, top: int, bottom: int, per: int, decimals: int
) -> dict[str, object]:
    found: dict[str, object] = {
        "indicator_id": id, "area_code": area, "period": str(year), "breakdown": "_T", "year": year,
        "area_level": level,
        "numerator": top, "denominator": bottom, "obs_status": "A", "reason": "", "qualifier": "",
    }  # fmt: skip
    if bottom:
        scaled = (2 * top * per * 10**decimals + bottom) // (2 * bottom)
        text = f"{scaled // 10**decimals}.{scaled % 10**decimals:0{decimals}d}"
        found |= {"value_text": text, "headline_text": text, "kind": "proportion"}
    return found


def _unranked(marts: Tables, forest: Forest) -> None:
    """No rank where a sibling is kept back, no run that reaches over a year that is."""
    card = marts["mart_scorecard"]
    parent = card.area_code.map({code: parent for code, parent, _ in forest.areas})
    back = card.reason == "confidential"
    key = card.indicator_id + " " + parent + " " + card.period
    card.loc[key.isin(set(key[back])), ["rank_in_parent", "ranked_areas"]] = pd.NA
    ever = card.indicator_id + " " + card.area_code
    card.loc[ever.isin(set(ever[back])), "years_met_in_a_row"] = pd.NA
