"""`scorecard`: an area's targets in a year, and how far each verdict can be relied on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, console, fail, home, print_json, sentences
from pipelines.cli.tables import Table

if TYPE_CHECKING:
    from rich.text import Text

CONFIDENTIAL = "confidential"
VERDICTS = {"met": "[green]met[/green]", "not_met": "[red]not met[/red]", "no_data": "[dim]no data[/dim]"}

RELIABILITY = {
    "clear": "the target lies outside the 95 % interval of the figure",
    "within_chance": "the target lies inside the interval: chance alone may have decided",
    "undetermined": "the same of a survey: other respondents might have answered otherwise",
    "small_base": "a ratio of fewer than 20 cases",
    "not_applicable": "a ratio of two flows or a change: chance is not measured",
    "complete": "everything was counted, or the target is one value",
    CONFIDENTIAL: "small, or would tell a small figure: published together with others, or not at all",
}
"""reliability, or why there is none -> what it means, in the order of the legend."""


def scorecard(
    area: Annotated[str, typer.Argument(autocompletion=complete.areas, help="Code of the area.")],
    period: Annotated[
        str,
        typer.Argument(
            autocompletion=complete.periods, help="The year, as 2004; left out: the last one that was judged."
        ),
    ] = "",
    release_id: Annotated[
        str, typer.Option("--release", autocompletion=complete.releases, help="Another release.")
    ] = "current",
    json: Json = False,
) -> None:
    """An area's figures beside their targets: verdict, reliability, distance, place among its neighbours, years met.

    A verdict compares the exact figure with the target. Beside it stands whether chance alone may have decided. n is
    how many cases the figure rests on.
    """
    from pipelines.release import query, read
    from pipelines.release import scorecard as release

    with sentences():
        try:
            found = release.told(home(), area, period, release_id)
        except (read.ReleaseError, query.QueryError) as error:
            raise fail(str(error)) from None
    if json:
        print_json(found)
        return
    _show(found)


def verdict(code: str | None) -> Text:
    """A verdict as people read it, in its colour; nothing where there is none."""
    from rich.text import Text

    return Text.from_markup(VERDICTS.get(code or "", ""))


def words(code: str | None) -> str:
    """A code of the scorecard as people read it."""
    return (code or "").replace("_", " ")


def _show(found: dict[str, Any]) -> None:
    title = f"{found['name']} ({found['area']}) in {found['period']}, {found['release']}"
    figures = ("figure", "95 %", "n", "target", "distance", "place", "years met")
    headings = ("indicator", "figure", "unit", "95 %", "n", "target", "verdict", "reliability", *figures[-3:])
    table = Table(headings, figures, title=title)
    for row in found["rows"]:
        table.add(
            f"{row['title']}{', ' + row['label'] if row['label'] else ''}", _figure(row), _unit(row), _interval(row),
            "" if row["n"] is None else f"{row['n']:,}", _target(row), verdict(row["verdict"]),
            words(row["reliability"]) or _why_none(row), _distance(row),
            f"{row['rank_in_parent']} of {row['ranked_areas']}" if row["rank_in_parent"] else "",
            "" if row["years_met_in_a_row"] is None else str(row["years_met_in_a_row"]),
        )  # fmt: skip
    table.show()
    screen = console()
    there = {row["reliability"] for row in found["rows"]} | {row["reason"] for row in found["rows"]}
    for code, meaning in RELIABILITY.items():
        if code in there:
            screen.print(f"  {words(code)}: {meaning}", style="dim")
    for warned, said in dict.fromkeys(_explained(row, one) for row in found["rows"] for one in row["explanations"]):
        screen.print(f"  accepted with an explanation, {warned}", style="yellow", markup=False, soft_wrap=True)
        screen.print(f"    {said}", markup=False, soft_wrap=True)


def _explained(row: dict[str, Any], one: dict[str, Any]) -> tuple[str, str]:
    """What was accepted, and why: the same of all figures that a return feeds."""
    of = f"{one['subject']}.{one['measure_id']}" if one["measure_id"] else one["subject"]
    of = row["title"] if of == row["indicator_id"] else of
    warned = f"{of}: {one['rule_id']} warns of {one['found_en']} (expected {one['expected_en']})"
    return warned, f"{one['because']} ({one['explained_by']}, {one['explained_at'][:10]})"


def _why_none(row: dict[str, Any]) -> str:
    return words(row["reason"]) if row["verdict"] == "no_data" or row["reason"] == CONFIDENTIAL else ""


def _figure(row: dict[str, Any]) -> str:
    sign = {"at_least": "≥ ", "at_most": "≤ "}.get(row["qualifier"], "")
    if not row["value_text"]:
        return "–"
    if row["upper_value"] is not None:
        return f"{row['value_text']} to {_decimal(row['upper_value'], row['decimals'])}"
    return f"{sign}{int(row['value_text']):,}" if row["kind"] == "count" else f"{sign}{row['value_text']}"


def _unit(row: dict[str, Any]) -> str:
    return "" if row["kind"] == "count" else "%" if row["multiplier"] == 100 else f"per {row['multiplier']:,}"


def _interval(row: dict[str, Any]) -> str:
    low, high = (
        None if row[f"{side}_limit"] is None else _decimal(row[f"{side}_limit"], row["decimals"])
        for side in ("lower", "upper")
    )
    if low is None and high is None:
        return ""
    return f"{low} to {high}" if low and high else f"≥ {low}" if low else f"≤ {high}"


def _target(row: dict[str, Any]) -> str:
    return "" if row["target_text"] is None else f"{row['operator']} {row['target_text']}"


def _distance(row: dict[str, Any]) -> str:
    """At least as many decimals as the figure, and enough that what is not the target is not printed as if it were."""
    away = row["distance"]
    if away is None:
        return ""
    decimals = row["decimals"]
    while decimals < 6 and away and not round(abs(away), decimals):
        decimals += 1
    return _decimal(away, decimals, sign=bool(away))


def _decimal(value: Any, decimals: int, sign: bool = False) -> str:
    return f"{value:{'+' if sign else ''},.{decimals}f}"
