"""Claims of deliveries: what one run judges no other does, and what a killed one claimed is free again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from pipelines.home import Home
from pipelines.landing import inbox, register, waiting
from pipelines.locks import goes_on, going, sole_writer, writer


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home", tmp_path / "documents").create()


def sent(home: Home, *texts: str) -> list[int]:
    """Deliveries with these bytes."""
    numbers = []
    for text in texts:
        path = home.root.parent / f"{len(list(waiting.deliveries(home)))}.csv"
        path.write_text(text, encoding="utf-8")
        numbers.append(inbox.receive(home, path, {}, "deliver"))
    return numbers


@contextmanager
def run(home: Home, run_id: str) -> Iterator[str]:
    """A run that goes on."""
    (home.runs / run_id).mkdir(exist_ok=True)
    with going(home.runs / run_id):
        yield run_id


def judged(home: Home, *numbers: int) -> None:
    """They have a verdict."""
    with register.transaction(home) as connection:
        among = register.delivery.c.number.in_(numbers)
        connection.execute(register.delivery.update().where(among).values(verdict="accepted"))


def claimed(home: Home, run_id: str, count: int | None = None) -> list[int]:
    """Numbers of what a run claims; `count`: of the first ones."""
    return [row["number"] for row in islice(waiting.claimed(home, run_id, 10), count)]


def test_two_runs_share_what_waits_and_each_delivery_is_one_s(home: Home) -> None:
    numbers = sent(home, "a", "b", "c", "d", "e")
    with run(home, "one"), run(home, "two"):
        one, two = waiting.claimed(home, "one", 2), waiting.claimed(home, "two", 2)
        assert [next(one)["number"], next(two)["number"], next(one)["number"]] == [numbers[0], numbers[2], numbers[1]]
        assert [row["number"] for row in one] == [numbers[4]]
        assert [row["number"] for row in two] == [numbers[3]]
        assert waiting.count(home) == 5, "claimed is not judged"
        assert waiting.is_left(home, "one") and waiting.is_left(home, "two") and not waiting.is_left(home, "three")


def test_what_a_killed_run_claimed_is_free_again(home: Home) -> None:
    numbers = sent(home, "a", "b")
    with run(home, "killed"):
        assert claimed(home, "killed") == numbers
        with run(home, "other"):
            assert not waiting.is_left(home, "other") and claimed(home, "other") == []
    with run(home, "other"):
        assert waiting.is_left(home, "other") and claimed(home, "other") == numbers
        assert claimed(home, "killed") == [], "and not its own any more"


def test_bytes_that_another_judges_wait_until_it_has(home: Home) -> None:
    first, other, again = sent(home, "same", "else", "same")
    with run(home, "one"), run(home, "two"):
        assert claimed(home, "one", 1) == [first]
        with register.transaction(home) as connection:  # the others came later
            late = register.delivery.c.number.in_((other, again))
            connection.execute(register.delivery.update().where(late).values(claimed_by=""))
        assert claimed(home, "two") == [other]
        assert waiting.is_left(home, "two"), "it has to look again"
        judged(home, first, other)
        assert claimed(home, "two") == [again]


def test_a_claim_breaks_no_seal_and_is_kept_where_a_register_is_made_complete(home: Home) -> None:
    (number,) = sent(home, "a")
    with register.transaction(home) as connection:  # as an earlier version made it
        connection.exec_driver_sql("drop index waiting")
        connection.exec_driver_sql("alter table delivery drop column claimed_by")
    register._whole.clear()
    with run(home, "one"):
        assert claimed(home, "one") == [number] == [row["number"] for row in waiting.deliveries(home)]
    assert register.rows(home, sa.select(register.delivery.c.claimed_by)) == [{"claimed_by": "one"}]
    with register.transaction(home) as connection:
        assert {one["name"] for one in sa.inspect(connection).get_indexes("delivery")} == {"waiting"}


def test_what_another_has_taken_or_judged_is_not_landed(home: Home) -> None:
    numbers = sent(home, "a", "b")
    assert claimed(home, "lost") == numbers, "it holds no lock, as on a disk that keeps none"
    with run(home, "other"):
        assert claimed(home, "other", 1) == numbers[:1]
    for judged_too in (False, True):
        if judged_too:
            judged(home, numbers[1])
        with register.transaction(home) as connection, pytest.raises(RuntimeError, match="judged by another process"):
            waiting.hold(connection, "lost", numbers)


def test_who_looks_for_the_writer_sees_those_who_write_side_by_side(home: Home) -> None:
    assert writer(home) is None
    with sole_writer(home, beside=True):
        assert (writer(home) or "").startswith("several, one of them process ")
    assert writer(home) is None and not goes_on(home.runs / "none") and not goes_on(home.lock)


@given(
    texts=st.lists(st.sampled_from("abcdef"), min_size=1, max_size=20),
    turns=st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), min_size=1, max_size=12),
)
def test_no_order_of_turns_gives_a_delivery_to_two(texts: list[str], turns: list[tuple[int, int]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        home = Home(Path(folder) / "home", Path(folder)).create()
        numbers = sent(home, *texts)
        hashes = {row["number"]: row["sha256"] for row in waiting.deliveries(home)}
        with run(home, "0"), run(home, "1"), run(home, "2"):
            open_, had = {name: waiting.claimed(home, name, 2) for name in "012"}, {name: set[int]() for name in "012"}
            for which, times in turns:
                name = str(which)
                had[name].update(row["number"] for row in islice(open_[name], times))
            held = [{hashes[number] for number in found} for found in had.values()]
            assert sum(map(len, had.values())) == len(set().union(*had.values()))
            assert sum(map(len, held)) == len(set().union(*held)), "the same bytes are with one"
            for name in "012":  # to the end, one after the other
                had[name].update(row["number"] for row in open_[name])
                with register.transaction(home) as connection:
                    waiting.hold(connection, name, had[name])
                judged(home, *had[name])
            assert sum(map(len, had.values())) == len(set().union(*had.values()))
            assert set().union(*had.values()) | set(claimed(home, "0")) == set(numbers)
