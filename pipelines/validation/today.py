"""The figures on the boundaries of today a second time, from those of the year and the documents' events of areas.

Plain whole numbers and fractions; of the product's own correspondence of areas (`contracts.correspondence`), of its
SQL and of its marts of areas nothing is read. See `frames` for the columns of the rule's frame.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pipelines.contracts import periods
from pipelines.contracts.catalog import Catalog
from pipelines.validation import exact
from pipelines.validation.figures import Query
from pipelines.validation.rules import Rule

if TYPE_CHECKING:
    import duckdb

Cell = tuple[str, str, str]
"""table, measure, breakdown"""
Shares = dict[str, Fraction]
Figures = dict[tuple[Cell, str, str], tuple[int | None, str]]
"""cell, area, period -> figure and origin."""
LARGEST = 2**63 - 1


def figures(_: Rule) -> Query:
    """Per figure on the boundaries of today: as published (left), and as made again (right); 'none' without a value,
    'left_out' without a row."""
    return (
        """
        with published as (
            select
                table_id, measure_id, area_code, period, breakdown, year,
                coalesce(value::varchar, 'none') as said
            from marts.mart_observation_today
        )
        select
            table_id as subject, measure_id, area_code, period, breakdown,
            coalesce(p.year, m.year)::bigint as year, coalesce(p.said, 'left_out') as "left",
            coalesce(m.said, 'left_out') as "right", true as explained
        from published p
        full outer join made_today m using (table_id, measure_id, area_code, period, breakdown)
        """,
        {},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"todays_boundaries": figures}
"""kind -> maker of its query."""


def years(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> Iterator[tuple[str, int, int]]:
    """(key, year, rows) that the rule must cover: where the figures and events give one on the boundaries of today, and
    where the build shows one. Makes the figures (`lay`).
    """
    if not any(event.shares for event in catalog.area_events.values()):
        return
    lay(connection, catalog)
    sql = """
        select year, count(*) from (
            select year from made_today union all select year from marts.mart_observation_today
        ) group by all
    """
    yield from (("today", year, rows) for year, rows in connection.execute(sql).fetchall())


@dataclass
class World:
    """The areas and events of the documents as seen on a day (ISO)."""

    catalog: Catalog
    today: str
    events: list[tuple[str, dict[str, Shares]]] = field(init=False)
    touched: set[str] = field(init=False)

    def __post_init__(self) -> None:
        by_day: dict[str, dict[str, Shares]] = defaultdict(dict)
        for event in self.catalog.area_events.values():
            if event.shares and event.day <= self.today:
                by_day[event.day] |= event.shares
        self.events = sorted(by_day.items())
        eves = ["0000-01-01", *(day for day, _ in self.events)]
        self.touched = {
            to
            for day in eves
            for code in self.catalog.areas
            if self._there(code, day) or day == eves[0]
            for to, share in self.image(code, day).items()
            if to and (to != code or share != 1)
        }

    def _there(self, code: str, day: str) -> bool:
        return self.catalog.areas[code].valid_in("", day)

    def image(self, code: str, day: str) -> Shares:
        """Where an area of a day is today; '' is nowhere."""
        found: Shares = {code: Fraction(1)}
        for when, flows in self.events:
            if when > day:
                after: Shares = defaultdict(Fraction)
                for one, share in found.items():
                    for to, part in flows.get(one, {one: Fraction(1)}).items():
                        after[to] += share * part
                found = after
        return found

    @cached_property
    def crossed(self) -> dict[str, str]:
        """Area of today that no event names -> the last day on which something below it came into it, or left it."""
        found: dict[str, str] = {}
        for day, flows in self.events:
            for origin, image in flows.items():
                for to in image:
                    found |= dict.fromkeys(self._above(origin) ^ self._above(to), day)
        return {code: day for code, day in found.items() if code not in self.touched and self._there(code, self.today)}

    def _above(self, code: str) -> set[str]:
        found: set[str] = set()
        while code and (code := self.catalog.areas[code].parent):
            found.add(code)
        return found

    def parts(self, code: str, day: str) -> set[str]:
        """The areas of today that an area of today is put together from for a day."""
        return {code} if self.crossed.get(code, "") <= day else self._below(code)

    def _below(self, code: str) -> set[str]:
        found: set[str] = set()
        for one, area in self.catalog.areas.items():
            if area.parent == code and self._there(one, self.today):
                found |= self._below(one) if one in self.crossed else {one}
        return found

    @cached_property
    def targets(self) -> list[str]:
        """The areas of today that have another shape than in some period."""
        return [code for code in self.catalog.areas if code in self.crossed or code in self.touched]


def divided(value: int, image: Shares) -> dict[str, int]:
    """Whole numbers that add up to the value: largest remainders are rounded up, equal ones by code."""
    size = abs(value)
    made = {code: size * share // 1 for code, share in image.items()}
    rest = sorted(image, key=lambda code: (made[code] - size * image[code], code))
    for code in rest[: size - sum(made.values())]:
        made[code] += 1
    return {code: part if value >= 0 else -part for code, part in made.items()}


def lay(connection: duckdb.DuckDBPyConnection, catalog: Catalog) -> None:
    """Makes the figures and lays them beside the build, as the temporary table `made_today`."""
    import pandas as pd

    (today,) = connection.execute("select today from staging.stg_today").fetchone() or ("",)
    world = World(catalog, today)
    rows = list(_made(world, _read(connection, world)))
    names = ("table_id", "measure_id", "breakdown", "area_code", "period", "year", "said")
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    frame = pd.DataFrame({
        name: pd.Series(column, dtype="int64" if name == "year" else "str")
        for name, column in zip(names, columns, strict=True)
    })  # fmt: skip
    connection.register("incoming", frame)
    connection.execute("create or replace temp table made_today as select * from incoming")
    connection.unregister("incoming")


def _read(connection: duckdb.DuckDBPyConnection, world: World) -> Figures:
    """The figures of every area that can be a part of one of the targets."""
    wanted = {part for code in world.targets for part in (code, *world.parts(code, "0000-01-01"))}
    wanted |= {code for _, flows in world.events for origin, image in flows.items() for code in (origin, *image)}
    sql = """
        select table_id, measure_id, breakdown, area_code, period, value, origin from marts.mart_observation
        where list_contains($1, area_code)
    """
    rows = connection.execute(sql, [sorted(wanted)]).fetchall()
    return {((table, measure, breakdown), area, period): (value, origin) for
            table, measure, breakdown, area, period, value, origin in rows}  # fmt: skip


def _made(world: World, figures: Figures) -> Iterator[tuple[Any, ...]]:
    by_period: dict[str, dict[Cell, dict[str, tuple[int | None, str]]]] = defaultdict(lambda: defaultdict(dict))
    for (cell, area, period), figure in figures.items():
        by_period[period][cell][area] = figure
    found: dict[tuple[Cell, str, str], tuple[int | None, bool, bool]] = {}
    for period, cells in by_period.items():
        for target, sources in _sources(world, period).items():
            for cell, known in cells.items():
                made = _figure(world, cell, target, sources, known)
                if made:
                    found[cell, target, period] = made
    said = {key: value for key, (value, _, _) in found.items()}
    parts: dict[tuple[Cell, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    for (cell, area, period), value in said.items():
        when = periods.parse(period)
        if when.months < 12 and when.start.year == when.end.year and cell[0] in world.catalog.returns:
            year = parts[cell, area, f"{when.year:04d}"]
            if value is not None:
                year.append((when.start.month, when.months, value))
    for (cell, area, year), of in parts.items():
        measure = world.catalog.returns[cell[0]].measure(cell[1])
        made = exact.year(measure.over_time if measure else "none", of)
        _, of_months, lacks_one = found.get((cell, area, year), (None, True, False))
        if of_months or (lacks_one and made is not None):
            said[cell, area, year] = made
    for (cell, area, period), value in said.items():
        table, measure_id, breakdown = cell
        yield (
            table,
            measure_id,
            breakdown,
            area,
            period,
            periods.parse(period).year,
            "none" if value is None else str(value),
        )


def _sources(world: World, period: str) -> dict[str, tuple[dict[str, Fraction], dict[str, Shares], set[str]]]:
    """Area of today -> (area then -> share of it), (area then -> its image), the parts of today."""
    day = periods.parse(period).end.isoformat()
    there = {code: world.image(code, day) for code, area in world.catalog.areas.items() if area.valid_in("", day)}
    found: dict[str, tuple[dict[str, Fraction], dict[str, Shares], set[str]]] = {}
    for target in world.targets:
        parts = world.parts(target, day)
        shares = {
            code: sum((image.get(part, Fraction()) for part in parts), Fraction()) for code, image in there.items()
        }
        found[target] = ({code: share for code, share in shares.items() if share}, there, parts)
    return found


def _figure(
    world: World, cell: Cell, target: str, sources: tuple[dict[str, Fraction], dict[str, Shares], set[str]],
    known: dict[str, tuple[int | None, str]],
) -> tuple[int | None, bool, bool] | None:  # fmt: skip
    """(figure, is it wholly of years made from months, does it lack a predecessor); None = there is no such row."""
    shares, images, parts = sources
    there = {code: known[code] for code in shares if code in known}
    is_whole = all(share == 1 for share in shares.values())
    is_same = is_whole and list(shares) == [target]
    if not there:
        return (None, known[target][1] == "from_months", False) if shares and not is_same and target in known else None
    of_months = all(origin == "from_months" for _, origin in there.values())
    if is_whole and len(shares) == 1:
        ((value, _),) = there.values()
        return value, of_months, False
    if any(origin == "counted" for _, origin in there.values()):
        adds = is_whole
    else:
        measure = world.catalog.returns[cell[0]].measure(cell[1])
        adds = bool(measure and measure.additive_over_areas)
    if not adds:
        return None, of_months, False
    values = {code: value for code, (value, _) in there.items() if value is not None}
    if len(values) < len(shares):
        return None, of_months, True
    total = sum(
        part for code, value in values.items() for to, part in divided(value, images[code]).items() if to in parts
    )
    return (total if abs(total) <= LARGEST else None), of_months, False
