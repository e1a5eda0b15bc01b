"""What return documents state of revisions, as a relation of `tables`: rows of plain Python, columns beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.contracts.catalog import Catalog

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "revision_limit": "table_id text, measure_id text, factor bigint, floor bigint, because_en text, because_zh text",
}


def _revision_limit(catalog: Catalog) -> Iterator[Row]:
    for t in catalog.returns.values():
        for m in t.measures:
            if limit := m.revision_limit or t.revision_limit:
                yield t.table, m.id, limit.factor, limit.floor, limit.because.en, limit.because.zh


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {"revision_limit": _revision_limit}
