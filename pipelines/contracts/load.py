"""A folder of documents -> one `Catalog`, or every fault of the folder together.

    programme.yaml    calendar.yaml    returns/<office>/<table>.yaml    indicators/<id>.yaml
    targets/<indicator>.yaml    corrections/<id>.yaml    area_events/<id>.yaml    breaks/<id>.yaml
    codelists/<list>.csv (area.csv is the tree of areas)

A fault in one document hides no other: what can still be known of it is used to look at the rest. `reader` reads
and types, `checks` asks whether documents agree with each other.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.breaks import Break
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.corrections import Correction
from pipelines.contracts.faults import ContractError, Fault
from pipelines.contracts.indicators import Indicator, Targets
from pipelines.contracts.programme import Calendar, Programme
from pipelines.contracts.returns import Column, Return

ColumnType = TypeVar("ColumnType", bound=Column)


def load(root: Path) -> Catalog:
    """Reads the documents below `root`. Raises ContractError with all faults of all documents."""
    # imported here: the process that opens returns has this package for what the catalog is made of, and reads none
    from pipelines.contracts import checks, salvage
    from pipelines.contracts.reader import Reader

    if not root.is_dir():
        message = "is not a folder; set YEARBOOK_CONTRACTS to a folder of documents"
        raise ContractError([Fault(str(root), 0, message)])
    reader = Reader(root)
    programme = reader.single("programme.yaml", Programme)
    calendar = reader.single("calendar.yaml", Calendar)
    returns = reader.folder("returns/*/*.yaml", Return, "table", "return")
    indicators = reader.folder("indicators/*.yaml", Indicator, "indicator", "indicator")
    targets = reader.folder("targets/*.yaml", Targets, "indicator", "target")
    corrections = reader.folder("corrections/*.yaml", Correction, "correction", "correction")
    events = reader.folder("area_events/*.yaml", AreaEvent, "event", "area_event")
    breaks = reader.folder("breaks/*.yaml", Break, "series_break", "break")
    lists = reader.codelists()
    reader.strays()
    programme = programme or salvage.programme(returns, indicators, targets, lists["area"])
    catalog = Catalog(
        programme=programme,
        calendar=calendar or Calendar(time_zone="UTC"),
        returns={id: _with_headers(table, programme) for id, table in returns.items()},
        indicators=indicators,
        targets=targets,
        codelists=lists | {"area": _with_former_names(lists["area"], events)},
        corrections=corrections,
        area_events=events,
        breaks=breaks,
        files=reader.files,
        sources={key: document.file for key, document in reader.located.items() if ":" in key},
    )
    faults = reader.faults + checks.all_faults(catalog, reader.located, reader.unread)
    if faults:
        raise ContractError(faults)
    return catalog


def _with_former_names(areas: Codelist, events: dict[str, AreaEvent]) -> Codelist:
    """The areas with all names they may arrive under: those that a rename took from them too."""
    items = dict(areas.items)
    for event in events.values():
        if event.area in items and event.former_name:
            item, former = items[event.area], event.former_name
            items[event.area] = replace(item, aliases=(*item.aliases, former.en, former.zh))
    return replace(areas, items=items)


def _with_headers(table: Return, programme: Programme) -> Return:
    """The return with all headers it may arrive under: the titles of its measures, the house's headers."""

    def more(column: ColumnType, *headers: str) -> ColumnType:
        return column.model_copy(update={"aliases": list(dict.fromkeys([*column.aliases, *headers]))})

    return table.model_copy(
        update={
            "area": more(table.area, *programme.area_headers),
            "period": more(table.period, *programme.period_headers),
            "measures": [more(measure, measure.title.en, measure.title.zh) for measure in table.measures],
            "reported": [more(one, one.title.en, one.title.zh) if one.title else one for one in table.reported],
            "ignored_headers": list(dict.fromkeys([*table.ignored_headers, *programme.ignored_headers])),
        }
    )
