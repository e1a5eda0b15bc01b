"""The pages of offices: which returns came, when, and how often one was sent back. No figure of a return."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import place
from pipelines.release.forms.site import indicator
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.words import Words, by_office

_COUNTS = (
    "count(*) as due, count(*) filter (where is_received) as received, "
    "count(*) filter (where is_on_time) as on_time, coalesce(sum(rejected_count), 0)::bigint as rejected"
)


def summary(facts: Facts, words: Words) -> list[dict[str, Any]]:
    """Of each office and period the returns that were due: received, on time, sent back. Offices as in the document."""
    titles = {office.id: words.label(office.title) for office in facts.catalog.programme.offices}
    rows = facts.source.rows(f"select office, period, {_COUNTS} from mart_coverage where is_due group by all")
    order = list(titles)
    return [
        row | {"title": titles[row["office"]], "path": path(row["office"])}
        for row in sorted(rows, key=lambda row: (order.index(row["office"]), place(row["period"])))
    ]


def path(office: str) -> str:
    """Where the page of an office stands."""
    return f"offices/{office}.html"


def pages(facts: Facts, words: Words) -> Iterator[Page]:
    """The list, then every page."""
    found = summary(facts, words)
    offices = facts.catalog.programme.offices
    listed = [{"title": words.label(one.title), "path": path(one.id)} for one in offices]
    yield Page(
        "offices/index.html",
        "offices.html",
        words.say("menu.offices"),
        "offices",
        {"offices": listed, **_matrix(words, found)},
    )
    tables = facts.source.rows(
        f"select office, table_id, period, {_COUNTS} from mart_coverage where is_due group by all"
    )
    made_of = by_office(facts.catalog, facts.breakdowns)
    crumbs = ((words.say("menu.offices"), "offices/index.html"),)
    for one in offices:
        own = [row for row in tables if row["office"] == one.id]
        periods = sorted({row["period"] for row in own}, key=place)
        values = {
            "years": [row for row in found if row["office"] == one.id],
            "periods": periods,
            "returns": [_return(facts, words, id, own, periods) for id in facts.catalog.returns
                        if any(row["table_id"] == id for row in own)],
            "indicators": [
                {"title": words.title(id), "path": indicator.path(facts, id, facts.breakdowns[id][0])}
                for id in made_of.get(one.id, [])
            ],
        }  # fmt: skip
        yield Page(path(one.id), "office.html", words.label(one.title), "offices", values, crumbs)


def _matrix(words: Words, found: list[dict[str, Any]]) -> dict[str, Any]:
    """{periods, rows}: a row of each office, a cell of each period: how many of the returns due came, and how."""
    periods = sorted({row["period"] for row in found}, key=place)
    rows = []
    for path in dict.fromkeys(row["path"] for row in found):
        own = {row["period"]: row for row in found if row["path"] == path}
        cells = [_state(words, own.get(period)) | _beside(own.get(period, {})) for period in periods]
        rows.append({"title": next(iter(own.values()))["title"], "path": path, "cells": cells})
    return {"periods": periods, "rows": rows}


def _beside(row: dict[str, Any]) -> dict[str, int]:
    """What is told beside how many returns came."""
    return {"late": row["received"] - row["on_time"], "rejected": row["rejected"]} if row else {}


def _return(facts: Facts, words: Words, id: str, rows: list[dict[str, Any]], periods: list[str]) -> dict[str, Any]:
    by_period = {row["period"]: row for row in rows if row["table_id"] == id}
    return {
        "title": words.label(facts.catalog.returns[id].title),
        "cells": [_state(words, by_period.get(period)) for period in periods],
    }


def _state(words: Words, row: dict[str, Any] | None) -> dict[str, str]:
    if row is None:
        return {"state": "none", "text": words.say("state.none")}
    whole = row["due"]
    state = "on_time" if row["on_time"] == whole else "received" if row["received"] == whole else "missing"
    text = words.say(f"state.{state}") if whole == 1 else words.say("of", part=row["received"], whole=whole)
    return {"state": state, "text": text}
