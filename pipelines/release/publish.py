"""The candidate: a release of all figures of one run, for those inside. Gates first, then the `protocol`.

Nothing here decides what the public may see: that is `edition`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from pipelines.contracts.catalog import Catalog
from pipelines.home import Home
from pipelines.landing import register
from pipelines.release import build, content, gates, protocol, read, unchanged
from pipelines.release.database import DATABASE
from pipelines.release.linked import Before
from pipelines.release.manifest import ReleaseError
from pipelines.release.protocol import Release, Staged
from pipelines.release.sources import batches, checks, keep_dbt, keys, missing_batches
from pipelines.runs import VALIDATION
from pipelines.warehouse.again import started_from
from pipelines.warehouse.build import target, tested, warehouse


def candidate(home: Home, catalog: Catalog, run_folder: Path) -> Release:
    """Publishes a candidate from a run's private build. Raises gates.Shut or ReleaseError; the old one then stands."""
    shut = gates.reasons(catalog, run_folder)
    if shut:
        raise gates.Shut(shut)
    _refuse_older(home, read.current_id(home), run_folder)

    def fill(staging: Path, release_id: str, parent: str | None) -> Staged:
        before = _before(home, catalog, run_folder)
        tables = build.stage(catalog, run_folder, home.contracts, staging, before)
        shutil.copytree(run_folder / VALIDATION, staging / VALIDATION)
        keep_dbt(target(run_folder), staging / VALIDATION)
        facts = {
            "run": run_folder.name,
            "programme": catalog.programme.programme,
            "fictitious": catalog.programme.fictitious,
            "documents": catalog.files,
            **unchanged.facts(run_folder),
            "checks": checks(run_folder / VALIDATION),
            "warehouse": tested(run_folder),
            "whole_bytes": before.said["whole_bytes"] if before else (staging / DATABASE).stat().st_size,
        }
        return Staged(tables, keys(target(run_folder), tables) | build.KEYS, facts, before=before)

    return protocol.publish(home, protocol.CANDIDATE, fill)


def _before(home: Home, catalog: Catalog, run_folder: Path) -> Before | None:
    """The current candidate, if this run's build started from the one that it was made from, all else that makes a
    release is as it was, and its manifest is the one that was published.
    """
    import duckdb

    again, release_id = started_from(run_folder), read.current_id(home)
    said = protocol.said(home, release_id)
    here = {
        "warehouse": again.warehouse if again else "", "documents": catalog.files, "code": unchanged.software(),
        "engine": f"duckdb {duckdb.__version__}", "hashed": content.SUMS,
    }  # fmt: skip
    if again is None or release_id is None or any(said.get(name) != value for name, value in here.items()):
        return None
    if register.release_digest(home, release_id) != said["digest"]:
        return None
    years = [f"{year:04d}" if year else content.NO_YEAR for year in sorted(again.years)]
    found = Before(home.releases / "versions" / release_id, said, years)
    return found if found.serves(warehouse(run_folder)) else None


def _refuse_older(home: Home, parent: str | None, run_folder: Path) -> None:
    """An older run never publishes last: a new release knows every batch of figures that the current one knows."""
    lost = missing_batches(protocol.said(home, parent).get("batches", {}), batches(run_folder))
    if lost:
        raise ReleaseError(
            f"The run {run_folder.name} does not know {len(lost)} of the batches in {parent}, "
            "which is newer; run again."
        )
