"""Breaks in series and changes of areas as relations of `tables`: rows of plain Python, columns beside them.

How areas of then correspond to those of today depends on the day, and is laid out by the warehouse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.contracts import correspondence
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.periods import parse

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "area_event": "event_id text, kind text, effective_on text, because_en text, because_zh text, source_en text, "
    "source_zh text, document text",
    "area_name": "area_code text, valid_from text, valid_to text, name_en text, name_zh text",
    "area_reshaped": "event_id text, area_code text, effective_on text",
    "series_break": "break_id text, starts_on text, because_en text, because_zh text, document text",
    "series_break_scope": "break_id text, indicator_id text, area_code text",
    "series_break_figure": "break_id text, table_id text, measure_id text, area_code text",
}


def _area_event(catalog: Catalog) -> Iterator[Row]:
    for id, event in catalog.area_events.items():
        yield (
            id, event.kind, event.day, event.because.en, event.because.zh, event.source.en, event.source.zh,
            catalog.sources[f"area_event:{id}"],
        )  # fmt: skip


def _area_name(catalog: Catalog) -> Iterator[Row]:
    for code in catalog.areas:
        for name in catalog.names(code):
            yield code, name.valid_from, name.valid_to, name.en, name.zh


def _series_break(catalog: Catalog) -> Iterator[Row]:
    for id, found in catalog.breaks.items():
        starts_on = parse(found.start).start.isoformat()
        yield id, starts_on, found.because.en, found.because.zh, catalog.sources[f"break:{id}"]


def _series_break_scope(catalog: Catalog) -> Iterator[Row]:
    """'' of an area: all of them."""
    for id, found in catalog.breaks.items():
        for indicator in catalog.broken_indicators(found):
            for area in found.areas or [""]:
                yield id, indicator, area


def _series_break_figure(catalog: Catalog) -> Iterator[Row]:
    """'' of an area: all of them."""
    for id, found in catalog.breaks.items():
        for table, _, only in (name.partition(".") for name in found.figures):
            for measure in catalog.returns[table].measures:
                if only in ("", measure.id):
                    yield from ((id, table, measure.id, area) for area in found.areas or [""])


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {
    "area_event": _area_event,
    "area_name": _area_name,
    "area_reshaped": correspondence.reshaped,
    "series_break": _series_break,
    "series_break_scope": _series_break_scope,
    "series_break_figure": _series_break_figure,
}
