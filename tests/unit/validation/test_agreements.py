"""Agreements between tables: where both sides are small nothing is judged, and unlike things only if that is meant."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, ContractError, load
from pipelines.validation import frames, rules
from tests.unit.validation import private

COURTS = "returns/courts/caseload.yaml"
CHECK = "check: accepted <= crime.cleared[kind=all]"


@pytest.mark.parametrize(("more", "is_judged"), [(0, True), (1, False)])
def test_a_base_leaves_small_figures_alone(whole: tuple[Catalog, Path, Path], more: int, is_judged: bool) -> None:
    catalog, file, _ = whole
    (rule,) = [one for one in rules(catalog) if one.id == "caseload__prosecuted"]
    with frames.connect(file) as connection:
        frames.define(connection, catalog)
        sides = "select max(value) from marts.mart_observation where year = 2004 and area_level = 'county' and "
        terms = "(measure_id = 'accepted' or (measure_id = 'cleared' and breakdown = 'kind=all'))"
        (largest,) = connection.execute(sides + terms).fetchone() or (0,)
        _, *options = rule.options
        (found,) = frames.of(connection, replace(rule, options=(largest + more, *options)), [2004])
    assert list(found["decided"]) == [is_judged] and list(found["explained"]) == [True]


def test_unlike_things_are_related_only_where_the_document_says_so(tmp_path: Path) -> None:
    text = private.DOCUMENTS[COURTS].replace(
        "accepted, title: {en: Accepted, zh: 收案}, unit: cases",
        "accepted, title: {en: Accepted, zh: 收案}, unit: suits",
    )
    text = text.replace(
        "check: pending_at_start + accepted - concluded = pending_at_end", "check: concluded <= pending_at_end"
    )
    assert text.count("unit: suits") == 1
    with pytest.raises(ContractError, match=r"compares different units: cases, suits \(`across_units: true` if"):
        load(private.documents(tmp_path / "no", {COURTS: text}))
    text = text.replace(CHECK, f"{CHECK}\n            across_units: true")
    assert load(private.documents(tmp_path / "yes", {COURTS: text})).returns["caseload"].agreements[0].across_units
