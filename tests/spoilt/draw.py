"""Which return is spoilt how: each of a county once, in a year in which all that it is held against is clean."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.contracts import Catalog
from pipelines.validation import rules
from tests.spoilt import figures, rows
from tests.spoilt.counties import County, periods
from tests.spoilt.line import Return, tables_of
from tests.spoilt.sheet import Case

HISTORY = 4
"""Years that are clean everywhere."""
WITH_TOTALS = 0.25
"""Share of the returns with a row of control totals."""
KINDS = {made.__name__: made for made in (*figures.SLIPS, *figures.COPIES, *rows.ROWS)}


@dataclass
class Spoilt:
    """A return, the kind of its spoiling, its file, and that of its clean twin."""

    place: Return
    kind: str
    has_totals: bool
    data: bytes
    clean: bytes


def spoilt(catalog: Catalog, counties: list[County], seed: int, number: int) -> Iterator[Spoilt]:
    """`number` spoilt returns, each kind as often as another where there are returns for it."""
    chance = random.Random(f"spoilt {seed}")
    year = years(catalog)
    slots = [(county, table) for county in counties for table in catalog.returns]
    used: Counter[str] = Counter()
    for county, id in chance.sample(slots, number):
        table = catalog.returns[id]
        headers, is_wide = chance.choice(("en", "zh")), bool(table.wide) and chance.random() < 0.5
        others = [one for one in counties if one is not county]
        case = Case(
            county, others, table, year[id], chance, "en" if is_wide else headers, is_wide,
            chance.random() < WITH_TOTALS,
        )  # fmt: skip
        clean = case.sheet(case.values).data()
        for kind in sorted(KINDS, key=lambda kind: (used[kind], chance.random())):
            data = _sent(case, kind)
            if data is not None and data != clean:
                used[kind] += 1
                yield Spoilt((county.unit, id, year[id]), kind, case.has_totals, data, clean)
                break


def _sent(case: Case, kind: str) -> bytes | None:
    """The spoilt file, or None where the return cannot be spoilt so."""
    made = KINDS[kind]
    if made in rows.ROWS:
        sheet = case.sheet(case.values)
        return sheet.data() if made(case, sheet) else None
    values = made(case)
    if values is None or values == case.values:
        return None
    return case.sheet(values, case.values if made in figures.SLIPS else None).data()


def years(catalog: Catalog) -> dict[str, str]:
    """Table -> the year in which it is spoilt: never that of a table beside which a rule holds it."""
    beside: dict[str, set[str]] = {table: set() for table in catalog.returns}
    for rule in rules(catalog):
        of = tables_of(catalog, rule)
        for table in of:
            beside[table] |= of - {table}
    chosen: dict[str, str] = {}
    for table in sorted(beside, key=lambda table: -len(beside[table])):
        chosen[table] = next(y for y in periods(catalog)[HISTORY:] if all(chosen.get(t) != y for t in beside[table]))
    return chosen
