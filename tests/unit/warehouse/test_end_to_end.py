"""The project's own documents, figures of two years, every published value recomputed in plain Python."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest

from pipelines.contracts import Catalog, load
from pipelines.contracts.periods import parse, shift
from pipelines.home import PROJECT
from tests.unit.warehouse.independent import Independent, rounded
from tests.unit.warehouse.synthetic import Built, Cell, Landed, complete

HALF_A_YEAR = "public_safety"
"""The table whose last return covers six months."""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


def _today(landed: Landed) -> date:
    return max(parse(s["period"]).end for s in landed.submissions) + timedelta(days=200)


@pytest.fixture(scope="module")
def landed(catalog: Catalog) -> Landed:
    """Some figures lacking, some rows of wider areas left to be summed, zeros where they hurt, one return of half a
    year.
    """
    widest_due = {t.table: min(t.due.areas, key=catalog.programme.levels.index) for t in catalog.returns.values()}

    def change(cell: Cell, random_) -> dict | None:
        table, _, area, _, _ = cell
        if (
            catalog.areas[area].level == widest_due[table]
            and len(catalog.returns[table].due.areas) > 1
            and random_.random() < 0.8
        ):
            return None
        chance = random_.random()
        if chance < 0.004:
            return None
        if chance < 0.01:
            return {"value": None, "obs_status": random_.choice("MLOQU")}
        return {"value": 0} if chance < 0.1 else {}

    found = complete(catalog, years=2, seed=1, change=change)
    half = next(s for s in reversed(found.submissions) if s["table_id"] == HALF_A_YEAR)
    half["coverage_months"] = 6
    return found


@pytest.fixture(scope="module")
def built(catalog: Catalog, landed: Landed, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return landed.build(catalog, tmp_path_factory.mktemp("run"), _today(landed))


def test_every_value_and_text(catalog: Catalog, landed: Landed, built: Built) -> None:
    independent = Independent(catalog, landed, _today(landed))
    expected = independent.values()
    found = {
        row[:4]: row[4:]
        for row in built.rows(
            "select indicator_id, area_code, period, breakdown, numerator, "
            "coalesce(denominator, 1), value_text, headline_text, value, "
            "obs_status, reason from marts.mart_indicator where kind <> 'share_of_areas'"
        )
    }
    compared: Counter[str] = Counter()
    different = []
    for key, sides in expected.items():
        if sides is None:
            if key in found and found[key][2:5] != ("", "", None):
                different.append((key, sides, found[key]))
            compared["without value"] += 1
            continue
        ours = (*sides, independent.text(key, sides), independent.text(key, sides, headline=True))
        if (
            key not in found
            or found[key][:4] != ours
            or f"{found[key][4]:f}".rstrip("0").rstrip(".") != _plain(ours[2])
        ):
            different.append((key, ours, found.get(key)))
        compared[key[0]] += 1
    assert not set(found) - set(expected)
    assert len(different) == 0, different[:5]
    base = {i.indicator for i in catalog.indicators.values() if i.kind != "share_of_areas"}
    assert base <= set(compared), base - set(compared)
    assert compared.total() - compared["without value"] > 1500


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text


def test_every_figure(catalog: Catalog, landed: Landed, built: Built) -> None:
    independent = Independent(catalog, landed, _today(landed))
    found = built.rows(
        "select table_id, measure_id, area_code, period, breakdown, value, origin from marts.mart_observation"
    )
    different = [row for row in found if independent.figure(row[:5]) != row[5]]
    assert not different[:5]
    origins = Counter(row[6] for row in found)
    assert origins["delivered"] == len(landed.figures)
    assert origins["summed"] > 100 and origins["counted"] > 100


def test_every_verdict_and_share(catalog: Catalog, landed: Landed, built: Built) -> None:
    independent = Independent(catalog, landed, _today(landed))
    values = independent.values()
    found = {
        row[:4]: row[4]
        for row in built.rows("select indicator_id, area_code, period, breakdown, verdict from indicators.ind_verdict")
    }
    shown = set(built.rows("select indicator_id, area_code, period, breakdown from marts.mart_indicator"))
    expected = {key: verdict for key in shown & set(values) if (verdict := independent.verdict(key, values[key]))}
    assert found == expected and len(found) > 500
    half = {key for key in found if values[key] and not independent.covers(key)}
    assert len(half) > 20 and {found[key] for key in half} == {"no_data"}
    assert set(found.values()) == {"met", "not_met", "no_data"}
    shares = built.rows(
        "select indicator_id, area_code, period, numerator, upper_numerator, denominator "
        "from marts.mart_indicator where kind = 'share_of_areas' and numerator is not null"
    )
    assert shares
    for id, area, period, low, high, total in shares:
        share = catalog.indicators[id]
        end = parse(period).end.isoformat()
        below = catalog.areas_below(area, end, frozenset([share.level or ""]))
        verdicts = [
            {v for key, v in expected.items() if key[0] in share.meeting and key[1:3] == (one, period)} for one in below
        ]
        met = sum(each == {"met"} for each in verdicts)
        unknown = sum("not_met" not in each and "no_data" in each for each in verdicts)
        assert (low, high or low, total) == (met, met + unknown, len(below))


def test_every_row_of_the_scorecard(catalog: Catalog, landed: Landed, built: Built) -> None:
    independent = Independent(catalog, landed, _today(landed))
    values = independent.values()
    found = {
        row[:4]: row[4:]
        for row in built.rows(
            "select indicator_id, area_code, period, breakdown, verdict, distance, years_met_in_a_row, "
            "rank_in_parent, ranked_areas, reliability, n, lower_limit, upper_limit from marts.mart_scorecard "
            "where indicator_id not in (select indicator_id from marts.dim_indicator where kind = 'share_of_areas')"
        )
    }
    ranked = 0
    kinds = set()
    for key, (verdict, distance, streak, rank, of, reliability, n, *limits) in found.items():
        id, area, period, breakdown = key
        assert reliability == independent.reliability(key, values[key])
        kinds.add(reliability)
        made = independent.limits(key, values[key])
        assert (made is None) == (None in limits)
        assert made is None or all(abs(float(a) - b) < 1e-6 for a, b in zip(limits, made, strict=True))
        basis = 0 if catalog.indicators[id].kind in ("count", "rate_per_n") else 1
        assert not values[key] or n == values[key][basis]
        assert verdict == independent.verdict(key, values[key])
        goal = independent.goal(key)
        exact = independent.exact(key, values) if independent.covers(key) else None
        if goal is None or exact is None:
            assert distance is None
        else:
            assert f"{distance:.6f}" == rounded(exact - goal, 6)
        years = 0
        while verdict is not None and independent.verdict(key, values.get(key)) == "met":
            years, key = years + 1, (id, area, shift(key[2], -1), breakdown)
        assert streak == (years if verdict else None)
        siblings = independent.siblings(area, period)
        keys = [(id, one, period, breakdown) for one in siblings]
        others = [independent.exact(other, values) for other in keys if independent.covers(other)]
        known = [other for other in others if other is not None]
        direction = independent.direction((id, area, period, breakdown))
        if exact is None or direction is None or not siblings:
            assert rank is None and of is None
            continue
        better = sum(other > exact if direction == "higher_is_better" else other < exact for other in known)
        assert (rank, of) == (better + 1, len(known))
        ranked += 1
    assert kinds >= {"clear", "within_chance", "small_base", "not_applicable", "complete", None}
    assert ranked > 500 and {"met", "not_met", "no_data", None} == {row[0] for row in found.values()}
    asked = {id for id, targets in catalog.targets.items() if targets.rank_in_parent}
    assert asked <= {key[0] for key in found}


def test_missing_has_a_reason(built: Built) -> None:
    reasons = dict(built.rows("select reason, count(*) from marts.mart_indicator where value is null group by reason"))
    assert "" not in reasons
    assert {
        "zero_denominator",
        "marked_missing",
        "not_all_children",
        "not_delivered",
        "earlier_not_delivered",
    } <= set(reasons)


def test_what_does_not_add_up_is_missing_above_with_a_reason(catalog: Catalog, landed: Landed, built: Built) -> None:
    independent = Independent(catalog, landed, _today(landed))
    own = {(t.table, m.id) for t in catalog.returns.values() for m in t.measures if not m.additive_over_areas}
    expected = set()
    for table, measure, area, period, breakdown in independent.delivered:
        above = catalog.areas[area].parent if (table, measure) in own else ""
        while above:
            expected.add((table, measure, above, period, breakdown))
            above = catalog.areas[above].parent
    expected -= set(independent.delivered)
    found = built.rows(
        "select table_id, measure_id, area_code, period, breakdown from marts.mart_observation "
        "where reason = 'not_additive' and value is null and obs_status = 'O' and origin = 'summed'"
    )
    assert set(found) == expected and len(found) == len(expected) > 10
    told = built.rows(
        "select distinct reason, obs_status from marts.mart_indicator where indicator_id = 'public_approval'"
    )
    assert ("not_additive", "O") in told


@pytest.mark.slow
def test_any_number_of_cores_gives_the_same(catalog: Catalog, landed: Landed, built: Built, tmp_path: Path) -> None:
    again = landed.build(catalog, tmp_path, _today(landed), cores=1)
    for (name,) in built.rows("select table_name from duckdb_tables() where schema_name = 'marts'"):
        sql = f"select * from marts.{name} order by all"
        assert built.rows(sql) == again.rows(sql), name
