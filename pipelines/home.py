"""Where state lives: the folders under YEARBOOK_HOME, the documents' folder, and durable small writes.

Only paths, and the few questions and operations on files and processes that every stage needs (atomic replace, fsync,
digest); who may write when is the business of `locks`. What the files mean belongs to the stage that writes them.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

DEFAULT_HOME = "yearbook_home"
VARIABLES = {
    "YEARBOOK_HOME": "The folder of the installation. Left out: `yearbook_home` where the command is run.",
    "YEARBOOK_CONTRACTS": "The folder of the documents. Left out: `data_contracts` of the project.",
    "YEARBOOK_REGISTER": "The database of PostgreSQL in which the register lives. Left out: a SQLite file in the home.",
    "YEARBOOK_POSTGRES_URL": "The database in which Dagster keeps its records. Left out: SQLite files in the home.",
    "YEARBOOK_ENGINE": "`spark`: a Spark cluster computes the tables. Left out, or `duckdb`: this machine does.",
    "YEARBOOK_SPARK_PORT": "Port of this machine at which the cluster's thrift server listens. Left out: 10000.",
    "YEARBOOK_SPARK_FOLDER": "Folder that this machine and all machines of the cluster have under the same path.",
    "YEARBOOK_PORT": "Port of the web interface. Read by the units of systemd, which give it to `yearbook up`.",
    "YEARBOOK_VIEWER_PORT": "Port of the web interface that only shows. Read by the units likewise.",
    "YEARBOOK_ADVISORIES": "Folder or zip of advisories (OSV) which `make lint` holds against the locks.",
    "YEARBOOK_REAL_DATA": "Folder of other offices' figures, for `make compare` and tests. Left out: `../shared/data`.",
}
"""What an installation reads from the environment -> what it means."""
PROJECT = Path(__file__).resolve().parent.parent
"""The project's root: holds `data_contracts/` and `dbt_project/`."""


class Unusable(Exception):
    """The folder of an installation cannot be used. The message is a sentence that says what to do."""


@dataclass(frozen=True)
class Home:
    """The state of one installation. Every attribute is an absolute path; nothing is created by reading one."""

    root: Path
    contracts: Path

    @staticmethod
    def from_environment() -> Home:
        """YEARBOOK_HOME (default: `yearbook_home` here) and YEARBOOK_CONTRACTS (default: the project's documents)."""
        root = Path(os.environ.get("YEARBOOK_HOME") or DEFAULT_HOME).absolute()
        contracts = Path(os.environ.get("YEARBOOK_CONTRACTS") or PROJECT / "data_contracts").absolute()
        return Home(root, contracts)

    @cached_property
    def inbox(self) -> Path:
        """Files laid down by the offices, to be taken in by the next run."""
        return self.root / "inbox"

    @cached_property
    def outbox(self) -> Path:
        """Receipts, a folder per office."""
        return self.root / "outbox"

    @cached_property
    def originals(self) -> Path:
        """Accepted files by content hash, read-only."""
        return self.root / "originals"

    @cached_property
    def quarantine(self) -> Path:
        """Files not (wholly) accepted, by content hash. May be purged; hash and receipt stay."""
        return self.root / "quarantine"

    @cached_property
    def landing(self) -> Path:
        """Append-only Parquet, one file per batch."""
        return self.root / "landing"

    @cached_property
    def register(self) -> Path:
        """The register of deliveries, submissions with their verdicts, batches and runs, where it is a SQLite file."""
        return self.root / "register.db"

    @cached_property
    def runs(self) -> Path:
        """One folder per run: inputs, private build, findings."""
        return self.root / "runs"

    @cached_property
    def releases(self) -> Path:
        """`versions/<id>/`, the pointer `current` and its JSON twin."""
        return self.root / "releases"

    @cached_property
    def dagster(self) -> Path:
        """DAGSTER_HOME."""
        return self.root / "dagster"

    @cached_property
    def logs(self) -> Path:
        """The journal: what happened, a line each, a file a month."""
        return self.root / "logs"

    @cached_property
    def cache(self) -> Path:
        """What can be made again: dbt's manifest and the like."""
        return self.root / "cache"

    @cached_property
    def lock(self) -> Path:
        """The one writer's lock file."""
        return self.root / "writer.lock"

    @cached_property
    def turns(self) -> Path:
        """The lock file of those that take in side by side (`turn`)."""
        return self.root / "turn.lock"

    def create(self) -> Home:
        """Makes the folders. State is for its owner only (0700). Raises Unusable."""
        folders = (self.inbox, self.outbox, self.originals, self.quarantine, self.landing, self.runs, self.cache)
        try:
            whole = all(folder.is_dir() for folder in (*folders, self.releases / "versions"))
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            for folder in (*folders, self.releases, self.releases / "versions"):
                folder.mkdir(exist_ok=True, mode=0o700)
            if not whole:
                sync_folders((self.releases, self.root))
                with suppress(PermissionError):  # one that may be passed through and not opened
                    sync_folder(self.root.parent)
        except OSError as error:
            raise self._unusable(error.strerror or str(error)) from None
        for folder in (self.root, *folders, self.releases):
            if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
                raise self._unusable(f"{folder} cannot be written to")
        return self

    def _unusable(self, reason: str) -> Unusable:
        return Unusable(
            f"{self.root} cannot hold an installation: {reason}. Set YEARBOOK_HOME to a folder that you may write to."
        )


def sync_folder(folder: Path) -> None:
    """Makes renames in a folder durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folders(folders: Iterable[Path]) -> None:
    """The same for many: the first makes the journal of the file system durable, the others find little to do."""
    for folder in folders:
        sync_folder(folder)


def sync_file(path: Path) -> None:
    """Makes a file's bytes durable."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Writes a whole file or nothing: temporary name, fsync, rename, fsync of the folder."""
    write_all_durably([(path, data)], mode)


def write_all_durably(files: Iterable[tuple[Path, bytes]], mode: int = 0o644) -> None:
    """Writes many files one after the other, each whole or not at all; a folder is made durable once, at the end."""
    folders: set[Path] = set()
    for path, data in files:
        _write(path, data, mode)
        folders.add(path.parent)
    sync_folders(folders)


def _write(path: Path, data: bytes, mode: int) -> None:
    temporary = path.parent / f".{path.name}.{os.getpid()}.tmp"
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def file_digest(file: Path) -> str:
    """sha256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def lives(process: str) -> bool:
    """Does a process of this number go on, ours or another's? What is no number names none."""
    try:
        os.kill(int(process), 0)
    except (ValueError, OverflowError, ProcessLookupError):
        return False
    except PermissionError:  # it is another's
        return True
    return True
