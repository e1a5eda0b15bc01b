"""Pages on paper: what the screen folds away or scrolls stands there too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Door
from tests.unit.release.forms.pages import Site, made

pytestmark = pytest.mark.browser
A4 = (718, 1000)
"""What the margins of a printer leave, in CSS pixels."""
MONTHS = """insert into mart_indicator by name select * exclude (month) replace
    (period || '-' || lpad(month::varchar, 2, '0') as period)
    from (from mart_indicator where length(period) = 4), (select unnest(range(1, 13)) as month)"""


def test_no_figure_and_no_reason_is_lost_on_paper(browser: Browser, site: Site, tmp_path: Path) -> None:
    missing = "value = null, value_text = null, headline_text = null, obs_status = 'Q', reason = 'confidential'"
    found = made(
        site.release, tmp_path / "copy", MONTHS,
        f"update mart_indicator set {missing} where area_code = '110101001' and period = '2004'",
    )  # fmt: skip
    with browser.new_context() as context:
        door = Door(f"{found.folder.as_uri()}/", context)
        page = door.page("en/indicators/clearance.html", *A4)
        page.wait_for_selector("#chart svg", state="attached")
        assert not page.locator("#reasons li").first.is_visible()
        page.emulate_media(media="print")
        assert page.locator("#reasons li").first.is_visible()
        cells = page.locator("#figures th, #figures td")
        ends = cells.evaluate_all("all => all.map(one => one.getBoundingClientRect().left + one.scrollWidth)")
        assert len(ends) > 26 and max(ends) <= A4[0]
        head, row = (
            page.locator(f"#figures {part} tr >> nth=0").locator("th, td").evaluate_all(
                "all => all.map(one => one.getBoundingClientRect()).map(at => [at.left, at.top])"
            )
            for part in ("thead", "tbody")
        )  # fmt: skip
        assert [left for left, _ in head] == [left for left, _ in row], "a figure stands as its period does"
        assert len({top for _, top in head}) == len({top for _, top in row}) == 3, "a name, and a line of each year"
        page.add_style_tag(content="#content { max-width: 360px }")  # paper is narrower than what was drawn
        drawn, plot = (page.locator(f"#chart {one}").bounding_box() for one in ("svg >> nth=0", ".plot"))
        assert drawn and plot and drawn["height"] < 250 and plot["height"] < drawn["height"] + 20
        assert door.faults == []
