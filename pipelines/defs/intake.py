"""Stage 1 and 2 as an asset: files of the inbox and pending deliveries, through the gate, into landing and register."""

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog
from pipelines.landing import take_in


@dg.asset(group_name="intake", backfill_policy=SINGLE_RUN)
def deliveries(context: dg.AssetExecutionContext, run: RunParam) -> dg.MaterializeResult:
    """Every file received and judged. Each row of the register is one submission with its verdict and receipt."""
    with run.stage("intake"):
        refused = take_in.sweep(run.home, catalog())
        taken = take_in.take_in(
            run.home,
            catalog(),
            run.folder,
            catalog().programme.language,
            lambda done, of: context.log.debug(f"judged {done} of {of}"),
        )
    for sentence in refused:
        context.log.warning(sentence)
    return dg.MaterializeResult(
        metadata={
            "deliveries": taken.deliveries,
            "submissions accepted": taken.accepted,
            "submissions rejected": taken.rejected,
            "submissions repeated": taken.repeated,
            "figures": taken.figures,
            "batch": taken.batch_id or "none",
            "refused": refused,
        }
    )
