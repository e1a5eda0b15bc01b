"""The forms of a release for people and for the tools they know: each is made from the release's own files.

Here belongs how published figures are laid out in a format that others define. What people's forms show is read once
(`facts`, of `areas` and `figures`) and said in one way (`words`, `marks`). No figure is computed, none is read
from anywhere but the staged folder, and what is public is decided before (`public`): a form of an edition can show
nothing that its database does not hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pipelines import progress
from pipelines.contracts import load
from pipelines.release.database import DATABASE, engine
from pipelines.release.forms import checksums, datapackage, sdmx, site, workbook
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source

FORMS: tuple[Callable[[Facts], None], ...] = (
    sdmx.write,
    workbook.write,
    datapackage.write,
    site.write,
    checksums.write,  # the last: of all files before it
)
"""Each writes its files below the folder; a later one may speak of the files of those before it."""


def write(folder: Path, said: Mapping[str, Any], hashed: Mapping[str, dict[str, Any]] = MappingProxyType({})) -> None:
    """Adds every form to a staged folder. `said`: what the manifest will say of the release, but for its files;
    `hashed`: {bytes, sha256} of files that were hashed already.
    """
    with engine(folder / DATABASE, read_only=True, spill=folder.parent) as connection:
        facts = Facts(Source(folder, load(folder / "documents"), connection, said, dict(hashed)))
        for form in progress.counted("forms written", FORMS):
            with progress.listening(None):
                form(facts)
