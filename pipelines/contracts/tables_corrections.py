"""Corrections as a relation of `tables`: every document, also one that was decided later or has ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.periods import parse

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "correction": "correction_id text, table_id text, measure_id text, area_code text, period text, breakdown text, "
    "year int, expects_missing bool, expected_value bigint, gives_missing bool, value bigint, obs_status text, "
    "qualifier text, reason text, because_en text, because_zh text, decided_by text, decided_on text, until_on text, "
    "document text",
}
"""Where a document says `missing`, the flag is true and the figure beside it 0."""


def _correction(catalog: Catalog) -> Iterator[Row]:
    for id, c in catalog.corrections.items():
        yield (
            id, *catalog.cell(c), parse(c.period).year, c.expect is None, c.expect or 0, c.value is None, c.value or 0,
            c.obs_status or "", c.qualifier or "", c.reason, c.because.en, c.because.zh, c.decided_by,
            c.decided_on.isoformat(), c.until.isoformat() if c.until else "", catalog.sources[f"correction:{id}"],
        )  # fmt: skip


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {"correction": _correction}
