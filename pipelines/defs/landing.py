"""Stage 2 by office and reference year: what stands in landing for each. One partitioned asset per office."""

from __future__ import annotations

from collections import Counter

import dagster as dg

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog, years
from pipelines.landing import register


def _office(office: str, title: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", office],
        deps=["deliveries"],
        partitions_def=years(),
        backfill_policy=SINGLE_RUN,
        group_name="landing",
        description=f"{title}: accepted figures, by the year in which their period ends.",
    )
    def landing(context: dg.AssetExecutionContext, run: RunParam) -> None:
        figures: Counter[int] = Counter()
        verdicts: dict[int, Counter[str]] = {}
        for row in register.export(run.home):
            if row["office"] == office:
                verdicts.setdefault(row["year"], Counter())[row["verdict"]] += 1
                figures[row["year"]] += row["figures"] if row["verdict"] == "accepted" else 0
        for key in context.partition_keys:
            counts = verdicts.get(int(key), Counter())
            context.add_asset_metadata(
                {
                    "rows": figures[int(key)],
                    "status": "received" if counts["accepted"] else "not received",
                    "submissions accepted": counts["accepted"],
                    "submissions rejected": counts["rejected"],
                },
                partition_key=key,
            )

    return landing


offices = [_office(office.id, office.title.en) for office in catalog().programme.offices]
