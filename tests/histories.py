"""Random histories of a small programme: what arrived, in which order, prepared when.

An `Event` is one file of one table, year and county with what its office declared; a history is a list of them in
order of arrival. Histories of several counties can be one, as what arrives in a county is nothing to another. `landed`
hands them to the models as landing would, `write` makes the file and the words of `yearbook deliver`, and `in_force`
says, in plain Python and by the rules as the statistics describe them, which figure stands.
"""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from hypothesis import strategies as st

from tests.unit.warehouse.synthetic import Landed

YEARS = ("2003", "2004")
TABLES = ("crime", "caseload")
COUNTIES = tuple(f"1101{number:02d}" for number in range(1, 11))
COUNTY = COUNTIES[0]
KINDS = ("all", "drugs", "other")
TODAY = "2006-07-01"

Cell = tuple[str, str, str, str, str]
"""table, measure, area, period, breakdown"""

WITHOUT_LIMITS = {
    "returns/police/crime.yaml": """
        table: crime
        office: police
        version: 1.0.0
        title: {en: Crime, zh: 案件}
        grain: {en: Each row is a class in an area., zh: 每行一类。}
        reporting_unit: county
        due: {every: year, days_after_end: 31, areas: [county, township], from: "2003"}
        dimensions: [{id: kind, codelist: kind}]
        measures:
          - {id: recorded, title: {en: Recorded, zh: 立案}, unit: cases, over_time: sum}
          - {id: cleared, title: {en: Cleared, zh: 破案}, unit: cases, over_time: sum}
        """,
    "returns/courts/caseload.yaml": """
        table: caseload
        office: courts
        version: 1.0.0
        title: {en: Caseload, zh: 案件量}
        grain: {en: Each row is a court in a year., zh: 每行一个法院。}
        reporting_unit: county
        due: {every: year, days_after_end: 31, areas: [county], from: "2003"}
        measures:
          - {id: accepted, title: {en: Accepted, zh: 收案}, unit: cases, over_time: sum}
        """,
    "indicators/clearance.yaml": """
        indicator: clearance
        title: {en: Clearance, zh: 破案率}
        definition: {en: Cleared of recorded., zh: 破案比立案。}
        kind: flow_ratio
        numerator: crime.cleared[kind=all]
        denominator: crime.recorded[kind=all]
        """,
}
"""Changes to the documents of `trial` that let any figures pass: here the order counts, not the size."""

MANY_COUNTIES = WITHOUT_LIMITS | {
    "codelists/area.csv": "code,parent,level,name_en,name_zh\n"
    + "".join(
        f"{county},,county,County {county},{county}县\n"
        f"{county}001,{county},township,First Town,一镇\n{county}002,{county},township,Second Town,二镇\n"
        for county in COUNTIES
    ),
}
"""The same where there are all of `COUNTIES`, not one."""

CORRECTION = """
    correction: more_{table}_{area}
    table: {table}
    measure: {measure}
    area: "{area}"
    period: "{period}"{breakdown}
    expect: {expect}
    value: {value}
    reason: correction
    because: {{en: One was not counted., zh: 漏计一件。}}
    decided_by: Registry
    decided_on: 2005-02-01
    """


def towns_of(county: str) -> tuple[str, str]:
    """The townships of a county."""
    return f"{county}001", f"{county}002"


