"""Receipts: every sentence exists in both languages, says where, and shows nothing it should not."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.home import PROJECT, Home, write_all_durably
from pipelines.intake import receipts
from pipelines.intake.numbers import Figures, Rates
from pipelines.intake.verdicts import Declared, DeliveryVerdict, finding
from pipelines.messages import LANGUAGES, catalogue
from tests.unit.intake.conftest import Judge, codes, crime_rows, csv_bytes

FIELD = re.compile(r"\{(\w+)\}")


def test_both_languages_have_the_same_places() -> None:
    for key, texts in catalogue().items():
        assert set(texts) == set(LANGUAGES), key
        assert set(FIELD.findall(texts["en"])) == set(FIELD.findall(texts["zh"])), key


def test_every_code_of_the_gate_has_a_sentence() -> None:
    """Each `finding.<code>` of the catalogue is a word of the gate's modules, and the other way."""
    words: set[str] = set()
    for path in [*(PROJECT / "pipelines" / "intake").glob("*.py"), *(PROJECT / "pipelines" / "landing").glob("*.py")]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        words |= {
            node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
    known = {key.split(".")[1] for key in catalogue() if key.startswith("finding.")}
    assert not known - words, "sentences that nothing says"
    called: set[str] = set()
    for path in sorted((PROJECT / "pipelines" / "intake").glob("*.py")):
        text = path.read_text(encoding="utf-8")
        called |= set(re.findall(r'\b(?:finding|StoreError|_refused)\(\s*"([a-z_]+)"', text))
        called |= set(re.findall(r'"((?:number|rate|area|code|period)_[a-z_]+)"', text))
    fields = {"area_code", "code_empty", "area_column", "area_headers"}
    assert not {code for code in called if code not in known} - fields, "codes without a sentence"


def test_every_sentence_can_be_said_with_what_its_finding_holds(judge_bytes: Judge, catalog: Catalog) -> None:
    rows = crime_rows()
    rows[1][2:] = ["x", "-1", ""]
    rows[2][0] = "010191"
    rows[3][1] = "drugz"
    rows[5][3] = 99
    rows[7][2] = 11
    rows.append(list(rows[4]))
    verdict, _ = judge_bytes(csv_bytes(rows))
    assert len(set(codes(verdict))) >= 7
    for language, mark in (("en", "[not accepted]"), ("zh", "【未接受】")):
        text = receipts.as_text(catalog, verdict, "2005-01-21T09:00:00+00:00", language)
        assert mark in text and "{" not in text
    assert "Row 2, column 3 (cell C2): “x” in “Cases recorded” is not a number." in receipts.as_text(
        catalog, verdict, None, "en"
    )


def test_findings_are_limited_and_counted(judge_bytes: Judge, catalog: Catalog) -> None:
    rows = crime_rows()
    extra = [["0101", "all", "x", "x", "x"] for _ in range(100)]
    verdict, _ = judge_bytes(csv_bytes([*rows, *extra]))
    (one,) = verdict.submissions
    assert one.counts["number_text"] == 300
    assert sum(each.code == "number_text" for each in one.findings) == 50
    text = receipts.as_text(catalog, verdict, None, "en")
    assert "... and 280 more of this kind." in text
    assert "400 to mend" in text


def written(home: Home, catalog: Catalog, verdict: DeliveryVerdict, *facts: Any) -> Path:
    files = receipts.made(home, catalog, verdict, *facts)
    write_all_durably(files)
    return files[-1][0]


def test_the_receipt_is_written_for_people_and_machines(judge_bytes: Judge, home: Home, catalog: Catalog) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()[:4]), "刑事案件_0101_2004_2005-01-20.csv")
    path = written(home, catalog, verdict, "2005-01-20T19:00:00+00:00", "zh", 12)
    assert path.parent == home.outbox / "police"
    assert path.name == f"2005-01-20_刑事案件_0101_2004_2005-01-20_{verdict.sha256[:8]}_12.txt"
    assert "2005-01-21 03:00:00（Asia/Shanghai）" in path.read_text(encoding="utf-8")
    data = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert data["verdict"] == "rejected" and "chunk" not in data
    assert (data["delivery"], data["received_at"]) == (12, "2005-01-21T03:00:00+08:00")
    assert set(data["submissions"][0]["findings"][0]["sentence"]) == set(LANGUAGES)


def test_a_delivery_of_nobody_and_a_hostile_name(home: Home, catalog: Catalog) -> None:
    verdict = DeliveryVerdict("ab" * 32, "../../\u202eevil\n" + "名" * 300 + ".csv", findings=[finding("unsafe")])
    verdict.declared = Declared(office="../../etc")
    path = written(home, catalog, verdict, "2005-01-20T19:00:00+00:00", "en", 1)
    assert path.parent == home.outbox / receipts.NO_OFFICE
    assert path.name.startswith("2005-01-21_") and len(path.name.encode()) < 255
    text = path.read_text(encoding="utf-8")
    assert "\u202e" not in text and "evil\n" not in text


def test_findings_on_the_whole_sheet_are_told_once(judge_bytes: Judge, catalog: Catalog) -> None:
    rows = [["area_code", "period", "pending_at_start", "accepted", "concluded", "pending_at_end", "inspector"]]
    rows += [[area, "2004", 0, 0, 0, 0, "S"] for area in ("010101", "010102", "010201", "010202")]
    verdict, _ = judge_bytes(csv_bytes(rows), "x.csv", table="caseload", prepared_on="2005-01-20")
    assert len(verdict.submissions) == 2
    text = receipts.as_text(catalog, verdict, None, "en")
    assert text.count("inspector") == 1 and "holds here too" in text


@pytest.mark.parametrize("kind", [Figures, Rates])
def test_readers_of_cells_share_nothing_between_formats(kind: type) -> None:
    from pipelines.contracts.programme import Format

    assert kind(Format(missing={"..": "M"}))[".."] != kind(Format())[".."]


def test_modules_stay_small() -> None:
    for path in Path(receipts.__file__).parent.glob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) < 300, path.name
