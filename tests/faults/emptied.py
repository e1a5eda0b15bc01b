"""Private builds that lost rows before they are validated: a rule that has nothing to look at has not passed.

Which marts there are is the build's word; that the gate is shut is all that is asked here.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipelines.contracts import load
from pipelines.validation import gate, run_rules
from tests.faults import small
from tests.faults.outcome import Outcome

LOOKED_AT = ("mart_observation", "mart_indicator", "mart_coverage", "mart_scorecard")
"""Marts of which a rule looks at every year."""


def trial(folder: Path, outcome: Outcome) -> None:
    """Takes the rows of the last year from one mart after the other; as it was made the build is let through."""
    year = small.YEARS[-1]
    home = small.prepared("published")
    catalog, sound = load(home.contracts), home.cache / "kept-build" / "warehouse.duckdb"
    for mart in ("", *LOOKED_AT):
        file = Path(shutil.copy(sound, folder / "warehouse.duckdb"))
        with duckdb.connect(file) as connection:
            lost = connection.execute(f"delete from marts.{mart} where year = {year}").fetchone() if mart else None
        run_rules(catalog, file, folder / "validation")
        shut = gate(folder / "validation" / "results.json", catalog, file)
        outcome.counts["private builds"] += 1
        if not mart:
            outcome.hold(not shut, f"A sound build is not let through: {shut[:2]}")
        else:
            outcome.hold(lost is not None and lost[0] > 0, f"{mart} has no rows of {year} that could be lost.")
            outcome.hold(bool(shut), f"{mart} without a row of {year} is let through.")
        file.unlink()
