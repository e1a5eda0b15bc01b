"""The German county table through the whole line, by documents alone: every printed rate against ours.

The cells are also read without the product (`independent`), and both readings must agree cell by cell.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.flow.conftest import command, query
from tests.real_data.independent import RATES, read

DOCUMENTS = Path(__file__).parent / "pks"
YEAR = "2021"

pytestmark = pytest.mark.real_data

NAMES = {
    "equal": "equal",
    "zero_over_zero": "zero_over_zero",
    "over_zero": "not_computed",  # cases cleared where none was recorded: there is no rate
}
"""What the independent reading calls a cell -> what the release says of it."""


@pytest.fixture(scope="module")
def released(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the file of one year was delivered and released."""
    home = tmp_path_factory.mktemp("pks") / "home"
    words = (
        "--office",
        "bka",
        "--table",
        "pks_county",
        "--period",
        YEAR,
        "--prepared-on",
        f"{int(YEAR) + 1}-04-05",
    )
    for step in (("deliver", str(real_data / "pks" / f"{YEAR}.csv"), *words), ("run", "--json")):
        done = command(home, *step, contracts=DOCUMENTS)
        assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["last_run"]["outcome"] == "released"
    return home


def test_every_printed_rate_is_compared_and_none_differs(released: Path, real_data: Path) -> None:
    expected = Counter((rate, NAMES[cell.verdict]) for rate, cell in read(real_data / "pks" / f"{YEAR}.csv"))
    rows = query(
        released,
        "select indicator_id, comparison, count(*) as n from mart_reported group by all",
        contracts=DOCUMENTS,
    )
    assert {(row["indicator_id"], row["comparison"]): row["n"] for row in rows} == expected
    assert sum(count for (_, verdict), count in expected.items() if verdict == "equal") > 46_000


def test_every_figure_equals_the_independent_one(released: Path, real_data: Path) -> None:
    rows = query(
        released,
        "select indicator_id, area_code, breakdown, numerator, denominator, value_text from mart_indicator "
        f"where period = '{YEAR}'",
        contracts=DOCUMENTS,
    )
    ours = {(row["indicator_id"], row["area_code"], row["breakdown"]): row for row in rows}
    seen = 0
    for rate, cell in read(real_data / "pks" / f"{YEAR}.csv"):
        row = ours[rate, cell.area, f"offence_key={cell.key}"]
        if cell.tenths is None:
            assert row["value_text"] is None
        else:
            assert (int(row["numerator"]), int(row["denominator"])) == (cell.numerator, cell.denominator)
            assert row["value_text"] == f"{cell.tenths // 10}.{cell.tenths % 10}"
        seen += 1
    assert seen == 401 * 41 * len(RATES)
