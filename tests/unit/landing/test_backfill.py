"""What is read again, what is passed over, and what a person is told; on twenty made-up years."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake import store
from pipelines.landing import batches, inbox, register, waiting
from pipelines.landing.backfill import Asked, plan
from pipelines.landing.reread import Reread, reread
from tests import backfills
from tests.backfills import FIRST, LAST, SECOND, STRICT, YEARS


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All years, taken in under the first contract."""
    folder = tmp_path_factory.mktemp("taken")
    home = Home(folder / "home", folder / "documents").create()
    catalog = backfills.write_documents(home.contracts)
    (folder / "files").mkdir()
    backfills.deliver_all(home, folder / "files")
    assert backfills.take(home, catalog, "run-1").accepted == 2 * len(YEARS)
    return folder


@pytest.fixture
def home(taken: Path, tmp_path: Path) -> Home:
    shutil.copytree(taken, tmp_path / "copy")
    return Home(tmp_path / "copy" / "home", tmp_path / "copy" / "documents")


def again(home: Home, catalog: Catalog, *years: int, **asked: Any) -> list[Reread]:
    return reread(home, catalog, Asked(years or YEARS, **asked))


def landed(home: Home) -> Counter[tuple[str, str]]:
    """Figures by measure and period, of every batch."""
    files = batches.committed(home)
    rows = [row for file in files for row in pq.read_table(file, columns=["measure_id", "period"]).to_pylist()]
    return Counter((row["measure_id"], row["period"]) for row in rows)


def counted(home: Home) -> dict[str, int]:
    """Rows of the register that a backfill adds to."""
    tables = (register.batch, register.submission, register.rereading)
    return {table.name: len(register.rows(home, sa.select(table))) for table in tables}


def test_a_column_that_was_not_read_lands_a_batch_a_year(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts, SECOND)
    before = landed(home)
    done = again(home, catalog)
    assert [(year.year, year.deliveries, year.current, year.accepted) for year in done] == [(y, 1, 1, 1) for y in YEARS]
    assert len(batches.committed(home)) == 1 + len(YEARS)
    new = landed(home) - before
    assert new == Counter({(m, f"{y}"): 1 for y in YEARS for m in ("accepted", "concluded")})
    assert len(register.rows(home, sa.select(register.delivery))) == 2 * len(YEARS), "nothing was delivered"


def test_what_todays_documents_have_read_is_not_read_again(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts)
    assert all(year.deliveries == 0 and year.current == 2 for year in again(home, catalog))
    catalog = backfills.write_documents(home.contracts, SECOND)
    again(home, catalog)
    before = counted(home)
    assert all(year.deliveries == 0 and year.current == 2 for year in again(home, catalog))
    assert counted(home) == before


def test_only_the_years_and_offices_asked_for(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts, SECOND)
    assert [year.deliveries for year in again(home, catalog, FIRST, offices=frozenset({"police"}))] == [0]
    assert [year.accepted for year in again(home, catalog, FIRST, LAST, offices=frozenset({"courts"}))] == [1, 1]
    assert [year.year for year in plan(home, catalog, Asked(YEARS)) if year.again] == list(YEARS[1:-1])


def test_only_what_had_been_received_by_a_time(home: Home, tmp_path: Path) -> None:
    backfills.deliver(home, tmp_path, "caseload", FIRST, backfills.caseload(FIRST + 1))
    number = max(row["number"] for row in waiting.deliveries(home))
    later = datetime.now(UTC) + timedelta(days=2)
    with register.transaction(home) as connection:
        rows = register.delivery.update().where(register.delivery.c.number == number)
        connection.execute(rows.values(received_at=later.isoformat(timespec="seconds"), seal=""))
    backfills.take(home, backfills.write_documents(home.contracts), "run-2")
    catalog = backfills.write_documents(home.contracts, SECOND)
    (year,) = plan(home, catalog, Asked((FIRST,), until=later - timedelta(days=1)))
    assert len(year.again) == 1
    (year,) = plan(home, catalog, Asked((FIRST,)))
    assert len(year.again) == 2


def test_a_stricter_contract_takes_nothing_away_and_says_so(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts, STRICT)
    before = register.accepted_ids(home)
    done = again(home, catalog)
    strict = [year.year for year in done if year.rejected]
    assert strict == [year for year in YEARS if 30 + year % 20 > 40], "its maximum is 40"
    for year in done:
        assert len(year.sentences) == year.rejected
    sentence = next(one for year in done for one in year.sentences)
    assert f"caseload_{strict[0]}.csv" in sentence and "1.2.0" in sentence and "the earlier reading stands" in sentence
    assert "B2" in sentence
    assert before < register.accepted_ids(home)
    rejected = register.rows(home, sa.select(register.submission).where(register.submission.c.verdict == "rejected"))
    assert rejected == [], "no office sent anything that was rejected"
    assert all(year.deliveries == 0 for year in again(home, catalog)), "it is not asked twice"


