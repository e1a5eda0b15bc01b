"""What was found and expected in words of a language; what it is of stays in it, whatever the words say."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog
from pipelines.landing.explanations import SEEN, id_of
from pipelines.messages import LANGUAGES, catalogue
from pipelines.validation import Rule, failing, results, rules
from pipelines.validation.indicators import MAKERS
from pipelines.validation.spoken import in_each, in_words, part, said
from tests.unit.validation.returned import ALL, COUNTY, TOWNS, Build, figures, usual

WAITING, HELD = "waiting", "held"


@pytest.mark.parametrize(
    ("text", "en", "zh"),
    [
        ("<= 40", "<= 40", "<= 40"),
        ("left_out", "left out", "缺漏"),
        (said("after", figure=164, before=[78, 86]), "164 after 78, 86", "164（往年为 78, 86）"),
        (said("after", figure="no_figure", before=[7]), "no figure after 7", "无数字（往年为 7）"),
        ('{"say":"range","low":0.10,"high":null}', "0.10 to –", "0.10 至 –"),
        (said("ended_on", day={"en": "May", "zh": "五月"}), "an area that ended on May", "已于 五月 撤销的地区"),
        *((text, text, text) for text in ("after", '{"say":', "")),
        ('{"say":"after"}', "after", "after"),
        ('{"say":"gone","x":1}', "gone", "gone"),
    ],
)
def test_words(text: str, en: str, zh: str) -> None:
    assert in_each(text) == {"en": en, "zh": zh}
    assert part(text, "figure") == ("" if "figure" not in text else "164" if "164" in text else "no_figure")


def test_each_has_words_in_each_language() -> None:
    keys = [key for key in catalogue() if key.startswith("found.")]
    assert len(keys) > 30 and all(catalogue()[key][language] for key in keys for language in LANGUAGES)


def test_a_finding_keeps_its_id_in_any_language(tmp_path: Path, whole: tuple[Catalog, Path, Path]) -> None:
    found = said("after", figure=164, before=[78, 86])
    row = dict.fromkeys(failing.COLUMNS, "") | {"found": found, "expected": said("range", low=0, high=128)}
    (rule,) = [one for one in rules(whole[0]) if one.id == "returns__arrived"]
    for language, words in (("en", "164 after 78, 86"), ("zh", "0 至 128")):
        folder = tmp_path / language
        folder.mkdir()
        failing.append(folder, rule, [row], language)
        result = results.Result(rule.id, "", "warning", 0, "fail", 1, 1, 1, True, "", {})
        assert list(failing.of(folder, [result])) == [row]
        assert words in (folder / "failing" / f"{rule.id}.csv").read_text(encoding="utf-8-sig")


def of_submissions(catalog: Catalog, standing: str, *rows: tuple[str, str, int]) -> str:
    """What is found of a return with these submissions, (id, day, revision)."""
    with duckdb.connect() as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.mart_coverage as select 'crime' as table_id, '2004' as period, 'here' as unit_code, "
            f"2004 as year, {len(rows)} as held_count, {len(rows)} as waiting_count"
        )
        connection.execute(
            "create table marts.mart_submission (table_id text, period text, unit_code text, standing text, "
            "submission_id text, prepared_on date, revision int)"
        )
        for id, day, revision in rows:
            for of, name in ((standing, id), ("overridden", f"other{id}")):
                row = ("crime", "2004", "here", of, name, day, revision)
                connection.execute("insert into marts.mart_submission values (?, ?, ?, ?, ?, ?, ?)", row)
        kind = {HELD: "coverage_undisputed", WAITING: "coverage_whole"}[standing]
        sql, parameters = MAKERS[kind](next(rule for rule in rules(catalog) if rule.kind == kind))
        ((found, text),) = connection.execute(f'select "left", shown from ({sql})', parameters).fetchall()
    assert found == standing
    return text


def id_with(found: str) -> str:
    return id_of(dict.fromkeys(SEEN, "") | {"found": found})


@pytest.mark.parametrize("standing", [HELD, WAITING])
def test_another_submission_is_another_finding(standing: str, whole: tuple[Catalog, Path, Path]) -> None:
    one, two = ("a1", "2005-04-02", 0), ("b2", "2005-04-02", 1)
    these = ((one,), (two,), (one, two), (("c3", *one[1:]),), (two, one))
    *found, again = (of_submissions(whole[0], standing, *rows) for rows in these)
    assert len({id_with(text) for text in found}) == 4, "with figures of its own, though of the same day and revision"
    assert found[2] == again
    words = in_words(found[2], "en")
    assert "2005-04-02 as revision 0, prepared on 2005-04-02 as revision 1" in words and "a1" not in words
    assert "编制于 2005-04-02，修订号 1" in in_words(found[2], "zh")


def test_two_that_changed_places_are_told_with_names_figures_and_distances(
    known: dict[str, Rule], build: Build
) -> None:
    usual(build)
    build.add(5, figures(12, 4, 5, 11))
    ((found, expected),) = build.said(known["swapped"])
    words = in_words(found, "en")
    assert words.startswith("110101001 First and 110101002 Second are like each other before: ")
    assert "cleared kind=all: 384 (128) / 128 (352)" in words and words.count(" / ") == 3
    assert in_words(expected, "en").endswith("at most 3 times as far as from the other's")
    assert in_words(found, "zh").startswith("110101001 一镇 与 110101002 二镇 各自像对方往年")
    assert part(found, "other") == TOWNS[1]


def test_any_figure_that_changes_makes_another_finding(known: dict[str, Rule], build: Build) -> None:
    """Of 12 figures the words name 6, and in large ones a case more changes no distance."""
    first, *others = [figures(4000, 9000 + at, 5, 11) for at in range(5)]
    last = figures(12000, 4000, 5, 11)
    cells = [cell for cell in last if cell[0] in TOWNS]
    changed = [(first, last | {cell: last[cell] + 1}) for cell in cells]
    found, words = set[str](), set[str]()
    for before, now in ((first, last), *changed, (first | {cells[0]: first[cells[0]] - 1}, last)):
        for table in ("marts.mart_observation", "marts.mart_submission", "doc_period"):
            build.connection.execute(f"delete from {table}")
        for at, of in enumerate((before, *others, now)):
            build.add(at, of)
        ((text, _),) = build.said(known["swapped"])
        found.add(id_with(text))
        words.add(in_words(text, "en"))
    assert len(found) == len(cells) + 2 > len(words), "also with a year before, that the middle is not made of"


def test_other_figures_that_come_again_are_another_finding(known: dict[str, Rule], build: Build) -> None:
    first, second = ({(COUNTY, ALL, "recorded"): a, (COUNTY, ALL, "cleared"): b} for a, b in ((5000, 300), (300, 5000)))
    for at, of in enumerate((first, first, second, second)):
        build.add(at, of)
    one, two = (found for found, _ in build.said(known["repeated"]))
    assert in_words(one, "en") == "the figures of 3001: all 2, 5300 together"
    assert part(one, "figures") != part(two, "figures")
