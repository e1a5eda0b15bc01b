"""Why a figure is revised: the closed list of reason codes that offices and persons give and marts show.

Only the codes; their words are in the message catalogue (`reason.<code>`).
"""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal["late_return", "correction", "reclassification", "method", "boundary", "denominator"]
REASONS: tuple[Reason, ...] = get_args(Reason)
"""late_return: figures that were missing came in; correction: a mistake was mended; reclassification: cases moved
between classes; method: they are counted otherwise; boundary: areas changed; denominator: what they are related to."""
