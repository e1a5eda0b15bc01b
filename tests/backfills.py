"""Twenty made-up years of two small offices, for tests that read them again under other documents.

The courts' files have a column that the first contract leaves aside and the second reads. From `FIRST` to `LAST`.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.contracts import Catalog, load
from pipelines.home import Home
from pipelines.landing import inbox, take_in
from tests.flow.conftest import command
from tests.histories import COUNTY, WITHOUT_LIMITS, Event
from tests.unit.validation.trial import documents

FIRST, LAST = 1984, 2003
YEARS = tuple(range(FIRST, LAST + 1))
SECOND = f"""
    table: caseload
    office: courts
    version: 1.1.0
    title: {{en: Caseload, zh: 案件量}}
    grain: {{en: Each row is a court in a year., zh: 每行一个法院。}}
    reporting_unit: county
    due: {{every: year, days_after_end: 31, areas: [county], from: "{FIRST}"}}
    measures:
      - {{id: accepted, title: {{en: Accepted, zh: 收案}}, unit: cases, over_time: sum}}
      - {{id: concluded, title: {{en: Concluded, zh: 结案}}, unit: cases, over_time: sum}}
    """
_CONCLUDED = next(line for line in SECOND.splitlines() if "id: concluded" in line)
FIRST_VERSION = SECOND.replace("1.1.0", "1.0.0").replace(_CONCLUDED, "    ignored_headers: [concluded]")
STRICT = SECOND.replace("1.1.0", "1.2.0").replace("unit: cases", "unit: cases, maximum: 40")
CRIME = WITHOUT_LIMITS["returns/police/crime.yaml"].replace('"2003"', f'"{FIRST}"')


def write_documents(folder: Path, caseload: str = FIRST_VERSION, changes: dict[str, str] | None = None) -> Catalog:
    """Writes the documents with one of the contracts above, and loads them."""
    own = {"returns/courts/caseload.yaml": caseload, "returns/police/crime.yaml": CRIME}
    return load(documents(folder, WITHOUT_LIMITS | own | (changes or {}), without=("corrections/misread.yaml",)))


def caseload(year: int) -> bytes:
    """A return of the courts: 30 cases accepted or some more, 20 concluded or some more."""
    head, line = "area_code,accepted,concluded", f"{COUNTY},{30 + year % 20},{20 + year % 7}"
    return f"{head}\n{line}\n".encode()


def deliver(home: Home, files: Path, table: str, year: int, data: bytes) -> int:
    """Receives a return of the county, prepared in the next January."""
    path = files / f"{table}_{year}.csv"
    path.write_bytes(data)
    declared = {"table": table, "period": f"{year:04d}", "unit": COUNTY, "prepared_on": f"{year + 1:04d}-01-20"}
    return inbox.receive(home, path, declared, "deliver")


def deliver_all(home: Home, files: Path) -> None:
    """A return of each office and year."""
    for year in YEARS:
        deliver(home, files, "caseload", year, caseload(year))
        deliver(home, files, "crime", year, Event("crime", f"{year:04d}", year % 4, 0, "").file())


def released(folder: Path) -> Home:
    """A home in which all years are released under the first contracts; made in `folder`, its documents beside it."""
    home = Home(folder / "home", folder / "documents").create()
    write_documents(home.contracts)
    (folder / "files").mkdir()
    deliver_all(home, folder / "files")
    done = command(home.root, "run", "--json", contracts=home.contracts)
    assert done.returncode == 0, done.stdout + done.stderr
    return home


def take(home: Home, catalog: Catalog, run: str) -> take_in.Taken:
    """Judges what waits."""
    (home.runs / run).mkdir()
    return take_in.take_in(home, catalog, home.runs / run, "en")
