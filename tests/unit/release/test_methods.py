"""Method pages: whole, in both languages, from the documents alone, the same bytes every time; in every release."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from pipelines.contracts import Catalog, load
from pipelines.home import PROJECT
from pipelines.messages import LANGUAGES, catalogue
from pipelines.release import edition, manifest, read, verify
from pipelines.release.manifest import ReleaseError
from pipelines.release.methods import folder, markdown, page, write
from pipelines.release.methods.page import SECTIONS
from pipelines.release.methods.parts import Items, Page, Section, Table, Text
from tests.unit.release.conftest import Line

PLACE = re.compile(r"\{\w+\}")
READER = MarkdownIt("gfm-like", {"linkify": False})


@pytest.fixture(scope="module")
def county() -> Catalog:
    return load(PROJECT / "data_contracts")


def texts(catalog: Catalog, indicator: str, section: str, language: str = "en") -> str:
    """All words of a section."""
    (found,) = [one for one in page(catalog, indicator, language).sections if one.id == section]
    return "\n".join(_words(found))


def _words(section: Section) -> list[str]:
    words = list[str]()
    for block in section.blocks:
        if isinstance(block, Text):
            words.append(block.text)
        elif isinstance(block, Items):
            words += block.items
        else:
            words += [" | ".join(row) for row in (block.columns, *block.rows)]
    return words


def test_every_indicator_has_every_section_in_both_languages(county: Catalog) -> None:
    for id in county.indicators:
        for language in LANGUAGES:
            made = page(county, id, language)
            assert [section.id for section in made.sections] == list(SECTIONS), id
            for section in made.sections:
                words = _words(section)
                assert words and all(words), (id, section.id)
                assert not any("{" in text for text in words), (id, section.id)
                for block in section.blocks:
                    assert not isinstance(block, Table) or {len(row) for row in block.rows} == {len(block.columns)}


def test_every_indicator_of_the_county_says_what_it_does_not_say(county: Catalog) -> None:
    nothing = {catalogue()["method.limits.none"][language] for language in LANGUAGES}
    for id, indicator in county.indicators.items():
        assert indicator.known_limits, id
        assert texts(county, id, "limits") == " ".join(indicator.known_limits.en.split())
        assert not nothing & {texts(county, id, "limits", language) for language in LANGUAGES}
    silent = county.indicators["clearance_rate"].model_copy(update={"known_limits": None})
    bare = replace(county, indicators=county.indicators | {"clearance_rate": silent})
    assert texts(bare, "clearance_rate", "limits") in nothing


def test_every_word_of_the_catalogue_is_said_somewhere(county: Catalog, tmp_path: Path) -> None:
    """What a page of the county cannot say (it has no break, no printed rate ...) is named here."""
    write(county, tmp_path)
    said = "".join(file.read_text(encoding="utf-8") for file in (tmp_path / folder.NAME).rglob("*.md"))
    unsaid = {
        key.removeprefix("method.")
        for key, words in catalogue().items()
        if key.startswith("method.") and markdown.inline(max(PLACE.split(words["zh"]), key=len).strip()) not in said
    }
    assert unsaid == {
        "asked", "break", "break.everywhere", "confidential.level_of", "confidential.no_line",
        "confidential.zero", "frequency.M", "limits.none", "plausible.error", "reported.column.header",
        "reported.column.decimals", "reported.compared", "reliability.change", "span.both",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("indicator", "section", "words"),
    [
        ("reoffending_rate", "made_of", "a cohort followed for 5 years"),
        ("reoffending_rate", "confidentiality", "In editions never published for: townships."),
        ("reoffending_rate", "target", "counties and townships | all together | <= 3 per cent | every year | below 3"),
        ("safe_township_share", "made_of", "Major accidents | = 0 | every year"),
        ("safe_township_share", "target", ">= 50 per cent | from 2005 on"),
        ("petitioned_case_rate", "made_of", "below the line, Courts | Cases concluded (caseload.concluded)"),
        ("inspection_rounds_village", "made_of", "52 × "),
        ("clearance_rate", "made_of", "each by itself"),
        ("suspects_dealt_with", "kind", "Not added up over areas"),
        ("dispute_mediation_success_rate", "rounding", "fewer decimals (0)"),
        ("traffic_death_rate", "interval", "Poisson"),
        ("public_approval", "target", "undetermined"),
        ("homicide_clearance_rate", "interval", "fewer than 20 says small_base"),
        ("juvenile_defendant_share", "confidentiality", "from 1 to 4"),
        ("juvenile_defendant_share", "confidentiality", "“Other 3 townships”"),
        ("juvenile_defendant_share", "target", "no verdict: nothing says how much would be good"),
        ("recorded_crime_rate", "plausibility", "above 500 (per 10,000): a person has to look at it."),
        ("recorded_crime_rate", "confidentiality", "None of the figures it is made from is sensitive"),
    ],
)
def test_a_page_says(county: Catalog, indicator: str, section: str, words: str) -> None:
    assert words in texts(county, indicator, section)


def test_a_page_follows_its_documents(county: Catalog) -> None:
    """A threshold, a family, a lag: what a document says is what its page says."""
    programme = county.programme
    policy = programme.confidentiality.model_copy(update={"threshold": 7})
    strict = replace(county, programme=programme.model_copy(update={"confidentiality": policy}))
    assert "from 1 to 6" in texts(strict, "juvenile_defendant_share", "confidentiality")
    assert "14 or more" in texts(strict, "juvenile_defendant_share", "confidentiality")
    rate = county.indicators["juvenile_defendant_share"].model_copy(
        update={"numerator": "defendants.juvenile_defendants_sentenced[lag=1]"}
    )
    later = replace(county, indicators=county.indicators | {rate.indicator: rate})
    assert "the year before" in texts(later, rate.indicator, "made_of")
    assert "figures of another year" in texts(later, rate.indicator, "confidentiality")


def test_an_unknown_indicator_is_a_sentence(county: Catalog) -> None:
    with pytest.raises(ReleaseError, match="no indicator reofending_rate; did you mean `reoffending_rate`"):
        page(county, "reofending_rate", "en")
    with pytest.raises(ReleaseError, match="no indicator zzz; `yearbook method` lists them"):
        page(county, "zzz", "en")


MARKUP = [
    "<b>", "</b>", "<!--", "&amp;", "&#35;", "[a](b)", "![a]", "[x]", "**a**", "~~a~~", "`a`", "|", "\\", "# a", "a #",
    "1. a", "2) a", "- a", "+ a", "* a", "> a", "=", "==", "---", "$x$", "_a_", "a_b", " ",
]  # fmt: skip
LETTERS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=5)
TEXTS = st.lists(st.one_of(st.sampled_from(MARKUP), LETTERS), min_size=1, max_size=6).map("".join)


@example(MARKUP)
@given(st.lists(TEXTS, min_size=3, max_size=5))
def test_no_text_is_taken_for_markup(drawn: list[str]) -> None:
    """A reader of Markdown finds every text as it was, wherever it stands."""
    cells = [" ".join(text.split()) or "-" for text in drawn]
    blocks = (Text(cells[0]), Items(tuple(cells)), Table(tuple(cells), (tuple(cells), tuple(cells))))
    made = Page("x", "en", cells[1], (Section("x", cells[2], blocks),))
    html = READER.parse(markdown.of_page(made))
    shown = [token.content for token in html if token.type == "inline"]
    assert len(shown) == 3 + 4 * len(cells)
    inner = ["".join(child.content for child in token.children or ()) for token in html if token.type == "inline"]
    assert inner == [cells[1], cells[2], cells[0], *cells * 4]
    kinds = {child.type for token in html for child in token.children or ()}
    assert kinds <= {"text", "text_special"}


def test_the_pages_are_the_same_bytes_every_time(county: Catalog, tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents")
    write(county, tmp_path / "one")
    write(load(tmp_path / "documents"), tmp_path / "two")
    one, two = (manifest.files(tmp_path / name) for name in ("one", "two"))
    assert one == two and len(one) == 2 * len(county.indicators) + 2
    for language in LANGUAGES:
        index = (tmp_path / "one" / folder.NAME / f"index.{language}.md").read_text(encoding="utf-8")
        linked = {token.attrs["href"] for part in READER.parse(index) for token in part.children or () if token.attrs}
        assert all((tmp_path / "one" / folder.NAME / str(name)).is_file() for name in linked)
        assert len(linked) == len(county.indicators) + len(LANGUAGES) - 1


def test_a_candidate_and_its_edition_carry_them(line: Line) -> None:
    candidate = line.publish()
    made = edition.edition(line.home, "Li Wei")
    for release in (candidate, made):
        files = read.show(line.home, release.release_id)["files"]
        pages = {name for name in files if name.startswith(f"{folder.NAME}/")}
        assert len(pages) == 2 * len(line.catalog.indicators) + 2
        catalog = load(release.folder / "documents")
        for id in catalog.indicators:
            written = (release.folder / folder.NAME / "zh" / f"{id}.md").read_text(encoding="utf-8")
            assert written == markdown.of_page(page(catalog, id, "zh"))
    assert verify.verify(line.home, made.release_id) == []
