"""What hidden figures can be, by formula where there is one: a tree of sums, parts of public wholes, a pool.

A second way to the intervals of the program, to hold it against; it knows one measure at a time. `None` stands for no
upper bound. All figures are whole numbers from 0 on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Bounds = tuple[int, int | None]


def tree(root: str, children: Mapping[str, Sequence[str]], printed: Mapping[str, int]) -> dict[str, Bounds]:
    """area -> what it can be, of one measure whose parents are the sums of their children.

    Upwards, a printed figure is itself, a hidden leaf anything, a hidden parent what its children allow. Downwards, a
    child is what its parent leaves when its siblings have the most or the least. What could not be allocated is one
    more child. Both passes are exact: what is below an area depends on the rest through that area's figure alone.
    """
    up: dict[str, Bounds] = {}

    def climb(area: str) -> Bounds:
        below = [climb(child) for child in children.get(area, ())]
        if area in printed:
            up[area] = (printed[area], printed[area])
        else:
            up[area] = (sum(low for low, _ in below), _sum([high for _, high in below]) if below else None)
        return up[area]

    climb(root)
    found = {root: up[root]}
    waiting = [root]
    for area in waiting:
        low, high = found[area]
        for child in children.get(area, ()):
            others = [up[other] for other in children[area] if other != child]
            most = _sum([other for _, other in others])
            least = sum(other for other, _ in others)
            own_low, own_high = up[child]
            left = None if high is None else high - least
            found[child] = (own_low if most is None else max(own_low, low - most), _least(own_high, left))
            waiting.append(child)
    return found


def capped(total: int, caps: Sequence[int]) -> list[Bounds]:
    """What each hidden part can be when their sum is printed, and of each the whole of which it is a part.

    With sum s and wholes d: from max(0, s - all other d) to min(s, d).
    """
    return [(max(0, total - sum(caps) + cap), min(total, cap)) for cap in caps]


def pool(sums: Mapping[str, int]) -> dict[str, Bounds]:
    """measure -> what each member of a pool can have of it when only sums of the pool are printed: from 0 to the sum.

    That one member has everything and that it has nothing both keep to all that ties the measures, as long as the ties
    are sums, parts and wholes: the sums of the pool keep to them themselves.
    """
    return {measure: (0, total) for measure, total in sums.items()}


def _sum(values: Sequence[int | None]) -> int | None:
    known = [value for value in values if value is not None]
    return sum(known) if len(known) == len(values) else None


def _least(one: int | None, other: int | None) -> int | None:
    return other if one is None else one if other is None else min(one, other)
