"""SQL of the rule about corrections: does the source still say what the document expects?

See `frames` for the columns, `figures` for the manner.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.contracts.corrections import MISSING
from pipelines.validation.figures import Query
from pipelines.validation.rules import Rule

NO_CELL = "–"
"""Shown for a source that holds no such figure."""


def correction(rule: Rule) -> Query:
    """Per correction: its state (left) against being in effect (right); undecided where another took its place.

    Shown: what the source says and in which submission, against what the document expects.
    """
    return (
        """
        select
            table_id as subject, measure_id, area_code, period, breakdown, year, state as "left",
            case when state <> 'ended' then 'in_effect' end as "right", true as explained,
            case when state = 'no_cell' then $no_cell else coalesce(source_value::varchar, $missing) end
            || coalesce(' (' || submission_id || ')', '') as shown,
            coalesce(expected_value::varchar, $missing) || ' (' || document || ')' as wanted
        from marts.mart_correction
        """,
        {"missing": MISSING, "no_cell": NO_CELL},
    )


MAKERS: dict[str, Callable[[Rule], Query]] = {"correction": correction}
"""kind -> maker of its query."""
