"""The private build: what dbt reads is laid out here, dbt is run here, and what went wrong becomes sentences here.

The SQL lives in `dbt_project/`. Nothing here computes a figure, reads a delivered file or publishes anything.
"""
