"""Random histories of revisions and decisions: what stands, what is revised and what waits is what a plain walk says,
whatever arrived first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, load
from pipelines.contracts.limits import RevisionLimit
from pipelines.home import PROJECT
from tests.compiled import Models, compiled
from tests.unit.warehouse.synthetic import Landed
from tests.unit.warehouse.walk import FACTOR, FLOOR, Sent, Told, walk

pytestmark = pytest.mark.slow
TABLE, MEASURE, UNIT = "mediation", "disputes_investigated", "990101"
AREAS = ("990101", "990101001", "990101002")
VALUES = (0, 90, 101, 150, 900, 1_011, 40_000)
ORDERED = ("mart_revision", "mart_revision_summary", "mart_held_revision", "mart_observation", "mart_coverage")
TESTS = ("unique_key_obs_", "unique_key_mart_revision", "unique_key_mart_held_revision", "revision_is_a_change")
MARTS = {*ORDERED, "mart_submission"}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The county's documents, with the bounds that the walk knows."""
    found = load(PROJECT / "data_contracts")
    limit = RevisionLimit.model_validate(
        {"factor": FACTOR, "floor": FLOOR, "because": {"en": "A slip.", "zh": "差错。"}}
    )
    table = found.returns[TABLE].model_copy(update={"revision_limit": limit})
    return replace(found, returns={**found.returns, TABLE: table})


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    """Those that a figure passes until it stands or is revised, with their tests: the rates made of it are left out."""
    found = compiled(tmp_path_factory.mktemp("compiled"))
    wanted = [node for node in found.models if node.schema in ("staging", "observations") or node.name in MARTS]
    tests = [node for node in found.tests if node.name.startswith(TESTS)]
    return Models(wanted, tests)


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Sent], list[tuple[str, str]], list[int]]:
    """A history by arrival, the decisions on it, and another order of arrival."""
    files: dict[str, tuple[tuple[tuple[str, int], ...], bool]] = {}
    for name in "abcde":
        partial = len(files) > 1 and draw(st.booleans())
        areas = draw(st.lists(st.sampled_from(AREAS), min_size=1, unique=True)) if partial else AREAS
        stated = sorted(area for area in areas if partial or area == AREAS[0] or draw(st.integers(0, 4)))
        files[name] = (tuple((area, draw(st.sampled_from(VALUES))) for area in stated), partial)
    sent: dict[str, Sent] = {}
    for _ in range(draw(st.integers(3, 8))):
        name = draw(st.sampled_from(sorted(files)))
        figures, partial = files[name]
        day, revision = f"2005-0{draw(st.integers(1, 5))}-01", draw(st.integers(0, 1))
        wilful = draw(st.integers(0, 5)) == 0
        reason = draw(st.sampled_from(("", "correction"))) if wilful else ""
        id = f"{name}{day[5:7]}{revision}{int(wilful)}{reason[:1]}"
        sent[id] = Sent(id, name, figures, partial, day, revision, wilful, reason)
    decided = draw(
        st.lists(st.tuples(st.sampled_from(sorted(sent)), st.sampled_from(("accept", "refuse"))), max_size=3)
    )
    return list(sent.values()), decided, draw(st.permutations(range(len(sent))))


def _landed(history: Sequence[Sent], decisions: Sequence[tuple[str, str]]) -> Landed:
    landed = Landed()
    for one in history:
        figures = [{"measure_id": MEASURE, "area_code": a, "breakdown": "_T", "value": v} for a, v in one.figures]
        landed.add(
            TABLE, "2004", UNIT, figures, submission_id=one.id, delivery_sha256=one.file, prepared_on=one.day,
            revision=one.revision, partial=one.partial, supersedes="an id" if one.supersedes else "",
            reason=one.reason, because="words" if one.reason else "",
        )  # fmt: skip
    for id, outcome in decisions:
        landed.decide(id, outcome)
    return landed


@settings(max_examples=60, suppress_health_check=list(HealthCheck))
@given(histories())
def test_what_stands_is_what_the_walk_says_in_any_order_of_arrival(
    catalog: Catalog, models: Models, tmp_path_factory: pytest.TempPathFactory, case
) -> None:
    history, decisions, order = case
    expected = walk(history, decisions)
    folder = tmp_path_factory.mktemp("history")
    found = [
        _told(catalog, models, folder / name, arrived, decisions)
        for name, arrived in (("one", history), ("other", [history[n] for n in order]))
    ]
    assert found[0][0] == expected
    assert found[0] == found[1]


def _told(
    catalog: Catalog, models: Models, folder: Path, history: Sequence[Sent], decisions: Sequence[tuple[str, str]]
) -> tuple[Told, dict[str, list[tuple]]]:
    """What the models say of the slice, and the marts that no order of arrival may change."""
    inputs = _landed(history, decisions).write(catalog, folder, date(2006, 1, 1))
    with models.built(inputs) as connection:
        marts = {mart: connection.execute(f"from marts.{mart} order by all").fetchall() for mart in ORDERED}
        of_slice = f"table_id = '{TABLE}' and measure_id = '{MEASURE}'"
        stands = connection.execute(
            f"select area_code, value from marts.mart_observation where {of_slice} and value is not null "
            "and origin = 'delivered'"
        ).fetchall()
        revisions = connection.execute(
            f"select area_code, vintage, from_value, to_value from marts.mart_revision where {of_slice} "
            "order by vintage, area_code"
        ).fetchall()
        held = connection.execute(
            "select delivery_sha256 from marts.mart_submission where standing = 'held'"
        ).fetchall()
    return Told(dict(stands), revisions, {file for (file,) in held}), marts
