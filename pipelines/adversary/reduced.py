"""A program made smaller without losing anything: unknowns that follow at once, and the parts that do not touch.

All in whole numbers. Rows of one unknown become bounds, an unknown with one value becomes a constant, until nothing
changes; what then shares no row is a program of its own, and each can be solved alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines.adversary.program import Program, Row


@dataclass
class Reduced:
    """`low` and `high` of every unknown (None: open), the rows of two or more that are left, and the unknowns of rows
    that nothing can satisfy: the printed figures contradict each other.
    """

    low: list[int]
    high: list[int | None]
    rows: list[Row] = field(default_factory=list)
    contradicted: set[int] = field(default_factory=set)

    def components(self) -> list[tuple[list[int], list[Row]]]:
        """(unknowns, rows) of each part, in the order of its first unknown. Unknowns in no row are in none."""
        leader = list(range(len(self.low)))

        def find(number: int) -> int:
            while leader[number] != number:
                leader[number] = leader[leader[number]]
                number = leader[number]
            return number

        for row in self.rows:
            first, *others = (find(number) for number in row.terms)
            for other in others:
                one, two = find(first), find(other)
                leader[max(one, two)] = min(one, two)
        found: dict[int, tuple[dict[int, None], list[Row]]] = {}
        for row in self.rows:
            numbers, rows = found.setdefault(find(next(iter(row.terms))), ({}, []))
            numbers.update(dict.fromkeys(row.terms))
            rows.append(row)
        return [(sorted(numbers), rows) for _, (numbers, rows) in sorted(found.items(), key=lambda item: item[0])]


def reduce(program: Program) -> Reduced:
    """The program with all that follows at once."""
    size = len(program.cells)
    found = Reduced([0] * size, [None] * size)
    rows = [Row(dict(row.terms), row.low, row.high) for row in program.rows]
    within: dict[int, list[int]] = {}
    for place, row in enumerate(rows):
        for number in row.terms:
            within.setdefault(number, []).append(place)
    waiting = list(range(len(rows)))
    while waiting:
        place = waiting.pop()
        row = rows[place]
        if len(row.terms) != 1:
            continue
        ((number, times),) = row.terms.items()
        rows[place] = Row({}, 0, 0)
        before = found.low[number] == found.high[number]
        _bound(found, number, times, row)
        upper = found.high[number]
        if upper is not None and upper < found.low[number]:
            found.contradicted.update(program.rows[place].terms)
        if found.low[number] == found.high[number] and not before:
            value = found.low[number]
            for other in within[number]:
                if number in rows[other].terms:
                    left = rows[other] = _without(rows[other], number, value)
                    waiting.append(other)
                    if not left.terms and ((left.low or 0) > 0 or (0 if left.high is None else left.high) < 0):
                        found.contradicted.update(program.rows[other].terms)
    found.rows = [row for row in rows if row.terms]
    return found


def _bound(found: Reduced, number: int, times: int, row: Row) -> None:
    """Narrows an unknown to what a row of it alone allows."""
    low, high = (row.low, row.high) if times > 0 else (_minus(row.high), _minus(row.low))
    times = abs(times)
    if low is not None:
        found.low[number] = max(found.low[number], -(-low // times))
    if high is not None:
        upper = found.high[number]
        found.high[number] = high // times if upper is None else min(upper, high // times)


def _minus(value: int | None) -> int | None:
    return None if value is None else -value


def _without(row: Row, number: int, value: int) -> Row:
    terms = dict(row.terms)
    constant = terms.pop(number) * value
    return Row(
        terms, None if row.low is None else row.low - constant, None if row.high is None else row.high - constant
    )
