"""The figures' expectations as asset checks that block the release: one check per rule, severity from its document."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from pipelines.defs.shared import RunParam, catalog
from pipelines.journal import Level
from pipelines.release import read
from pipelines.runs import VALIDATION, Run
from pipelines.validation import rules, run_rules
from pipelines.warehouse.again import started_from
from pipelines.warehouse.inputs import decisions_of

RULES = rules(catalog())
_LEVEL: dict[str, Level] = {"error": "error", "warning": "warning"}
_SEVERITY = {"error": dg.AssetCheckSeverity.ERROR, "warning": dg.AssetCheckSeverity.WARN}


@dg.multi_asset_check(
    name="expectations",
    specs=[
        dg.AssetCheckSpec(
            rule.id,
            asset=rule.asset,
            blocking=rule.severity == "error",
            description=rule.because.en,
            metadata={"severity": rule.severity},
        )
        for rule in RULES
    ],
)
def expectations(run: RunParam) -> Iterator[dg.AssetCheckResult]:
    """Runs every rule over every year of the private build; a rule that could not run has failed."""
    with run.stage("validation") as facts:
        results = run_rules(
            catalog(), run.warehouse, run.validation, decisions_of(run.folder), started_from(run.folder), _before(run)
        )
        facts |= results.counts()
        facts |= {"judged": len(results.results) - results.taken_over, "taken_over": results.taken_over}
    summaries = results.by_rule()
    for rule in RULES:
        found = summaries[rule.id]
        if found.failed:
            counts = {"failing": found.unexpected, "explained": found.explained}
            run.note("check failed", _LEVEL[rule.severity], rule=rule.id, **counts, sentence=found.sentence)
        if found.failed and rule.severity == "error":
            run.blocked = True
            run.reasons.append(f"{rule.id}: {found.sentence}")
        yield dg.AssetCheckResult(
            asset_key=rule.asset,
            check_name=rule.id,
            passed=not found.failed,
            severity=_SEVERITY[rule.severity],
            description=found.sentence,
            metadata={
                "evaluated": found.evaluated,
                "failing": found.unexpected,
                "explained": found.explained,
                "rows": str(found.failing_file or ""),
            },
        )


def _before(run: Run) -> Path | None:
    """Where the findings of the current candidate lie; damaged ones keep no run from taking its place."""
    release = read.current_id(run.home)
    return run.home.releases / "versions" / release / VALIDATION if release else None
