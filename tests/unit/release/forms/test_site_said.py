"""What pages say of figures: their marks wherever they stand, how old they are, what was checked and revised."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.home import Home
from pipelines.messages import LANGUAGES, catalogue, say
from pipelines.release import manifest
from pipelines.release.forms.site import about
from pipelines.release.protocol import Release
from pipelines.release.published_tables import COLUMNS, REVISION
from tests.unit.release.forms.pages import made

HIDDEN = "set value = null, value_text = null, headline_text = null, obs_status = 'Q', reason = 'confidential'"
PAGE = "indicators/clearance.html"


@pytest.fixture(scope="module")
def release(first: tuple[Home, Release]) -> Path:
    return first[1].folder


def test_a_scorecard_has_the_mark_that_its_figure_has(release: Path, tmp_path: Path) -> None:
    of = "where area_code = '110101001' and period = '2004'"
    found = made(
        release, tmp_path / "copy",
        f"update mart_indicator set value = null, value_text = null, obs_status = 'M', reason = 'not_due' {of}",
        f"update mart_scorecard set value_text = null, reason = 'not_due' {of}",
        "update mart_indicator set obs_status = 'P' where area_code = '110101' and period = '2004'",
    )  # fmt: skip
    words = found.page("en/areas/110101001.html").words
    card = words[: words.index("All indicators over time")]
    assert "[z]" in card and "[x]" not in card
    assert "[p]" in found.page("en/index.html").words


def test_an_old_headline_says_why_none_is_newer_and_warnings_that_were_explained_are_told(
    release: Path, tmp_path: Path
) -> None:
    checks = {"passed": 7, "warned": 0, "explained": 3, "failed": 0, "undecided": 2}
    found = made(
        release, tmp_path / "copy", f"update mart_indicator {HIDDEN} where period = '2004'", said={"checks": checks}
    )
    words = found.page(f"en/{PAGE}").words
    assert "East County, 2003" in words
    assert f"No later figure is published, up to 2004: {catalogue()['missing.confidential']['en']}" in words
    counts = {name: checks[name] for name in ("passed", "warned", "explained", "undecided")}
    for language in LANGUAGES:
        sentence = say("site.overview.checked", language, **counts)
        assert "3" in sentence
        assert all(sentence in found.page(f"{language}/{page}.html").words for page in ("index", "quality"))


def test_revisions_stand_in_the_order_of_areas_and_are_linked_by_their_names(release: Path, tmp_path: Path) -> None:
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    row = (
        f"insert into {REVISION} select '{manifest.read(release)['release_id']}', 'edition-000001', 'mart_indicator', "
        "'', '', 'clearance', '{}', '2004', '_T', 2004, '{}', 60.1, 60.2, 0.1, 'correction', true, false"
    )
    found = made(
        release, tmp_path / "copy",
        f"create table {REVISION} ({columns})",
        row.format("110101", "county"), row.format("110101001", "township"), row.format("110101002", "township"),
        "update dim_area set parent_code = '110101002' where area_code = '110101001'",
    )  # fmt: skip
    addresses = found.page(f"en/{PAGE}").addresses
    linked = [f"#A{code}-2004" for code in ("110101", "110101002", "110101001")]
    assert [address for address in addresses if address in linked] == linked
    text = (found.folder / "en" / PAGE).read_text(encoding="utf-8")
    assert 'aria-label="First Town, 2004"' in text and 'aria-label="Second Town, 2004"' in text


def test_one_area_is_not_compared(release: Path, tmp_path: Path) -> None:
    found = made(
        release, tmp_path / "copy",
        *(f"delete from {table} where area_code <> '110101'" for table in ("mart_indicator", "mart_scorecard")),
    )  # fmt: skip
    assert "ranking" not in found.page(f"en/{PAGE}").ids
    assert '<p hidden><label for="compare">' in (found.folder / "en" / PAGE).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (3_145_490, "3.1 MB"),
        (999_999, "1.0 MB"),
        (2 * 10**12, "2000.0 GB"),
    ],
)
def test_a_size_is_rounded_once(count: int, said: str) -> None:
    assert about.size(count) == said
