"""What a run takes over from the findings about the private build that its own build started from: results and failing
rows of years in which the figures that a rule looks at, and all that it holds against them, are the same.

Which those are is said here and nowhere else; whether a rule holds is not judged. What is in doubt is not taken:
findings of other documents, of another build or made by other code, and whatever does not add up.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.contracts.catalog import Catalog
from pipelines.validation import failing, kept
from pipelines.validation.results import Result, Results
from pipelines.validation.rules import Rule
from pipelines.warehouse.again import Again

if TYPE_CHECKING:
    import duckdb

Taken = dict[int, tuple[Result, list[dict[str, str]]]]
"""Year -> the result of a rule, and its failing rows."""

_OWN: tuple[str, ...] = (
    "rows", "filled", "explained", "not_negative", "maximum", "relation", "parts", "totals", "parents", "area_there",
    "indicator_explained", "indicator_exact", "indicator_not_negative", "indicator_part", "indicator_plausible",
    "reported", "coverage_expected", "coverage_arrived", "coverage_whole", "coverage_undisputed", "year_of_months",
    "scorecard_verdicts", "scorecard_shares", "indicator_limits",
)  # fmt: skip
_ALL = 9999
"""Years: more than there are."""
_BACK: dict[str, Callable[[Rule], int]] = {
    **dict.fromkeys(_OWN, lambda _: 0),
    **dict.fromkeys(("change", "scorecard_places"), lambda _: 1),
    "agreement": lambda rule: max(option[5] for option in rule.options[1:]),
    **dict.fromkeys(("history", "vanished", "swapped", "allocated"), lambda rule: rule.options[2]),
    "repeated": lambda _: _ALL,
}
"""Kind -> how many years a rule looks back from the one it speaks of; none looks forward. A kind that is not named is
asked for all years: it looks at more than marts with a period.
"""
_LAGGED = "indicator_rows"
"""A kind that looks back as far as any term of the documents."""
_PACKAGES = ("contracts", "messages", "validation")
_LIBRARIES = ("duckdb", "great-expectations", "numpy", "pandas", "pyarrow")


@cache
def made_by() -> str:
    """Digest of all code that makes findings, and of the versions of the libraries that it stands on."""
    digest = hashlib.sha256(" ".join(version(library) for library in _LIBRARIES).encode())
    root = Path(__file__).parents[1]
    for package in _PACKAGES:
        for path in sorted((root / package).rglob("*")):
            if path.suffix in (".py", ".yaml"):
                digest.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


class Before:
    """The findings that may be taken over; of no year where there are none, or none that serve."""

    def __init__(self, catalog: Catalog, again: Again | None = None, folder: Path | None = None) -> None:
        """`folder`: findings about some build, which serve if it is the one that `again` names."""
        self._again = again
        self._found = kept.read_results(folder) if again and folder else None
        if self._found and not _serves(self._found, catalog, again):
            self._found = None
        self._across = self._longest = 0
        self._results: dict[str, list[Result]] = {}
        for result in self._found.results if self._found else ():
            self._results.setdefault(result.rule, []).append(result)

    def look(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Learns from the build how far a period reaches into later years, and how far indicators look back."""
        if self._again is None or self._found is None:
            return
        rows = connection.execute("select substr(period, 1, 4)::int, year from doc_period").fetchall()
        known, years = {begin for begin, _ in rows}, self._again.years
        if years - known:  # rows of no period, or of one that is gone: who knows in which year it ended
            self._found = None
            return
        self._across = max((year - begin for begin, year in rows), default=0)
        ((self._longest,),) = connection.execute(
            "select coalesce(max(lag_years), 0) from doc_indicator_term"
        ).fetchall()

    def of(self, rule: Rule, years: dict[str, int]) -> Taken:
        """What is taken over of a rule that must cover these years (year -> rows)."""
        back = self._longest if rule.kind == _LAGGED else _BACK[rule.kind](rule) if rule.kind in _BACK else None
        if self._again is None or self._found is None or back is None:
            return {}
        subjects = _subjects(rule)
        touched = [of for subject, of in self._again.subjects.items() if not subjects or subject in subjects]
        reached = {year + more for of in touched for year in of for more in range(self._across + back + 1)}
        were = self._found.years.get(rule.years, {})
        untouched = {int(year) for year, rows in years.items() if were.get(year) == rows} - reached
        results = [result for result in self._results.get(rule.id, []) if result.ran and result.year in untouched]
        taken: Taken = {result.year: (result, []) for result in results}
        failed = [result for result in results if result.failed]
        if failed:
            if failing.digest(self._found.folder, rule.id) != self._found.failing.get(rule.id, ""):
                return {}
            for row in failing.of(self._found.folder, failed):
                if (year := int(row["year"])) in taken:
                    taken[year][1].append(row)
        return {year: (result, rows) for year, (result, rows) in taken.items() if len(rows) == result.failed}


def _subjects(rule: Rule) -> set[str]:
    """The tables or the indicator whose figures alone a rule looks at, and '' for rows of neither; none: at any."""
    if not rule.subject:
        return set()
    others = {option[2] for option in rule.options[1:]} if rule.kind == "agreement" else set[str]()
    return {"", rule.subject.partition(".")[0], *others}


def _serves(found: Results, catalog: Catalog, again: Again | None) -> bool:
    return (
        again is not None
        and found.warehouse == again.warehouse
        and found.documents == kept.documents_digest(catalog.files)
        and found.made_by == made_by()
    )
