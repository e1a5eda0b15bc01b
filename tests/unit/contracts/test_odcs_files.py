"""The files of an export: whatever the words, the same bytes every time, and no file of others harmed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts import Catalog, load, odcs
from pipelines.contracts.base import Label
from pipelines.contracts.codelists import Codelist, Item
from pipelines.contracts.odcs_return import contract
from pipelines.home import PROJECT
from tests.unit.contracts.exported import CONTRACTS, DBT, SHIPPED
from tests.unit.contracts.standard import faults

TRAPS = ["yes", "null", "2004", "01", "- a", "a: b", "#", "*a", "&a", "'", '"', "{", "2004-01-01", "~", "\u2028"]
CHARACTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
WORDS = st.text(CHARACTERS, min_size=1, max_size=20) | st.sampled_from(TRAPS)


@settings(max_examples=40)
@given(words=st.lists(WORDS, min_size=3, max_size=8, unique=True))
def test_any_words_survive_the_file(words: list[str]) -> None:
    items = {code: Item(code, words[0] if place else "", code, code) for place, code in enumerate(words)}
    table = SHIPPED.returns["recorded_crime"]
    title, grain = Label.model_construct(en=words[0], zh=words[1]), Label.model_construct(en=words[2], zh=words[0])
    measure = table.measures[0].model_copy(update={"title": title, "aliases": words})
    table = table.model_copy(update={"measures": [measure], "rules": [], "grain": grain})
    lists = SHIPPED.codelists | {"offence_class": Codelist("offence_class", items)}
    catalog = Catalog(SHIPPED.programme, SHIPPED.calendar, {table.table: table}, {}, {}, lists)
    found = contract(catalog, table)
    assert yaml.safe_load(odcs.text(found)) == found
    assert faults(found) == []


def test_files_are_written_the_same_every_time(tmp_path: Path) -> None:
    written, others = odcs.write(SHIPPED, DBT, tmp_path / "new" / "folder")
    again, _ = odcs.write(load(PROJECT / "data_contracts"), DBT, tmp_path / "again")
    assert [one.read_bytes() for one in written] == [one.read_bytes() for one in again]
    assert others == []
    for path in written:
        place = path.relative_to(tmp_path / "new" / "folder").as_posix()
        assert yaml.safe_load(path.read_text(encoding="utf-8")) == CONTRACTS[place]


def test_a_contract_that_no_document_has_is_named_and_kept(tmp_path: Path) -> None:
    old = tmp_path / "returns" / "courts" / "gone.odcs.yaml"
    old.parent.mkdir(parents=True)
    old.write_text("kept")
    _, others = odcs.write(SHIPPED, DBT, tmp_path)
    assert others == [old] and old.read_text() == "kept"


@pytest.mark.parametrize("below", ["", "a/b"])
def test_a_file_is_no_folder(tmp_path: Path, below: str) -> None:
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(odcs.ExportError, match=f"^{re.escape(str(file))} is a file; name a folder"):
        odcs.write(SHIPPED, DBT, file / below)
    assert file.read_text() == "mine"
