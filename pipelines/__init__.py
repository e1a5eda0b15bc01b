"""Yearbook: yearly returns of a county's offices turned into published, validated, recomputable statistics.

Packages, from the documents up: contracts, intake, landing, warehouse, validation, release, demo, then defs (Dagster)
and cli. Each imports only what stands before it. Nothing of ours is imported here: a command pays for what it uses.
"""

import gc
import os

os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")  # or it asks every installed package whether it is one: 25 ms
gc.set_threshold(50_000)  # not 700: a command keeps most of what it makes, and looking cost 3 to 4 percent of its CPU

__version__ = "0.1.0"
