"""The site of a release: whole in every language, every figure the text of the marts, nothing taken for markup."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.home import Home
from pipelines.messages import LANGUAGES, catalogue
from pipelines.release import manifest
from pipelines.release.database import DATABASE
from pipelines.release.forms.site import cells, revised
from pipelines.release.protocol import Release
from pipelines.release.published_tables import COLUMNS, REVISION
from tests.unit.release.forms.pages import Site, made

ASKED = ("mailto:desk@trial.example.org", "tel:+861000000000", "https://trial.example.org/desk")
"""Where the contact is reached: the only addresses outside to which pages lead, and which none loads."""
EVIL = '<img src=x onerror="alert(1)"></script><b>&amp;\'"'


@pytest.fixture(scope="module")
def release(first: tuple[Home, Release]) -> Path:
    return first[1].folder


@pytest.fixture(scope="module")
def site(release: Path) -> Site:
    return Site(release)


def figures(folder: Path) -> dict[tuple[str, str, str], str]:
    """(indicator, area, period) -> what the mart prints."""
    with duckdb.connect(folder / DATABASE, read_only=True) as connection:
        found = connection.execute(
            "select indicator_id, area_code, period, coalesce(value_text, '') from mart_indicator"
        ).fetchall()
    return {(indicator, area, period): text for indicator, area, period, text in found}


def test_every_address_leads_to_something_in_the_release(site: Site) -> None:
    assert len(site.paths()) > 20
    for path in site.paths():
        for address in site.page(path).addresses:
            parts = urlsplit(address)
            assert address in ASKED or (not parts.netloc and parts.scheme in ("", "data")), (path, address)
            if parts.scheme:
                continue
            target = (site.folder / path).parent / unquote(parts.path) if parts.path else site.folder / path
            assert target.resolve().is_file() and target.resolve().is_relative_to(site.release), (path, address)
            if parts.fragment:
                assert parts.fragment in site.page(target.resolve()).ids, (path, address)


def test_no_file_of_the_site_asks_for_anything_outside(site: Site) -> None:
    for path in site.folder.rglob("*.html"):
        text = re.sub(rf'"@context":"https://schema.org"|{ASKED[2]}', "", path.read_text(encoding="utf-8"))
        assert not re.search(r"https?://|url\(|@import", text), path
    for name in ("site.css", "site.js", "draw.js", "search.js", "charts.js"):
        assert "//" not in re.sub(
            r"/\*.*?\*/|^ *// .*$", "", (site.folder / "assets" / name).read_text(), flags=re.M | re.S
        )


def test_every_page_is_there_in_every_language_and_says_so(site: Site) -> None:
    of = {language: {str(p)[3:] for p in site.paths() if p.parts[0] == language} for language in LANGUAGES}
    assert of["en"] == of["zh"] and "index.html" in of["en"]
    for path in of["en"]:
        english, chinese = site.page(f"en/{path}"), site.page(f"zh/{path}")
        assert (english.lang, chinese.lang) == ("en", "zh-Hans")
        assert english.ids == chinese.ids and english.cells == chinese.cells
        assert not any("{" in word for page in (english, chinese) for word in page.words)
    said = " ".join(" ".join(site.page(path).words) for path in site.paths() if path.parts[0] == "zh")
    assert not [
        key for key in ("site.menu.areas", "site.chart.note.table", "site.cite") if catalogue()[key]["zh"] not in said
    ]


def test_the_words_of_the_site_have_both_languages_and_the_same_places() -> None:
    for key, words in catalogue().items():
        if key.startswith("site."):
            places = [set(re.findall(r"{(\w+)}", words[language])) for language in LANGUAGES]
            assert all(words[language].strip() for language in LANGUAGES) and places[0] == places[1], key


def test_an_id_stands_once_on_a_page(site: Site) -> None:
    for path in site.paths():
        ids = site.page(path).ids
        assert len(ids) == len(set(ids)), path


def test_every_figure_of_the_marts_stands_in_its_table_under_its_address(site: Site) -> None:
    expected = figures(site.release)
    assert len(expected) > 10
    for (indicator, area, period), text in expected.items():
        for language in LANGUAGES:
            page = site.page(f"{language}/indicators/{indicator}.html")
            assert page.cells[f"A{area}-{period}"] == text, (indicator, area, period)
    shown = {
        (path.stem, *cell[1:].split("-"))
        for path in site.paths()
        if path.match("en/indicators/*.html") and path.stem != "index"
        for cell in site.page(path).cells
    }
    assert shown == set(expected)


def test_a_figure_that_is_missing_has_a_mark_and_a_reason_and_is_never_zero(release: Path, tmp_path: Path) -> None:
    where = "indicator_id = 'clearance' and area_code = '110101001' and period = '2004'"
    found = made(
        release, tmp_path / "copy",
        "update mart_indicator set value = null, value_text = null, headline_text = null, numerator = null, "
        f"obs_status = 'Q', reason = 'confidential', covers_period = null where {where}",
        "update mart_indicator set obs_status = 'P' where indicator_id = 'clearance' and area_code = '110101'",
    )  # fmt: skip
    page = found.page("en/indicators/clearance.html")
    assert (page.cells["A110101001-2004"], page.marks["A110101001-2004"]) == ("", ["[c]"])
    assert page.marks["A110101-2004"] == ["[p]"] and page.marks["A110101002-2004"] == []
    assert {"[c]", "[p]"} <= set(page.words) and catalogue()["form.mark.c"]["en"] in page.words
    assert catalogue()["missing.confidential"]["zh"] in found.page("zh/indicators/clearance.html").words


def test_areas_that_are_published_together_stand_as_one_line(release: Path, tmp_path: Path) -> None:
    pool = "110101~crime~2004~110101001+1"
    found = made(
        release, tmp_path / "copy",
        f"create table dim_pool as select pool_id: '{pool}', family: 'crime', parent_code: '110101', year: 2004, "
        "is_published: true",
        "create table dim_pool_area (pool_id text, area_code text)",
        f"insert into dim_pool_area values ('{pool}', '110101001'), ('{pool}', '110101002')",
        "insert into dim_area by name select area_code: '" + pool + "', parent_code: '110101', level: 'township', "
        "name_en: 'Other 2 townships', name_zh: '其他 2 个乡镇', is_current: false",
        "insert into mart_indicator by name select * replace ('" + pool + "' as area_code, '61.7' as value_text) "
        "from mart_indicator where indicator_id = 'clearance' and area_code = '110101001' and period = '2004'",
    )  # fmt: skip
    page = found.page("en/indicators/clearance.html")
    assert page.cells[f"A{cells.slug(pool)}-2004"] == "61.7"
    assert "2004, Other 2 townships: First Town and Second Town" in page.words
    assert not [path for path in found.paths() if "~" in path.name]


def test_the_first_page_says_how_the_county_stands_or_how_many_areas_met_a_target(
    release: Path, tmp_path: Path
) -> None:
    page = Site(release).page("en/index.html")
    assert "East County against its targets, 2004" in page.words and "clear" not in page.words
    found = made(release, tmp_path / "copy", "delete from mart_scorecard where area_level = 'county'")
    page = found.page("en/index.html")
    at = page.words.index("Targets met by how many townships, 2004")
    assert page.words[at + 5 : at + 9] == ["Clearance", "1", "1", "0"]


@pytest.mark.parametrize(
    ("changes", "sentences"),
    [
        (None, ["The release before it is edition-000001."]),
        ({"added": 0}, ["Compared with edition-000001, the release before it, no figure of an indicator is new, "
                        "changed or gone."]),
        ({"added": 2}, ["Compared with edition-000001, the release before it:", "2 figures of indicators are new"]),
    ],
)  # fmt: skip
def test_what_is_new_is_said_also_where_there_is_nothing(
    release: Path, tmp_path: Path, changes: dict[str, int] | None, sentences: list[str]
) -> None:
    said = {"parent": "edition-000001"} | ({"changes": {"rows": {"mart_indicator": changes}}} if changes else {})
    words = made(release, tmp_path / "copy", said=said).page("en/index.html").words
    at = words.index("What is new") + 1
    assert words[at : at + len(sentences) + 1] == [*sentences, "All revisions and corrections"]


def test_what_was_revised_or_corrected_stands_with_its_reason(release: Path, tmp_path: Path, site: Site) -> None:
    id = manifest.read(release)["release_id"]
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    found = made(
        release, tmp_path / "copy",
        f"create table {REVISION} ({columns})",
        f"insert into {REVISION} select '{id}', 'edition-000001', 'mart_indicator', '', '', 'clearance', '110101', "
        "'2004', '_T', 2004, 'county', 60.1, 60.2, 0.1, '', true, false "
        f"from range({revised.AT_MOST + 1}) r(n)",
        f"update {REVISION} set reason = 'correction|provisional'",
    )  # fmt: skip
    page = found.page("en/revisions.html")
    assert "correction of a mistake and it was provisional" in page.words and "60.1" in page.words
    assert page.tags.count("tr") == revised.AT_MOST + 3  # two heads, and a correction
    assert any(f"{revised.AT_MOST + 1}" in word for word in page.words)
    page = found.page("en/indicators/clearance.html")
    assert page.marks["A110101-2004"] == ["[r]"] and page.addresses.count("#A110101-2004") == revised.OF_INDICATOR
    assert "No published figure of this page was revised." in site.page("en/indicators/clearance.html").words
    assert {"Caseload: Accepted", "99", "100", "A 9 was read for a 0."} <= set(site.page("en/revisions.html").words)


def test_a_candidate_says_which_figures_of_returns_changed(release: Path, tmp_path: Path) -> None:
    found = made(
        release, tmp_path / "copy",
        "create table mart_revision as select 'crime' as table_id, 'cleared' as measure_id, '110101' as area_code, "
        "'2004' as period, 'kind=drugs' as breakdown, 2 as vintage, 2004 as year, 'county' as area_level, "
        "7 as from_value, 9 as to_value, date '2005-03-01' as to_prepared_on, 'correction' as reason, "
        "'Two were left out.' as because, 'Li Wei' as explained_by",
    )  # fmt: skip
    words = found.page("en/indicators/clearance.html").words
    at = words.index("2005-03-01")
    assert words[at - 4 : at + 3] == ["East County", "2004", "7", "9", "2005-03-01", "correction of a mistake",
                                      "Li Wei: Two were left out."]  # fmt: skip


def test_text_of_documents_and_marts_is_never_markup(release: Path, tmp_path: Path) -> None:
    evil = EVIL.replace("'", "''")
    found = made(
        release, tmp_path / "copy",
        f"update dim_area set name_en = '{evil}', name_zh = '{evil}' where level = 'county'",
        f"update mart_quality set because_en = '{evil}', because_zh = '{evil}'",
        f"update mart_indicator set reason = '{evil}', value_text = '' where period = '2003'",
        said={"approved_by": EVIL, "approved_at": "2005-02-01T00:00:00+00:00", "note": EVIL},
    )  # fmt: skip
    for path in found.paths():
        text = (found.folder / path).read_text(encoding="utf-8")
        assert "<img" not in text and "</script><b>" not in text, path
    assert any(EVIL in word for word in found.page("en/index.html").words)


def test_the_same_release_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    first = Site(release)
    again = made(release, tmp_path / "copy")
    names = sorted(path.relative_to(first.folder) for path in first.folder.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(again.folder) for path in again.folder.rglob("*") if path.is_file())
    for name in names:
        assert (first.folder / name).read_bytes() == (again.folder / name).read_bytes(), name


def test_who_signed_it_off_stands_on_every_page(site: Site, release: Path, tmp_path: Path) -> None:
    signed = made(
        release, tmp_path / "copy", said={"approved_by": "Li Wei", "approved_at": "2005-02-01T00:00:00+00:00"}
    )
    for path in site.paths()[:-1]:
        if path.parts[0] == "en":
            assert any("Signed off by Li Wei on 2005-02-01" in word for word in signed.page(path).words), path
            assert any("not signed off" in word for word in site.page(path).words), path


def test_the_rows_of_a_page_can_be_downloaded(site: Site) -> None:
    expected = figures(site.release)
    with (site.folder / "data" / "clearance.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {("clearance", row["area_code"], row["period"]): row["value"] for row in rows}
    assert found == {key: text for key, text in expected.items() if key[0] == "clearance"}


def test_machines_find_the_dataset_and_its_file(site: Site) -> None:
    (data,) = site.page("zh/indicators/clearance.html").data
    assert (data["@type"], data["name"], data["inLanguage"]) == ("Dataset", "破案率", "zh-Hans")
    address = data["distribution"][0]["contentUrl"]
    assert (site.folder / "zh" / "indicators" / address).resolve().is_file()
    point = data["publisher"]["contactPoint"]
    assert (point["name"], point["email"], point["url"]) == ("统计台", ASKED[0][7:], ASKED[2])


def test_every_page_says_whom_to_ask(site: Site) -> None:
    for path in (path for path in site.paths() if path.parts[0] == "en"):
        assert set(ASKED) <= set(site.page(path).addresses) and "Desk of A & B" in site.page(path).words, path


def test_the_search_knows_every_indicator_and_area_in_both_languages(site: Site) -> None:
    text = (site.folder / "assets" / "search.js").read_text(encoding="utf-8")
    entries = json.loads(text.removeprefix("window.YEARBOOK_SEARCH=").removesuffix(";\n"))
    assert {tuple(titles.values()) for _, _, titles, _ in entries} >= {("Clearance", "破案率"), ("First Town", "一镇")}
    for _, path, _, _ in entries:
        assert all((site.folder / language / path).is_file() for language in LANGUAGES), path


def test_areas_of_one_name_are_told_apart(release: Path, tmp_path: Path) -> None:
    found = made(release, tmp_path / "copy", "update dim_area set name_en = 'First Town' where area_code = '110101002'")
    names = {"First Town (110101001)", "First Town (110101002)"}
    assert names <= set(found.page("en/indicators/clearance.html").words)
    assert all(name in (found.folder / "assets" / "search.js").read_text(encoding="utf-8") for name in names)
    assert "一镇" in found.page("zh/indicators/clearance.html").words


codes = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(codes, codes)
def test_codes_become_names_of_files_and_no_two_the_same(one: str, other: str) -> None:
    assert re.fullmatch(r"[A-Za-z0-9_~-]+", cells.slug(one))
    assert (cells.slug(one) == cells.slug(other)) == (one == other)
    assert unquote(cells.slug(one).replace("~", "%")) == one
