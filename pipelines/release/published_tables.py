"""The tables of revisions that every edition carries: their columns, what they mean, and how they are made from one.

`mart_published_revision` goes on from edition to edition; the other two are read off it. Exact: sizes are differences
of published figures, means are kept with the sum and the count that they are the ratio of.
"""

from __future__ import annotations

from pipelines.release.protect import CONFIDENTIAL

REVISION, TRIANGLE, SUMMARY = (
    "mart_published_revision",
    "mart_published_revision_triangle",
    "mart_published_revision_summary",
)
NAMES = (REVISION, TRIANGLE, SUMMARY)

_CELL = ["mart", "table_id", "measure_id", "indicator_id", "area_code", "period", "breakdown"]
KEYS = {
    REVISION: ["edition", *_CELL],
    TRIANGLE: ["indicator_id", "area_code", "period", "breakdown", "edition"],
    SUMMARY: ["indicator_id"],
}
"""table -> the columns that name a row."""

COLUMNS = {
    "edition": "varchar not null", "since": "varchar not null", "mart": "varchar not null",
    "table_id": "varchar not null", "measure_id": "varchar not null", "indicator_id": "varchar not null",
    "area_code": "varchar not null", "period": "varchar not null", "breakdown": "varchar not null",
    "year": "integer not null", "area_level": "varchar not null", "from_value": "decimal(28, 6)",
    "to_value": "decimal(28, 6)", "size": "decimal(28, 6)", "reason": "varchar not null",
    "was_final": "boolean not null", "is_withdrawn": "boolean not null",
}  # fmt: skip
"""Columns of mart_published_revision, with their types."""

SAID = {
    (REVISION, ""): "Each row is a published figure that an edition revised, of the figures that are public today.",
    (REVISION, "edition"): "The edition in which the revision first appeared.",
    (REVISION, "since"): "The edition it was compared with: the one that stood before.",
    (REVISION, "mart"): "mart_observation or mart_indicator.",
    (REVISION, "table_id"): "Return table of an observation; else empty.",
    (REVISION, "measure_id"): "Measure of an observation; else empty.",
    (REVISION, "indicator_id"): "Indicator; empty for an observation.",
    (REVISION, "area_code"): "Area of the figure.",
    (REVISION, "period"): "Period of the figure, SDMX text.",
    (REVISION, "breakdown"): "Dimension codes (a=x;b=y), or _T.",
    (REVISION, "year"): "Reference year: the one in which the period ends.",
    (REVISION, "area_level"): "Level of the area.",
    (REVISION, "from_value"): "The figure before; NULL where there was none.",
    (REVISION, "to_value"): "The figure since; NULL where there is none any more.",
    (REVISION, "size"): "to_value less from_value; NULL where one of them is.",
    (REVISION, "reason"): "late_return, correction, reclassification, method, boundary or denominator, several with | "
    "between them; provisional: it was not final and nothing else is known; acknowledged: nothing said why, and who "
    "signed the edition answers for it, in its manifest.",
    (REVISION, "was_final"): "Was there a figure before that was not provisional?",
    (REVISION, "is_withdrawn"): "Was the edition withdrawn when this one was made?",
    (TRIANGLE, ""): "Each row is a value of an indicator that was revised, in an edition: the one before the first "
    "revision, then each that revised it.",
    (TRIANGLE, "indicator_id"): "Indicator.",
    (TRIANGLE, "area_code"): "Area of the figure.",
    (TRIANGLE, "period"): "Period of the figure, SDMX text.",
    (TRIANGLE, "breakdown"): "Code of the dimension shown (a=x), or _T.",
    (TRIANGLE, "edition"): "The edition.",
    (TRIANGLE, "position"): "Number of the value in order of editions, from 1.",
    (TRIANGLE, "value"): "The figure as that edition published it; NULL where it had none.",
    (
        SUMMARY,
        "",
    ): "Each row is an indicator, with the revisions of its figures over all editions.",
    (SUMMARY, "indicator_id"): "Indicator.",
    (SUMMARY, "revisions"): "Revisions with a value before and after.",
    (SUMMARY, "sum_of_revisions"): "Sum of their sizes, exact.",
    (SUMMARY, "sum_of_absolute_revisions"): "Sum of their sizes without sign, exact.",
    (SUMMARY, "mean_revision"): "sum_of_revisions / revisions, rounded half away from zero at six decimals.",
    (SUMMARY, "mean_absolute_revision"): "sum_of_absolute_revisions / revisions, rounded likewise.",
}
"""(table, column or '') -> what it means."""

ACCUMULATED = f"""
insert into {REVISION}
select * exclude (is_withdrawn), edition in (select edition from withdrawn)
from one.main.{REVISION} r
where exists (
    select 1 from new_mart_observation o where r.mart = 'mart_observation' and r.table_id = o.table_id
        and r.measure_id = o.measure_id and r.area_code = o.area_code and r.period = o.period
        and r.breakdown = o.breakdown and o.reason is distinct from '{CONFIDENTIAL}'
) or exists (
    select 1 from new_mart_indicator i where r.mart = 'mart_indicator' and r.indicator_id = i.indicator_id
        and r.area_code = i.area_code and r.period = i.period and r.breakdown = i.breakdown
        and i.reason is distinct from '{CONFIDENTIAL}'
)
"""
"""The rows of the edition before, as far as their figures are public today."""

_FIGURE = "indicator_id, area_code, period, breakdown"


def _mean(total: str) -> str:
    """The sum of decimals (6 places) by the count `n`, in whole numbers."""
    whole = f"({total} * 1000000)::hugeint"
    return (
        f"((case when {whole} < 0 then -1 else 1 end * ((2 * abs({whole}) + n) // (2 * n)))::decimal(28, 0) "
        "* 0.000001::decimal(7, 6))::decimal(28, 6)"
    )


TABLES = (
    f"""
    create temp table {TRIANGLE} as
    with revised as (select * from {REVISION} where mart = 'mart_indicator'),
    known as (
        select {_FIGURE}, since as edition, from_value as value
        from revised qualify row_number() over (partition by {_FIGURE} order by edition) = 1
        union all
        select {_FIGURE}, edition, to_value from revised
    )
    select
        {_FIGURE}, edition,
        (row_number() over (partition by {_FIGURE} order by edition))::integer as position, value
    from known
    """,
    f"""
    create temp table {SUMMARY} as
    with sums as (
        select
            indicator_id, count(*) as n, sum(size)::decimal(38, 6) as total, sum(abs(size))::decimal(38, 6) as absolute
        from {REVISION} where mart = 'mart_indicator' and size is not null group by indicator_id
    )
    select
        indicator_id, n as revisions, total as sum_of_revisions, absolute as sum_of_absolute_revisions,
        {_mean("total")} as mean_revision, {_mean("absolute")} as mean_absolute_revision
    from sums
    """,
)
"""Statements that make the other tables."""
