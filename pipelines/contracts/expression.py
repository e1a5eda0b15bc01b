"""The formula grammar that indicators and rules share, and nothing else: text in, terms out.

    side    :=  ["-"] term (("+" | "-") term)*
    term    :=  [integer "*"] name ["[" filter ("," filter)* "]"]
    name    :=  measure | table "." measure
    filter  :=  dimension "=" code ("|" code)*   |   "lag" "=" years

    12 * areas.township       released.cases[offence_class=homicide|assault]       cases_recorded[lag=1]

A rule joins two sides by `=`, `<=` or `>=`. A filter with several codes is their sum. `lag=1` is the same
period one year earlier. What the names refer to is checked by the loader.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_TERM = re.compile(
    r"\s*(?P<sign>[+-])?\s*(?:(?P<times>[0-9]{1,9})\s*\*\s*)?"
    r"(?P<name>[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?)\s*(?:\[(?P<filters>[^\[\]]*)\])?\s*"
)
_FILTER = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=\s*([^,\]]+?)\s*")
_RELATION = re.compile(r"<=|>=|=(?![^\[]*\])")


@dataclass(frozen=True)
class Term:
    """`times` x the measure, restricted to the codes of `where`, `lag` years earlier.

    `table` is '' when left out.
    """

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
    text = text.strip()
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        sign = match["sign"] if match else None
        if not match or (sign == "+" and not terms) or (sign is None and terms):
            rest = text[position:].strip()[:30]
            raise ValueError(f"the formula `{text}` cannot be read from `{rest}` on")
        where, lag = _filters(match["filters"], text)
        table, _, measure = match["name"].rpartition(".")
        times = int(match["times"] or 1) * (-1 if sign == "-" else 1)
        terms.append(Term(times, table, measure, where, lag))
        position = match.end()
    if not terms:
        raise ValueError(f"the formula `{text}` ends where a measure should stand")
    return tuple(terms)


def _filters(filters: str | None, text: str) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], int]:
    if filters is None:
        return (), 0
    where: dict[str, tuple[str, ...]] = {}
    for part in filters.split(","):
        found = _FILTER.fullmatch(part)
        if not found:
            raise ValueError(f"the filter `{part.strip()}` in `{text}` is not like dimension=code or lag=1")
        name, codes = found[1], tuple(code.strip() for code in found[2].split("|"))
        if name in where or len(set(codes)) < len(codes):
            raise ValueError(f"the filter `{part.strip()}` in `{text}` says something twice")
        if name == "lag" and not (len(codes) == 1 and re.fullmatch("[0-9]{1,3}", codes[0])):
            raise ValueError(f"lag in `{text}` must be a whole number of years")
        where[name] = codes
    (lag,) = where.pop("lag", ("0",))
    return tuple(where.items()), int(lag)


@lru_cache(maxsize=4096)
def relation(text: str) -> Relation:
    """Parses `side = side`, `side <= side` or `side >= side`. Raises ValueError with a sentence."""
    parts = list(_RELATION.finditer(text))
    if len(parts) != 1:
        raise ValueError(f"the rule `{text}` must hold exactly one of =, <=, >=")
    (found,) = parts
    return Relation(side(text[: found.start()]), found[0], side(text[found.end() :]))
