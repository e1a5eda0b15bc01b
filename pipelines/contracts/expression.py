"""The formula grammar that indicators and rules share, and nothing else: text in, terms out.

    side    :=  term (("+" | "-") term)*
    term    :=  [integer "*"] name ["[" filter ("," filter)* "]"]
    name    :=  measure | table "." measure
    filter  :=  dimension "=" code ("|" code)*   |   "lag" "=" years

    12 * areas.township            released.cases[offence_class=homicide|assault]            cases_recorded[lag=1]

A rule joins two sides by `=`, `<=` or `>=`. A filter with several codes is their sum. `lag=1` is the same period one
year earlier. What the names refer to is checked by the loader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+)\s*\*|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)|(?P<op>[+-]))")
_FILTERS = re.compile(r"\s*\[([^\]]*)\]")
_FILTER = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*([^,\]]+?)\s*")
_RELATION = re.compile(r"<=|>=|=(?![^\[]*\])")


@dataclass(frozen=True)
class Term:
    """`times` x the measure, restricted to the codes of `where`, `lag` years earlier. `table` is '' when left out."""

    times: int
    table: str
    measure: str
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lag: int = 0

    @property
    def name(self) -> str:
        """The reference as written."""
        return f"{self.table}.{self.measure}" if self.table else self.measure


@dataclass(frozen=True)
class Relation:
    """left `operator` right, the operator one of =, <=, >=."""

    left: tuple[Term, ...]
    operator: str
    right: tuple[Term, ...]


@lru_cache(maxsize=4096)
def side(text: str) -> tuple[Term, ...]:
    """Parses one side. Raises ValueError with a sentence that points at the place."""
    terms: list[Term] = []
    position, sign, times, open_ = 0, 1, 1, True
    text = text.strip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match or (match["op"] and open_ and (terms or match["op"] == "+")) or (match["name"] and not open_):
            raise ValueError(f"the formula `{text}` cannot be read from `{text[position:].strip()[:30]}` on")
        position = match.end()
        if match["number"]:
            times = int(match["number"])
        elif match["op"]:
            sign, open_ = (-1 if match["op"] == "-" else 1), True
        else:
            where, lag, position = _filters(text, position)
            table, _, measure = match["name"].rpartition(".")
            terms.append(Term(sign * times, table, measure, where, lag))
            sign, times, open_ = 1, 1, False
    if open_:
        raise ValueError(f"the formula `{text}` ends where a measure should stand")
    return tuple(terms)


def _filters(text: str, position: int) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], int, int]:
    match = _FILTERS.match(text, position)
    if not match:
        return (), 0, position
    where: list[tuple[str, tuple[str, ...]]] = []
    lag = 0
    for part in match[1].split(","):
        found = _FILTER.fullmatch(part)
        if not found:
            raise ValueError(f"the filter `{part.strip()}` in `{text}` is not like dimension=code or lag=1")
        name, codes = found[1], tuple(code.strip() for code in found[2].split("|"))
        if name != "lag":
            where.append((name, codes))
        elif len(codes) == 1 and codes[0].isdigit():
            lag = int(codes[0])
        else:
            raise ValueError(f"lag in `{text}` must be a whole number of years")
    return tuple(where), lag, match.end()


@lru_cache(maxsize=4096)
def relation(text: str) -> Relation:
    """Parses `side = side`, `side <= side` or `side >= side`. Raises ValueError with a sentence."""
    parts = list(_RELATION.finditer(text))
    if len(parts) != 1:
        raise ValueError(f"the rule `{text}` must hold exactly one of =, <=, >=")
    (found,) = parts
    return Relation(side(text[: found.start()]), found[0], side(text[found.end() :]))
