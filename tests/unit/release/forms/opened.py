"""A release's SDMX as an independent client reads it, and its marts in the same shape, to be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import sdmx

from pipelines.release.forms.sdmx.codes import original

Key = tuple[str, ...]
Figure = dict[str, str]
"""Component -> text; what is missing has no entry."""

MARTS = {
    "INDICATORS": """
        select indicator_id, area_code, breakdown, period, value_text, obs_status, m.reason, m.qualifier, m.numerator,
            m.denominator, lower_limit, upper_limit, m.upper_value, headline_text, break_id, verdict, reliability
        from mart_indicator m left join (
            select indicator_id, area_code, period, breakdown, verdict, reliability from mart_scorecard
        ) using (indicator_id, area_code, period, breakdown)
        """,
    "OBSERVATIONS": """
        select table_id || '.' || measure_id, area_code, breakdown, period, value, obs_status, reason, qualifier,
            origin, not_allocable, correction_id
        from mart_observation
        """,
}
COMPONENTS = {
    "INDICATORS": "OBS_VALUE OBS_STATUS REASON QUALIFIER NUMERATOR DENOMINATOR LOWER_LIMIT UPPER_LIMIT UPPER_VALUE "
    "HEADLINE SERIES_BREAK VERDICT RELIABILITY",
    "OBSERVATIONS": "OBS_VALUE OBS_STATUS REASON QUALIFIER ORIGIN NOT_ALLOCABLE CORRECTION",
}


def structure(folder: Path) -> Any:
    """The structure message of a release."""
    return sdmx.read_sdmx(folder / "sdmx" / "structure.xml")


def message(folder: Path, flow: str) -> Any:
    """A data message of a release, read by its structure."""
    return sdmx.read_sdmx(folder / "sdmx" / f"{flow.lower()}.xml", structure=structure(folder).structure[flow])


def read(folder: Path, flow: str) -> dict[Key, Figure]:
    """(subject, area, breakdown, period) -> what the message says of the figure. Twice the same key is an error."""
    subject = {"INDICATORS": "INDICATOR", "OBSERVATIONS": "MEASURE"}[flow]
    found: dict[Key, Figure] = {}
    for observation in message(folder, flow).data[0].obs:
        key = observation.key
        codes = (original(str(key[name].value)) for name in (subject, "REF_AREA", "BREAKDOWN"))
        place = (*codes, str(key["TIME_PERIOD"].value))
        assert place not in found
        figure = {name: str(said.value) for name, said in observation.attached_attribute.items()}
        if observation.value is not None:
            figure["OBS_VALUE"] = observation.value
        found[place] = figure
    return found


def marts(folder: Path, flow: str, where: str = "true") -> dict[Key, Figure]:
    """The same of the release's database."""
    with duckdb.connect(folder / "yearbook.duckdb", read_only=True) as connection:
        rows = connection.execute(f"select columns(*)::varchar from ({MARTS[flow]}) where {where}").fetchall()
    names = COMPONENTS[flow].split()
    return {
        row[:4]: {name: cell for name, cell in zip(names, row[4:], strict=True) if cell not in (None, "")}
        for row in rows
    }


def compared(folder: Path, flow: str, where: str = "true") -> int:
    """Holds every figure of a data message against the mart. Returns how many there are."""
    expected, found = marts(folder, flow, where), read(folder, flow)
    confidentiality = {key: figure.pop("CONF_STATUS") for key, figure in found.items()}
    assert found == expected
    free = "F" if folder.name.startswith("edition") else "N"
    for key, figure in found.items():
        assert confidentiality[key] == ("C" if figure["OBS_STATUS"] == "Q" else free), key
    return len(found)
