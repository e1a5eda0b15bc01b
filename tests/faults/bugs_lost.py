"""Planted bugs of what must be durable once a command is done, and of what must come of one; `bugs` takes them over.

name -> (section, bounded trials that break, edits: module, text that stands there once, what it becomes).
"""

from __future__ import annotations

from tests.faults.bugs_host import Planted

BACKUP = "pipelines.release.backup"

BUGS: dict[str, Planted] = {
    "the last edition's pointer is removed without a flush": (
        "lost", ("withdraw: the end",),
        (
            (
                "pipelines.release.pointer", "        path.unlink()\n        sync_folder(home.releases)\n",
                "        path.unlink()\n",
            ),
        ),
    ),
    "a backup's folders are not flushed": (
        "lost", ("backup: the end",),
        ((BACKUP, "    sync_folders((target, *(folder.parent for folder in new)))", "    pass"),),
    ),
    "a restored register is not flushed": (
        "lost", ("restore: the end",), ((BACKUP, "    sync_file(place)\n", ""),),
    ),
    "a file leaves quarantine before it is durable among the originals": (
        "lost", ("intake: chain 1 of 2",),
        (("pipelines.intake.store", "(*into, *out_of)", "(*out_of, *into)"),),
    ),
    "a backup leaves figures out": (
        "kills", ("backup: chain 1 of 1",),
        (
            (
                BACKUP, "            if path not in left and not (",
                '            if path not in left and path.suffix != ".parquet" and not (',
            ),
        ),
    ),
    "another decision is recorded than was made": (
        "kills", ("decide: chain 1 of 1",),
        (
            (
                "pipelines.landing.decisions", "            whole = row | said |",
                '            whole = row | said | {"outcome": "refuse"} |',
            ),
        ),
    ),
    "the older edition's pointer is removed before the newer one's is made": (
        "kills", ("edition: chain 2 of 3",),
        (
            (
                "pipelines.release.pointer", "    temporary.replace(home.releases / name)\n",
                "    name == LATEST_EDITION and (home.releases / name).unlink(missing_ok=True)\n"
                "    temporary.replace(home.releases / name)\n",
            ),
        ),
    ),
}  # fmt: skip
