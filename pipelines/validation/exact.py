"""The published figure, its verdict and the year of its months again, in Python's whole numbers: the check on what SQL
computed. Nothing else
belongs here.
"""

from __future__ import annotations


def published(numerator: int | None, denominator: int | None, multiplier: int, decimals: int, count: bool) -> str:
    """numerator / denominator x multiplier, rounded half away from zero, as text with `decimals` decimals.

    A count has no denominator. '' when there is no figure: a side is missing, or the denominator is zero.
    """
    bottom = 1 if count else denominator
    if numerator is None or not bottom or bottom < 0:
        return ""
    scaled = (2 * abs(numerator) * multiplier * 10**decimals + bottom) // (2 * bottom)
    digits = f"{scaled:0{decimals + 1}d}"
    text = f"{digits[:-decimals]}.{digits[-decimals:]}" if decimals else digits
    return f"-{text}" if numerator < 0 and scaled else text


def verdict(
    numerator: int, upper_numerator: int | None, denominator: int, multiplier: int,
    operator: str, target_numerator: int, target_denominator: int, qualifier: str,
) -> str:  # fmt: skip
    """met or not_met by the unrounded ratio, whole numbers only; no_data where a bound leaves both possible.

    The ratio lies between its lowest and its highest: `upper_numerator` bounds a share with areas unknown, a figure
    that is `at_least` or `at_most` has no bound on the other side.
    """
    target = target_numerator * denominator
    low, high = (
        None if top is None else top * multiplier * target_denominator - target
        for top in (numerator, numerator if upper_numerator is None else upper_numerator)
    )
    if upper_numerator is None:
        low, high = None if qualifier == "at_most" else low, None if qualifier == "at_least" else high
    above = high is None or high >= 0, low is not None and low >= 0
    below = low is None or low <= 0, high is not None and high <= 0
    if operator == "=":
        possible, certain = above[0] and below[0], above[1] and below[1]
    else:
        possible, certain = above if operator == ">=" else below
    return "met" if certain else "no_data" if possible else "not_met"


def year(over_time: str, parts: list[tuple[int, int, int]]) -> int | None:
    """The figure of a calendar year from its parts (first month, months, figure); None unless they are twelve months.

    over_time: sum, first, last (the part that begins or ends the year) or none (persons make no year).
    """
    if over_time == "none" or sum(months for _, months, _ in parts) < 12:
        return None
    taken = {
        "first": [figure for start, _, figure in parts if start == 1],
        "last": [figure for start, months, figure in parts if start + months == 13],
    }.get(over_time, [figure for _, _, figure in parts])
    total = sum(taken)
    return total if taken and abs(total) < 2**63 else None
