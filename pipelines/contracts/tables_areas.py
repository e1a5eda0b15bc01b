"""Areas, offices and the calendar as relations of `tables`: rows of plain Python, columns beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from pipelines.contracts.catalog import Catalog

Row = tuple[Any, ...]

COLUMNS: dict[str, str] = {
    "area": "area_code text, parent_code text, level text, level_order int, name_en text, name_zh text, "
    "valid_from text, valid_to text",
    "area_closure": "ancestor_code text, area_code text, distance int",
    "office": "office text, title_en text, title_zh text",
    "postponement": "office text, table_id text, period text, due_on text",
}


def _area(catalog: Catalog) -> Iterator[Row]:
    levels = catalog.programme.levels
    for a in catalog.areas.values():
        yield a.code, a.parent, a.level, levels.index(a.level), a.name_en, a.name_zh, a.valid_from, a.valid_to


def _area_closure(catalog: Catalog) -> Iterator[Row]:
    for code in catalog.areas:
        above, distance = code, 0
        while above:
            yield above, code, distance
            above, distance = catalog.areas[above].parent, distance + 1


def _office(catalog: Catalog) -> Iterator[Row]:
    for office in catalog.programme.offices:
        yield office.id, office.title.en, office.title.zh


def _postponement(catalog: Catalog) -> Iterator[Row]:
    for p in catalog.calendar.postponements:
        yield p.office or "", p.table or "", p.period, p.due_on.isoformat()


MAKERS: dict[str, Callable[[Catalog], Iterator[Row]]] = {
    "area": _area,
    "area_closure": _area_closure,
    "office": _office,
    "postponement": _postponement,
}
