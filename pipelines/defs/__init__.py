"""Dagster: the only code that imports it. Each module turns a stage's functions into assets or checks, no more."""
