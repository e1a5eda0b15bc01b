"""The site as a reader has it: every page loads alone, and search, language, chart, table and download work."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from tests.browser.conftest import Door
from tests.unit.release.forms.pages import Site, made

pytestmark = pytest.mark.browser
DRAWN = "#chart svg .mark-symbol.role-mark path"
OTHERS = "#chart svg .role-scope .mark-line.role-mark path"
PAGE = "en/indicators/clearance.html"
COMPARED = f"{PAGE}#areas=110101,110101001,110101002"
SHOWN = ("en/index.html", COMPARED, "zh/indicators/clearance.html", "en/areas/110101.html", "zh/offices/index.html",
         "zh/offices/police.html", "en/revisions.html", "zh/downloads.html")  # fmt: skip
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


def test_every_page_loads_without_a_complaint_and_asks_for_nothing_outside(door: Door, site: Site) -> None:
    page = door.page()
    page.wait_for_url("**/site/en/index.html")
    for path in (path for path in site.paths() if len(path.parts) > 1):
        page.goto(door.address + path.as_posix())
        page.wait_for_load_state("load")
        assert page.locator("h1").count() == 1, path


def test_the_first_page_leads_to_the_language_of_the_programme(door: Door) -> None:
    page = door.page()
    page.wait_for_url("**/site/en/index.html")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_chart_is_drawn_from_the_table_and_follows_the_area(door: Door) -> None:
    page = door.page(PAGE)
    page.wait_for_selector(DRAWN, state="attached")
    assert page.locator("#area option:checked").inner_text() == "East County"
    drawn = page.locator(DRAWN).first.get_attribute("aria-label")
    page.select_option("#area", label="First Town")
    page.wait_for_function(f"said => document.querySelector('{DRAWN}').getAttribute('aria-label') !== said", arg=drawn)
    page.hover(DRAWN + " >> nth=0", force=True)
    page.wait_for_selector("#vg-tooltip-element.visible")
    assert page.locator("#A110101001-2003").inner_text() in page.locator("#vg-tooltip-element").inner_text()


def test_areas_are_compared_by_keyboard_and_the_address_says_which(door: Door) -> None:
    page = door.page(PAGE)
    page.wait_for_selector(DRAWN, state="attached")
    page.focus("#compare")
    page.keyboard.type("First")
    page.keyboard.press("Enter")
    page.wait_for_selector(OTHERS, state="attached")
    assert page.url.endswith("#areas=110101,110101001")
    figures = page.locator("#row-110101001 td")
    drawn = page.locator(DRAWN).evaluate_all("all => all.map(one => one.getAttribute('aria-label')).join()")
    assert all(figure in drawn for figure in figures.all_inner_texts() if "[" not in figure)
    again = door.page(COMPARED)
    again.wait_for_selector(OTHERS, state="attached")
    assert again.locator(".chips button").all_inner_texts() == ["First Town", "Second Town"]
    again.click("[data-language-switch]")
    again.wait_for_url("**/zh/indicators/clearance.html#areas=110101,110101001,110101002")
    page.focus(".chips button")
    page.keyboard.press("Enter")
    assert page.locator(".chips button").count() == 0 and page.url.endswith("#areas=110101")


def test_the_chart_and_the_line_to_cite_follow_the_address(door: Door) -> None:
    page = door.page(f"{PAGE}#%")
    page.wait_for_selector(DRAWN, state="attached")

    def drawn(address: str) -> list[str]:
        page.wait_for_function("said => location.hash === said", arg=address)
        page.wait_for_timeout(50)  # the event comes after the address
        return page.locator("#area option:checked, .chips button").all_inner_texts()

    page.evaluate("location.hash = '#areas=110101,nowhere,110101001'")
    assert drawn("#areas=110101,110101001") == ["East County", "First Town"]
    assert page.locator("[data-chart] [role=status]").inner_text().endswith("full: 1")
    page.click("#A110101002-2003")
    assert drawn("#A110101002-2003") == ["Second Town"]
    page.go_back()
    assert drawn("#areas=110101,110101001") == ["East County", "First Town"]
    page.evaluate("location.hash = '#cite'")
    assert drawn("#cite") == ["East County", "First Town"]
    page.evaluate("location.hash = ''")
    assert drawn("") == ["East County"]
    page.goto(f"{door.address}{PAGE}#A110101001-2003")
    page.reload()
    assert page.input_value("#cite-text").startswith("First Town, 2003: ")


def test_a_chart_is_printed_on_white_and_explained_by_what_is_drawn(door: Door) -> None:
    page = door.page(PAGE)
    page.wait_for_selector(DRAWN, state="attached")
    background = "getComputedStyle(document.querySelector('#chart svg')).backgroundColor"
    page.emulate_media(color_scheme="dark")
    dark = page.evaluate(background)
    page.emulate_media(color_scheme="dark", media="print")
    assert (dark, page.evaluate(background)) == ("rgb(16, 23, 29)", "rgb(255, 255, 255)")
    said = page.locator("[data-says]").evaluate_all(
        "all => all.filter(one => !one.hidden).map(one => one.dataset.says)"
    )
    assert said == ["band", "target"]


def test_areas_of_a_level_stand_beside_each_other_the_highest_first(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    found = made(
        site.release, tmp_path / "copy",
        "insert into dim_area by name select * exclude (n) replace (printf('1101010%02d', n) as area_code, "
        "'Third Town' as name_en) from dim_area, range(3, 16) r(n) where area_code = '110101002'",
        "insert into mart_indicator by name select * replace ('110101003' as area_code, '99.5' as value_text) "
        "from mart_indicator where area_code = '110101002' and indicator_id = 'clearance'",
    )  # fmt: skip
    with browser.new_context() as context:
        door = Door(f"{found.folder.as_uri()}/", context)
        page = door.page(PAGE)
        page.wait_for_selector("[data-ranking] svg .mark-symbol path", state="attached")
        said = page.locator("[data-ranking] svg .mark-symbol path").evaluate_all(
            "all => all.map(one => one.getAttribute('aria-label').match(/area: (\\w+)/)[1])"
        )
        table = page.locator("[data-drawn]").all_inner_texts()
        assert said[0] == "Third" and len(said) == len(table) == 3
        page.fill("#search", "third")
        assert page.locator(".search li").all_inner_texts()[-1] == "12 of 13"
        assert "Third Town (110101003)" in " ".join(page.locator(".search a").all_inner_texts())
        assert door.faults == []


@pytest.mark.parametrize("kind", ["svg", "png"])
def test_a_chart_is_saved_with_its_title_and_source(door: Door, kind: str) -> None:
    page = door.page(COMPARED)
    page.wait_for_selector(OTHERS, state="attached")
    with page.expect_download() as waiting:
        page.click(f"[data-save={kind}]")
    assert waiting.value.suggested_filename == f"clearance-110101.{kind}"
    saved = Path(waiting.value.path()).read_bytes()
    if kind == "png":
        assert saved.startswith(b"\x89PNG") and len(saved) > 10_000
    else:
        assert all(f">{words}<".encode() in saved for words in ("Clearance", "East County, First Town, Second Town"))


def test_a_figure_is_cited_by_keyboard(door: Door) -> None:
    page = door.page(PAGE)
    page.focus("#cite-area")
    page.keyboard.type("Second")
    page.keyboard.press("Tab")
    page.keyboard.type("2003")
    figure = page.locator("#A110101002-2003").inner_text()
    lines = page.input_value("#cite-text").splitlines()
    assert lines[0] == f"Second Town, 2003: {figure}"
    assert lines[-1] == f"{door.address}{PAGE}#A110101002-2003"
    page.focus(".cite a")
    page.keyboard.press("Enter")
    assert page.locator("td:target").inner_text() == figure


@pytest.mark.parametrize(
    ("language", "typed", "title"), [("en", "clear", "Clearance"), ("zh", "破案", "破案率"), ("zh", "clear", "破案率")]
)
def test_the_search_works_with_the_keyboard_in_both_languages(
    door: Door, language: str, typed: str, title: str
) -> None:
    page = door.page(f"{language}/index.html")
    page.fill("#search", typed)
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.firstChild.nodeValue") == title
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{language}/indicators/clearance.html")
    page.fill("#search", "nothing of the kind")
    assert page.locator(".search li").count() == 1 and page.locator(".search a").count() == 0
    page.keyboard.press("Escape")
    assert page.locator(".search ul").is_hidden()


def test_the_switch_of_language_keeps_page_and_figure(door: Door) -> None:
    page = door.page(f"{PAGE}#A110101001-2004")
    assert page.locator("td:target").inner_text() == page.locator("#A110101001-2004").inner_text()
    page.click("[data-language-switch]")
    page.wait_for_url("**/zh/indicators/clearance.html#A110101001-2004")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_click_on_a_figure_gives_its_address(door: Door) -> None:
    page = door.page(PAGE)
    page.click("#A110101002-2004")
    assert page.url.endswith("#A110101002-2004")
    assert page.input_value("#cite-text").endswith("#A110101002-2004")


def test_the_rows_of_a_page_are_downloaded(door: Door) -> None:
    page = door.page(PAGE)
    with page.expect_download() as waiting:
        page.click("#download + ul a >> nth=0")
    with Path(waiting.value.path()).open(encoding="utf-8-sig", newline="") as stream:
        rows = {(row["area_code"], row["period"]): row["value"] for row in csv.DictReader(stream)}
    assert rows["110101", "2004"] == page.locator("#A110101-2004").inner_text()


def test_without_scripts_the_table_stands_and_nothing_is_promised_that_needs_them(door: Door) -> None:
    browser = door.context.browser
    assert browser is not None
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(door.address + PAGE)
        assert page.locator("#A110101-2004").is_visible()
        assert page.locator("#chart").is_hidden() and page.locator("#search").is_hidden()


@pytest.mark.parametrize("door", ["server"], indirect=True)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_keeps_anybody_out(door: Door, size: str, scheme: str, pictures: Path) -> None:
    for path in SHOWN:
        page = door.page(path, *SIZES[size])
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        if "indicators" in path:
            page.wait_for_selector(DRAWN, state="attached")
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0, path
        found = Axe().run(page, options={"preload": False}).response["violations"]
        severe = [one for one in found if one["impact"] in ("serious", "critical")]
        assert severe == [], (path, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in severe])
        page.screenshot(
            path=pictures / f"{size}-{scheme}-{path.partition('.')[0].replace('/', '-')}.png", full_page=True
        )
        page.close()


def test_the_first_tab_skips_to_the_content(door: Door) -> None:
    page = door.page(PAGE)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
