"""Editions of a forest, one after the other, made by the release's own protector from private databases."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb

from pipelines.contracts import load
from pipelines.release import build, protect, public, remembered
from pipelines.release.database import DATABASE, engine
from tests.disclosure.forest import Forest

WITHOUT_A_ROW = """
create table dim_area_name (area_code varchar, name_en varchar, name_zh varchar, valid_from date, valid_to date);
create table dim_breakdown (table_id varchar, breakdown varchar, position integer, label_en varchar, label_zh varchar);
create table dim_area_today (area_code varchar, period varchar, from_code varchar);
create table mart_indicator_today as
    select *, 'today' as boundaries, 'none' as conversion, area_level as from_level from mart_indicator limit 0;
create table mart_observation_today as
    select *, 'today' as boundaries, 'none' as conversion, area_level as from_level from mart_observation limit 0;
create table mart_correction (correction_id varchar, table_id varchar, measure_id varchar, area_code varchar,
    period varchar, breakdown varchar, year integer, area_level varchar, state varchar, expected_value bigint,
    source_value bigint, source_status varchar, value bigint, obs_status varchar, qualifier varchar, reason varchar,
    because_en varchar, because_zh varchar, decided_by varchar, decided_on varchar, until_on varchar, document varchar);
create table mart_coverage (table_id varchar, period varchar, unit_code varchar, office varchar, year integer,
    due_on date, is_due boolean, status varchar, is_received boolean, is_on_time boolean, first_prepared_on date,
    prepared_on date, overlay_count bigint, waiting_count bigint, held_count bigint, accepted_count bigint,
    rejected_count bigint);
create table mart_quality (rule_id varchar, asset varchar, severity varchar, year integer, status varchar,
    rows_seen bigint, rows_decided bigint, rows_failed bigint, rows_explained bigint, because_en varchar,
    because_zh varchar);
"""
"""Marts that the views and forms of an edition read, and of which a forest has nothing."""


def editions(forest: Forest, folder: Path, versions: int = 1) -> Iterator[tuple[Path, protect.Protection]]:
    """(the edition's folder, what is protected in it) of each version; each remembers the pools of those before."""
    folder.mkdir(exist_ok=True)
    documents = forest.documents(folder / "documents")
    catalog, before, earlier = load(documents), None, set[remembered.Pool]()
    for version in range(versions):
        candidate = folder / f"candidate-{version}"
        candidate.mkdir()
        shutil.copytree(documents, candidate / "documents")
        forest.database(candidate / DATABASE, version)
        with duckdb.connect(candidate / DATABASE) as connection:
            connection.execute(WITHOUT_A_ROW)
        with engine(spill=folder) as connection:
            if before:
                connection.execute(f"attach {build.text(before / DATABASE)} as last_edition (read_only)")
                earlier |= set(remembered.in_edition(connection, "last_edition"))
            connection.execute(f"attach {build.text(candidate / DATABASE)} as origin (read_only)")
            protected = protect.protection(connection, "origin", catalog, remembered.widest(earlier))
        edition = folder / f"edition-{version + 1:06d}"
        edition.mkdir()
        public.stage(catalog, candidate, edition, protected, lambda source: ({}, []))
        yield edition, protected
        before = edition
