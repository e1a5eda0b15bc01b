"""What the script of a month comes to, in plain Python and by the rules as the statistics describe them.

Imports nothing of the product: which verdict a file gets, which figures stand, what is wrong, and what is open.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from itertools import groupby
from operator import attrgetter

from tests.month.documents import COUNTY, DAYS_AFTER_END, LEAST, MEASURES, OFFICES, TOWNS
from tests.month.script import NEW, OLD, Sent

Figures = dict[tuple[str, str, str], int]
"""(area, year, measure) -> value."""
REMIND_AFTER = 7


@dataclass
class Installation:
    """All that has come in and been decided so far."""

    judged: list[tuple[Sent, str]] = field(default_factory=list)
    chosen: set[bytes] = field(default_factory=set)
    corrections: dict[tuple[str, str, str], tuple[int, int]] = field(default_factory=dict)

    def judge(self, sent: Sent) -> str:
        """The verdict: a file that names a column wrongly is rejected, the same one again is repeated."""
        known = any(one.name == sent.name and one.file() == sent.file() and v == "accepted" for one, v in self.judged)
        verdict = "rejected" if sent.misspelt else "repeated" if known else "accepted"
        self.judged.append((sent, verdict))
        return verdict

    @property
    def accepted(self) -> list[Sent]:
        return [sent for sent, verdict in self.judged if verdict == "accepted"]

    def standing(self) -> tuple[dict[tuple[str, str, str], Sent], set[tuple[str, str, str]]]:
        """(table, unit, year) -> the return that stands: the one prepared last; and slices in which two that
        contradict each other wait for a person.
        """
        found: dict[tuple[str, str, str], Sent] = {}
        held = set()
        place = attrgetter("table", "unit", "year", "prepared")
        for (table, unit, year, _), ones in groupby(sorted(self.accepted, key=place), key=place):
            rivals = list(ones)
            chosen = [one for one in rivals if one.file() in self.chosen]
            if len({one.file() for one in rivals}) == 1 or chosen:
                found[table, unit, year] = (chosen or rivals)[0]
            else:
                held.add((table, unit, year))
        return found, held

    def figures(self) -> Figures:
        """Every figure that has a value; of what the towns alone report, the county's is their sum."""
        found: Figures = {}
        for (table, _, year), sent in self.standing()[0].items():
            for area, values in sent.rows.items():
                for measure, value in zip(MEASURES[table], values, strict=True):
                    expect, better = self.corrections.get((area, year, measure), (None, value))
                    found[area, year, measure] = better if value == expect else value
        for year in (OLD, NEW):
            for measure in MEASURES["mediation"]:
                parts = [found.get((town, year, measure)) for town in TOWNS]
                if None not in parts:
                    found[COUNTY, year, measure] = sum(part for part in parts if part is not None)
        return found

    def overdue(self, today: date) -> set[tuple[str, str, str]]:
        """Slices (table, unit, year) whose day has passed and of which nothing stands."""
        owed = [(t, unit) for t in MEASURES for unit in (TOWNS if t == "mediation" else (COUNTY,))]
        standing, _ = self.standing()
        return {
            (table, unit, year)
            for table, unit in owed
            for year in (OLD, NEW)
            if today > date(int(year), 12, 31) + timedelta(days=DAYS_AFTER_END) and (table, unit, year) not in standing
        }

    def is_blocked(self) -> bool:
        """The courts took up more than was cleared."""
        return bool(self._not_prosecuted())

    def _not_prosecuted(self) -> list[str]:
        figures = self.figures()
        return [
            year for year in (OLD, NEW)
            if (COUNTY, year, "accepted") in figures and (COUNTY, year, "cleared") in figures
            and figures[COUNTY, year, "accepted"] > figures[COUNTY, year, "cleared"]
        ]  # fmt: skip

    def findings(self, today: date, ends: str, stopped: bool) -> set[str]:
        """Keys of what is wrong: check:area:year:office."""
        figures = self.figures()
        found = {f"returns__arrived:{unit}:{year}:{OFFICES[table]}" for table, unit, year in self.overdue(today)}
        found |= {f"returns__undisputed:{unit}:{year}:{OFFICES[table]}" for table, unit, year in self.standing()[1]}
        found |= {f"caseload__prosecuted:{COUNTY}:{year}:courts" for year in self._not_prosecuted()}
        for area, year, measure in figures:
            if measure == "settled" and area != COUNTY:
                share = Fraction(100 * figures[area, year, measure], figures[area, year, "disputes"])
                found |= {f"settlement__plausible:{area}:{year}:-"} if share < LEAST else set()
        refused: dict[tuple[str, str, str], str] = {}
        for sent, verdict in self.judged:
            refused[sent.table, sent.unit, sent.year] = verdict
        found |= {
            f"rejected__{table}:{unit}:{year}:{OFFICES[table]}"
            for (table, unit, year), verdict in refused.items() if verdict == "rejected"
        }  # fmt: skip
        found |= {
            f"run_{name}:-:-:-" for name, end in (("blocked", "blocked"), ("interrupted", "killed")) if ends == end
        }
        return found | ({"edition_stopped:-:-:-"} if stopped else set())


def is_error(key: str) -> bool:
    """Is it worse than a warning?"""
    return key.startswith(("run_", "rejected__", "caseload__prosecuted"))


@dataclass
class Book:
    """What is open, since when it was last told, and what a person took note of until when."""

    told: dict[str, date] = field(default_factory=dict)
    noted: dict[str, date] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def look(self, found: set[str], today: date) -> list[tuple[str, str]]:
        """What there is to tell: (what, key)."""
        events = []
        for key in sorted(found | set(self.told)):
            if key not in self.told:
                events.append(("reopened" if key in self.gone else "new", key))
                self.told[key] = today
            elif key not in found:
                events.append(("recovered", key))
                del self.told[key]
                self.noted.pop(key, None)
                self.gone.add(key)
            elif today > self.noted[key] if key in self.noted else today >= self.told[key] + timedelta(REMIND_AFTER):
                events.append(("reminder", key))
                self.noted.pop(key, None)
                self.told[key] = today
        return events


def subject(events: list[tuple[str, str]]) -> str:
    """How a message of these is headed; '' of none."""
    parts = []
    for what in ("new", "reopened"):
        for name, errors in (("error", True), ("warning", False)):
            if count := sum(one == what and is_error(key) == errors for one, key in events):
                parts.append(f"{count} {what} {name}{'' if count == 1 else 's'}")
    if count := sum(one == "reminder" for one, _ in events):
        parts.append(f"{count} reminder{'' if count == 1 else 's'}")
    if count := sum(one == "recovered" for one, _ in events):
        parts.append(f"{count} recovered")
    return f"Yearbook: {', '.join(parts)}" if parts else ""
