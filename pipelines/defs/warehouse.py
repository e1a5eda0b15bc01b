"""Stages 3 and 4: the catalog and the landing as dbt's sources, and dbt's models and tests as assets and checks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, dbt_assets
from packaging.version import Version

from pipelines.contracts import tables
from pipelines.defs.shared import SINGLE_RUN, RunParam, catalog, home
from pipelines.landing import batches, register
from pipelines.warehouse import build, inputs

SOURCES = [*tables.COLUMNS, *inputs.FROM_REGISTER]
"""Names of dbt's sources, one Parquet each."""


@dg.multi_asset(
    name="inputs",
    specs=[
        dg.AssetSpec(["inputs", name], deps=[["landing", office.id] for office in catalog().programme.offices], group_name="landing")
        for name in SOURCES
    ],
    backfill_policy=SINGLE_RUN,
)
def sources(run: RunParam) -> Iterator[dg.MaterializeResult]:
    """Definitions, submissions and committed batches, laid out for dbt to read."""
    with run.stage("inputs"):
        inputs.write(catalog(), run.folder, register.export(run.home), batches.committed(run.home))
    for name in SOURCES:
        yield dg.MaterializeResult(asset_key=["inputs", name])


class Translator(DagsterDbtTranslator):
    """Groups are dbt's folders; sources are the assets above."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """The folder below `models/`."""
        return dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 2 else None

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        """`inputs/<name>` for a source, else the model's plain name."""
        if dbt_resource_props["resource_type"] == "source":
            return dg.AssetKey(["inputs", dbt_resource_props["name"]])
        return dg.AssetKey(dbt_resource_props["name"])


class Dbt(DbtCliResource):
    """dbt as a subprocess only: no adapter handle in this process (it would keep the file's lock), no version probe."""

    def _initialize_dbt_core_adapter(self, args: Any) -> Any:
        return None

    @property
    def _cli_version(self) -> Version:
        from dbt.version import __version__

        return Version(__version__)


@dbt_assets(
    manifest=build.manifest(home()),
    name="dbt_models",
    dagster_dbt_translator=Translator(),
    backfill_policy=SINGLE_RUN,
)
def dbt_models(context: dg.AssetExecutionContext, run: RunParam, dbt: Dbt) -> Iterator[Any]:
    """Builds and tests every model in this run's private build."""
    with run.stage("warehouse"):
        try:
            yield from dbt.cli(
                build.arguments(run.folder), context=context, target_path=run.folder / "dbt", raise_on_error=True
            ).stream()
        except Exception as error:
            raise build.WarehouseError.from_results(run.folder / "dbt") from error


@dg.definitions
def resources() -> dg.Definitions:
    """The dbt command line."""
    dbt = Dbt(
        project_dir=str(build.PROJECT), profiles_dir=str(build.PROJECT), dbt_executable=build.executable()
    )
    return dg.Definitions(resources={"dbt": dbt})
