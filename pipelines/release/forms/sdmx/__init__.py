"""SDMX-ML 2.1: `sdmx/structure.xml`, `sdmx/indicators.xml` and `sdmx/observations.xml` of a release.

Here belong the two data structures (`flows`), the lists their codes come from (`lists`), the codes themselves (`codes`)
and how both messages are written (`structure`, `data`). What a figure is called, and why it is missing, is said by the
documents and by the message catalogue.
"""

from __future__ import annotations

from pipelines.release.forms.facts import Facts
from pipelines.release.forms.sdmx import data, structure
from pipelines.release.forms.sdmx.flows import FLOWS

FOLDER = "sdmx"


def write(facts: Facts) -> None:
    """Writes the structure message, and a data message for each dataflow."""
    source = facts.source
    folder = source.folder / FOLDER
    folder.mkdir()
    structure.write(source, folder / "structure.xml")
    for flow in FLOWS:
        data.write(source, flow, folder / f"{flow.id.lower()}.xml")
