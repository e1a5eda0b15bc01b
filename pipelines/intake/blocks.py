"""Columns that come again and again under the same headers, one block for each code of a dimension.

As under merged heads: 發生數, 破獲數 for all cases, 發生數, 破獲數 for larceny. A block begins where the headers begin
anew; the codes follow each other as the contract says, and the rows above must name them in that order. Which header
means which column is `header`'s business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby

from pipelines.intake.files import Sheet
from pipelines.intake.plan import Plan, Slot
from pipelines.intake.text import fold
from pipelines.intake.verdicts import Finding, finding


def spread(plan: Plan, slots: list[Slot | None]) -> list[Slot | None]:
    """The same slots, those of figures with the code of their block; None beyond the last block."""
    blocks = plan.table.blocks
    if blocks is None or not _apply(plan, slots):
        return slots
    found: list[Slot | None] = []
    for slot, number in zip(slots, _numbers(slots), strict=True):
        if slot and number:
            inside = number <= len(blocks.codes)
            slot = replace(slot, codes=((blocks.dimension, blocks.codes[number - 1]),)) if inside else None
        found.append(slot)
    return found


def faults(plan: Plan, sheet: Sheet, row: int, slots: list[Slot | None]) -> Iterator[Finding]:
    """Is each block there, and do the rows above name them in the order of the contract? `slots` before `spread`."""
    blocks = plan.table.blocks
    if blocks is None or not _apply(plan, slots):
        return
    known = plan.codes[blocks.dimension]
    cells = [cell for line in sheet.rows[: row - 1] for cell in line]
    named = [code for code, _ in groupby(filter(None, (known.get(fold(cell), "") for cell in cells)))]
    count = max(_numbers(slots))
    if count != len(blocks.codes) or named != blocks.codes:
        places = {"count": count, "expected": ", ".join(blocks.codes), "found": ", ".join(named) or "-"}
        yield finding("header_blocks", row, sheet=sheet.name, **places)


def lacking(plan: Plan, bound: Iterable[Slot]) -> Iterator[str]:
    """The columns that some blocks have and others lack, as `measure (code)`."""
    blocks = plan.table.blocks
    have = {(slot.id, code) for slot in bound if slot.kind == "measure" for _, code in slot.codes}
    for measure in plan.measures if blocks else ():
        for code in blocks.codes if blocks and any(id == measure for id, _ in have) else ():
            if (measure, code) not in have:
                yield f"{measure} ({code})"


def _apply(plan: Plan, slots: list[Slot | None]) -> bool:
    """Not where the dimension has a column of its own, or headers carry its codes."""
    blocks = plan.table.blocks
    own = any(slot and slot.kind == "dimension" and blocks and slot.id == blocks.dimension for slot in slots)
    return not own and any(map(_figure, slots)) and not any(slot and slot.codes for slot in slots)


def _figure(slot: Slot | None) -> bool:
    return slot is not None and bool(slot.id) and slot.kind in ("measure", "reported")


def _numbers(slots: list[Slot | None]) -> list[int]:
    """The number of the block that each slot stands in, from 1; 0 for those that carry no figures.

    All blocks have their columns in the order in which the headers first appear, though some may lack a few.
    """
    ranks: dict[str, int] = {}
    found: list[int] = []
    block, last = 1, -1
    for slot in slots:
        if slot is None or not _figure(slot):
            found.append(0)
            continue
        rank = ranks.setdefault(slot.id, len(ranks))
        block, last = (block if rank > last else block + 1), rank
        found.append(block)
    return found
