"""The files: complete, as offices write them, judged by the gate as planned."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from pipelines import demo
from pipelines.contracts import Catalog, load
from pipelines.demo import DemoPlan
from pipelines.demo.frame import periods
from pipelines.home import PROJECT
from pipelines.intake.gate import Gate


def test_the_same_seed_gives_the_same_bytes(catalog: Catalog, plan: DemoPlan, tmp_path: Path) -> None:
    again = demo.generate(catalog, tmp_path)
    assert [d.path.name for d in again.deliveries] == [d.path.name for d in plan.deliveries]
    assert _bytes(again) == _bytes(plan)
    assert _bytes(demo.generate(catalog, tmp_path / "other", seed=7)) != _bytes(plan)


def _bytes(plan: DemoPlan) -> list[bytes]:
    return [delivery.path.read_bytes() for delivery in plan.deliveries]


def test_every_return_that_is_due_is_sent_once_and_one_more_is_spoiled(catalog: Catalog, plan: DemoPlan) -> None:
    due = {(table.table, period) for table in catalog.returns.values() for period in periods(table)}
    sent = [(table, d.period) for d in plan.deliveries if d.accepted for table in d.tables]
    assert sorted(sent) == sorted(due)
    (spoiled,) = (d for d in plan.deliveries if not d.accepted)
    good = next(d for d in plan.deliveries if d.accepted and (d.tables, d.period) == (spoiled.tables, spoiled.period))
    assert spoiled.prepared_on < good.prepared_on
    assert plan.first < plan.reference_period <= plan.last
    assert plan.files == len({d.path for d in plan.deliveries})


def test_the_gate_takes_all_but_the_spoiled_one(catalog: Catalog, plan: DemoPlan) -> None:
    gate = Gate(catalog)
    for delivery in plan.deliveries:
        data = delivery.path.read_bytes()
        verdict, _ = gate.judge(str(delivery.path), delivery.path.name, {}, hashlib.sha256(data).hexdigest())
        assert (verdict.verdict == "accepted") == delivery.accepted, verdict
        assert {(one.table, one.period, one.unit) for one in verdict.submissions} == {
            (table, delivery.period, delivery.unit) for table in delivery.tables
        }
        assert verdict.declared.prepared_on == delivery.prepared_on
        assert delivery.accepted == (not any(one.findings for one in verdict.submissions))


def test_both_forms_shapes_and_encodings_occur(plan: DemoPlan) -> None:
    data = [d.path.read_bytes() for d in plan.deliveries]
    assert {d.path.suffix for d in plan.deliveries} == {".csv", ".xlsx"}
    assert any(_decodes(one, "gb18030") and not _decodes(one, "utf-8") for one in data), "no GB18030 file"
    assert any(one.startswith(b"\xef\xbb\xbf") for one in data), "no UTF-8 file"
    assert any("（虚构）".encode() in one for one in data) and any(b"(fictitious)" in one for one in data)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def test_a_return_nobody_told_the_demo_of_gets_figures_too(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "data_contracts", tmp_path / "documents")
    document = tmp_path / "documents" / "returns" / "courts" / "libraries.yaml"
    document.write_text(
        """
table: libraries
office: courts
version: 1.0.0
title: {en: Law libraries, zh: 法律图书室}
grain: {en: Each row is one area in one month., zh: 每行是一个地区一个月的数据。}
reporting_unit: county
due: {every: month, days_after_end: 31, areas: [county, township], from: "2003-11", until: "2004-02"}
measures:
  - {id: rooms, title: {en: Rooms, zh: 图书室}, unit: rooms, over_time: last}
  - {id: rooms_open, title: {en: Rooms open, zh: 开放的图书室}, unit: rooms, over_time: last, part_of: rooms}
""",
        encoding="utf-8",
    )
    catalog = load(tmp_path / "documents")
    plan = demo.generate(catalog, tmp_path / "inbox")
    own = [d for d in plan.deliveries if d.tables == ("libraries",)]
    assert [d.period for d in own] == ["2003-11", "2003-12", "2004-01", "2004-02"]
    gate = Gate(catalog)
    for delivery in own:
        verdict, _ = gate.judge(str(delivery.path), delivery.path.name, {}, "0" * 64)
        assert verdict.verdict == "accepted", verdict


@pytest.mark.parametrize("seed", [2, 11])
def test_other_seeds_give_sound_returns_too(catalog: Catalog, tmp_path: Path, seed: int) -> None:
    gate = Gate(catalog)
    for delivery in demo.generate(catalog, tmp_path, seed=seed).deliveries:
        verdict, _ = gate.judge(str(delivery.path), delivery.path.name, {}, "0" * 64)
        assert (verdict.verdict == "accepted") == delivery.accepted, verdict
