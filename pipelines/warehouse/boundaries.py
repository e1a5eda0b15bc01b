"""The boundaries of the day of a run as relations: which areas there are, and what they are made from.

How events follow one another is `contracts.correspondence`'s business, what figures become dbt's.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from pipelines.contracts import Catalog
from pipelines.contracts.correspondence import Correspondence

COLUMNS: dict[str, str] = {
    "area_current": "area_code text",
    "area_piece": "area_code text, valid_from text, valid_to text, to_code text, share_numerator bigint, "
    "share_denominator bigint",
    "area_part": "area_code text, valid_from text, valid_to text, part_code text",
}
"""relation -> its columns. '' stands for 'not limited', and in `to_code` for no successor."""


def rows(catalog: Catalog, today: date) -> dict[str, list[tuple[Any, ...]]]:
    """Every relation of `COLUMNS`, on the boundaries of `today`."""
    day = today.isoformat()
    found = Correspondence(catalog, day)
    return {
        "area_current": [(code,) for code, area in catalog.areas.items() if area.valid_in("", day)],
        "area_piece": list(_pieces(found)),
        "area_part": [(part.area, part.valid_from, part.valid_to, part.part) for part in found.parts()],
    }


def _pieces(found: Correspondence) -> Iterator[tuple[Any, ...]]:
    for one in found.pieces():
        yield one.area, one.valid_from, one.valid_to, one.to, one.numerator, one.denominator
