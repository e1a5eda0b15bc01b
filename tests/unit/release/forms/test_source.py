"""Which areas people's forms carry."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts import Catalog, load
from pipelines.contracts.programme import Forms
from pipelines.home import PROJECT
from pipelines.release.forms.source import Source


def shown(catalog: Catalog, forms: Forms) -> tuple[str, ...]:
    programme = catalog.programme.model_copy(update={"forms": forms})
    with duckdb.connect() as connection:
        return Source(Path(), replace(catalog, programme=programme), connection, {}).levels_shown()


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load(PROJECT / "data_contracts")


def test_every_level_is_shown_until_there_are_more_areas_than_the_document_says(catalog: Catalog) -> None:
    many = len(catalog.areas)
    assert shown(catalog, Forms(areas_at_most=many)) == tuple(catalog.programme.levels)
    fewer = Forms(areas_at_most=many - 1, lowest_level="city")
    assert shown(catalog, fewer) == ("country", "province", "city")
    assert shown(catalog, Forms(areas_at_most=many - 1)) == ("country", "province", "city", "county")


def test_one_level_is_always_shown(catalog: Catalog) -> None:
    programme = catalog.programme.model_copy(update={"levels": ["county"]})
    assert shown(replace(catalog, programme=programme), Forms(areas_at_most=1)) == ("county",)


def test_the_setting_of_the_programme_is_the_one_asked(tmp_path: Path, catalog: Catalog) -> None:
    folder = Path(shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents"))
    file = folder / "programme.yaml"
    text = file.read_text(encoding="utf-8")
    assert catalog.programme.forms.lowest_level == "county"
    file.write_text(text.replace("areas_at_most: 2000", "areas_at_most: 1"), encoding="utf-8")
    with duckdb.connect() as connection:
        assert Source(folder, load(folder), connection, {}).levels_shown()[-1] == "county"
