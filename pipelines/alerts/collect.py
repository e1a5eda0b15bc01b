"""All findings of an installation as it stands after its last run. Read only; asks no database of figures."""

from __future__ import annotations

from pipelines.alerts import of_checks, of_returns, of_runs
from pipelines.alerts.finding import Seen
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.release import stopped
from pipelines.validation import last as last_

_CHECKED = ("check", "late", "held")


def state(home: Home) -> str:
    """What the findings follow from, as a short text: another text, another look."""
    runs = last_.ended(home)
    last, note = runs[0] if runs else None, stopped.read(home)
    begun = of_runs.unbegun(home, last)
    parts = (last["run_id"], last["outcome"]) if last else ("", "")
    return "|".join((*parts, begun["id"] if begun else "", note["at"] if note else ""))


def collect(home: Home, catalog: Catalog) -> Seen:
    """What is wrong now, and what was really looked at."""
    runs = last_.ended(home)
    last = runs[0] if runs else None
    findings, unsure = of_runs.find(home, last)
    looked = {"run", "edition", "return"}
    explained: frozenset[str] = frozenset()
    if validated := last_.validated(home, runs):
        found, not_run, explained = of_checks.find(catalog, *validated)
        findings += found
        unsure |= not_run
        looked |= set(_CHECKED)
    findings += of_returns.find(home, catalog)
    return Seen(
        run=last["run_id"] if last else "",
        outcome=last["outcome"] if last else "",
        well=last is not None and last["outcome"] in of_runs.WELL and not of_runs.unbegun(home, last),
        findings=tuple(findings),
        looked=frozenset(looked),
        unsure=unsure,
        explained=explained,
        job_run=last["job_run"] if last else "",
    )
