"""The private build: lays out what dbt reads, runs dbt, and turns what went wrong into sentences.

The SQL lives in `dbt_project/`. Nothing here computes a figure, reads a delivered file or publishes anything.
"""
