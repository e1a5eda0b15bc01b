"""The published figure again, in Python's whole numbers: the check on what SQL computed. Nothing else belongs
here.
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
