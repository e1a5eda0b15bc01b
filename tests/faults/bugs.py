"""Bugs that the bounded suite must catch: each a small change of the product that breaks a promise.

To add one, say in which module what text becomes what (it must stand there exactly once), and which bounded trials of
which section must break. Only data here, and only the standard library: it
is loaded at the start of every process in which a bug is planted (`planting`).
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.faults import bugs_handed, bugs_host, bugs_lost, bugs_world


@dataclass(frozen=True)
class Bug:
    """edits: (module, text, what it becomes); trials: those that break."""

    section: str
    trials: tuple[str, ...]
    edits: tuple[tuple[str, str, str], ...]


HOME, TAKE_IN, STORE = "pipelines.home", "pipelines.landing.take_in", "pipelines.intake.store"
PROTOCOL, POINTER, PRUNE = "pipelines.release.protocol", "pipelines.release.pointer", "pipelines.release.prune"
EDITION, BATCHES, INBOX = "pipelines.release.edition", "pipelines.landing.batches", "pipelines.landing.inbox"
_SWAP = "        pointer.swap(home, release_id, kind.pointer)\n"

BUGS: dict[str, Bug] = {
    "files are not flushed": Bug(
        "lost",
        ("candidate: chain 1 of 2",),
        (
            (HOME, "            os.fsync(stream.fileno())\n", ""),
            (
                HOME,
                "    handle = os.open(path, os.O_RDONLY)\n    try:\n        os.fsync(handle)\n",
                "    handle = os.open(path, os.O_RDONLY)\n    try:\n        pass\n",
            ),
        ),
    ),
    "folders are not flushed": Bug(
        "lost",
        ("intake: chain 1 of 2",),
        ((HOME, "os.O_DIRECTORY)\n    try:\n        os.fsync(handle)\n", "os.O_DIRECTORY)\n    try:\n        pass\n"),),
    ),
    "published before it is audited": Bug(
        "kills",
        ("candidate: chain 1 of 3",),
        (
            (
                PROTOCOL,
                "        views = _audit(staging, staged)\n",
                "        pointer.swap(home, release_id, kind.pointer)\n        views = _audit(staging, staged)\n",
            ),
        ),
    ),
    "the manifest is there before the files": Bug(
        "kills",
        ("candidate: chain 2 of 3",),
        (
            (
                PROTOCOL,
                "        staging.rename(final)\n",
                "        final.mkdir(mode=kind.mode)\n        write_durably(final / manifest.FILE, described, 0o444)\n"
                "        [path.rename(final / path.name) for path in sorted(staging.iterdir())]\n"
                "        staging.rmdir()\n",
            ),
        ),
    ),
    "the pointer is swapped before the manifest is written": Bug(
        "kills",
        ("candidate: chain 3 of 3",),
        (
            (
                PROTOCOL,
                "    write_durably(final / manifest.FILE, described, 0o444)\n",
                "    pointer.swap(home, release_id, kind.pointer)\n"
                "    write_durably(final / manifest.FILE, described, 0o444)\n",
            ),
        ),
    ),
    "an edition's pointer is swapped before its manifest is written": Bug(
        "kills",
        ("edition: chain 2 of 3",),
        (
            (
                PROTOCOL,
                "    write_durably(final / manifest.FILE, described, 0o444)\n",
                "    pointer.swap(home, release_id, kind.pointer)\n"
                "    write_durably(final / manifest.FILE, described, 0o444)\n",
            ),
        ),
    ),
    "an edition is approved after it is published": Bug(
        "kills",
        ("edition: chain 3 of 3",),
        (
            (PROTOCOL, "        staged.before_rename()\n", ""),
            (
                PROTOCOL,
                "    pointer.write_twin(home, kind.pointer)\n",
                "    pointer.write_twin(home, kind.pointer)\n    staged.before_rename()\n",
            ),
        ),
    ),
    "the register names a batch before its file is whole": Bug(
        "kills",
        ("intake: chain 3 of 4",),
        (
            (
                TAKE_IN,
                "            self.taken.batch_id = self.taken.batch_id or batch_id\n",
                "            self.taken.batch_id = self.taken.batch_id or batch_id\n"
                "            late = batches.path(self.home, batch_id)\n            late.rename(self.chunks / 'late')\n",
            ),
            (
                TAKE_IN,
                '        journal.notes(self.home, "delivery judged"',
                "        (self.chunks / 'late').rename(late)\n        journal.notes(self.home, \"delivery judged\"",
            ),
        ),
    ),
    "a file leaves the inbox before the register knows it": Bug(
        "kills",
        ("intake: chain 1 of 4",),
        (
            (
                INBOX,
                "            received.append((path, before))\n",
                "            received.append((path, before))\n            path.unlink()\n",
            ),
        ),
    ),
    "batches of killed runs are not removed": Bug(
        "kills",
        ("intake: chain 2 of 4",),
        ((BATCHES, "    for file in left:\n        file.unlink()\n", ""),),
    ),
    "what current names is pruned": Bug(
        "kills", ("prune: chain 1 of 1",), ((PRUNE, "kept = {current_id(home), *(", "kept = {*("),)
    ),
    "a pruned release is removed in its place": Bug(
        "kills",
        ("prune: chain 1 of 1",),
        (
            (
                PRUNE,
                '        (home.releases / "versions" / release_id).rename(trash / release_id)\n',
                '        remove(home.releases / "versions" / release_id)\n',
            ),
        ),
    ),
    "receipts are written once the register knows, and not again": Bug(
        "kills",
        ("intake: chain 3 of 4",),
        (
            (TAKE_IN, "        told = self._tell(judged, marked)\n", "        told = [None] * len(judged)\n"),
            (
                TAKE_IN,
                '        journal.notes(self.home, "delivery judged"',
                "        told = self._tell(judged, marked)\n"
                "        with register.transaction(self.home) as connection:\n"
                "            found = zip(judged, told, strict=True)\n"
                "            _update(connection, [{'n': row['number'], 'receipt': it} for (row, _), it in found])\n"
                '        journal.notes(self.home, "delivery judged"',
            ),
        ),
    ),
    "accepted files are kept once the register knows, and not again": Bug(
        "kills",
        ("intake: chain 4 of 4",),
        (
            (TAKE_IN, "        self._keep(judged)\n        by =", "        by ="),
            (
                TAKE_IN,
                '        journal.notes(self.home, "delivery judged"',
                '        self._keep(judged)\n        journal.notes(self.home, "delivery judged"',
            ),
        ),
    ),
    "half a received file is never cleared": Bug(
        "kills", ("intake: chain 1 of 4",), ((TAKE_IN, "    store.clear(home)\n", ""),)
    ),
    "the writer's lock is not taken": Bug(
        "errors",
        ("intake: while another process writes",),
        (
            (
                "pipelines.locks",
                "    try:\n        fcntl.flock(handle, how | fcntl.LOCK_NB)\n    except BlockingIOError:\n",
                "    return\n    try:\n        fcntl.flock(handle, how | fcntl.LOCK_NB)\n    except BlockingIOError:\n",
            ),
        ),
    ),
    "the twin is written first": Bug(
        "kills",
        ("candidate: chain 1 of 3",),
        (
            (
                PROTOCOL,
                _SWAP.replace("        ", "    ", 1),
                "    twin = {'release_id': release_id, 'folder': f'versions/{release_id}'}\n"
                "    write_durably(pointer.twin(home, kind.pointer), json.dumps(twin).encode())\n"
                "    pointer.swap(home, release_id, kind.pointer)\n",
            ),
        ),
    ),
    "files are written in their place": Bug(
        "lost",
        ("candidate: chain 1 of 2",),
        (
            (
                HOME,
                '    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"\n',
                "    temporary = path\n    path.unlink(missing_ok=True)\n",
            ),
        ),
    ),
    "the pointer is removed and then made": Bug(
        "kills",
        ("candidate: chain 1 of 3",),
        (
            (
                POINTER,
                "    temporary.replace(home.releases / name)\n",
                "    (home.releases / name).unlink(missing_ok=True)\n    temporary.replace(home.releases / name)\n",
            ),
        ),
    ),
    "a withdrawal that died is not finished": Bug(
        "kills",
        ("withdraw: chain 1 of 2", "withdraw: chain 2 of 2"),
        ((POINTER, '    done += [f"finished the withdrawal of {id}" for id in finish_withdrawals(home)]\n', ""),),
    ),
    "runs that were killed go on in the register": Bug(
        "kills",
        ("intake: chain 1 of 4",),
        (("pipelines.runs", "history.give_up_runs(home)", "[]"),),
    ),
    "errors of the register are not turned into a sentence": Bug(
        "errors",
        ("decide: chain 1 of 1",),
        (
            (
                "pipelines.landing.register",
                "    except DBAPIError as error:\n",
                "    except ZeroDivisionError as error:\n",
            ),
        ),
    ),
}
"""Name, a sentence -> the bug."""
_OTHERS = bugs_host.BUGS | bugs_world.BUGS | bugs_lost.BUGS | bugs_handed.BUGS
BUGS |= {name: Bug(*of) for name, of in _OTHERS.items()}
