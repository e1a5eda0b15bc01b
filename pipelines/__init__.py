"""Yearbook: yearly returns of a county's offices turned into published, validated, recomputable statistics.

Packages, from the documents up: contracts, intake, landing, warehouse, validation, release, demo, then defs (Dagster)
and cli. Each imports only what stands before it. Nothing is imported here: a command pays for what it uses.
"""

__version__ = "0.1.0"
