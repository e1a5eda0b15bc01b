"""The first page: what is new, how far the figures are complete, how the area stands, who signed it off."""

from __future__ import annotations

from typing import Any

from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import latest
from pipelines.release.forms.site import area, office, standing
from pipelines.release.forms.site.page import Page
from pipelines.release.forms.words import Words


def page(facts: Facts, words: Words) -> Page:
    """The page of a language at which readers begin."""
    said, programme = facts.source.said, facts.catalog.programme
    lead = facts.lead
    returns = office.summary(facts, words)
    last = latest([row["period"] for row in returns])
    card = area.scorecard(facts, words, lead) if lead else {}
    values = {
        "lead": {"title": words.area(lead), "path": standing.area_path(lead)} if lead else {},
        "card": card,
        "tally": {} if card else area.tally(facts, words),
        "returns": [row for row in returns if row["period"] == last],
        "returns_period": last,
        "news": _news(facts, words),
        "checks": said.get("checks") or {},
        "note": said.get("note") or "",
        "indicators": len(facts.breakdowns),
        "areas": sum(not one.is_pool and one.is_current for one in facts.areas.values()),
    }
    title = words.label(programme.title)
    return Page("index.html", "overview.html", title, "overview", values, (), words.say("overview.lead"))


def _news(facts: Facts, words: Words) -> list[str]:
    """What this release brings against the one before it, in sentences."""
    said = facts.source.said
    parent = said.get("parent")
    if not parent:
        return [words.say("news.first")]
    rows: dict[str, Any] = (said.get("changes") or {}).get("rows", {}).get("mart_indicator", {})
    found = [words.say(f"news.{name}", count=count) for name, count in rows.items() if count and name in _TOLD]
    if facts.revised:
        found.append(words.say("news.revised", count=len(facts.revised)))
    if acknowledged := said.get("acknowledged"):
        found.append(words.say("news.acknowledged", by=acknowledged["by"], why=acknowledged["why"]))
    first = "since" if found else "same" if said.get("changes") else "before"  # a candidate is not compared
    return [words.say(f"news.{first}", parent=parent), *found]


_TOLD = ("added", "changed", "removed")
"""Counts of changed rows that the overview tells."""
