"""The gate of confidentiality: no edition goes out of which the adversary can work out a small figure.

Only which editions it is shown; what can be worked out is `pipelines.adversary`'s word, which knows nothing of how
figures are protected.
"""

from __future__ import annotations

from pathlib import Path

from pipelines.adversary import Audit, audit
from pipelines.home import Home
from pipelines.release import protocol, read
from pipelines.release.gates import Shut
from pipelines.release.manifest import ReleaseError

FIRST = 10
"""Leaks that are told one by one."""


def gate(home: Home, staging: Path) -> Audit:
    """Audits a staged edition beside all that were made, withdrawn ones too: who has them still has them. Raises
    gates.Shut.
    """
    found = audit([*_before(home, staging.name), staging], last=1)
    if found.leaks:
        more = [f"... and {len(found.leaks) - FIRST:,} more."] if len(found.leaks) > FIRST else []
        raise Shut(["It would tell what is confidential.", *(f"  {leak}" for leak in found.leaks[:FIRST]), *more])
    return found


def of_edition(home: Home, release_id: str = read.LATEST_EDITION) -> Audit:
    """Audits an edition that was made, beside those before it. Raises ReleaseError."""
    folder = read.folder_of(home, release_id).resolve()
    if protocol.said(home, folder.name).get("kind") != protocol.EDITION.name:
        raise ReleaseError(f"{folder.name} is no edition; what is confidential is in every candidate.")
    return audit([*_before(home, folder.name), folder], last=1)


def _before(home: Home, edition: str) -> list[Path]:
    """The folders of the editions made before one, oldest first."""
    made = [entry["release_id"] for entry in read.list_releases(home) if entry["kind"] == protocol.EDITION.name]
    earlier = sorted((id for id in made if _number(id) < _number(edition)), key=_number)
    return [home.releases / "versions" / id for id in earlier]


def _number(release_id: str) -> int:
    return int(release_id.rpartition("-")[2])
