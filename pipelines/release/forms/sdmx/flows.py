"""The two dataflows of a release: dimensions, attributes, where each is read, and from which list its codes come.

One line per component; nothing is written or looked up here. Names in two languages are in the message catalogue under
`sdmx.<id>`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TIME, VALUE, FREQ, UNIT, MULTIPLIER, DECIMALS = (
    "TIME_PERIOD", "OBS_VALUE", "FREQ", "UNIT_MEASURE", "UNIT_MULT", "DECIMALS",
)  # fmt: skip

Kind = Literal["code", "whole", "decimal", "text"]


@dataclass(frozen=True)
class Attribute:
    """Something said of each observation. column: SQL in which `m` is the mart and `s` the scorecard."""

    id: str
    column: str
    kind: Kind = "code"
    required: bool = False


@dataclass(frozen=True)
class Flow:
    """subject: the dimension of what is measured; subject_column: its code in the mart; value: its exact text."""

    id: str
    mart: str
    subject: str
    subject_column: str
    value: str
    value_kind: Kind
    attributes: tuple[Attribute, ...]
    join: str = ""

    @property
    def series(self) -> tuple[str, ...]:
        """The dimensions that make a series, in order."""
        return (FREQ, self.subject, "REF_AREA", "BREAKDOWN")


SERIES_ATTRIBUTES: dict[str, Kind] = {UNIT: "code", MULTIPLIER: "whole", DECIMALS: "whole"}
"""What is said of each series, of both flows: value x 10^UNIT_MULT of UNIT_MEASURE, printed with DECIMALS."""

STATUS, CONFIDENTIALITY = "OBS_STATUS", "CONF_STATUS"

_SAID = (
    Attribute(STATUS, "m.obs_status", required=True),
    Attribute("REASON", "m.reason"),
    Attribute("QUALIFIER", "m.qualifier"),
)

FLOWS = (
    Flow(
        "INDICATORS", "mart_indicator", "INDICATOR", "m.indicator_id", "m.value_text", "decimal",
        (
            *_SAID,
            Attribute("NUMERATOR", "m.numerator", "whole"),
            Attribute("DENOMINATOR", "m.denominator", "whole"),
            Attribute("LOWER_LIMIT", "m.lower_limit", "decimal"),
            Attribute("UPPER_LIMIT", "m.upper_limit", "decimal"),
            Attribute("UPPER_VALUE", "m.upper_value", "decimal"),
            Attribute("HEADLINE", "m.headline_text", "decimal"),
            Attribute("VERDICT", "s.verdict"),
            Attribute("RELIABILITY", "s.reliability"),
            Attribute("SERIES_BREAK", "m.break_id", "text"),
        ),
        "left join mart_scorecard s using (indicator_id, area_code, period, breakdown)",
    ),
    Flow(
        "OBSERVATIONS", "mart_observation", "MEASURE", "m.table_id || '.' || m.measure_id", "m.value", "whole",
        (
            *_SAID,
            Attribute("ORIGIN", "m.origin"),
            Attribute("NOT_ALLOCABLE", "m.not_allocable", "whole"),
            Attribute("CORRECTION", "m.correction_id", "text"),
        ),
    ),
)  # fmt: skip
