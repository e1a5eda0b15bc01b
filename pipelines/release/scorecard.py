"""The scorecard of one area in one year, with the words that people know its indicators by. Nothing is computed."""

from __future__ import annotations

from typing import Any

from pipelines.contracts import Catalog, load
from pipelines.contracts.periods import shift
from pipelines.home import Home
from pipelines.release import explanations, manifest, read
from pipelines.release.query import query
from pipelines.release.read import ReleaseError

_COLUMNS = (
    "indicator_id", "breakdown", "verdict", "reliability", "operator", "target_text", "direction", "numerator",
    "denominator", "n", "value_text", "upper_value", "lower_limit", "upper_limit", "qualifier", "reason", "distance",
    "years_met_in_a_row", "rank_in_parent", "ranked_areas",
)  # fmt: skip


def told(home: Home, area: str, period: str = "", release_id: str = read.CURRENT) -> dict[str, Any]:
    """{release, area, name, level, period, rows}; a row has the columns of mart_scorecard and title, label, kind,
    multiplier, decimals of its indicator, and `explanations`: those that hold of it and of the figures of the same area
    that it is made of. `period` '' is the last one in which any target was met or missed.

    Raises ReleaseError, QueryError.
    """
    folder = read.folder_of(home, release_id).resolve()
    release = folder.name

    def rows(sql: str) -> list[dict[str, Any]]:
        names, found = query(home, sql, release)
        return [dict(zip(names, row, strict=True)) for row in found]

    code = _text(area)
    named = rows(f"select name_en, level from dim_area where area_code = {code} order by valid_to desc nulls first")
    if not named:
        raise ReleaseError(f"{release} knows no area {area}; its areas are listed by: from dim_area")
    judged = [
        row["period"]
        for row in rows(
            "select period from mart_scorecard join dim_period using (period) "
            f"where area_code = {code} group by all order by count(*) filter (where verdict in ('met', 'not_met')) > 0 "
            "desc, any_value(end_on) desc"
        )
    ]
    if not judged or (period and period not in judged):
        known = f"; it has one for {', '.join(sorted(judged))}" if judged else ""
        raise ReleaseError(f"{release} has no scorecard of {area}{f' for {period}' if period else ''}{known}.")
    period = period or judged[0]
    columns = ", ".join(f"s.{name}" for name in _COLUMNS)
    found = rows(
        "select d.title_en as title, if(s.breakdown = '_T', '', b.label_en) as label, d.kind, d.multiplier, "
        f"d.decimals, {columns} from mart_scorecard s join dim_indicator d using (indicator_id) "
        "left join dim_indicator_breakdown b using (indicator_id, breakdown) "
        f"where s.area_code = {code} and s.period = {_text(period)} order by d.title_en, d.indicator_id, b.position"
    )
    there = explanations.TABLE in manifest.read(folder)["tables"]  # older releases have none
    explained = explanations.by_figure(rows(explanations.ACCEPTED) if there else [])
    documents = load(folder / "documents") if explained else None
    for row in found:
        keys = _made_of(documents, row["indicator_id"], row["breakdown"], area, period) if documents else ()
        row["explanations"] = explanations.of_figures(explained, keys)
    name = {"name": named[0]["name_en"], "level": named[0]["level"]}
    return {"release": release, "area": area, **name, "period": period, "rows": found}


def _made_of(documents: Catalog, id: str, breakdown: str, area: str, period: str) -> list[explanations.Figure]:
    """The figure of an indicator, and those of the same area on its two sides."""
    sides = documents.sides(documents.indicators[id]).get(breakdown, ([], []))
    made = [(t.table, t.measure, area, shift(period, -t.lag), t.breakdown) for side in sides for t in side]
    return list(dict.fromkeys([(id, "", area, period, breakdown), *made]))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
