"""`trace`: where a published figure comes from, as a tree of terms and cells."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, console, fail, home, print_json, sentences
from pipelines.cli.exits import Code


class Boundaries(StrEnum):
    """On which boundaries a figure is followed."""

    year = "year"
    today = "today"


SHOWN = 20
"""Things counted that are printed by name; --json has them all."""


def trace(
    indicator: Annotated[str, typer.Argument(autocompletion=complete.indicators, help="Id of the indicator.")],
    area: Annotated[str, typer.Argument(autocompletion=complete.areas, help="Code of the area.")],
    period: Annotated[str, typer.Argument(autocompletion=complete.periods, help="Period: 2004, 2004-07.")],
    where: Annotated[list[str] | None, typer.Option(help="Class, like offence_class=drugs.")] = None,
    boundaries: Annotated[
        Boundaries, typer.Option(help="The area as it was in the period, or as it is today.")
    ] = Boundaries.year,
    release_id: Annotated[
        str, typer.Option("--release", autocompletion=complete.releases, help="Another release.")
    ] = "current",
    json: Json = False,
) -> None:
    """Follow a published figure back to its definition, its two sides and every cell of every file it was made from."""
    from pipelines.release.manifest import ReleaseError
    from pipelines.release.trace import tracer

    classes = [word.partition("=") for word in where or []]
    for parts in classes:
        if [name for name, _, _ in classes].count(parts[0]) > 1:
            raise fail(f"--where names {parts[0]} twice; a figure has one code of it.", Code.WRONG_USE)
        if not all(parts):
            raise fail(f"--where {''.join(parts)} is not like dimension=code.", Code.WRONG_USE)
    with sentences():
        try:
            with tracer(home(), release_id) as opened:
                found = opened.trace(
                    indicator, area, period, {name: code for name, _, code in classes}, boundaries.value
                )
        except ReleaseError as error:
            raise fail(str(error)) from None
    if json:
        print_json(found)
    else:
        _print(found)


def _print(found: dict[str, Any]) -> None:
    from rich.markup import escape
    from rich.tree import Tree

    definition, figure = found["indicator"], found["figure"]
    title = f"[bold]{escape(definition['title']['en'])}[/bold], {escape(found['area']['name_en'])}, {found['period']}"
    if found["breakdown"] != "_T":
        title += f", {found['breakdown']}"
    if found["boundaries"] != "year":
        title += ", on the boundaries of today"
    tree = Tree(f"{title}: [bold]{figure['value_text'] or 'no figure'}[/bold] {_why(figure)}")
    _explained(tree, found)
    tree.add(escape(definition["definition"]["en"]))
    tree.add(f"{definition['document']} in {found['release']}, sha256 {definition['document_sha256'][:12]}")
    if not figure["value_text"]:
        tree.add(f"[yellow]{escape(_missing(figure))}[/yellow]")
    elif definition["kind"] not in ("count", "share_of_areas"):
        rounded = f"x {definition['multiplier']:,}, rounded half away from zero, decimals: {definition['decimals']}"
        tree.add(f"{_number(figure['numerator'])} / {_number(figure['denominator'])} {rounded}")
    for side in ("numerator", "denominator"):
        if found.get(side):
            branch = tree.add(f"[bold]{side}[/bold] {_number(figure[side])}")
            for term in found[side]:
                _term(branch, term)
    for one in found.get("areas", []):
        branch = tree.add(escape(f"{one['area']['code']} {one['area']['name_en']}"))
        for verdict in one["verdicts"]:
            target = verdict["target"]
            branch.add(
                f"{verdict['indicator']['id']} {verdict['figure']['value_text'] or 'no figure'} "
                f"{target['operator']} {target['value']}: {verdict['verdict']}"
            )
    console().print(tree)


def _missing(figure: dict[str, Any]) -> str:
    """Why there is no figure, in words, with the sides as far as there are any."""
    from pipelines.messages import catalogue, say

    key = f"missing.{figure['reason']}"
    why = say(key, "en") if key in catalogue() else figure["reason"] or "nothing says why"
    of = f" ({figure['break_id']})" if figure["break_id"] else ""
    sides = f"{_number(figure['numerator'])} / {_number(figure['denominator'])} is not computed"
    return f"{sides if figure['numerator'] is not None else 'not computed'}: {why}{of}"


def _term(branch: Any, term: dict[str, Any]) -> None:
    times = "" if term["times"] == 1 else f"{term['times']} x "
    of = "" if term["breakdown"] == "_T" else f" ({term['breakdown']})"
    name = f"{times}{term['table']}.{term['measure']}{of} {term['period']}"
    _figure(branch.add(f"{name} = {_number(term['figure']['value'])}"), term["figure"])


def _figure(branch: Any, figure: dict[str, Any]) -> None:
    from rich.markup import escape

    _explained(branch, figure)
    correction = figure.get("correction")
    stands = correction["source_value"] if correction else figure["value"]
    for cell in figure.get("cells", []):
        sheet = escape(f", sheet {cell['sheet']}") if cell["sheet"] else ""
        branch.add(
            f"[green]{escape(cell['file_name'])}[/green]{sheet}, cell [green]{cell['cell']}[/green]: "
            f"{_number(stands)} {'' if correction else _why(figure)}  "
            f"{_months(cell)}[dim]prepared {cell['prepared_on']}, sha256 {cell['sha256'][:12]}[/dim]"
        )
    if correction:
        corrected = branch.add(
            f"[green]{escape(correction['document'])}[/green]: {_number(stands)} -> {_number(figure['value'])} "
            f"{_why(figure)}  [dim]sha256 {correction['document_sha256'][:12]}[/dim]"
        )
        corrected.add(escape(f"{correction['because']['en']} / {correction['because']['zh']}"))
        decided = f"{correction['reason']}, decided by {correction['decided_by']} on {correction['decided_on']}"
        corrected.add(escape(decided))
    for part in figure.get("parts", []):
        share = f"{part['share']} of " if part.get("share", "1") != "1" else ""
        _figure(branch.add(f"{share}{part['area']}: {_number(part['value'])}"), part)
    for month in figure.get("months", []):
        _figure(branch.add(f"{month['period']}: {_number(month['value'])}"), month)
    if "counted" in figure:
        counted = figure["counted"]
        names = [one if isinstance(one, str) else f"{one['table_id']} {one['unit_code']}" for one in counted]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        branch.add(f"counted: {', '.join(names[:SHOWN]) or 'none'}{more}")
    if not figure["origin"]:
        branch.add("[dim]the release holds no such figure[/dim]")


def _explained(branch: Any, figure: dict[str, Any]) -> None:
    """What a check warns of, and why a person accepted it all the same."""
    from rich.markup import escape

    for one in figure.get("explanations", []):
        warned = f"{one['rule_id']} warns of {one['found_en']} (expected {one['expected_en']})"
        leaf = branch.add(f"[yellow]accepted with an explanation[/yellow]: {escape(warned)}")
        leaf.add(escape(f"{one['because']} ({one['explained_by']}, {one['explained_at'][:10]})"))


def _months(cell: dict[str, Any]) -> str:
    months, whole = cell["coverage_months"], cell["period_months"]
    return f"[yellow]covers {months} of {whole} months[/yellow]  " if months < whole else ""


def _why(figure: dict[str, Any]) -> str:
    status = "" if figure["obs_status"] == "A" else f"status {figure['obs_status']}"
    reason = "of a part of the period only" if figure["reason"] == "part_of_period" else figure["reason"]
    said = [figure["qualifier"], reason, status]
    return f"[yellow]({', '.join(part for part in said if part)})[/yellow]" if any(said) else ""


def _number(value: int | None) -> str:
    return "none" if value is None else f"{value:,}"
