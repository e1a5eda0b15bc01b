"""From a published figure back to its definition, its two sides, and every cell they are made of.

Everything is read from the release itself: its own copy of the documents, its figures, its submissions. What is traced
is held against what was published; a difference is an error, never shown as if it were true.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from pipelines.contracts import load
from pipelines.contracts.catalog import TOTAL, Catalog, ResolvedTerm
from pipelines.contracts.faults import nearest
from pipelines.contracts.indicators import Indicator
from pipelines.contracts.periods import shift
from pipelines.home import Home
from pipelines.release import manifest, read
from pipelines.release.build import text
from pipelines.release.cells import Cells, Look
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError
from pipelines.release.protect import CONFIDENTIAL
from pipelines.release.remembered import MARK
from pipelines.validation.exact import published

FIGURE = (
    "value_text", "headline_text", "numerator", "denominator", "obs_status", "reason", "qualifier", "area_level",
    "year", "break_id",
)  # fmt: skip
"""What is told of a published figure: columns of mart_indicator; NULL where an older release has none."""

YEAR, TODAY = "year", "today"
"""On which boundaries a figure is followed: those of its year, or those of the day of the release."""

MART = "mart_indicator"


@dataclass
class Tracer:
    """One release, opened once for any number of figures."""

    release_id: str
    documents: Catalog
    hashes: dict[str, str]
    cells: Cells
    published: str = "main"
    """Schema of the published figures: that of the edition, where one is traced through its candidate."""

    def trace(
        self, indicator: str, area: str, period: str, where: dict[str, str] | None = None, boundaries: str = YEAR
    ) -> dict[str, Any]:
        """{release, indicator, area, period, boundaries, breakdown, figure, numerator, denominator} or, for a share of
        areas, `areas` with the trace of each of their verdicts; `explanations` where a check warns and they hold.

        A side is a list of terms {table, measure, breakdown, period, times, figure}; the figure as `cells.Cells.figure`
        gives it, on the boundaries of today `figure_today`. Raises ReleaseError when the release holds no such figure.
        """
        found = self._indicator(indicator)
        breakdown = self._breakdown(found, where or {})
        if boundaries == TODAY:
            self._there(area)
        on_today = boundaries == TODAY and self._touched(area)
        figure = self._published(indicator, area, period, breakdown, "mart_indicator_today" if on_today else MART)
        told = {
            "release": self.release_id,
            "indicator": self._definition(found),
            "area": self._area(area, None if boundaries == TODAY else period),
            "period": period,
            "boundaries": boundaries,
            "breakdown": breakdown,
            "figure": figure,
            **({} if on_today else self.cells.explained(indicator, "", area, period, breakdown)),
        }
        self._rounded(told)
        if found.kind == "share_of_areas":
            areas = self._areas(found, area, period)
            met = sum(all(one["verdict"] == "met" for one in each["verdicts"]) for each in areas)
            if figure["numerator"] not in (None, met):
                raise _inconsistent(told, "numerator", figure["numerator"], met)
            return told | {"areas": areas}
        sides = self.documents.sides(found)[breakdown]
        names = ("numerator", "denominator")
        look = self.cells.figure_today if on_today else self.cells.figure
        traced = {
            name: [self._term(look, t, area, period) for t in side] for name, side in zip(names, sides, strict=True)
        }
        self._hold(told, traced)
        return told | traced

    def _indicator(self, id: str) -> Indicator:
        if id not in self.documents.indicators:
            hint = nearest(id, list(self.documents.indicators))
            raise ReleaseError(f"{self.release_id} has no indicator {id}{hint or '.'}")
        return self.documents.indicators[id]

    def _breakdown(self, indicator: Indicator, where: dict[str, str]) -> str:
        wanted = ";".join(f"{name}={code}" for name, code in where.items()) or TOTAL
        there = [TOTAL] if indicator.kind == "share_of_areas" else list(self.documents.sides(indicator))
        if wanted not in there:
            known = ", ".join(there[:12]) + (" ..." if len(there) > 12 else "")
            asked = f"no figure for {wanted}" if where else "no total"
            raise ReleaseError(f"{indicator.indicator} has {asked}; say --where with one of: {known}")
        return wanted

    def _area(self, code: str, period: str | None = None) -> dict[str, str]:
        """The area, as it was called then, or today."""
        level = self.documents.areas[code].level
        if period:
            name = self.documents.name(code, period)
            return {"code": code, "name_en": name.en, "name_zh": name.zh, "level": level}
        sql = "select name_en, name_zh from dim_area where area_code = ?"
        (en, zh) = self.cells.connection.execute(sql, [code]).fetchone() or ("", "")
        return {"code": code, "name_en": en, "name_zh": zh, "level": level}

    def _there(self, area: str) -> None:
        """An area that has ended, or not begun, has no figure on the boundaries of today."""
        sql = "select coalesce(valid_to::varchar, '') from dim_area where area_code = ? and not is_current"
        if gone := self.cells.connection.execute(sql, [area]).fetchone():
            sql = (
                "select distinct t.area_code from dim_area_today as t inner join dim_area as a using (area_code) "
                "where t.from_code = ? and a.level = t.from_level order by 1"
            )
            rows = self.cells.connection.execute(sql, [area]).fetchall()
            last = f" (its last day was {gone[0]})" if gone[0] else ""
            ask = f"; ask for {', '.join(code for (code,) in rows)}, or" if rows else "; ask"
            raise ReleaseError(f"{area} is no area of today{last}{ask} for the boundaries of the year.")

    def _touched(self, area: str) -> bool:
        """Do events make the area of today another one than in some period? If not, its series is that of the year."""
        sql = "select count(*) from dim_area_today where area_code = ?"
        (found,) = self.cells.connection.execute(sql, [area]).fetchone() or (0,)
        return bool(found)

    def _published(self, indicator: str, area: str, period: str, breakdown: str, mart: str) -> dict[str, Any]:
        if area not in self.documents.areas:
            line = "; it is a line of areas that are published together: see dim_pool_area." if MARK in area else ""
            raise ReleaseError(f"There is no area {area}{line or nearest(area, list(self.documents.areas)) or '.'}")
        there = self.cells.columns(mart)
        names = (name if name in there else f"null as {name}" for name in FIGURE)
        sql = (
            f"select {', '.join(names)} from {self.published}.{mart} "
            "where indicator_id = ? and area_code = ? and period = ? and breakdown = ?"
        )
        row = self.cells.connection.execute(sql, [indicator, area, period, breakdown]).fetchone()
        if row is None:
            span = self.cells.connection.execute(
                f"select min(period), max(period) from {self.published}.{mart} "
                "where indicator_id = ? and area_code = ?",
                [indicator, area],
            ).fetchone()
            first, last = span or ("", "")
            known = f"; it has {first} to {last}" if first else "; it is not published for that area"
            raise ReleaseError(f"The release holds no {indicator} of {area} in {period}{known}.")
        figure: dict[str, Any] = dict(zip(FIGURE, row, strict=True))
        if figure["reason"] == CONFIDENTIAL:
            why = "it is small, or would tell a small figure. A candidate (--release) traces it, for whoever may see it"
            raise ReleaseError(f"{self.release_id} does not publish {indicator} of {area} in {period}: {why}.")
        return figure

    def _definition(self, indicator: Indicator) -> dict[str, Any]:
        document = self.documents.sources[f"indicator:{indicator.indicator}"]
        return {
            "id": indicator.indicator,
            "title": indicator.title.model_dump(),
            "definition": indicator.definition.model_dump(),
            "kind": indicator.kind,
            "numerator": indicator.numerator,
            "denominator": indicator.denominator,
            "multiplier": indicator.multiplier,
            "decimals": indicator.decimals,
            "document": document,
            "document_sha256": self.hashes[document],
        }

    def _term(self, look: Look, term: ResolvedTerm, area: str, period: str) -> dict[str, Any]:
        then = shift(period, -term.lag)
        figure = look(term.table, term.measure, area, then, term.breakdown)
        return {
            "table": term.table, "measure": term.measure, "breakdown": term.breakdown, "period": then,
            "times": term.times, "figure": figure,
        }  # fmt: skip

    def _areas(self, share: Indicator, area: str, period: str) -> list[dict[str, Any]]:
        """Each area that a share counts, with the trace of every indicator whose target it must meet."""
        rows = self.cells.connection.execute(_VERDICTS, [share.meeting, area, share.level, period]).fetchall()
        found: dict[str, list[dict[str, Any]]] = {}
        for below, indicator, breakdown, operator, target, verdict in rows:
            where = dict([breakdown.split("=", 1)]) if breakdown != TOTAL else {}
            one = self.trace(indicator, below, period, where)
            found.setdefault(below, []).append(
                one | {"target": {"operator": operator, "value": target}, "verdict": verdict}
            )
        return [{"area": self._area(code, period), "verdicts": verdicts} for code, verdicts in found.items()]

    def _hold(self, told: dict[str, Any], traced: dict[str, list[dict[str, Any]]]) -> None:
        """What the cells add up to against what was published."""
        for name, terms in traced.items():
            published = told["figure"][name]
            if published is None or not terms:
                continue
            # what is missing though there is a sum: a code that did not exist then
            total = sum(t["times"] * t["figure"]["value"] for t in terms if t["figure"]["value"] is not None)
            parts = [part for term in terms for part in _broken(term["figure"])]
            if total != published or parts:
                raise _inconsistent(told, name, published, total)

    def _rounded(self, told: dict[str, Any]) -> None:
        """What was printed against the ratio it is the rounding of."""
        figure, definition = told["figure"], told["indicator"]
        sides = (figure["numerator"], figure["denominator"])
        exact = published(*sides, definition["multiplier"], definition["decimals"], definition["kind"] == "count")
        if figure["value_text"] and figure["value_text"] != exact:
            raise _inconsistent(told, "figure", figure["value_text"], exact or "none")


def _inconsistent(told: dict[str, Any], what: str, published: Any, made: Any) -> ReleaseError:
    return ReleaseError(
        f"The {what} of {told['indicator']['id']} for {told['area']['code']} in {told['period']} was published as "
        f"{published}, but what it is made of gives {made}. The release is not consistent; do not use it."
    )


def _broken(figure: dict[str, Any]) -> Iterator[str]:
    """Areas whose figure is not the sum of its parts, or not what its months make."""
    parts = figure.get("parts", []) + figure.get("months", [])
    values = [part["value"] for part in parts]
    taken = {"first": values[:1], "last": values[-1:]}.get(figure.get("over_time", "sum"), values)
    if (
        figure["value"] is not None
        and parts
        and not _is_estimate(figure)
        and (None in values or sum(taken) != figure["value"])
    ):
        yield figure["area"]
    if _is_estimate(figure) and figure["value"] is not None and not _near(figure):
        yield figure["area"]
    for part in parts:
        yield from _broken(part)


def _is_estimate(figure: dict[str, Any]) -> bool:
    """Is it made of shares of its parts? A year of estimates is their exact sum."""
    return figure.get("conversion") == "estimated" and "months" not in figure


def _near(figure: dict[str, Any]) -> bool:
    """Is an estimate within one of each share of what its parts are shares of?"""
    shares = [Fraction(part["share"]) for part in figure["parts"]]
    if any(part["value"] is None for part in figure["parts"]):
        return False
    exact = sum((part["value"] * share for part, share in zip(figure["parts"], shares, strict=True)), Fraction())
    return abs(exact - figure["value"]) < max(1, sum(share < 1 for share in shares))


_VERDICTS = """
with recursive below as (
    select area_code, level from dim_area where area_code = $2
    union all
    select a.area_code, a.level from dim_area a join below b on a.parent_code = b.area_code
)
select s.area_code, s.indicator_id, s.breakdown, s.operator, s.target_text, s.verdict
from mart_scorecard s join below b using (area_code)
where list_contains($1, s.indicator_id) and b.level = $3 and s.period = $4 and s.verdict is not null
order by all
"""


@contextmanager
def tracer(home: Home, release_id: str = read.CURRENT) -> Iterator[Tracer]:
    """Opens a release for tracing. An edition is traced through the candidate it was made from. Raises ReleaseError."""
    asked = folder = read.folder_of(home, release_id).resolve()
    said = manifest.read(asked)
    if "made_from" in said:
        try:
            folder = read.folder_of(home, said["made_from"]).resolve()
        except ReleaseError:
            raise ReleaseError(
                f"{asked.name} was made from {said['made_from']}, which is not here any more; where its figures came "
                "from can be read only there."
            ) from None
    import duckdb

    documents = load(folder / "documents")
    with engine(folder / DATABASE, read_only=True) as connection:
        published = "main"
        if asked != folder:
            connection.execute(f"attach {text(asked / DATABASE)} as edition (read_only)")
            published = "edition.main"
        try:
            yield Tracer(asked.name, documents, said["documents"], Cells(connection, documents), published)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            lacks = str(error).partition("\n")[0]
            raise ReleaseError(
                f"{asked.name} was made by {said['software']} and does not hold all that is asked here ({lacks}). "
                "Trace a newer release."
            ) from None
