"""Which areas are published together: whatever the figures, whatever came before."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts.programme import Confidentiality
from pipelines.release.pools import REST, Line, Sensitivity, pooling

T = Confidentiality()
RULES = Sensitivity(T, (False, False))
Lines = tuple[Line, ...] | None


def pools_of(areas: dict[str, tuple[int | None, ...]], *earlier: str, rest: tuple[int, ...] | None = None) -> Lines:
    return pooling(areas, rest, [frozenset(pool) for pool in earlier], RULES)


def shown(found: Lines) -> list[str]:
    return sorted("".join(sorted(line)) for line in found or ())


def test_a_small_figure_is_published_with_the_next_smallest() -> None:
    areas = {"a": (3, 20), "b": (50, 60), "c": (9, 30), "d": (8, 25)}
    assert shown(pools_of(areas)) == ["ad"], "3 + 8 = 11 is at least 2 T"
    assert shown(pools_of(areas | {"a": (1, 20)})) == ["acd"], "1 + 8 = 9 is not"
    assert shown(pools_of({"a": (0, 20), "b": (5, 60)})) == [], "none of it is not small"


def test_the_more_areas_the_larger_their_sum() -> None:
    areas: dict[str, tuple[int | None, ...]] = dict.fromkeys("abcdefgh", (1, 40)) | {"i": (90, 400)}
    assert shown(pools_of(areas)) == ["abcdefghi"], "8 of 8 areas, each at least 1, would be told"
    assert T.smallest_sum(8) == 12 and T.smallest_sum(2) == T.smallest_sum(6) == 10 and T.smallest_sum(7) == 11


@pytest.mark.parametrize("alone", [{"a": (3, 20)}, {"a": (3, 20), "b": (0, 30)}, {"a": (3, 20), "b": (None, 30)}])
def test_where_it_cannot_be_nothing_is_published(alone: dict[str, tuple[int | None, ...]]) -> None:
    assert pools_of(alone) is None


def test_what_is_missing_hides_nothing() -> None:
    areas = {"a": (3, 20), "b": (None, 5), "c": (60, 70)}
    assert shown(pools_of(areas)) == ["ac"]
    assert shown(pools_of({"a": (3, None), "b": (40, None)})) == ["ab"], "of neither is it known"


def test_a_complement_below_zero_is_small() -> None:
    assert RULES.is_small((-1, 7)) and not RULES.is_small((None, 7))


def test_none_at_all_may_say_as_much() -> None:
    zero = Sensitivity(T, (True, False))
    areas = {"a": (0, 20), "b": (0, 30), "c": (12, 40)}
    assert pooling(areas, None, [], zero) == (frozenset("abc"),), "0 + 0 would say it of both"


def test_what_could_not_be_allocated_is_told_with_others_too() -> None:
    areas = {"a": (20, 30), "b": (15, 25), "c": (40, 50)}
    assert pools_of(areas, rest=(9, 9)) == ()
    assert pools_of(areas, rest=(2, 9)) == (frozenset({"a", "b", REST}),)
    assert pools_of(areas, rest=(2, -1)) is None, "children beyond their parent: no sum of parts"


def test_nothing_left_beside_what_is_not_known_may_say_as_much() -> None:
    areas: dict[str, list[int | None]] = {"a": [7, 2], "b": [40, 20], "not known": [None, None]}
    tells = Sensitivity(RULES.policy, (False, True))
    assert pooling(areas, (0, 0), (), tells) is None
    assert pooling(areas, (0, 0), (), Sensitivity(RULES.policy, (False, False))) == (frozenset({"a", "b"}),)


def test_what_could_not_be_allocated_stays_in_its_line() -> None:
    areas = {"a": (3, 20), "b": (20, 30), "c": (30, 40), "d": (40, 50)}
    first = pools_of(areas, rest=(2, 9))
    assert first == (frozenset({"a", "b", REST}),)
    for rest in ((2, 9), (9, 9), None):
        assert pooling(areas, rest, first, RULES) == first, "else two editions told it by their difference"
    broken = {"a": (1, 20), "b": (2, 30), "c": (30, 40), "d": (40, 50)}
    assert pooling(broken, (2, 9), first, RULES) == (frozenset({"a", "b", "c", REST}),)


def test_lines_of_families_that_became_one_are_joined() -> None:
    areas = dict.fromkeys("abcde", (20, 30))
    assert shown(pools_of(areas, "ab", "de", "bc")) == ["abc", "de"]


def test_pools_are_kept_and_only_grow() -> None:
    large = dict.fromkeys("abcd", (20, 30))
    assert shown(pools_of(large, "ab")) == ["ab"], "though no figure is small any more"
    assert shown(pools_of(large | {"c": (1, 30)}, "ab")) == ["ab", "cd"], "those newly small are a pool of their own"
    assert shown(pools_of(large | {"a": (1, 30), "b": (2, 30)}, "ab")) == ["abc"]
    assert shown(pools_of({"a": (8, 30), "b": (7, 30), "c": (1, 30)}, "ab")) == ["abc"], "nobody else is left"
    assert pools_of({"a": (20, 30)}, "ab") is None, "b is gone: a would be told"


FIGURE = st.one_of(st.integers(0, 12), st.integers(0, 3), st.integers(50, 90), st.none())
AREAS = st.dictionaries(st.sampled_from("abcdefghij"), st.tuples(FIGURE, FIGURE), min_size=1)


@given(AREAS, st.none() | st.tuples(st.integers(0, 9), st.integers(0, 9)), st.randoms())
@settings(max_examples=400)
def test_whatever_the_figures(areas: dict, rest: tuple | None, random) -> None:
    found = pooling(areas, rest, [], RULES)
    mixed = list(areas.items())
    random.shuffle(mixed)
    assert pooling(dict(mixed), rest, [], RULES) == found
    if found is None:
        return
    pooled = frozenset().union(*found)
    assert all(not RULES.is_small(areas[code]) for code in set(areas) - pooled)
    assert len(found) <= 1, "one line, in a first edition"
    for pool in found:
        assert len(pool - {REST}) > 1
        for place in (0, 1):
            values = [areas[code][place] for code in pool - {REST}]
            values += [rest[place]] if REST in pool and set(values) != {None} else []
            if None in values:
                assert set(values) == {None}
            else:
                assert sum(values) == 0 or sum(values) >= T.smallest_sum(len(values))


@given(AREAS, AREAS)
@settings(max_examples=400)
def test_a_later_edition_is_coarser(before: dict, after: dict) -> None:
    first = pooling(before, None, [], RULES) or ()
    second = pooling(after, None, first, RULES)
    if second is not None:
        assert all(any(pool <= later for later in second) for pool in first)
        assert sum(map(len, second)) == len(frozenset().union(*second)), "no area is in two"
