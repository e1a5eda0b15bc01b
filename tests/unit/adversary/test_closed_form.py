"""The program and the formulas come to the same intervals, by ways that share no code."""

from __future__ import annotations

import random
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.adversary import audit, intervals
from pipelines.adversary.cells import Cell
from pipelines.adversary.implied import Implied
from pipelines.adversary.program import Program
from pipelines.adversary.solve import Interval
from tests.disclosure import naive, printed
from tests.disclosure.forest import Forest
from tests.unit.adversary import closed_form


def cell(area: str) -> Cell:
    return Cell("t", "m", area, "2004", "_T")


def grown(chance: random.Random) -> tuple[dict[str, list[str]], dict[str, int]]:
    """A tree of three levels with its figures; each parent has one child more, for what could not be allocated."""
    children: dict[str, list[str]] = {"p": []}
    value: dict[str, int] = {}
    for county in (f"c{number}" for number in range(chance.randint(1, 4))):
        children["p"].append(county)
        children[county] = [f"{county}t{number}" for number in range(chance.randint(1, 6))] + [f"{county}rest"]
        value |= {town: chance.choice([0, 0, 1, 2, 3, 5, 8, 20]) for town in children[county]}
        value[county] = sum(value[town] for town in children[county])
    children["p"].append("rest")
    value["rest"] = chance.choice([0, 0, 4])
    value["p"] = sum(value[county] for county in children["p"])
    return children, value


def test_trees() -> None:
    """At least 3,000 hidden figures, whatever is printed."""
    compared = 0
    for seed in range(450):
        chance = random.Random(seed)
        children, value = grown(chance)
        shown = {area: figure for area, figure in value.items() if chance.random() < chance.choice([0.2, 0.5, 0.8])}
        program = Program({cell(area): figure for area, figure in shown.items()}, set(), {})
        hidden = [program.unknown(cell(area)) for area in value if area not in shown]
        for parent, below in children.items():
            program.add([(1, cell(parent)), *((-1, cell(child)) for child in below)], 0, 0)
        found = intervals.find(Implied(program, hidden))
        expected = closed_form.tree("p", children, shown)
        assert found.failed == []
        assert {one: tuple(found.of[one]) for one in hidden} == {one: expected[one.area] for one in hidden}
        compared += len(hidden)
    assert compared >= 3000


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=6))
def test_parts_of_public_wholes(parts: list[tuple[int, int]]) -> None:
    caps = [part + rest for part, rest in parts]
    total = sum(part for part, _ in parts)
    wholes = {cell(f"{number}")._replace(measure="whole"): cap for number, cap in enumerate(caps)}
    program = Program(wholes, set(), {})
    hidden = [program.unknown(cell(f"{number}")) for number in range(len(caps))]
    program.add([(1, one) for one in hidden], total, total)
    for one, whole in zip(hidden, wholes, strict=True):
        program.add([(1, whole), (-1, one)], 0, None)
    found = intervals.find(Implied(program, hidden))
    assert [tuple(found.of[one]) for one in hidden] == closed_form.capped(total, caps)


def test_members_of_pools(tmp_path: Path) -> None:
    """Of every total of the family, whatever classes and rates are printed above them."""
    forest = Forest(11, trees=25)
    tables = printed.edition(forest, forest.database(tmp_path / "private.duckdb"))
    (edition,) = audit([printed.write(forest, tables, tmp_path / "edition-1")]).editions
    sums = {
        (row.table_id, row.measure_id, row.area_code): int(row.value)
        for row in tables["mart_observation"].query("origin == 'pooled' and area_level == 'township'").itertuples()
    }
    members = tables["dim_pool_area"].groupby("pool_id").area_code.apply(list)
    tables_of = {measure: table for table, measure, _ in sums}
    compared = 0
    for pool, areas in members.items():
        of = {measure: total for (_, measure, area), total in sums.items() if area == pool}
        for measure, bounds in closed_form.pool(of).items():
            breakdown = "kind=all" if measure == "sentenced" else "_T"
            for area in areas:
                assert edition.intervals[Cell(tables_of[measure], measure, area, "2004", breakdown)] == Interval(
                    *bounds
                )
                compared += 1
    assert compared > 500
    assert len(members) == len(naive.plan(forest, forest.observations(0)).pools)


@settings(max_examples=60)
@given(st.integers(0, 10**6))
def test_a_table_of_townships_and_classes_by_counting(seed: int) -> None:
    """Two townships, two classes, some margins printed: every table that fits is counted out."""
    chance = random.Random(seed)
    truth = {(town, code): chance.randint(0, 4) for town in "xy" for code in "ab"}
    names = {f"{town}{code}": [(town, code)] for town, code in truth}
    names |= {town: [(town, code) for code in "ab"] for town in "xy"}
    names |= {code: [(town, code) for town in "xy"] for code in "ab"} | {"all": list(truth)}
    value = {name: sum(truth[one] for one in parts) for name, parts in names.items()}
    shown = {name: value[name] for name in names if name == "all" or chance.random() < 0.4}
    program = Program({cell(name): figure for name, figure in shown.items()}, set(), {})
    hidden = [program.unknown(cell(name)) for name in names if name not in shown]
    for town in "xy":
        program.add([(1, cell(town)), (-1, cell(f"{town}a")), (-1, cell(f"{town}b"))], 0, 0)
    for code in "ab":
        program.add([(1, cell(code)), (-1, cell(f"x{code}")), (-1, cell(f"y{code}"))], 0, 0)
    for sides in ("xy", "ab"):
        program.add([(1, cell("all")), *((-1, cell(one)) for one in sides)], 0, 0)
    found, total = intervals.find(Implied(program, hidden)), value["all"]
    fitting: list[dict[str, int]] = []
    for one in range(total + 1):
        for two in range(total + 1 - one):
            for three in range(total + 1 - one - two):
                guess = dict(zip(truth, (one, two, three, total - one - two - three), strict=True))
                sums = {name: sum(guess[part] for part in parts) for name, parts in names.items()}
                if all(sums[name] == figure for name, figure in shown.items()):
                    fitting.append(sums)
    for one in hidden:
        values = [sums[one.area] for sums in fitting]
        assert found.of[one] == Interval(min(values), max(values))
