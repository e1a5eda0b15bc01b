"""DAGSTER_HOME: made once, before anything starts at the same time. Imports no Dagster: the command stays light.

Dagster keeps its records in SQLite under YEARBOOK_HOME, or in PostgreSQL where YEARBOOK_POSTGRES_URL names a database;
a `dagster.yaml` that already stands there is left alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.home import PROJECT, Home, Unusable, write_durably

POSTGRES = "YEARBOOK_POSTGRES_URL"
"""The variable that names the database, password and all: `dagster.yaml` holds its name only."""

SETTINGS = """\
# Written once by yearbook; yours to edit.
telemetry:
  enabled: false
nux:  # no window that asks visitors for their mail address
  enabled: false
run_queue:  # one at a time; a run whose code server is being started waits for it
  max_concurrent_runs: 1
  max_user_code_failure_retries: 20
  user_code_failure_retry_delay: 15
run_monitoring:  # a run that hangs keeps all later ones waiting
  enabled: true
  start_timeout_seconds: 600
  max_runtime_seconds: 14400
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: 30
"""
IN_SQLITE = """\
event_log_storage:
  module: pipelines.defs.event_log
  class: PooledSqliteEventLogStorage
"""
IN_POSTGRES = f"""\
storage:
  postgres:
    postgres_url:
      env: {POSTGRES}
"""


def prepare(home: Home) -> Path:
    """Creates DAGSTER_HOME with its settings if they are not there. Returns the folder.

    Raises Unusable where the settings and the environment name different storages.
    """
    home.dagster.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings, wanted = home.dagster / "dagster.yaml", bool(os.environ.get(POSTGRES))
    if not settings.exists():
        write_durably(settings, (SETTINGS + (IN_POSTGRES if wanted else IN_SQLITE)).encode())
    named = POSTGRES in settings.read_text(encoding="utf-8", errors="replace")
    if named and not wanted:
        raise Unusable(f"{settings} keeps Dagster's records in PostgreSQL, but {POSTGRES} is not set.")
    if wanted and not named:
        raise Unusable(
            f"{POSTGRES} is set, but {settings} does not use it. Move that file away and it is written anew; what "
            "stands in the storage that it names is not carried over."
        )
    return home.dagster


def environment(home: Home) -> dict[str, str]:
    """Variables a Dagster process needs: where its state is, where ours is, and that nothing leaves the machine."""
    return {
        "DAGSTER_HOME": str(home.dagster),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DO_NOT_TRACK": "1",
        "PYTHONSAFEPATH": "1",  # nor is a module taken from the folder of whoever calls
        "PYTHONPATH": os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH")))),
        "GX_ANALYTICS_ENABLED": "false",
        "YEARBOOK_HOME": str(home.root),
        "YEARBOOK_CONTRACTS": str(home.contracts),
    }
