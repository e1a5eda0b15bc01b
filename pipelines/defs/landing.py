"""Stage 2 by office and reference year: what stands in landing for each. One partitioned asset per office.

Materializing years that a person chose is a backfill of them: their stored returns are read again.
"""

from collections import Counter

import dagster as dg

from pipelines.contracts.periods import parse
from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog, years
from pipelines.landing import register
from pipelines.landing.backfill import Asked
from pipelines.landing.reread import reread
from pipelines.landing.restore import restore
from pipelines.runs import Run


def _asked(context: dg.AssetExecutionContext) -> list[str]:
    """The years a person chose on the partition page; none in a nightly run, which covers whatever stands."""
    return list(context.partition_keys) if context.has_partition_key or context.has_partition_key_range else []


def _read_again(context: dg.AssetExecutionContext, run: Run, office: str) -> dict[str, dict[str, int]]:
    """The chosen years of an office, read again. Returns metadata by partition."""
    chosen = tuple(int(key) for key in _asked(context))
    if not chosen:
        return {}
    with run.stage("landing") as facts:
        told = restore(run.home, catalog())
        done = reread(run.home, catalog(), Asked(chosen, frozenset({office})))
        facts |= {"office": office, "years_read_again": len(done)}
    for sentence in (*told, *(sentence for year in done for sentence in year.sentences)):
        context.log.warning(sentence)
    return {
        f"{year.year:04d}": {"deliveries_read_again": year.deliveries, "submissions_landed_anew": year.accepted}
        for year in done
    }


def _office(office: str, title: str) -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", office],
        deps=["deliveries"],
        partitions_def=years(),
        backfill_policy=SINGLE_RUN,
        group_name="landing",
        description=f"{title}: accepted figures, by the year in which their period ends. Choosing years reads their "
        "stored returns again, under today's documents (`yearbook backfill`).",
    )
    def landing(context: dg.AssetExecutionContext, run: RunParam) -> None:
        again = _read_again(context, run, office)
        figures: Counter[int] = Counter()
        verdicts: dict[int, Counter[str]] = {}
        for row in register.standing(run.home, office):
            year = parse(row["period"]).year if row["period"] else 0  # 0: of rejected ones that do not say
            verdicts.setdefault(year, Counter())[row["verdict"]] += row["count"]
            figures[year] += row["figures"] if row["verdict"] == "accepted" else 0
        known = {f"{year:04d}": counts for year, counts in verdicts.items() if year}
        for key in _asked(context) or sorted(known):
            counts = known.get(key, Counter())
            metadata = {
                "dagster/partition_row_count": figures[int(key)],
                "status": "received" if counts["accepted"] else "not received",
                "submissions_accepted": counts["accepted"],
                "submissions_rejected": counts["rejected"],
                **again.get(key, {}),
            }
            context.log_event(dg.AssetMaterialization(context.asset_key, partition=key, metadata=metadata))

    return landing


offices = [_office(office.id, office.title.en) for office in catalog().programme.offices]