@dataclass(frozen=True)
class Event:
    """One file. `figures` picks its contents, `variant` its bytes (the same figures written otherwise)."""

    table: str
    period: str
    figures: int
    variant: int
    prepared_on: str
    revision: int = 0
    partial: bool = False
    provisional: bool = False
    supersedes: bool = False
    county: str = COUNTY

    @property
    def slice(self) -> tuple[str, str, str]:
        """What a whole one replaces."""
        return self.table, self.period, self.county

    @property
    def sha256(self) -> str:
        """The digest of the file's bytes."""
        return hashlib.sha256(self.file()).hexdigest()

    @property
    def id(self) -> str:
        """An id made of bytes and declaration, as the gate makes it."""
        return hashlib.sha256(repr(replace(self, variant=0, figures=0)).encode() + self.file()).hexdigest()[:24]

    def cells(self) -> dict[Cell, int]:
        """Cell -> value. A county has its towns' cases and so many of no place that rows laid over a town
        never exceed it; all is the sum of the classes. No county has the figures of another, or one taken for the
        other would not be seen.
        """
        found: dict[Cell, int] = {}
        chance = random.Random(f"{self.table} {self.county} {self.period} {self.figures}")
        if self.table == "caseload":
            # no two of the contents of a year are the same, and no two counties'
            value = 40 * COUNTIES.index(self.county) + 4 * chance.randrange(10) + self.figures % 4
            return {("caseload", "accepted", self.county, self.period, "_T"): value}
        for measure in ("recorded", "cleared"):
            for kind in KINDS[1:]:
                towns = {town: chance.randrange(9) for town in towns_of(self.county)}
                for area, value in (*towns.items(), (self.county, sum(towns.values()) + 20 + chance.randrange(3))):
                    found["crime", measure, area, self.period, f"kind={kind}"] = value
                    total = ("crime", measure, area, self.period, "kind=all")
                    found[total] = found.get(total, 0) + value
        if self.partial:
            town = towns_of(self.county)[self.figures % 2]
            return {cell: value for cell, value in found.items() if cell[2] == town}
        return found

    def file(self) -> bytes:
        """The return as CSV; variants end their lines otherwise."""
        stream = io.StringIO()
        out = csv.writer(stream, lineterminator="\r\n" if self.variant else "\n")
        cells = self.cells()
        measures = sorted({cell[1] for cell in cells})
        has_kinds = self.table == "crime"
        out.writerow(["area_code", *(["kind"] if has_kinds else []), *measures])
        for area, breakdown in sorted({(cell[2], cell[4]) for cell in cells}):
            values = [cells[self.table, measure, area, self.period, breakdown] for measure in measures]
            out.writerow([area, *([breakdown.partition("=")[2]] if has_kinds else []), *values])
        return stream.getvalue().encode("utf-8-sig")

    def write(self, folder: Path, superseded: str = "") -> list[str]:
        """Writes the file and returns the words of `yearbook` that deliver it. `superseded`: id that it names."""
        path = folder / f"{hashlib.sha256(repr(self).encode()).hexdigest()[:12]}.csv"
        path.write_bytes(self.file())
        words = ["deliver", str(path), "--table", self.table, "--period", self.period]
        words += ["--prepared-on", self.prepared_on, "--revision", str(self.revision)]
        words += ["--partial"] if self.partial else []
        words += ["--provisional"] if self.provisional else []
        return words + (["--supersedes", superseded] if superseded else [])


def correction(cell: Cell, expect: int) -> str:
    """The document by which one more is counted in a cell, wherever its source says `expect`."""
    table, measure, area, period, breakdown = cell
    kind = "" if breakdown == "_T" else f"\n    breakdown: {{kind: {breakdown.partition('=')[2]}}}"
    of_cell = {"table": table, "measure": measure, "area": area, "period": period, "breakdown": kind}
    return CORRECTION.format(**of_cell, expect=expect, value=expect + 1)


def corrected(figures: dict[Cell, int | None], expected: dict[Cell, int]) -> dict[Cell, int | None]:
    """The figures that stand, once each correction whose expectation holds is in effect."""
    return {
        cell: value + 1 if value is not None and expected.get(cell) == value else value
        for cell, value in figures.items()
    }


DAYS = st.sampled_from(["2005-01-10", "2005-01-20", "2005-02-10"])


