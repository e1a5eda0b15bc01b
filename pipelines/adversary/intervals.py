"""The interval of every hidden figure of an edition: reduced, split into components, one figure of each kind solved."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipelines import progress
from pipelines.adversary.cells import Cell
from pipelines.adversary.implied import Implied
from pipelines.adversary.reduced import reduce
from pipelines.adversary.solve import Interval, Model, Unsolved
from pipelines.adversary.symmetry import representatives


@dataclass
class Found:
    """`of`: figure -> interval; `failed`: (figure, how the solver ended) of what has none."""

    of: dict[Cell, Interval] = field(default_factory=dict)
    failed: list[tuple[Cell, str]] = field(default_factory=list)
    components: int = 0
    largest: int = 0
    solved: int = 0


def find(implied: Implied) -> Found:
    """Solves what the hidden figures of an edition can be."""
    program, reduced, found = implied.program, reduce(implied.program), Found()
    wanted = {program.index[cell]: cell for cell in implied.hidden}
    for number, cell in wanted.items():
        found.of[cell] = Interval(reduced.low[number], reduced.high[number])
        if number in reduced.contradicted:
            found.failed.append((cell, "the printed figures contradict each other"))
    for numbers, rows in progress.counted("groups of hidden figures solved", list(reduced.components())):
        asked = [number for number in numbers if number in wanted and reduced.low[number] != reduced.high[number]]
        if not asked:
            continue
        found.components += 1
        found.largest = max(found.largest, len(numbers))
        same = representatives(program, reduced, numbers, rows)
        known: dict[int, Interval] = {}
        try:
            model = Model(numbers, rows, reduced)
            for number in asked:
                if same[number] not in known:
                    known[same[number]] = model.interval(same[number])
                found.of[wanted[number]] = known[same[number]]
            found.solved += model.runs
        except Unsolved as error:
            found.failed.append((wanted[asked[0]], str(error)))
    return found
