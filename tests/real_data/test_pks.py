"""German police statistics by documents alone: every printed rate, against the release and an independent reader."""

from __future__ import annotations

import json
import os
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.flow.conftest import command, query
from tests.real_data import independent

DATA = Path(os.environ.get("YEARBOOK_REAL_DATA") or Path(__file__).parents[3] / "shared" / "data") / "pks"
DOCUMENTS = Path(__file__).parent / "pks"

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the real returns are not on this machine ({DATA})"),
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the county table of one year, delivered and released."""
    home = tmp_path_factory.mktemp("pks") / "home"
    words = ("--table", "pks_county", "--period", "2021", "--prepared-on", "2022-04-05")
    done = command(home, "deliver", str(DATA / "2021.csv"), *words, contracts=DOCUMENTS)
    assert done.returncode == 0, done.stderr
    done = command(home, "run", "--json", contracts=DOCUMENTS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["last_run"]["outcome"] == "released"
    return home


def test_every_printed_rate_is_reproduced(home: Path) -> None:
    found = query(
        home,
        "select reported_id, comparison, count(*) as n from mart_reported group by all",
        contracts=DOCUMENTS,
    )
    counts = {(row["reported_id"].removesuffix("_reported"), row["comparison"]): row["n"] for row in found}
    expected: Counter[tuple[str, str]] = Counter()
    for rate, cell in independent.read(DATA / "2021.csv"):
        expected[rate, {"over_zero": "not_computed"}.get(cell.verdict, cell.verdict)] += 1
    print({f"{rate}: {verdict}": n for (rate, verdict), n in sorted(counts.items())})
    assert counts == expected
    assert not [key for key in counts if key[1] == "different"]
    assert sum(n for (_, verdict), n in counts.items() if verdict == "equal") > 46_000


def test_every_figure_of_the_release_is_that_of_the_file(home: Path) -> None:
    rows = query(
        home,
        "select indicator_id, area_code, breakdown, numerator, denominator, value_text from mart_indicator "
        "where area_level = 'county'",
        contracts=DOCUMENTS,
    )
    ours = {(row["indicator_id"], row["area_code"], row["breakdown"].partition("=")[2]): row for row in rows}
    compared = 0
    for rate, cell in independent.read(DATA / "2021.csv"):
        row = ours[rate, cell.area, cell.key]
        assert (int(row["numerator"]), int(row["denominator"])) == (cell.numerator, cell.denominator), (
            rate,
            cell,
        )
        if cell.tenths is None:
            assert not row["value_text"], (rate, cell)
        else:
            assert Decimal(row["value_text"]) * 10 == cell.tenths, (rate, cell)
        compared += 1
    assert compared == len(ours) == 3 * 401 * 41
