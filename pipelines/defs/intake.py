"""Stage 1 and 2 as an asset: files of the inbox and pending deliveries, through the gate, into landing and register."""

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog
from pipelines.landing import take_in


@dg.asset(group_name="intake", backfill_policy=SINGLE_RUN)
def deliveries(context: dg.AssetExecutionContext, run: RunParam) -> dg.MaterializeResult:
    """Every file received and judged. Each row of the register is one submission with its verdict and receipt."""
    with run.stage("intake") as facts:
        refused = take_in.sweep(run.home, catalog())
        taken = take_in.take_in(run.home, catalog(), run.folder, catalog().programme.language)
        facts |= {
            "deliveries": taken.deliveries,
            "submissions_accepted": taken.accepted,
            "submissions_rejected": taken.rejected,
            "submissions_repeated": taken.repeated,
            "figures": taken.figures,
            "batch": taken.batch_id or "none",
            "refused": refused,
        }
    for sentence in refused:
        context.log.warning(sentence)
    return dg.MaterializeResult(metadata=facts)
