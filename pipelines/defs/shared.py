"""What the stage modules share: the documents as loaded, the partitions by reference year, the run as a resource."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import dagster as dg

from pipelines import runs
from pipelines.contracts import Catalog, load
from pipelines.contracts.periods import parse
from pipelines.home import Home


@cache
def home() -> Home:
    """The installation the environment names; folders made."""
    return Home.from_environment().create()


@cache
def catalog() -> Catalog:
    """The documents as they were when this process loaded them. Raises ContractError with every fault."""
    return load(home().contracts)


def first_year() -> int:
    """The earliest reference year that any return is due for."""
    return min(parse(table.due.start).year for table in catalog().returns.values())


def years() -> dg.TimeWindowPartitionsDefinition:
    """One partition per reference year, the running one included."""
    return dg.TimeWindowPartitionsDefinition(
        start=f"{first_year():04d}",
        fmt="%Y",
        cron_schedule="0 0 1 1 *",
        end_offset=1,
        timezone=catalog().calendar.time_zone,
    )


SINGLE_RUN = dg.BackfillPolicy.single_run()
"""A backfill of many years is one run, hence one release."""


class RunResource(dg.ConfigurableResource):
    """The run: the writer's lock is held from the first step to the last, and the register learns how it ended."""

    @contextmanager
    def yield_for_execution(self, context: dg.InitResourceContext) -> Iterator[runs.Run]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Begins the run; in-process execution opens this once per run."""
        from pipelines.defs.reconcile import process_tags, reconcile
        from pipelines.defs.retention import forget
        from pipelines.defs.storage import keep_connections

        if context.instance and context.run_id:
            keep_connections(context.instance)
            context.instance.add_run_tags(context.run_id, process_tags())
            reconcile(context.instance, home(), own=context.run_id)
            forget(context.instance, home())
        with runs.begin(home(), releases=_releases(context), job_run=context.run_id or "") as run:
            try:
                yield run
            finally:
                if context.instance and context.run_id:
                    context.instance.add_run_tags(context.run_id, _tags(run))


def _tags(run: runs.Run) -> dict[str, str]:
    """What the list of runs in the UI shows, and can be filtered by."""
    told = {"run": run.run_id, "outcome": run.outcome, "release": run.release_id or run.unchanged or ""}
    return {f"yearbook/{name}": value for name, value in told.items() if value}


def _releases(context: dg.InitResourceContext) -> bool:
    """Is the release among what the run is to make? The daemon launches what is partitioned as a run of its own."""
    chosen = context.run.asset_selection if context.run else None
    return not chosen or any(key.path[-1] == "candidate" for key in chosen)


RunParam = dg.ResourceParam[runs.Run]
