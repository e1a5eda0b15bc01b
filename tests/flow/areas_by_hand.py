"""The townships of the fictitious county on the boundaries of 2006, computed by hand from the files that offices sent.

    python tests/flow/areas_by_hand.py FILE.csv ...

Shares no code with the product: only csv, fractions and the table below, which somebody wrote down from the
decisions of the (fictitious) province. Takes files of the courts (an English header, a column per measure); prints
{"measure|case_type|area|year": {"value", "how"}} as JSON, for the townships that changed. `how`: same, whole or
estimated.
"""

from __future__ import annotations

import csv
import json
import sys
from fractions import Fraction
from pathlib import Path

Shares = dict[str, dict[str, Fraction]]

half, third, quarter, sixth = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4), Fraction(1, 6)
HAZEL = {"08": {"08": Fraction(1)}}
IVY_TO_HAZEL = HAZEL | {"09": {"08": Fraction(1)}}
# three fifths went to the east, of which a sixth went west in 2006: 3/5 * 5/6 = 1/2
ELM = {"05": {"16": half, "17": half}}
ELM_EAST_WEST = {"16": {"16": 5 * sixth, "17": sixth}, "17": {"17": Fraction(1)}}
MAPLE_OAK = {"12": {"18": 2 * third, "19": third}, "13": {"19": 3 * quarter, "20": quarter}}
RECUT = {code: {code: Fraction(1)} for code in ("18", "19", "20")}
SINCE_2006 = HAZEL | RECUT | {code: {code: Fraction(1)} for code in ("16", "17")}

BOUNDARIES: list[tuple[int, int, Shares]] = [
    (1997, 2000, IVY_TO_HAZEL | ELM | MAPLE_OAK),
    (2001, 2001, HAZEL | ELM | MAPLE_OAK),
    (2002, 2003, HAZEL | ELM_EAST_WEST | MAPLE_OAK),
    (2004, 2005, HAZEL | ELM_EAST_WEST | RECUT),
    (2006, 2006, SINCE_2006),
]
"""First and last year, and how the townships of then (last two digits of 9901010xx) make up those of 2006."""


def divided(value: int, shares: dict[str, Fraction]) -> dict[str, int]:
    """Whole numbers in proportion, adding up to the value: the largest rests are rounded up, by code where equal."""
    parts = {code: value * share // 1 for code, share in shares.items()}
    rest = {code: value * share - parts[code] for code, share in shares.items()}
    for code in sorted(shares, key=lambda code: (-rest[code], code))[: value - sum(parts.values())]:
        parts[code] += 1
    return parts


def converted(figures: dict[str, int], year: int) -> dict[str, tuple[int, str]]:
    """Township of 2006 -> (figure, how) from the figures of the townships of a year."""
    (shares,) = (table for first, last, table in BOUNDARIES if first <= year <= last)
    pieces = {then: divided(figures[then], parts) for then, parts in shares.items()}
    made: dict[str, tuple[int, str]] = {}
    for now in SINCE_2006:
        sources = [then for then, parts in shares.items() if now in parts]
        whole = all(shares[then][now] == 1 for then in sources)
        how = "same" if whole and sources == [now] else "whole" if whole else "estimated"
        made[now] = (sum(pieces[then][now] for then in sources), how)
    return made


def main(paths: list[str]) -> None:
    """Reads the files and prints the table."""
    found: dict[tuple[str, str, int], dict[str, int]] = {}
    for path in paths:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.reader(stream))
        begins = next(at for at, row in enumerate(rows) if row[:1] == ["area_code"])
        names = rows[begins]
        for row in rows[begins + 1 :]:
            cells = dict(zip(names, row, strict=True))
            area, year = cells.pop("area_code"), int(cells.pop("period", "") or cells.pop("year", ""))
            kind = cells.pop("case_type", "_T")
            if len(area) == 9:
                for measure, text in cells.items():
                    found.setdefault((measure, kind, year), {})[area[-2:]] = int(text)
    table = {
        f"{measure}|{kind}|9901010{area}|{year}": {"value": value, "how": how}
        for (measure, kind, year), figures in found.items()
        for area, (value, how) in converted(figures, year).items()
    }
    json.dump(table, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
