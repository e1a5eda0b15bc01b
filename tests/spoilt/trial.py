"""The whole trial: clean histories of many counties, then the same last returns once clean and once spoilt."""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pipelines.contracts import Catalog, load
from pipelines.demo import files
from pipelines.home import PROJECT, Home
from pipelines.validation import rules
from tests.spoilt import counties as made
from tests.spoilt.draw import HISTORY, KINDS, Spoilt, spoilt
from tests.spoilt.line import Finding, Return, findings, land, name, prepared_on, tables_of

Outcome = Literal["rejected", "error", "warning", "missed"]
OUTCOMES: tuple[Outcome, ...] = ("rejected", "error", "warning", "missed")


@dataclass
class Trial:
    """What came of it. `clean`: findings about clean returns; `refused`: those that were rejected."""

    seed: int
    catalog: Catalog
    counties: int
    sent: list[Spoilt]
    outcomes: dict[Return, Outcome]
    clean: list[Finding]
    refused: set[Return]
    new: dict[Return, list[Finding]] = field(default_factory=dict)

    def count(self, of: Iterable[Spoilt]) -> Counter[Outcome]:
        """Outcome -> how many of these."""
        return Counter(self.outcomes[one.place] for one in of)

    def kinds(self) -> dict[str, list[Spoilt]]:
        """Kind -> returns spoilt so, in the order of the kinds' names."""
        return {kind: of for kind in sorted(KINDS) if (of := [one for one in self.sent if one.kind == kind])}

    def caught(self, of: list[Spoilt] | None = None) -> float:
        """Share of these (or all) that were rejected or have a finding of their own."""
        of = self.sent if of is None else of
        return 1 - self.count(of)["missed"] / len(of)

    @property
    def returns(self) -> int:
        """How many clean returns there were."""
        return self.counties * len(self.catalog.returns) * made.YEARS

    def accused(self) -> int:
        """Clean returns rejected, and findings of severity error about clean returns."""
        return len(self.refused) + sum(one.severity == "error" for one in self.clean)

    def warnings(self) -> float:
        """Warnings per 1,000 clean returns that have HISTORY years before them."""
        judged = made.periods(self.catalog)[HISTORY:]
        found = sum(one.severity == "warning" and one.key[4] in judged for one in self.clean)
        return 1000 * found / (self.counties * len(self.catalog.returns) * len(judged))


def new_seed() -> int:
    """A seed that nothing was tuned to."""
    return random.SystemRandom().randrange(10**9)


def run(folder: Path, seed: int, number: int) -> Trial:
    """Runs the trial with `number` spoilt returns in `folder`."""
    chance = random.Random(f"counties {seed}")
    tables = len(load(PROJECT / "data_contracts").returns)
    catalog = made.documents(folder / "documents", -(-number // tables), chance)
    counties = made.counties(catalog, seed)
    sent = list(spoilt(catalog, counties, seed, number))
    home = Home(folder / "home", folder / "documents").create()
    land(home, catalog, "others", _others(catalog, counties, {one.place for one in sent}, folder / "others"))
    other = Home(Path(shutil.copytree(home.root, folder / "spoilt", symlinks=True)), folder / "documents")
    clean = land(home, catalog, "twins", _written(catalog, folder / "twins", {o.place: o.clean for o in sent}))
    accepted = land(other, catalog, "sent", _written(catalog, folder / "sent", {o.place: o.data for o in sent}))
    owed = {(c.unit, table, period) for c in counties for table in catalog.returns for period in made.periods(catalog)}
    accusations = findings(home, catalog, "build")
    known = {one.key for one in accusations}
    new = _by_return(catalog, (one for one in findings(other, catalog, "build") if one.key not in known))
    outcomes: dict[Return, Outcome] = {}
    for one in sent:
        severities = {finding.severity for finding in new.get(one.place, [])}
        outcomes[one.place] = (
            "rejected" if one.place not in accepted else "error" if "error" in severities
            else "warning" if severities else "missed"
        )  # fmt: skip
    return Trial(seed, catalog, len(counties), sent, outcomes, accusations, owed - clean, new)


def _others(
    catalog: Catalog, counties: list[made.County], places: set[Return], folder: Path
) -> Iterable[tuple[Path, dict[str, str]]]:
    """All clean returns but those at `places`: a file for each table and year, with the rows of all counties."""
    folder.mkdir()
    for table in catalog.returns.values():
        for period in made.periods(catalog):
            rows: files.Rows = []
            for county in counties:
                if (county.unit, table.table, period) not in places:
                    header, *more = files.long_rows(catalog, table, dict(county.values(table, period)), period)
                    rows += more if rows else [header, *more]
            path = folder / f"{table.table} {period}.csv"
            path.write_bytes(files.csv_bytes(rows))
            yield path, {"table": table.table, "prepared_on": prepared_on(period)}


def _written(catalog: Catalog, folder: Path, sent: dict[Return, bytes]) -> Iterable[tuple[Path, dict[str, str]]]:
    """A file for each return, whose name alone says what it is."""
    folder.mkdir()
    for place, data in sent.items():
        path = folder / name(catalog, place)
        path.write_bytes(data)
        yield path, {}


def _by_return(catalog: Catalog, found: Iterable[Finding]) -> dict[Return, list[Finding]]:
    """The findings by the returns that they can be of."""
    of = {rule.id: tables_of(catalog, rule) for rule in rules(catalog)}
    by: dict[Return, list[Finding]] = {}
    for one in found:
        rule, subject, _, area, period, _ = one.key
        for table in of[rule] or {subject}:
            by.setdefault((area[:6], table, period), []).append(one)
    return by
