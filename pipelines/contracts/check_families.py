"""Does what the documents say of sensitive measures protect them? A figure that gives one away must be one too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set

from pipelines.contracts.catalog import Catalog
from pipelines.contracts.families import Key, family_of, shown_together, ties
from pipelines.contracts.faults import Fault
from pipelines.contracts.yamlfile import Located


def faults(catalog: Catalog, located: Mapping[str, Located], unread: Set[str]) -> Iterator[Fault]:
    """Faults of sensitive measures, of all returns and indicators."""
    yield from _measures(catalog, located)
    families = family_of(catalog)
    for words, keys in ties(catalog):
        known = [key for key in dict.fromkeys(keys) if key[0] in catalog.returns and f"return:{key[0]}" not in unread]
        sensitive = [key for key in known if key in families]
        for key in known if sensitive else []:
            where, at = located[f"return:{key[0]}"], _place(catalog, key)
            if key not in families:
                yield where.fault(
                    f"{key[1]} tells of the sensitive {sensitive[0][1]} ({words}); say `sensitive: true` of it too", *at
                )
            elif families[key] != families[sensitive[0]]:
                yield where.fault(
                    f"{key[1]} tells of {sensitive[0][1]} ({words}), but is of another family "
                    f"({families[key]}, not {families[sensitive[0]]}); give both one `family`", *at
                )  # fmt: skip
    for id, indicator in catalog.indicators.items():
        keys = shown_together(catalog, indicator)
        named = list(dict.fromkeys(families[key] for key in keys))
        if len(named) > 1:
            yield located[f"indicator:{id}"].fault(
                f"its measures are of several families ({', '.join(named)}), which are not published together; "
                "give them one `family`"
            )


def _measures(catalog: Catalog, located: Mapping[str, Located]) -> Iterator[Fault]:
    for id, table in catalog.returns.items():
        where = located[f"return:{id}"]
        for index, measure in enumerate(table.measures):
            for place in ("family", "zero_sensitive"):
                if getattr(measure, place) and not measure.sensitive:
                    message = f"`{place}` is said of sensitive measures; {measure.id} is not `sensitive: true`"
                    yield where.fault(message, "measures", index, place)
            if measure.sensitive and measure.signed:
                message = f"{measure.id} is signed: a balance cannot be protected by adding it to others"
                yield where.fault(message, "measures", index, "sensitive")
            if measure.sensitive and not measure.additive_over_areas:
                message = f"{measure.id} does not add up over areas, so it cannot be published together with others"
                yield where.fault(message, "measures", index, "sensitive")


def _place(catalog: Catalog, key: Key) -> tuple[str | int, ...]:
    ids = [measure.id for measure in catalog.returns[key[0]].measures]
    return ("measures", ids.index(key[1])) if key[1] in ids else ()
