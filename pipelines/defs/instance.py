"""DAGSTER_HOME: made once, before anything starts at the same time. Imports no Dagster: the command stays light.

SQLite storage under YEARBOOK_HOME; a `dagster.yaml` that already stands there (PostgreSQL, say) is left alone.
"""

from __future__ import annotations

import os
from pathlib import Path

from pipelines.home import PROJECT, Home

SETTINGS = """\
# Written once by yearbook; yours to edit.
telemetry:
  enabled: false
nux:  # no window that asks visitors for their mail address
  enabled: false
concurrency:
  runs:
    max_concurrent_runs: 1
run_monitoring:  # a run that hangs keeps all later ones waiting
  enabled: true
  start_timeout_seconds: 600
  max_runtime_seconds: 14400
event_log_storage:
  module: pipelines.defs.event_log
  class: PooledSqliteEventLogStorage
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days: 30
"""


def prepare(home: Home) -> Path:
    """Creates DAGSTER_HOME with its settings if they are not there. Returns the folder."""
    home.dagster.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = home.dagster / "dagster.yaml"
    if not settings.exists():
        settings.write_text(SETTINGS, encoding="utf-8")
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
