"""Breaks in series: what they name must be there, and figures stand for the indicators made from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.contracts import ContractError, load, tables

HEAD = "series_break: anew\nfrom: '2003'\nbecause: {en: x, zh: 某}\n"


def write(documents: Path, text: str) -> Path:
    (documents / "breaks").mkdir(exist_ok=True)
    head = HEAD.replace("from: '2003'\n", "") if "from:" in text else HEAD
    (documents / "breaks" / "anew.yaml").write_text(head + text, encoding="utf-8")
    return documents


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "says neither `indicators` nor `figures`"),
        ("indicators: [homicide_chanje]\n", "there is no indicator homicide_chanje; did you mean `homicide_change`?"),
        ("indicators: [safe_township_share]\n", "counts areas by their verdicts; name the indicators it counts"),
        ("figures: [mediatoin]\n", "there is no return table mediatoin; did you mean `mediation`?"),
        ("figures: [mediation.disputes]\n", "mediation has no measure disputes"),
        ("figures: [mediation]\nareas: ['990102']\n", "990102 is not in codelists/area.csv"),
        (
            "figures: [mediation]\nfrom: '1903'\n",
            "the break from 1903 on lies before all figures: of mediation there are",
        ),
        ("indicators: [homicide_change]\nfrom: '1903'\n", "lies before all figures: of recorded_crime there are some"),
        ("figures: [mediation]\nfrom: 2003-01-01\n", "(found 2003-01-01); put it in quotes"),
        ("figures: [mediation]\nfrom:\n", "`from`: nothing stands there"),
        ("figures: [mediation]\nuntil: '2004'\n", "`until` is not a field of this kind of document"),
    ],
)
def test_a_fault_is_told_with_its_document(documents: Path, text: str, says: str) -> None:
    with pytest.raises(ContractError) as told:
        load(write(documents, text))
    assert [f for f in told.value.faults if f.file == "breaks/anew.yaml" and says in f.message], told.value


def test_figures_stand_for_the_indicators_made_from_them(documents: Path) -> None:
    write(documents, "figures: [recorded_crime.cases_recorded]\nindicators: [public_approval]\nareas: ['990101']\n")
    rows = tables.rows(load(documents))
    concerned = {indicator for _, indicator, _ in rows["series_break_scope"]}
    assert {"recorded_crime_rate", "recorded_crime_change", "homicide_change", "public_approval"} <= concerned
    assert "dispute_mediation_success_rate" not in concerned and "safe_township_share" not in concerned
    assert rows["series_break"][0][:2] == ("anew", "2003-01-01")
    assert rows["series_break_figure"] == [("anew", "recorded_crime", "cases_recorded", "990101")]


def test_a_formula_that_cannot_be_read_is_told_once(documents: Path) -> None:
    write(documents, "indicators: [homicide_change]\nfrom: '1903'\n")
    file = documents / "indicators" / "homicide_change.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("numerator: ", "numerator: a.b[[  #"), encoding="utf-8")
    with pytest.raises(ContractError) as told:
        load(documents)
    assert [fault.file for fault in told.value.faults] == ["indicators/homicide_change.yaml"], told.value
