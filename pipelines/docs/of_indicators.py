"""The reference of the indicators and their targets, from their documents."""

from __future__ import annotations

from pipelines.contracts import Catalog
from pipelines.contracts.indicators import Indicator, Side, Target
from pipelines.docs.markdown import code, escaped, table, text
from pipelines.docs.of_models import besides, rest, said

FACTS = {
    "indicator", "title", "definition", "known_limits", "kind", "numerator", "denominator", "by", "level", "meeting",
    "per", "decimals", "headline_decimals", "levels", "plausible",
}  # fmt: skip
TARGET = {"level", "operator", "value", "start", "until", "source_wording"}
"""What has a place of its own on the page; what else a document states is added to it."""


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown: a list of all, then each with its formula and targets."""
    rows = [
        [f"[{text(one.title.en)}](#{_anchor(id)})", text(one.title.zh), code(one.kind), _unit(one), str(one.decimals)]
        for id, one in catalog.indicators.items()
    ]
    head = "# Indicators\n\nFrom `data_contracts/indicators/` and `data_contracts/targets/`.\n\n"
    parts = [_section(catalog, one) for one in catalog.indicators.values()]
    listed = table(["indicator", "", "kind", "unit", "decimals"], rows)
    kinds = f"## Kinds\n\n{_kinds()}\n"
    return {"reference/indicators": "\n".join([head, listed, kinds, *parts])}


def _kinds() -> str:
    kinds = " ".join((Indicator.__doc__ or "").split("kind:")[1].split()).removesuffix(".").split("; ")
    found = [(kind, what) for kind, _, what in (one.partition(" = ") for one in kinds)]
    return table(["kind", "what it is"], [[code(kind), escaped(what)] for kind, what in found])


def _anchor(id: str) -> str:
    return id.replace("_", "-")


def _unit(one: Indicator) -> str:
    return "number" if one.kind == "count" else "%" if one.per == 100 else f"per {one.per:,}"


def _section(catalog: Catalog, one: Indicator) -> str:
    facts = [
        ["id", code(one.indicator)],
        ["numerator", _side(one.numerator)],
        ["denominator", _side(one.denominator)],
        ["counts areas of level", code(one.level)],
        ["that meet the targets of", ", ".join(map(code, one.meeting))],
        ["by", code(one.by)],
        ["kind", code(one.kind)],
        ["unit", _unit(one)],
        ["decimals", str(one.decimals)],
        ["decimals in running text", "" if one.headline_decimals is None else str(one.headline_decimals)],
        ["levels", ", ".join(map(code, one.levels or []))],
        ["plausible", said(one.plausible) if one.plausible else ""],
        *rest(one, FACTS),
    ]
    stated = catalog.targets.get(one.indicator)
    facts += rest(stated, {"indicator", "targets"}) if stated else []
    targets = [
        [
            ", ".join(map(code, target.level)), code(f"{target.operator} {target.value}"), _span(target),
            said(target.source_wording), besides(target, TARGET),
        ]
        for target in (stated.targets if stated else [])
    ]  # fmt: skip
    limits = f"{text(one.known_limits.en)}\n\n{text(one.known_limits.zh)}\n" if one.known_limits else ""
    return "\n".join(
        [
            f"({_anchor(one.indicator)})=\n## {text(one.title.en)}\n",
            f"{text(one.title.zh)}. {text(one.definition.en)}\n\n{text(one.definition.zh)}\n",
            limits,
            table(["", ""], [fact for fact in facts if fact[1]]),
            table(["target for", "", "in force", "wording", "besides"], targets),
        ]
    )


def _side(side: Side | None) -> str:
    if isinstance(side, dict):
        return "; ".join(f"{code(key)}: {code(formula)}" for key, formula in side.items())
    return code(side)


def _span(target: Target) -> str:
    return " ".join(f"{word} {day}" for word, day in (("from", target.start), ("until", target.until)) if day)
