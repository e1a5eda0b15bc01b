"""Stage 1 and 2 as an asset: files of the inbox and pending deliveries, through the gate, into landing and register."""

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog
from pipelines.landing import take_in


@dg.asset(group_name="intake", backfill_policy=SINGLE_RUN)
def deliveries(context: dg.AssetExecutionContext, run: RunParam) -> dg.MaterializeResult:
    """Every file received and judged. Each row of the register is one submission with its verdict and receipt."""
    with run.stage("intake") as facts:
        facts |= take_in.intake(run.home, catalog(), run.folder)
    for sentence in facts["refused"]:
        context.log.warning(sentence)
    return dg.MaterializeResult(metadata=facts)