def test_what_was_rejected_and_is_sound_today_is_accepted_with_a_receipt(home: Home, tmp_path: Path) -> None:
    catalog = backfills.write_documents(home.contracts)
    more = backfills.caseload(FIRST).replace(b"concluded", b"settled")
    number = backfills.deliver(home, tmp_path, "caseload", FIRST, more)
    assert backfills.take(home, catalog, "run-2").rejected == 1
    assert all(not year.again for year in plan(home, catalog, Asked(YEARS))), "the documents are the same"
    settled = backfills.FIRST_VERSION.replace("[concluded]", "[concluded, settled]")
    done = again(home, backfills.write_documents(home.contracts, settled), FIRST)
    assert [year.accepted for year in done] == [2]
    query = sa.select(register.delivery).where(register.delivery.c.number == number)
    (row,) = register.rows(home, query)
    assert row["verdict"] == "accepted" and "ACCEPTED" in (home.root / row["receipt"]).read_text(encoding="utf-8")
    assert home.originals in store.find(home, row["sha256"]).parents
    assert len(list(home.outbox.rglob(f"*_{number}*.txt"))) == 2, "what was said first stays"


def test_a_code_that_was_unknown_is_enough(home: Home, tmp_path: Path) -> None:
    """The return's own contract is the same; a rejected one depends on the lists as well."""
    catalog = backfills.write_documents(home.contracts)
    backfills.deliver(home, tmp_path, "crime", LAST, _with_arson())
    assert backfills.take(home, catalog, "run-2").rejected == 1
    lists = {"codelists/kind.csv": _KINDS + "        arson,all,Arson,纵火\n"}
    done = again(home, backfills.write_documents(home.contracts, changes=lists), LAST)
    assert [(year.deliveries, year.accepted) for year in done] == [(1, 1)]


_KINDS = """
        code,parent,name_en,name_zh
        all,,All,合计
        drugs,all,Drugs,毒品
        other,all,Other,其他
"""


def _with_arson() -> bytes:
    event = backfills.Event("crime", f"{LAST}", 1, 0, "").file().decode("utf-8-sig")
    head, *lines = event.splitlines()
    areas = dict.fromkeys(line.partition(",")[0] for line in lines)
    zeros = ",".join("0" for _ in head.split(",")[2:])
    return "\n".join([head, *lines, *(f"{area},arson,{zeros}" for area in areas)]).encode() + b"\n"


def test_a_file_that_is_gone_is_named_and_its_figures_stand(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts, SECOND)
    row = register.rows(home, sa.select(register.delivery).where(register.delivery.c.number == 1))[0]
    original = store.find(home, row["sha256"])
    data = original.read_bytes()
    original.unlink()
    for _ in range(2):
        (year,) = again(home, catalog, FIRST)
        assert (year.deliveries, year.accepted, len(year.sentences)) == (0, 0, 1)
        assert f"caseload_{FIRST}.csv" in year.sentences[0] and "not in the store" in year.sentences[0]
    original.write_bytes(data)
    assert [year.accepted for year in again(home, catalog, FIRST)] == [1], "it is back"


def test_a_damaged_original_is_named_and_read_once_it_is_mended(home: Home) -> None:
    catalog = backfills.write_documents(home.contracts, SECOND)
    row = register.rows(home, sa.select(register.delivery).where(register.delivery.c.number == 1))[0]
    original = store.find(home, row["sha256"])
    data = original.read_bytes()
    original.chmod(0o600)
    original.write_bytes(data.replace(b"3", b"4"))
    (year,) = again(home, catalog, FIRST)
    assert (year.accepted, len(year.sentences)) == (0, 1) and "the earlier reading stands" in year.sentences[0]
    original.write_bytes(data)
    assert [year.accepted for year in again(home, catalog, FIRST)] == [1]


def test_a_file_of_nobody_knows_which_year_is_tried_once(home: Home, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(backfills.caseload(FIRST))
    inbox.receive(home, path, {}, "inbox")
    assert backfills.take(home, backfills.write_documents(home.contracts), "run-2").rejected == 1
    catalog = backfills.write_documents(home.contracts, SECOND)
    done = again(home, catalog, FIRST, FIRST + 1)
    assert [(year.deliveries, year.rejected) for year in done] == [(2, 1), (1, 0)]
    assert [year.deliveries for year in again(home, catalog, FIRST, FIRST + 1)] == [0, 0]


def test_the_findings_of_a_rereading_are_kept(home: Home) -> None:
    again(home, backfills.write_documents(home.contracts, STRICT))
    rows = register.rows(home, sa.select(register.rereading))
    assert len(rows) == len(YEARS)
    refused = [row for row in rows if row["verdict"] == "rejected"]
    assert refused and all(json.loads(row["findings"])[0]["cell"] == "B2" for row in refused)
