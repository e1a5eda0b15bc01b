"""Stage 5: a candidate, published only when every gate is open (looked at again here, from the results on disk)."""

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog
from pipelines.defs.warehouse import dbt_models
from pipelines.release import gates, publish

MARTS = [key for key in dbt_models.keys if key.path[-1].startswith(("mart_", "dim_"))]


@dg.asset(group_name="release", deps=MARTS, backfill_policy=SINGLE_RUN)
def candidate(run: RunParam) -> dg.MaterializeResult:
    """The candidate release: all figures, audited and immutable; `current` names it."""
    try:
        with run.stage("release"):
            release = publish.candidate(run.home, catalog(), run.folder)
    except gates.Shut:
        run.blocked = True
        raise
    run.release_id = release.release_id
    return dg.MaterializeResult(
        metadata={
            "release": release.release_id,
            "folder": dg.MetadataValue.path(str(release.folder)),
            "rows": sum(release.rows.values()),
            **{f"seconds {name}": round(seconds, 2) for name, seconds in run.seconds.items()},
        }
    )
