"""The trial itself: clean files are clean in every form, every kind of slip changes a file, nothing else is spoilt."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from pipelines.contracts import Catalog
from pipelines.intake.gate import Gate
from pipelines.validation import rules
from tests.spoilt import counties as made
from tests.spoilt.draw import HISTORY, KINDS, spoilt, years
from tests.spoilt.line import name, tables_of
from tests.spoilt.sheet import Case

SEED = 7


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    return made.documents(tmp_path_factory.mktemp("spoilt") / "documents", 12, random.Random(SEED))


def verdict(catalog: Catalog, folder: Path, place: tuple[str, str, str], data: bytes) -> str:
    path = folder / name(catalog, place)
    path.write_bytes(data)
    return Gate(catalog).judge(str(path), path.name, {}, "0" * 64)[0].verdict


@pytest.mark.parametrize(("headers", "is_wide"), [("en", False), ("zh", False), ("en", True)])
def test_clean_returns_are_accepted_with_and_without_control_totals(
    catalog: Catalog, headers: str, is_wide: bool, tmp_path: Path
) -> None:
    county, *others = made.counties(catalog, SEED)
    for id, table in catalog.returns.items():
        for has_totals in (False, True):
            case = Case(
                county, others, table, years(catalog)[id], random.Random(SEED), headers, is_wide and bool(table.wide),
                has_totals,
            )  # fmt: skip
            data = case.sheet(case.values).data()
            assert verdict(catalog, tmp_path, (county.unit, id, case.period), data) == "accepted", (id, has_totals)


def test_every_kind_changes_a_file_and_each_return_is_spoilt_once(catalog: Catalog) -> None:
    sent = list(spoilt(catalog, made.counties(catalog, SEED), SEED, 4 * len(catalog.returns)))
    assert {one.kind for one in sent} == set(KINDS)
    assert len({one.place for one in sent}) == len(sent) == 4 * len(catalog.returns)
    assert all(one.data != one.clean for one in sent)


def test_the_same_seed_spoils_the_same(catalog: Catalog) -> None:
    first, again = (list(spoilt(catalog, made.counties(catalog, SEED), SEED, 20)) for _ in range(2))
    assert first == again
    other = list(spoilt(catalog, made.counties(catalog, SEED + 1), SEED + 1, 20))
    assert [one.data for one in first] != [one.data for one in other]


def test_nothing_that_a_rule_holds_beside_a_spoilt_return_is_spoilt_in_that_year(catalog: Catalog) -> None:
    chosen = years(catalog)
    assert min(chosen.values()) == made.periods(catalog)[HISTORY]
    for rule in rules(catalog):
        of = [chosen[table] for table in tables_of(catalog, rule)]
        assert len(of) == len(set(of)), rule.id
