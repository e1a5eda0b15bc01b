"""What was known at a time, as a job of its own: nothing is published, and no run of the nightly job waits for it."""

import dagster as dg
from pydantic import Field

from pipelines.defs.shared import home


class AsOf(dg.Config):
    """When: asked of the store, under the documents of then (see `pipelines.release.as_of`)."""

    as_of: str = Field(
        description="A time (YYYY-MM-DD, or with hours and offset), or a release: its id, `current`, `latest_edition`."
    )


@dg.op
def known_then(context: dg.OpExecutionContext, config: AsOf) -> None:
    """Computes all marts from the submissions and decisions known then. The answer stays in the cache."""
    from pipelines.release import as_of

    known = as_of.asked(home(), config.as_of)
    documents = known.documents or "today"
    context.add_output_metadata({"database": dg.MetadataValue.path(str(known.database)), "documents": documents})
    context.log.info(f"What was known as of {config.as_of} is in {known.database}. {known.said}")


@dg.job(
    executor_def=dg.in_process_executor,
    description="The marts as known at a time, or by a release: a DuckDB file in the cache, published nowhere.",
)
def as_of() -> None:
    """One step: `known_then`."""
    known_then()
