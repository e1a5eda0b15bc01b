"""Events of areas: every disagreement is told together, and shares are followed exactly through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, ContractError, load
from pipelines.contracts.area_events import AreaEvent
from pipelines.contracts.codelists import Codelist, Item
from pipelines.contracts.correspondence import Correspondence, reshaped

WORDS = {"en": "x", "zh": "某"}
FOREVER = "9999-12-30"


def event(id: str, kind: str, effective: str, flows: Sequence[tuple[str, ...]] = (), **more: Any) -> dict[str, Any]:
    told = [dict(zip(("from", "to", "share"), flow, strict=False)) for flow in flows]
    said = {"event": id, "kind": kind, "effective": effective, "because": WORDS, "source": WORDS, **more}
    return said | ({"flows": told} if told else {})


def faults(documents: Path, *events: dict[str, Any], areas: dict[str, str] | None = None) -> list[str]:
    """The sentences of the loader when these events stand in place of the shipped ones."""
    for path in documents.glob("area_events/*.yaml"):
        path.unlink()
    lines = (documents / "codelists" / "area.csv").read_text(encoding="utf-8").splitlines()
    kept = [line.split(",")[:5] for line in lines[1:]]
    text = [lines[0]] + [",".join([*cells, (areas or {}).get(cells[0], ",")]) for cells in kept]
    (documents / "codelists" / "area.csv").write_text("\n".join(text) + "\n", encoding="utf-8")
    for one in events:
        path = documents / "area_events" / f"{one['event']}.yaml"
        path.write_text(yaml.safe_dump(one, allow_unicode=True), encoding="utf-8")
    try:
        load(documents)
    except ContractError as error:
        return [f"{fault.file}: {fault.message}" for fault in error.faults]
    return []


A, B, C, D = "990101001", "990101002", "990101003", "990101004"
DAY, EVE = "2003-01-01", "2002-12-31"

CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("add up to 2/3, not to 1; say where all of it goes (`to: 990101001` for what stays)",
     event("e", "split", DAY, [(A, B, "1/3"), (A, C, "1/3")]), {A: f",{EVE}", B: f"{DAY},", C: f"{DAY},"}),
    ("'two thirds' is not a share; write a fraction like 2/5 or a decimal like 0.4",
     event("e", "split", DAY, [(A, B, "two thirds"), (A, C, "1/3")]), {}),
    ("the share 4/3 does not lie above 0 and up to 1", event("e", "split", DAY, [(A, B, "4/3")]), {}),
    ("990101001 goes to 990101002 twice; add the shares",
     event("e", "recode", DAY, [(A, B, "1/2"), (A, B, "1/2")]), {A: f",{EVE}", B: f"{DAY},"}),
    ("a merge brings whole areas into one", event("e", "merge", DAY, [(A, B), (C, D)]), {}),
    ("only one area goes into this merge; under a new code it is a recode",
     event("e", "merge", DAY, [(A, B)]), {A: f",{EVE}", B: f"{DAY},"}),
    ("a split divides one area between several", event("e", "split", DAY, [(A, B)]), {A: f",{EVE}", B: f"{DAY},"}),
    ("in a transfer each area named under `from` keeps a part of itself", event("e", "transfer", DAY, [(A, B)]), {}),
    ("a merge says in `flows` where each area goes", event("e", "merge", DAY), {}),
    ("a close says `area`", event("e", "close", DAY), {}),
    ("a close moves nothing; take `flows` out", event("e", "close", DAY, [(A, B)], area=A), {A: f",{EVE}"}),
    ("`former_name` is for a rename", event("e", "close", DAY, area=A, former_name=WORDS), {A: f",{EVE}"}),
    ("990101001 is closed on 2003-01-01, so its last day is 2002-12-31", event("e", "close", DAY, area=A), {}),
    ("a rename says `former_name`", event("e", "rename", DAY, area=A), {}),
    ("a rename moves nothing; take `flows` out", event("e", "rename", DAY, [(A, B)], area=A, former_name=WORDS), {}),
    ("`area` is for a rename", event("e", "merge", DAY, [(A, B), (B, B)], area=A), {A: f",{EVE}"}),
    ("990101099 is not in codelists/area.csv", event("e", "merge", DAY, [("990101099", A)]), {}),
    ("990101001 is a township and 990101 a county; areas go to areas of their level",
     event("e", "merge", DAY, [(A, "990101")]), {}),
    ("990101001 goes over to 990101002 on 2003-01-01, so its last day is 2002-12-31; "
     "codelists/area.csv:6 says valid_from open, valid_to open", event("e", "merge", DAY, [(A, B), (B, B)]), {}),
    ("990101002 comes into being on 2003-01-01, so that is its first day",
     event("e", "recode", DAY, [(A, B)]), {A: f",{EVE}", B: "2004-01-01,"}),
    ("990101002 comes into being on 2003-01-01 (what is there already takes in others by a merge or a transfer)",
     event("e", "recode", DAY, [(A, B)]), {A: f",{EVE}"}),
    ("990101001 is there before and after 2003-01-01",
     event("e", "transfer", DAY, [(A, A, "1/2"), (A, B, "1/2")]), {A: f",{EVE}"}),
]  # fmt: skip


@pytest.mark.parametrize(("says", "document", "areas"), CASES, ids=[case[0][:50] for case in CASES])
def test_a_fault_is_told_with_its_document(
    says: str, document: dict[str, Any], areas: dict[str, str], documents: Path
) -> None:
    told = faults(documents, document, areas=areas)
    assert [one for one in told if says in one and one.startswith("area_events/e.yaml")], told


def test_an_area_that_ends_without_an_event_is_told(documents: Path) -> None:
    areas = {A: f",{EVE}", B: f"{DAY},", C: "2001,2002"}
    (one, other) = faults(documents, event("unlike", "rename", DAY, area=D, former_name=WORDS), areas=areas)
    assert one == (
        f"codelists/area.csv: {A} ends on {EVE}, and no document says what became of it; write one in area_events/, "
        f"effective {DAY}: merge, split or recode, or close where no area of the list takes it over"
    )
    assert f"{C} ends on {EVE}" in other, "one that begins without an event is new"
    told = faults(
        documents,
        event("gone_over", "recode", DAY, [(A, B)]),
        event("closed", "close", DAY, area=C),
        event("far", "merge", "2004-01-01", [(B, D)]),
        areas=areas,
    )
    assert told == [
        "area_events/far.yaml: 990101002 goes over to 990101004 on 2004-01-01, so its last day is 2003-12-31; "
        "codelists/area.csv:7 says valid_from 2003-01-01, valid_to open"
    ]
    assert (
        faults(
            documents, event("gone_over", "recode", DAY, [(A, B)]), event("closed", "close", DAY, area=C), areas=areas
        )
        == []
    )


def test_what_is_closed_belongs_to_nothing_of_today_and_its_county_is_another(catalog: Catalog) -> None:
    items = [
        area("P", level="city"), area("K", "P", "county"), area("k1", "K"), area("k2", "K", until=EVE),
        area("k3", "K", until="2001-12-31"), area("k4", "K", since="2002-01-01"),
    ]  # fmt: skip
    given_ = made(
        catalog,
        items,
        event("divided", "split", "2002-01-01", [("k3", "k4", "2/3"), ("k3", "k2", "1/3")]),
        event("closed", "close", DAY, area="k2"),
    )
    found = Correspondence(given_, FOREVER)
    pieces = {(p.area, p.to, Fraction(p.numerator, p.denominator)) for p in found.pieces()}
    assert {(a, to, s) for a, to, s in pieces if a in ("k2", "k3")} == {
        ("k3", "k4", Fraction(2, 3)), ("k3", "", Fraction(1, 3)),
    }  # fmt: skip
    assert ("K", "k1", "", EVE) in {(p.area, p.part, p.valid_from, p.valid_to) for p in found.parts()}
    assert {(id, code, day) for id, code, day in reshaped(given_) if id == "closed"} == {
        ("closed", "K", DAY), ("closed", "P", DAY),
    }  # fmt: skip


def test_all_faults_of_all_events_are_told_together(documents: Path) -> None:
    told = faults(
        documents,
        event("one", "split", DAY, [(A, B, "1/3"), (A, C, "1/3")]),
        event("two", "merge", DAY, [("990101099", D)]),
        event("three", "recode", DAY, [(A, D)]),
    )
    assert any("add up to 2/3" in one for one in told) and any("990101099" in one for one in told)
    assert any("990101001 changes on 2003-01-01 in one already" in one or "in three already" in one for one in told)


def test_a_renamed_area_may_arrive_under_its_former_name(catalog: Catalog) -> None:
    poplar = catalog.areas["990101014"]
    assert (poplar.name_en, poplar.aliases) == ("Poplar Town", ("Poplar Township", "白杨乡"))
    assert [catalog.name("990101014", period).en for period in ("2002", "2003")] == ["Poplar Township", "Poplar Town"]
    assert [name.valid_to for name in catalog.names("990101014")] == ["2002-12-31", ""]


def test_events_may_follow_each_other(documents: Path) -> None:
    found = faults(
        documents,
        event("one", "split", DAY, [(A, B, 0.4), (A, C, "3/5")]),
        event("two", "merge", "2004-01-01", [(B, D), (D, D)]),
        areas={A: f",{EVE}", B: f"{DAY},2003-12-31", C: f"{DAY},"},
    )
    assert found == []
    catalog = load(documents)
    before = {
        p.to: Fraction(p.numerator, p.denominator) for p in Correspondence(catalog, FOREVER).pieces() if p.area == A
    }
    assert before == {D: Fraction(2, 5), C: Fraction(3, 5)}
    early = {
        p.to: Fraction(p.numerator, p.denominator)
        for p in Correspondence(catalog, "2003-06-30").pieces()
        if p.area == A
    }
    assert early == {B: Fraction(2, 5), C: Fraction(3, 5)}, "what comes after the day has not happened"
    assert [*Correspondence(catalog, EVE).pieces()] == []


def made(catalog: Catalog, items: list[Item], *events: dict[str, Any]) -> Catalog:
    """A catalog of these areas and events, unchecked."""
    from dataclasses import replace

    return replace(
        catalog,
        codelists={"area": Codelist("area", {item.code: item for item in items})},
        area_events={one["event"]: AreaEvent.model_validate(one) for one in events},
    )


def area(code: str, parent: str = "", level: str = "township", since: str = "", until: str = "") -> Item:
    return Item(code, parent, code, code, since, until, (), level)


def test_a_county_that_lost_a_township_is_put_together_from_those_it_has(catalog: Catalog) -> None:
    items = [
        area("P", level="city"), area("K", "P", "county"), area("L", "P", "county"),
        area("k1", "K"), area("k2", "K", until=EVE), area("l1", "L"), area("l2", "L", since=DAY),
    ]  # fmt: skip
    given_ = made(catalog, items, event("moved", "recode", DAY, [("k2", "l2")]))
    found = Correspondence(given_, FOREVER)
    parts = {(p.area, p.part, p.valid_from, p.valid_to) for p in found.parts()}
    assert parts == {
        ("l2", "l2", "", ""),
        ("K", "k1", "", EVE), ("K", "K", DAY, ""),
        ("L", "l1", "", EVE), ("L", "l2", "", EVE), ("L", "L", DAY, ""),
    }  # fmt: skip
    assert {(p.area, p.to) for p in found.pieces()} == {
        ("k2", "l2"), ("l2", "l2"), ("k1", "k1"), ("l1", "l1"), ("K", "K"), ("L", "L"),
    }  # fmt: skip
    assert {(code, day) for _, code, day in reshaped(given_)} == {("l2", DAY), ("K", DAY), ("L", DAY)}, (
        "the city is the same"
    )


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Item], list[dict[str, Any]]]:
    """Areas and events that fit each other: year by year some areas end and are shared out over new or lasting ones."""
    alive, spans, events, number = ["a0", "a1", "a2"], {code: ["", ""] for code in ("a0", "a1", "a2")}, [], 3
    for year in range(2001, 2001 + draw(st.integers(1, 5))):
        day, eve = f"{year}-01-01", f"{year - 1}-12-31"
        origins = draw(st.lists(st.sampled_from(alive), min_size=1, max_size=2, unique=True))
        new = [f"a{number + i}" for i in range(draw(st.integers(1, 3)))]
        number += len(new)
        flows = []
        for origin in origins:
            weights = draw(st.lists(st.integers(1, 7), min_size=1, max_size=len(new)))
            flows += [(origin, to, f"{w}/{sum(weights)}") for to, w in zip(new, weights, strict=False)]
        reached = list(dict.fromkeys(flow[1] for flow in flows))
        for code in origins:
            spans[code][1] = eve
        spans |= {code: [day, ""] for code in reached}
        alive = [code for code in alive if code not in origins] + reached
        events.append(event(f"e{year}", "recode", day, flows))
    return [area(code, "", since=a, until=b) for code, (a, b) in spans.items()], events


@settings(max_examples=100)
@given(histories())
def test_shares_are_followed_exactly(catalog: Catalog, history: tuple[list[Item], list[dict[str, Any]]]) -> None:
    items, events = history
    found = list(Correspondence(made(catalog, items, *events), FOREVER).pieces())

    def follow(code: str, since: str) -> dict[str, Fraction]:
        """One area at a time, event by event: another way round than the product's."""
        for one in events:
            flows = [flow for flow in one.get("flows", []) if flow["from"] == code]
            if one["effective"] > since and flows:
                made: dict[str, Fraction] = {}
                for flow in flows:
                    for to, part in follow(flow["to"], one["effective"]).items():
                        made[to] = made.get(to, Fraction()) + part * Fraction(flow["share"])
                return made
        return {code: Fraction(1)}

    spans: dict[tuple[str, str], dict[str, Fraction]] = {}
    for piece in found:
        spans.setdefault((piece.area, piece.valid_from), {})[piece.to] = Fraction(piece.numerator, piece.denominator)
    assert spans
    for (code, since), pieces in spans.items():
        assert sum(pieces.values()) == 1 and pieces == follow(code, since)
