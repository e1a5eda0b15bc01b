"""What the offices of the made-up county send, and when: every return asked for, some wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.contracts.returns import Return
from pipelines.demo import files, profile
from pipelines.demo.figures import Figures
from pipelines.demo.frame import frame, periods, units
from pipelines.demo.profile import Form
from pipelines.demo.spread import chance

SEED = 1


@dataclass(frozen=True)
class Delivery:
    """A file laid down, and what the gate must say of it."""

    path: Path
    office: str
    tables: tuple[str, ...]
    period: str
    unit: str
    prepared_on: str
    accepted: bool = True


@dataclass(frozen=True)
class Spike:
    """The figure that a plausibility limit must catch."""

    table: str
    measure: str
    area: str
    period: str
    value: int


@dataclass(frozen=True)
class DemoPlan:
    """What was laid down, from `first` to `last` period; `reference_period` holds the known figures."""

    deliveries: tuple[Delivery, ...]
    first: str
    last: str
    reference_period: str
    spike: Spike | None

    @property
    def files(self) -> int:
        """How many files."""
        return len(self.deliveries)


@dataclass(frozen=True)
class _Envelope:
    """One file to come: who sends which tables of which period and unit, how written, when prepared."""

    office: str
    tables: tuple[Return, ...]
    period: str
    unit: str
    form: Form
    prepared_on: str


def generate(catalog: Catalog, out: Path, seed: int = SEED) -> DemoPlan:
    """Lays the files of all offices into `out`, a folder per office. The same seed gives the same bytes.

    Raises ValueError when the documents and the county's habits contradict each other.
    """
    return _Post(catalog, out, seed).deliver()


class _Post:
    def __init__(self, catalog: Catalog, out: Path, seed: int):
        self.catalog, self.out, self.seed = catalog, out, seed
        self.county = profile.county()
        self.report = profile.report()
        self.figures = Figures(catalog, self.county, self.report.figures, seed)

    def deliver(self) -> DemoPlan:
        """Writes everything."""
        sent: list[Delivery] = []
        envelopes = list(self._envelopes())
        for one in envelopes:
            sheets = {table.table: self._values(table, one.period, one.unit) for table in one.tables}
            spoiled = self.county.plants.spoiled
            if spoiled and spoiled.period == one.period and (spoiled.table in sheets):
                sent.append(self._spoil(one, dict(sheets)))
            sent.append(self._write(one, sheets))
        spans = sorted((parse(one.period).end, one.period) for one in envelopes)
        return DemoPlan(tuple(sent), spans[0][1], spans[-1][1], self.report.period, self._spike())

    def _envelopes(self) -> Iterator[_Envelope]:
        """A file per table, or per office where the office sends workbooks, for every period and unit."""
        letters: dict[tuple[str, str, str, str], list[Return]] = {}
        for table in self.catalog.returns.values():
            book = self._form(table.office).file == "xlsx"
            for period in periods(table):
                for unit in units(self.catalog, table, period):
                    key = (table.office, "" if book else table.table, period, unit)
                    letters.setdefault(key, []).append(table)
        for (office, _, period, unit), tables in letters.items():
            form = self._form(office)
            turn = form.encodings[parse(period).year % len(form.encodings)]
            prepared_on = self._prepared_on(office, period)
            yield _Envelope(
                office,
                tuple(tables),
                period,
                unit,
                form.model_copy(update={"encodings": [turn]}),
                prepared_on,
            )

    def _form(self, office: str) -> Form:
        return self.county.forms.get(office, Form())

    def _prepared_on(self, office: str, period: str) -> str:
        """A day well before the due date, or the late one that is planted."""
        days = chance(self.seed, "prepared", office, period).randint(11, 26)
        for late in self.county.plants.late:
            if (late.office, late.period) == (office, period):
                days = late.days
        return (parse(period).end + timedelta(days=days)).isoformat()

    def _values(self, table: Return, period: str, unit: str) -> dict[files.Cell, files.Value]:
        """Every figure of a submission, the areas above before those below."""
        found = frame(self.catalog, table, unit, period)
        values: dict[files.Cell, files.Value] = {}
        for area in (*found.parents, *found.leaves):
            for breakdown in (*found.totals, *found.breakdowns):
                for measure in table.measures:
                    value = self.figures.cells(table.table, measure.id, period)[area, breakdown]
                    mark = self.figures.qualifier(table.table, measure.id, period, area, breakdown)
                    if value is not None and mark:
                        value = files.qualified(value, mark, self.catalog.format_of(table))
                    values[area, breakdown, measure.id] = value
        return values

    def _spoil(self, one: _Envelope, sheets: dict[str, dict[files.Cell, files.Value]]) -> Delivery:
        """The same return some days before, with a text in the place of its first number."""
        spoiled = self.county.plants.spoiled
        assert spoiled is not None
        values = dict(sheets[spoiled.table])
        values[next(cell for cell in values if cell[2] == spoiled.measure)] = spoiled.text
        day = parse(one.period).end + timedelta(days=spoiled.days_after_end)
        sent = self._write(replace(one, prepared_on=day.isoformat()), sheets | {spoiled.table: values})
        return replace(sent, accepted=False)

    def _write(self, one: _Envelope, sheets: dict[str, dict[files.Cell, files.Value]]) -> Delivery:
        folder = self.out / one.office
        folder.mkdir(parents=True, exist_ok=True)
        publisher = self.catalog.programme.publisher
        rows = {table.table: self._rows(one, table, sheets[table.table]) for table in one.tables}
        facts = {"unit": one.unit, "period": one.period, "prepared_on": one.prepared_on}
        if one.form.file == "xlsx":
            path = folder / files.file_name(self.catalog, ".xlsx", {"office": one.office, **facts})
            names = {t.table: t.title.zh if one.form.headers == "zh" else t.table for t in one.tables}
            properties = {f"yearbook_{name}": text for name, text in {"office": one.office, **facts}.items()}
            files.write_xlsx(path, {names[id]: each for id, each in rows.items()}, properties, publisher.en)
        else:
            (table,) = one.tables
            path = folder / files.file_name(self.catalog, ".csv", {"table": table.table, **facts})
            delimiter = self.catalog.format_of(table).delimiter
            path.write_bytes(files.csv_bytes(rows[table.table], one.form.encodings[0], delimiter))
        return Delivery(path, one.office, tuple(t.table for t in one.tables), one.period, one.unit, one.prepared_on)

    def _rows(self, one: _Envelope, table: Return, values: dict[files.Cell, files.Value]) -> files.Rows:
        """The rows, under a line that says whose figures these are where one may stand above the header."""
        if one.form.shape == "wide" and table.wide and table.dimensions:
            rows = files.wide_rows(self.catalog, table, values, one.period)
        else:
            rows = files.long_rows(self.catalog, table, values, one.period, one.form.headers)
        language = one.form.headers
        title = f"{self.catalog.programme.publisher[language]}: {table.title[language]}"
        return [[title], *rows] if self.catalog.format_of(table).header_within > 1 else rows

    def _spike(self) -> Spike | None:
        planted = self.county.plants.spike
        if planted is None or planted.table not in self.catalog.returns:
            return None
        table = self.catalog.returns[planted.table]
        found = frame(self.catalog, table, units(self.catalog, table, planted.period)[0], planted.period)
        return Spike(planted.table, planted.measure, found.leaves[planted.area], planted.period, planted.value)
