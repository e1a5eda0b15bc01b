"""Dagster: the only code that imports it. Each module turns one stage's functions into assets or checks, and no more."""
