"""Stage 5: a candidate, published only when every gate is open (looked at again here, from the results on disk)."""

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog
from pipelines.defs.warehouse import dbt_models
from pipelines.release import gates, publish
from pipelines.runs import VALIDATION
from pipelines.validation.kept import FILE
from pipelines.warehouse import again

MARTS = [key for key in dbt_models.keys if key.path[-1].startswith(("mart_", "dim_"))]


@dg.asset(group_name="release", deps=MARTS, backfill_policy=SINGLE_RUN)
def candidate(run: RunParam) -> dg.MaterializeResult:
    """The candidate release: all figures, audited and immutable; `current` names it."""
    try:
        with run.stage("release") as facts:
            release = publish.candidate(run.home, catalog(), run.folder)
            run.release_id = release.release_id
            again.keep(run.home, run.folder)
            facts |= {
                "release": release.release_id,
                "tables": len(release.rows),
                "rows": sum(release.rows.values()),
                "observations": release.rows["mart_observation"],
                "indicators": release.rows["mart_indicator"],
            }
    except gates.Shut:
        run.blocked = True
        raise
    return dg.MaterializeResult(
        metadata={
            **facts,
            "folder": dg.MetadataValue.path(str(release.folder)),
            "quality_report": dg.MetadataValue.path(str(release.folder / VALIDATION / FILE)),
            "stages": dg.MetadataValue.json(run.stages),
            "rows_of_tables": dg.MetadataValue.table(
                [dg.TableRecord({"table": name, "rows": rows}) for name, rows in sorted(release.rows.items())]
            ),
        }
    )
