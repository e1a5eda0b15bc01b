"""Do the events of areas fit the list of areas and each other? Their shape was held by the model before."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from datetime import date, timedelta
from fractions import Fraction

from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.catalog import Catalog
from pipelines.contracts.codelists import Item
from pipelines.contracts.correspondence import LARGEST_DENOMINATOR, largest_denominator
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.yamlfile import Located

AREAS = "codelists/area.csv"


def faults(catalog: Catalog, located: Mapping[str, Located], unread: Set[str]) -> Iterator[Fault]:
    """All faults of all events. Nothing is said of codes while the list of areas could not be read."""
    events = [(event, located[f"area_event:{id}"]) for id, event in catalog.area_events.items()]
    shaped = [found for event, where in events for found in _shape(event, where)]
    yield from shaped
    if "codelist:area" in unread or _circular(catalog):
        return
    unknown = [found for event, where in events for found in _known(catalog, event, where)]
    yield from unknown
    together = list(_one_a_day(catalog, located))
    yield from together
    if shaped or unknown or together:
        return  # what follows would be told twice
    fitting = [found for event, where in events for found in _validity(catalog, event, where)]
    yield from fitting
    ended = [] if fitting or "area_event" in {kind.partition(":")[0] for kind in unread} else list(_ended(catalog))
    yield from ended
    if not fitting and largest_denominator(catalog) > LARGEST_DENOMINATOR:
        message = f"the shares of all events multiplied have a denominator over {LARGEST_DENOMINATOR:,}; round them"
        yield Fault("area_events", 0, message)


def _ended(catalog: Catalog) -> Iterator[Fault]:
    """Areas that end without an event: their figures would be lost to every series, and nobody told.

    One that begins without an event is new to the list: nothing that came before is lost.
    """
    told = {(code, event.eve) for event in catalog.area_events.values() for code in event.shares}
    for area in catalog.areas.values():
        if area.valid_to and (area.code, area.valid_to) not in told:
            day = (date.fromisoformat(area.valid_to) + timedelta(days=1)).isoformat()
            message = (
                f"{area.code} ends on {area.valid_to}, and no document says what became of it; write one in "
                f"area_events/, effective {day}: merge, split or recode, or close where no area "
                f"of the list takes it over"
            )
            yield Fault(AREAS, area.line, message)


def _circular(catalog: Catalog) -> bool:
    """Does an area lie in itself? That is a fault of the list, and nothing can be followed in it."""
    for code in catalog.areas:
        seen = set()
        while code in catalog.areas and code not in seen:
            seen.add(code)
            code = catalog.areas[code].parent
        if code in seen:
            return True
    return False


def _shape(event: AreaEvent, where: Located) -> Iterator[Fault]:
    said = {"rename": ("area", "former_name"), "close": ("area",)}.get(event.kind, ())
    for name in ("area", "former_name"):
        if name in said and getattr(event, name) is None:
            yield where.fault(f"a {event.kind} says `{name}`", "kind")
        elif name not in said and getattr(event, name) is not None:
            told = "; say in `flows` where each area goes" if event.kind != "close" else ""
            yield where.fault(f"`{name}` is for a rename{told}", name)
    if said:
        if event.flows:
            message = f"a {event.kind} moves nothing; take `flows` out, or say what kind of change it is"
            yield where.fault(message, "flows")
        return
    if not event.flows:
        yield where.fault(f"a {event.kind} says in `flows` where each area goes", "kind")
        return
    seen: set[tuple[str, str]] = set()
    for index, flow in enumerate(event.flows):
        if (flow.origin, flow.to) in seen:
            yield where.fault(f"{flow.origin} goes to {flow.to} twice; add the shares", "flows", index)
        seen.add((flow.origin, flow.to))
    for origin, shares in event.shares.items():
        total = sum(shares.values(), Fraction())
        if total != 1:
            first = next(index for index, flow in enumerate(event.flows) if flow.origin == origin)
            stays = "" if origin in shares else f" (`to: {origin}` for what stays)"
            message = f"the shares of {origin} add up to {total}, not to 1; say where all of it goes{stays}"
            yield where.fault(message, "flows", first)
    if sentence := _SHAPES[event.kind](event):
        yield where.fault(sentence, "kind")


def _merge(event: AreaEvent) -> str | None:
    whole = len(event.targets) == 1 and all(flow.part == 1 for flow in event.flows)
    return None if whole else "a merge brings whole areas into one; with parts it is a transfer or a recode"


def _split(event: AreaEvent) -> str | None:
    fine = len(event.shares) == 1 and len(event.flows) > 1
    return None if fine else "a split divides one area between several; anything else is a transfer or a recode"


def _transfer(event: AreaEvent) -> str | None:
    fine = all(origin in shares and len(shares) > 1 for origin, shares in event.shares.items())
    return None if fine else "in a transfer each area named under `from` keeps a part of itself; else it is a recode"


_SHAPES: dict[str, Callable[[AreaEvent], str | None]] = {
    "merge": _merge,
    "split": _split,
    "transfer": _transfer,
    "recode": lambda _: None,
}


def _known(catalog: Catalog, event: AreaEvent, where: Located) -> Iterator[Fault]:
    codes = list(catalog.areas)
    named = [(event.area, ("area",))] if event.area else []
    named += [
        (code, ("flows", i, key)) for i, f in enumerate(event.flows) for code, key in ((f.origin, "from"), (f.to, "to"))
    ]
    missing = [(code, place) for code, place in named if code not in catalog.areas]
    for code, place in missing:
        yield where.fault(f"{code} is not in {AREAS}{nearest(code, codes)}", *place)
    if missing:
        return
    for index, flow in enumerate(event.flows):
        one, other = catalog.areas[flow.origin], catalog.areas[flow.to]
        if one.level != other.level:
            message = f"{one.code} is a {one.level} and {other.code} a {other.level}; areas go to areas of their level"
            yield where.fault(message, "flows", index)


def _one_a_day(catalog: Catalog, located: Mapping[str, Located]) -> Iterator[Fault]:
    taken: dict[tuple[str, str, bool], str] = {}
    for id, event in catalog.area_events.items():
        moved = dict.fromkeys([*event.shares, *event.targets, *filter(None, [event.area])])
        for code in moved:
            key = (event.day, code, event.kind == "rename")
            if key in taken:
                first = f"{code} changes on {event.day} in {taken[key]} already"
                message = f"{first}; put what happens to it on one day into one event"
                yield located[f"area_event:{id}"].fault(message, "effective")
            taken.setdefault(key, id)


def _validity(catalog: Catalog, event: AreaEvent, where: Located) -> Iterator[Fault]:
    if event.area and event.kind == "rename":
        yield from _lasts(catalog.areas[event.area], event, where)
        return
    for origin, shares in event.shares.items():
        area = catalog.areas[origin]
        if origin in shares:
            yield from _lasts(area, event, where)
        elif area.valid_to != event.eve:
            what = f"goes over to {', '.join(shares)}" if event.flows else "is closed"
            yield _told(where, f"{origin} {what} on {event.day}, so its last day is {event.eve}", area)
        elif area.valid_from > event.eve:
            yield _told(where, f"{origin} goes over on {event.day} and must have begun before", area)
    for code in event.targets:
        area = catalog.areas[code]
        if code in event.shares:
            continue
        old = event.kind in ("merge", "transfer") and area.valid_in("", event.eve)
        if old:
            yield from _lasts(area, event, where)
        elif area.valid_from != event.day:
            may = (
                " (what is there already takes in others by a merge or a transfer)"
                if area.valid_in("", event.eve)
                else ""
            )
            yield _told(where, f"{code} comes into being on {event.day}{may}, so that is its first day", area)
    if (
        event.kind == "merge"
        and len({*event.shares, *(c for c in event.targets if catalog.areas[c].valid_in("", event.eve))}) < 2
    ):
        yield where.fault("only one area goes into this merge; under a new code it is a recode", "kind")


def _lasts(area: Item, event: AreaEvent, where: Located) -> Iterator[Fault]:
    if not (area.valid_in("", event.eve) and area.valid_in("", event.day)):
        yield _told(where, f"{area.code} is there before and after {event.day}", area)


def _told(where: Located, sentence: str, area: Item) -> Fault:
    says = f"valid_from {area.valid_from or 'open'}, valid_to {area.valid_to or 'open'}"
    return where.fault(f"{sentence}; {AREAS}:{area.line} says {says}", "effective")
