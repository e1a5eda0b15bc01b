"""The models are the same on every engine: what one of them says otherwise stands in dbt_project/macros alone."""

from __future__ import annotations

import re

import pytest

from pipelines.warehouse import build

OF_DUCKDB = (
    r"hugeint", r"u?(tiny|small|big)?int\d+", r"varchar", r"//", r"::", r"list_\w+", r"list(?=\s*\()", r"len(?=\s*\()",
    r"struct_pack", r"unnest", r"string_agg", r"read_(parquet|csv|json)\w*", r"str[pf]time", r"epoch\w*",
    r"date_diff", r"exclude(?=\s*\()", r"by\s+name",
    r"arg_(min|max)", r"any_value", r"generate_series", r"asof", r"[a-z]\w*\s*\[",
)  # fmt: skip
"""What DuckDB alone takes, or takes otherwise than Spark, as regular expressions of whole words."""
OF_SPARK = (
    r"div", r"collect_\w+", r"sort_array", r"array\w*(?=\s*\()", r"size(?=\s*\()", r"explode", r"named_struct",
    r"datediff", r"date_(add|sub)", r"to_date", r"nvl", r"parquet\s*\.", r"lateral\s+view", r"rlike", r"instr",
    r"insert\s+overwrite",
)  # fmt: skip
"""And the other way round."""
ENGINE = re.compile(r"\b(target\s*\.|adapter\s*\.|dispatch\b)")
"""Jinja that asks which engine it is."""

RAW = sorted(path for folder in ("models", "tests") for path in (build.PROJECT / folder).rglob("*.sql"))
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
UNSAID = re.compile(r"--[^\n]*|'[^']*'")
"""Comments and texts."""


def said(sql: str, words: tuple[str, ...]) -> list[str]:
    """Which of the words stand in SQL, outside of Jinja, comments and texts."""
    bare = UNSAID.sub("''", JINJA.sub("1", sql))
    whole = (rf"\b(?:{word})(?!\w)" if word.strip("\\")[0].isalpha() else word for word in words)
    found = (re.search(word, bare, re.IGNORECASE) for word in whole)
    return [match.group() for match in found if match]


def test_no_model_is_of_one_engine() -> None:
    assert len(RAW) > 80
    of_one = {path.name: said(path.read_text(encoding="utf-8"), OF_DUCKDB + OF_SPARK) for path in RAW}
    assert {name: words for name, words in of_one.items() if words} == {}
    asking = [path.name for path in RAW if ENGINE.search(path.read_text(encoding="utf-8"))]
    assert asking == []
    quoted = [path.name for path in RAW if '"' in JINJA.sub("", UNSAID.sub("", path.read_text(encoding="utf-8")))]
    assert quoted == []


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("select a//b, cast(x as varchar) from t", ["varchar", "//"]),
        ("select list_sort(y), z[1] from t", ["list_sort", "z["]),
        ("select a div b, size(l) from t", ["div", "size"]),
        ("select {{ idiv('a', 'b') }}, 'a // b' from t -- a :: b", []),
        ("select divided, listed, arrayed from t", []),
    ],
)
def test_what_is_of_one_engine_is_found(sql: str, words: list[str]) -> None:
    assert sorted(said(sql, OF_DUCKDB + OF_SPARK)) == sorted(words)
