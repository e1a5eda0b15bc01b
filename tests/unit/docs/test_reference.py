"""The reference says all there is, and words of documents stay words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from pydantic import BaseModel

from pipelines.contracts import codelists, load
from pipelines.docs import api, commands, front, of_settings, of_tables, reference
from pipelines.docs.markdown import code, escaped, table, text
from pipelines.docs.searching import Words
from pipelines.home import PROJECT, VARIABLES
from pipelines.messages import catalogue
from pipelines.release import pooled, public, published_tables, series, wide

SETTING = (".py", ".env", ".service", ".timer", ".conf")


def _unsaid(one: Any, page: str) -> Iterator[str]:
    """What a document states and its page does not."""
    if isinstance(one, BaseModel):
        for name in one.model_fields_set:
            yield from _unsaid(getattr(one, name), page)
    elif isinstance(one, dict | list):
        for part in (*one, *one.values()) if isinstance(one, dict) else one:
            yield from _unsaid(part, page)
    elif one is not None and not isinstance(one, bool):
        forms = (text(one), code(one), f"`{one} ", f"{one:,}" if isinstance(one, int) else "", {100: "%"}.get(one, ""))
        if not any(form and form in page for form in forms):
            yield str(one)


def test_everything_that_is_defined_is_there() -> None:
    catalog = load(PROJECT / "data_contracts")
    pages = reference.pages(catalog)
    for id, one in catalog.returns.items():
        assert not list(_unsaid(one, pages[f"reference/returns/{id}"])), id
    for id, one in (*catalog.indicators.items(), *catalog.targets.items()):
        section = pages["reference/indicators"].partition(f"({id.replace('_', '-')})=")[2].partition(")=")[0]
        assert not list(_unsaid(one, section)), id
    assert all(f"`{item}`" in pages["reference/codes"] for one in catalog.codelists.values() for item in one.items)
    found = [key.partition(".")[2] for key in catalogue() if key.startswith("finding.")]
    assert found and all(f"`{one}`" in pages["reference/findings"] for one in found)
    for name, (_, model) in of_settings.PAGES.items():
        for part in of_settings.within(model):
            for field, info in part.model_fields.items():
                assert f"| {code(info.alias or field)} | " in pages[f"reference/documents/{name}"], (name, field)
                assert of_settings.meaning(info), f"{part.__name__}.{field} has no description"
    format = catalog.programme.format
    assert all(f"| {code(mark)} |" in pages["reference/codes"] for mark in (*format.missing, *format.qualifiers))
    assert "## `yearbook publish`" in commands.pages()["reference/commands"]
    assert "### `load`" in api.pages()["reference/python/contracts"]


def test_every_table_says_where_it_is_found() -> None:
    catalog = load(PROJECT / "data_contracts")
    page = of_tables.pages(catalog)["reference/tables"]
    sections = {part.partition("`")[0]: part for part in page.split("\n## `")[1:]}
    laid = {*public.COLUMNS, *pooled.TABLES, *published_tables.NAMES, *series.views(), *wide.views(catalog)}
    assert laid < sections.keys()
    inside = {name for name, part in sections.items() if "In candidates only." in part}
    assert inside == sections.keys() - laid and "mart_submission" in inside
    for name, columns in public.COLUMNS.items():
        assert all(f"| `{column}` |" in sections[name] for column in columns), name
    assert "An edition has not: `submission_id`" in sections["mart_observation"]
    assert all(
        ("In editions only." in part) == (name in (*pooled.TABLES, *published_tables.NAMES))
        for name, part in sections.items()
    )


def test_every_column_of_a_list_and_every_variable_is_named() -> None:
    assert codelists.COLUMNS.keys() == {one.name for one in fields(codelists.Item)} - {"line"}
    files = [PROJECT / "Makefile", *(path for path in (PROJECT / "pipelines").rglob("*") if path.suffix in SETTING)]
    said = {name for path in files for name in re.findall(r"(?<!window\.)YEARBOOK_[A-Z_]+", path.read_text("utf-8"))}
    assert said - {"YEARBOOK_MAIL_URL"} == VARIABLES.keys()  # the one is an example in the file itself


def test_lists_of_commands_are_not_cut_short() -> None:
    page = commands.pages()["reference/commands"]
    assert (
        not re.search(r"^\* `[a-z-]+`: .*\.\.\.$", page, re.MULTILINE) and "* `publish`: Sign a candidate off: " in page
    )


def test_parts_of_chinese_words_are_found() -> None:
    words = Words({})
    assert {"命案", "案率"} < set(words.split("命案破案率 of 2004")) and words.split("市") == ["市"]
    assert set(words.split("命案")) < set(words.split("命案破案率"))


def test_words_mean_nothing_to_markdown() -> None:
    assert escaped("a|b <c> {d} `e<f>` [g]") == r"a\|b \<c\> \{d\} `e<f>` \[g\]"
    assert escaped("one ` only") == r"one \` only"
    assert code("a|b") == r"`a\|b`" and code("a`b") == "`` a`b ``" and code(None) == ""
    assert table(["a", "b"], [["1", ""], ["2", ""]]) == "| a |\n| --- |\n| 1 |\n| 2 |\n\n" and table(["a"], []) == ""


def test_the_menu_is_that_of_the_readme() -> None:
    readme = "# D\n[x](x.md)\n## By kind\n### How to\n- [a](a.md)\n- [b](../../B.md)\n### Reference\n- [c](c.md)\n"
    menu = front.page(readme, ["reference/tables", "reference/returns/mediation"]).removeprefix(readme)
    assert [line for line in menu.splitlines() if line.startswith((":caption:", "/"))] == [
        ":caption: How to", "/pipelines/docs/a", "/B", ":caption: Reference", "/reference/tables", "/pipelines/docs/c",
    ]  # fmt: skip


def test_a_diagram_is_folded_away_and_nothing_else() -> None:
    page = "a\n\n```mermaid\nx --> y\n```\n\n```sh\nmake\n```\n"
    folded = front.folded(page)
    assert folded.index("<details>") < folded.index("```mermaid\nx --> y\n```") < folded.index("</details>")
    assert folded.endswith("</details>\n\n```sh\nmake\n```\n") and front.folded("```sh\nls\n```") == "```sh\nls\n```"
