"""The formula grammar: what it reads, what it refuses, and that it reads back what it means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.contracts.expression import Relation, Term, relation, side


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("cases", (Term(1, "", "cases"),)),
        ("  table.cases ", (Term(1, "table", "cases"),)),
        ("12 * areas.township", (Term(12, "areas", "township"),)),
        ("12*areas.township", (Term(12, "areas", "township"),)),
        ("-a + 2 * b - c", (Term(-1, "", "a"), Term(2, "", "b"), Term(-1, "", "c"))),
        ("a-b", (Term(1, "", "a"), Term(-1, "", "b"))),
        ("t.m[x=a|b]", (Term(1, "t", "m", (("x", ("a", "b")),)),)),
        ("t.m[ x = a , y = b c , lag = 1 ]", (Term(1, "t", "m", (("x", ("a",)), ("y", ("b c",))), 1),)),
        ("t.m[key=------]", (Term(1, "t", "m", (("key", ("------",)),)),)),
    ],
)
def test_a_side_is_its_terms(text: str, terms: tuple[Term, ...]) -> None:
    assert side(text) == terms


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "ends where a measure should stand"),
        ("+ a", "cannot be read from `+ a`"),
        ("- - a", "cannot be read from"),
        ("a + + b", "cannot be read from `+ + b`"),
        ("a +", "cannot be read from `+`"),
        ("a b", "cannot be read from `b`"),
        ("2 * 3 * a", "cannot be read from `2 * 3 * a`"),
        ("3", "cannot be read from `3`"),
        ("a / b", "cannot be read from `/ b`"),
        ("(a)", "cannot be read from `(a)`"),
        ("A", "cannot be read from `A`"),
        ("a.b.c", "cannot be read from `.c`"),
        ("a[x=b", "cannot be read from `[x=b`"),
        ("a[]", "is not like dimension=code"),
        ("a[x]", "is not like dimension=code"),
        ("a[x=b|b]", "says something twice"),
        ("a[x=b,x=c]", "says something twice"),
        ("a[lag=last]", "whole number of years"),
        ("a[lag=1|2]", "whole number of years"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, hint: str) -> None:
    with pytest.raises(ValueError, match=r"formula|filter|lag") as caught:
        side(text)
    assert hint in str(caught.value)


@pytest.mark.parametrize("operator", ["=", "<=", ">="])
def test_a_rule_is_two_sides(operator: str) -> None:
    found = relation(f"a + t.b[x=c] {operator} t.d[y=e|f]")
    assert found == Relation(
        (Term(1, "", "a"), Term(1, "t", "b", (("x", ("c",)),))),
        operator,
        (Term(1, "t", "d", (("y", ("e", "f")),)),),
    )


@pytest.mark.parametrize("text", ["a", "a < b", "a = b = c", "a <= b <= c", "a[x=b]"])
def test_a_rule_has_one_relation(text: str) -> None:
    with pytest.raises(ValueError, match=r"must hold exactly one of|cannot be read"):
        relation(text)


_name = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
_code = st.from_regex(r"[A-Za-z0-9_\-]{1,6}", fullmatch=True)
_where = st.dictionaries(
    _name.filter(lambda name: name != "lag"), st.lists(_code, min_size=1, max_size=3, unique=True), max_size=2
)
_term = st.builds(
    lambda times, sign, table, measure, where, lag: Term(
        times * sign, table, measure, tuple((name, tuple(codes)) for name, codes in where.items()), lag
    ),
    st.integers(1, 999),
    st.sampled_from([1, -1]),
    st.one_of(st.just(""), _name),
    _name,
    _where,
    st.integers(0, 9),
)


def _written(term: Term, first: bool) -> str:
    filters = [f"{name}={'|'.join(codes)}" for name, codes in term.where] + ([f"lag={term.lag}"] if term.lag else [])
    sign = "- " if term.times < 0 else ("" if first else "+ ")
    return f"{sign}{abs(term.times)} * {term.name}" + (f"[{', '.join(filters)}]" if filters else "")


@given(st.lists(_term, min_size=1, max_size=4))
def test_what_is_written_is_read_back(terms: list[Term]) -> None:
    text = " ".join(_written(term, index == 0) for index, term in enumerate(terms))
    assert side(text) == tuple(terms)


@given(st.text(max_size=40))
def test_any_text_is_terms_or_a_sentence(text: str) -> None:
    try:
        assert side(text)
    except ValueError as error:
        assert text.strip() in str(error)