@st.composite
def histories(draw: st.DrawFn, longest: int = 8) -> list[Event]:
    """Histories in which things come late, twice, revised, stale, corrected, superseding and out of order.

    Few slices, days and contents, so that events meet; most later events do something to an earlier one.
    """
    slices = draw(st.lists(st.sampled_from([(t, y) for t in TABLES for y in YEARS]), min_size=1, max_size=2))
    events: list[Event] = []
    for _ in range(draw(st.integers(2, longest))):
        what = draw(st.sampled_from(["new", "again", "rewritten", "contradicted", "final or not", "returned to"]))
        if what == "new" or not events:
            table, year = draw(st.sampled_from(slices))
            partial = table == "crime" and draw(st.integers(0, 3)) == 0
            figures, revision = draw(st.integers(0, 3)), draw(st.integers(0, 1))
            events.append(Event(table, year, figures, 0, draw(DAYS), revision, partial, draw(st.booleans())))
            continue
        other = draw(st.sampled_from(events))
        if what == "rewritten":
            other = replace(other, variant=1 - other.variant)
        elif what == "contradicted":
            other = replace(other, figures=(other.figures + 1) % 4, supersedes=False)
        elif what == "final or not":
            other = replace(other, provisional=not other.provisional)
        else:
            other = replace(other, prepared_on=draw(DAYS), supersedes=what == "returned to" and not other.partial)
        events.append(other)
    return list(dict.fromkeys(events))


@st.composite
def interleaved(draw: st.DrawFn, counties: Sequence[str]) -> list[Event]:
    """A history of each county, as they arrive among each other: each in its own order, the counties by chance.

    No two are alike, for the sake of variety: hypothesis likes to repeat what it drew.
    """
    number = len(counties)
    drawn = draw(st.lists(histories(), min_size=number, max_size=number, unique_by=tuple))
    return among_each_other(dict(zip(counties, drawn, strict=True)), lambda turns: draw(st.permutations(turns)))


def among_each_other(drawn: dict[str, list[Event]], shuffled: Callable[[list[str]], list[str]]) -> list[Event]:
    """A history of each county, each in its own order; whose turn it is (a county for each event) is shuffled."""
    waiting = {county: iter(events) for county, events in drawn.items()}
    turns = shuffled([county for county, events in drawn.items() for _ in events])
    return [replace(next(waiting[county]), county=county) for county in turns]


def landed(events: Sequence[Event]) -> Landed:
    """The events as landing would hand them over, in this order of arrival."""
    found = Landed()
    for position, event in enumerate(events):
        figures = [
            {"measure_id": measure, "area_code": area, "breakdown": breakdown, "value": value}
            for (_, measure, area, _, breakdown), value in event.cells().items()
        ]
        content = hashlib.sha256(repr(sorted(event.cells().items())).encode()).hexdigest()
        found.add(
            event.table, event.period, event.county, figures,
            submission_id=event.id, delivery_sha256=event.sha256, content_hash=content,
            office="police" if event.table == "crime" else "courts", prepared_on=event.prepared_on,
            revision=event.revision, partial=event.partial, obs_status="P" if event.provisional else "A",
            supersedes="named" if event.supersedes else "", accepted_at=f"{position:09d}",
        )  # fmt: skip
    return found


def in_force(events: Sequence[Event]) -> dict[Cell, int | None]:
    """Cell -> the figure that stands; None where a row vanished. Says nothing of cells that never stood."""
    found: dict[Cell, int | None] = {}
    for _, of_slice in groupby(sorted(events, key=lambda event: event.slice), key=lambda event: event.slice):
        placed: dict[tuple[str, int], list[Event]] = {}
        sent = list(of_slice)
        for event in sent:
            first = min((other for other in sent if other.sha256 == event.sha256), key=lambda e: e.prepared_on)
            place = (event.prepared_on, event.revision)
            if not event.supersedes and event.prepared_on > first.prepared_on:
                same_day = [e for e in sent if e.sha256 == event.sha256 and e.prepared_on == first.prepared_on]
                place = (first.prepared_on, max(e.revision for e in same_day))
            placed.setdefault(place, []).append(event)
        standing: dict[Cell, int | None] | None = None
        for place in sorted(placed):
            contents = [event.cells() for event in placed[place]]
            if any(content != contents[0] for content in contents):
                continue
            if all(event.partial for event in placed[place]):
                standing = standing if standing is None else standing | contents[0]
            else:
                gone: dict[Cell, int | None] = dict.fromkeys(standing or {}, None)
                standing = gone | contents[0]
        found |= standing or {}
    return found
