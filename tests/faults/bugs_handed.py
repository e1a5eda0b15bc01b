"""Planted bugs of what one step hands on to the next, or to a person; `bugs` takes them over.

name -> (section, bounded trials that break, edits: module, text that stands there once, what it becomes).
"""

from __future__ import annotations

from tests.faults.bugs_host import Planted

BACKUP = "pipelines.release.backup"

BUGS: dict[str, Planted] = {
    "audit read back, not compared": (
        "damage", ("staged changed 0", "staged changed 1"),
        (("pipelines.release.protocol", "        if found[place] != tables:\n", "        if False:\n"),),
    ),
    "a staged document is believed": (
        "damage", ("staged changed 2",),
        (
            (
                "pipelines.release.protocol",
                '        if files.get(f"documents/{name}", {}).get("sha256") != digest:\n',
                "        if False:\n",
            ),
        ),
    ),
    "an edition is made of a candidate nobody verified": (
        "damage", ("signed flipped 0",),
        (("pipelines.release.edition", "    faults = verify.verify(home, candidate.name)\n", "    faults = []\n"),),
    ),
    "restore does not compare digests": (
        "damage", ("backup flipped 0",),
        ((BACKUP, '    if file_digest(place) != entry["sha256"]:\n', "    if False:\n"),),
    ),
    "a backup's manifest is not held against its digest": (
        "damage", ("backup changed 0",),
        ((BACKUP, "    if data != (_json(said) if earlier else _text(said)):\n", "    if False:\n"),),
    ),
    "a backup is named by the clock alone": (
        "clock", ("kept",), ((BACKUP, "    return now if now > last else", "    return now if now else"),),
    ),
    "what somebody is just delivering is copied": (
        "together", ("backup beside deliver",),
        (
            (
                BACKUP, 'not in left and not (path.name.startswith(".") and path.name.endswith(".tmp"))',
                "not in left",
            ),
        ),
    ),
    "a folder in the place of a pointer is found by the swap": (
        "lost", ("by hand: a folder where the pointer was",),
        (("pipelines.release.pointer", "    _refuse_folders(home)\n", ""),),
    ),
    "an answer's cells may take any memory": (
        "questions", ("answers 0",), (("pipelines.release.session", "        if left < 0:\n", "        if False:\n"),),
    ),
}  # fmt: skip
