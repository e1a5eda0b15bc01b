"""The published figure again for whole columns: `exact.published` in NumPy's whole numbers, where 64 bits hold them.

Rows that might not fit go through `exact` one by one, so the answer never depends on the size of a figure. Nothing of
the build's SQL is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pipelines.validation import exact

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_FITS = float(2**62)
"""Below it, estimated in floating point, nothing that is computed here leaves 64 bits."""


def published(
    numerator: pd.Series, denominator: pd.Series, multiplier: pd.Series, decimals: pd.Series, count: pd.Series
) -> pd.Series:
    """numerator / denominator x multiplier as text, row by row as `exact.published` says it.

    numerator and denominator: whole numbers as text, or missing.
    """
    import numpy as np
    import pandas as pd

    fits = (numerator.str.len().fillna(1) < 19) & (denominator.str.len().fillna(1) < 19)
    top, bottom = (_whole(side.where(fits)) for side in (numerator, denominator))
    per, places, is_count = (np.asarray(column) for column in (multiplier, decimals, count))
    bottom = np.where(is_count, 1, bottom)
    scale = 2.0 * np.abs(top) * per * 10.0**places
    small = np.asarray(fits & (scale + bottom < _FITS) & (2.0 * bottom < _FITS))
    is_there = numerator.notna().to_numpy() & (denominator.notna().to_numpy() | is_count) & (bottom > 0)
    made = np.full(len(numerator), "", dtype=object)
    for digits in np.unique(places[small & is_there]):
        here = small & is_there & (places == digits)
        below = bottom[here]
        rounded = (2 * np.abs(top[here]) * per[here] * 10 ** int(digits) + below) // (2 * below)
        made[here] = _texts(np.where(top[here] < 0, -rounded, rounded), int(digits))
    for at in np.flatnonzero(~small):
        above, below = (int(side.iloc[at]) if pd.notna(side.iloc[at]) else None for side in (numerator, denominator))
        made[at] = exact.published(above, below, int(per[at]), int(places[at]), bool(is_count[at]))
    return pd.Series(made, index=numerator.index, dtype="str")


def _whole(texts: pd.Series) -> np.ndarray[Any, Any]:
    """Whole numbers of texts; 0 where there is none."""
    return texts.fillna("0").astype("int64").to_numpy()


def _texts(values: np.ndarray[Any, Any], decimals: int) -> Any:
    """Whole numbers as text with the point so many digits from the right: Arrow's decimals over the same bits."""
    import numpy as np
    import pyarrow as pa

    bits = np.stack((values, values >> 63), axis=1)
    kind = pa.decimal128(38, decimals)
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(bits)]).cast(pa.string()).to_numpy(False)
