"""The sections by name, in the order in which they run and are told."""

from __future__ import annotations

SECTIONS = (
    "kills",
    "errors",
    "disk",
    "lost",
    "damage",
    "clock",
    "together",
    "readers",
    "hostile",
    "fuzzed",
    "questions",
    "same",
    "nights",
)
"""Each is a module of `sections`."""
