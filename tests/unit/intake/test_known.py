"""A template that comes back: its guide sheet is read, what it says of itself is held against what was delivered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog
from pipelines.intake import shape
from pipelines.intake.gate import Gate
from pipelines.intake.plan import Plan
from pipelines.intake.receipts import sentence
from pipelines.intake.verdicts import DeliveryVerdict
from tests.unit.intake.conftest import Rows, caseload_rows, codes, only, write_xlsx

OWN = {"template": "1", "office": "courts", "table": "caseload", "period": "2004", "unit": "0101"}
GUIDE: Rows = [
    ["Returns"],
    ["Prepared on", "2005-01-20"],
    ["Revision number", 2],
    ["Final or provisional", "provisional"],
    ["Why it revises", "correction of a mistake"],
    ["The reason in words", "A column had slipped."],
]


def current(catalog: Catalog) -> str:
    table = catalog.returns["caseload"]
    return f"{table.version} {shape.digest(shape.shape(Plan(catalog, table), '0101', '2004'))}"


class Sender:
    """Delivers a template of caseload."""

    def __init__(self, gate: Gate, folder: Path):
        self.gate, self.folder = gate, folder

    def __call__(
        self, name: str = "x.xlsx", guide: Rows = GUIDE, lists: Rows | None = None, again: bool = False, **facts: Any
    ) -> DeliveryVerdict:
        options = facts.pop("options", {})
        facts = {
            name: text
            for name, text in (OWN | {"contract_caseload": current(self.gate.catalog)} | facts).items()
            if text
        }
        sheets = {"填表说明": guide, "caseload": caseload_rows(), "Lists": lists or [["-"]]}
        properties = {f"yearbook_{name}": text for name, text in facts.items()}
        path = write_xlsx(self.folder / "delivered.xlsx", sheets, properties)
        return self.gate.judge(str(path), name, options, "0" * 64, "2005-02-01", again)[0]


@pytest.fixture
def send(gate: Gate, tmp_path: Path) -> Sender:
    return Sender(gate, tmp_path)


def test_the_facts_of_the_guide_sheet_count(send: Sender) -> None:
    verdict = send()
    assert verdict.verdict == "accepted", codes(verdict)
    said = verdict.declared
    assert (said.prepared_on, said.revision, said.obs_status) == ("2005-01-20", 2, "P")
    assert (said.reason, said.because) == ("correction", "A column had slipped.")


def test_options_go_before_the_guide_sheet_and_it_before_the_name(send: Sender) -> None:
    assert send(options={"prepared_on": "2005-01-22"}).declared.prepared_on == "2005-01-22"
    assert send("caseload_0101_2004_2005-01-25.xlsx").declared.prepared_on == "2005-01-20"
    assert send("caseload_0101_2004_2005-01-25.xlsx", GUIDE[:1]).declared.prepared_on == "2005-01-25"


def test_a_guide_sheet_of_no_template_is_not_read(send: Sender) -> None:
    assert only(send(template="")).code == "prepared_on_missing"


def test_a_day_that_is_none_is_refused(send: Sender) -> None:
    assert only(send(guide=[["编制日期", "soon"]])).code == "prepared_on_unreadable"


@pytest.mark.parametrize(
    ("name", "options", "said"),
    [
        ("x.xlsx", {"period": "2003"}, "made for the period 2004, but the file is delivered for 2003"),
        ("caseload_0101_2003_2005-01-20.xlsx", {}, "made for the period 2004, but the file is delivered for 2003"),
        ("x.xlsx", {"office": "公安"}, "made for the office courts, but the file is delivered for police"),
        ("x.xlsx", {"unit": "0102"}, "made for the area 0101, but the file is delivered for 0102"),
        ("x.xlsx", {"table": "rates"}, "made for the table caseload, but the file is delivered for rates"),
    ],
)
def test_a_template_of_something_else_is_refused(send: Sender, name: str, options: dict[str, str], said: str) -> None:
    found = only(send(name, options=options))
    assert found.code == "template_other" and said in sentence(found, "en")
    assert "该模板的" in sentence(found, "zh")


def test_the_same_office_by_another_name_is_no_contradiction(send: Sender) -> None:
    assert send(options={"office": "法院", "period": "2004年"}).verdict == "accepted"


def test_an_outdated_template_is_refused_with_the_difference(send: Sender, catalog: Catalog) -> None:
    table = catalog.returns["caseload"]
    now = shape.shape(Plan(catalog, table), "0101", "2004")
    before = [*now[1:], shape.Part("column", "settled", "Settled", "调解")]
    lists = [list(line) for line in shape.rows("caseload", before)]
    found = only(send(contract_caseload=f"0.9.0 {shape.digest(before)}", lists=lists))
    assert (found.code, found.sheet) == ("template_outdated", "caseload")
    said = sentence(found, "en")
    assert "made for version 0.9.0 of “Caseload”, which is now at version 1.0.0" in said
    assert "Columns added since: “Pending at start” (pending_at_start)." in said
    assert "Columns no longer asked for: “Settled” (settled)." in said
    assert "新增的列：“期初未结”（pending_at_start）。" in sentence(found, "zh")


def test_another_version_or_other_areas_alone_are_outdated(send: Sender) -> None:
    digest = current(send.gate.catalog).split()[1]
    assert only(send(contract_caseload=f"0.9.0 {digest}")).code == "template_outdated"
    assert only(send(contract_caseload=f"1.0.0 {'0' * 16}")).code == "template_outdated"


def test_what_was_accepted_once_is_read_again_under_later_contracts(send: Sender) -> None:
    assert send(contract_caseload="0.9.0 0", again=True).verdict == "accepted"


def test_figures_of_a_template_are_judged_like_any_others(send: Sender, gate: Gate, tmp_path: Path) -> None:
    rows = caseload_rows()
    rows[1][1] = "2003"
    properties = {f"yearbook_{name}": text for name, text in OWN.items()}
    path = write_xlsx(tmp_path / "x.xlsx", {"guide": GUIDE, "caseload": rows}, properties)
    verdict, _ = gate.judge(str(path), "x.xlsx", {}, "0" * 64, "2005-02-01")
    assert verdict.verdict == "rejected" and "period_wrong" in codes(verdict)
