"""Stages 3 and 4: the catalog and the landing as dbt's sources, and dbt's models and tests as assets and checks."""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings, DbtCliResource, dbt_assets
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from packaging.version import Version

from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog, home
from pipelines.landing import batches, decisions, register
from pipelines.release.unchanged import unchanged
from pipelines.warehouse import again, build, spark
from pipelines.warehouse import inputs as dbt_inputs


class Anew(dg.Config):
    """Build, validate and release also when nothing has changed since the current release."""

    anew: bool = False


@dg.asset(
    deps=[["landing", office.id] for office in catalog().programme.offices],
    group_name="landing",
    backfill_policy=SINGLE_RUN,
    output_required=False,  # nothing new: nothing further is begun
)
def inputs(context: dg.AssetExecutionContext, config: Anew, run: RunParam) -> Iterator[dg.MaterializeResult]:
    """Definitions, submissions and committed batches, laid out as the Parquet that dbt's sources name."""
    with run.stage("inputs") as facts:
        again.clear(run.home)
        files = batches.sound(run.home)
        decided = decisions.export(run.home)
        dbt_inputs.write(catalog(), run.folder, register.export(run.home), files, decisions=decided)
        run.anew = config.anew
        run.unchanged = None if config.anew else unchanged(run.home, catalog(), run.folder)
        facts |= {"batches": len(files), "unchanged_since": run.unchanged or "none"}
    if run.unchanged:
        context.log.info(f"Nothing new since {run.unchanged}.")
    else:
        yield dg.MaterializeResult(metadata=facts)


class Translator(DagsterDbtTranslator):
    """Groups are dbt's folders; sources are the assets above."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below `models/`."""
        return dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 2 else None

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """All sources are the one asset above; a model has its plain name."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey("inputs")
        return dg.AssetKey(dbt_resource_props["name"])


class Dbt(DbtCliResource):
    """dbt as a subprocess only: no adapter handle in this process (it would keep the file's lock), no version probe."""

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        return None

    @property
    def _cli_version(self) -> Version:  # pyright: ignore[reportIncompatibleVariableOverride]
        from dbt.version import __version__

        return Version(__version__)


@dbt_assets(
    manifest=build.manifest(home()),
    name="dbt_models",
    dagster_dbt_translator=Translator(DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True)),
    backfill_policy=SINGLE_RUN,
)
def dbt_models(context: dg.AssetExecutionContext, run: RunParam, dbt: Dbt) -> Iterator[Any]:
    """Builds and tests every model in this run's private build."""
    with run.stage("warehouse") as facts:
        build.parsed(run.home, run.folder)
        years = None if run.anew or context.is_subset else again.start(run.home, run.folder)
        facts["built"] = "whole" if years is None else ", ".join(map(str, years)) or "no year"
        with spark.lent(run.folder) as lent:
            try:
                words = build.arguments(lent=lent)
                told = dbt.cli(words, context=context, target_path=build.target(run.folder), raise_on_error=True)
                follow = build.follower()
                for event in told.stream_raw_events():
                    follow(event.raw_event)
                    yield from event.to_default_asset_events(
                        told.manifest, told.dagster_dbt_translator, told.context, told.target_path, told.project
                    )
            except DagsterDbtCliRuntimeError as error:
                raise build.WarehouseError.from_results(build.target(run.folder)) from error
        again.finish(run.home, run.folder)
        facts |= build.counts(build.target(run.folder))
