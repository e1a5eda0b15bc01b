"""The gate for many files, in killable child processes: requests in, verdicts out in the same order.

The parent opens no delivered file. A file that kills its child, or takes too long, is rejected for that; the
others of its chunk are judged again by a new child.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import pickle
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipelines import progress
from pipelines.contracts import Catalog
from pipelines.home import PROJECT, Home
from pipelines.intake.verdicts import DeliveryVerdict, finding, from_json

__all__ = ["DeliveryVerdict", "Limits", "Request", "judge"]

_CHUNK_FILES = 256
_CHUNK_BYTES = 32 * 1024 * 1024
_ANSWER = 64 * 1024 * 1024
_START = 120
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Request:
    """A file to judge: where its bytes are, the name it was delivered under, what was declared, its hash.

    `received_on` (ISO day) is the latest day it may have been prepared on; '' leaves that open. `again`: it was judged
    before, by the documents of then.
    """

    path: Path
    file_name: str
    declared: dict[str, Any]
    sha256: str
    received_on: str = ""
    again: bool = False


@dataclass(frozen=True)
class Limits:
    """What one file may use: wall and processor seconds, bytes of memory. `children` run at once."""

    seconds: int = 120
    memory: int = 1024**3
    children: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))


class _Died(Exception):
    """The child ended, or was ended, while it worked on a file (its index), or after the last (their count).

    `sound`: the verdicts before it, where no figures were to be written that are lost now.
    """

    def __init__(self, index: int, code: str, sound: list[DeliveryVerdict]):
        super().__init__(code)
        self.index, self.code, self.sound = index, code, sound


def judge(
    home: Home,
    catalog: Catalog,
    requests: Sequence[Request],
    figures_dir: Path | None,
    limits: Limits | None = None,
    marked: str = "",
) -> Iterator[DeliveryVerdict]:
    """Verdicts in the order of the requests.

    With `figures_dir` the accepted figures are written there, a Parquet file (`*.parquet`) per chunk of
    deliveries, in the columns of `figures.COLUMNS`; without it nothing is written. `marked`: the language in which a
    copy of each file that is not accepted is written there too, its cells marked; '' writes none.
    """
    if not requests:
        return
    limits = limits or Limits()
    chunks = list(_chunks(requests))
    children = max(1, min(limits.children, len(chunks)))
    opening = pickle.dumps((catalog, {"seconds": limits.seconds, "memory": limits.memory}))
    count = _counter(len(requests))
    crew = [_Child(opening, limits, marked, count) for _ in range(children)]
    free = list(crew)

    def work(number: int, chunk: Sequence[Request]) -> list[DeliveryVerdict]:
        child = free.pop()
        try:
            return list(_chunk(child, chunk, figures_dir, f"{number:05d}"))
        finally:
            free.append(child)

    pool = ThreadPoolExecutor(children)
    try:
        for verdicts in pool.map(work, range(len(chunks)), chunks):
            yield from verdicts
    finally:
        pool.shutdown(cancel_futures=True)
        for child in crew:
            child.end()


def _counter(of: int) -> Callable[[Request], None]:
    """Tells how many files are judged; one that is judged once more, since its child died, counts once."""
    judged: set[int] = set()

    def count(request: Request) -> None:
        judged.add(id(request))
        progress.tell("files judged", len(judged), of)

    return count


def _chunks(requests: Sequence[Request]) -> Iterator[list[Request]]:
    chunk: list[Request] = []
    size = 0
    for request in requests:
        bytes_ = request.path.stat().st_size if request.path.exists() else 0
        if chunk and (len(chunk) >= _CHUNK_FILES or size + bytes_ > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(request)
        size += bytes_
    yield chunk


def _chunk(child: _Child, chunk: Sequence[Request], figures: Path | None, name: str) -> Iterator[DeliveryVerdict]:
    """Verdicts on a chunk. After a death: the files before it once more (harmless), then the rest."""
    parts = [list(chunk)]
    made = 0
    while parts:
        part = parts.pop(0)
        if not part:
            continue
        target = figures / f"{name}-{made:03d}.parquet" if figures else None
        made += 1
        try:
            verdicts = child.serve(part, target)
        except _Died as death:
            at, half = death.index, len(part) // 2
            if target is None:
                yield from death.sound
                at = len(death.sound)
            elif at == len(part) and half:  # none of the files: making the chunk's figures failed
                parts[:0] = [part[:half], part[half:]]
                continue
            elif 0 < at < len(part):
                parts[:0] = [part[:at], part[at:]]
                continue
            else:
                at = 0
            yield from (_refused(one, death.code) for one in part[at : at + 1])
            parts.insert(0, part[at + 1 :])
            continue
        for verdict in verdicts:
            if target and any(one.figures for one in verdict.submissions):
                verdict.chunk = target.name
            yield verdict


def _refused(request: Request, code: str) -> DeliveryVerdict:
    return DeliveryVerdict(request.sha256, request.file_name, findings=[finding(code)])


class _Child:
    """One worker process, started when first needed and again after each death."""

    def __init__(self, opening: bytes, limits: Limits, marked: str, count: Callable[[Request], None]):
        self._opening, self._limits, self._marked, self._count = opening, limits, marked, count
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._buffer = b""

    def serve(self, chunk: Sequence[Request], target: Path | None) -> list[DeliveryVerdict]:
        """The verdicts on a chunk. Raises _Died with the file at fault."""
        answered: list[DeliveryVerdict] = []
        files = [
            {
                "path": os.fsencode(one.path.absolute()).decode("utf-8", "surrogateescape"),  # as the child sees names
                "file_name": one.file_name,
                "declared": one.declared,
                "sha256": one.sha256,
                "received_on": one.received_on,
                "again": one.again,
            }
            for one in chunk
        ]
        order = {"files": files, "figures": str(target.absolute()) if target else "", "marked": self._marked}
        self._start()
        try:
            self._send(json.dumps(order).encode() + b"\n")
            while True:
                answer = json.loads(self._line(self._limits.seconds))
                if "done" in answer:
                    return answered
                self._count(chunk[len(answered)])
                answered.append(from_json(answer["verdict"]))
        except TimeoutError:
            code = "took_too_long"
        except (OSError, EOFError, ValueError, KeyError, TypeError):
            code = "unsafe"
        self._log_errors(code)
        self.end()
        raise _Died(len(answered), code, [] if target else answered)

    def end(self) -> None:
        """Ends the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            with contextlib.suppress(OSError):
                self._process.communicate()
            self._process = None
        if self._errors is not None:
            self._errors.close()
            self._errors = None
        self._buffer = b""

    def _log_errors(self, code: str) -> str:
        """Keeps the child's last words for engineers; they name places in the code, never cells."""
        assert self._errors is not None
        self._errors.seek(0)
        words = self._errors.read(4000).decode("utf-8", "replace").strip()
        if words:
            _log.warning("The reading process ended (%s): %s", code, words)
        return words

    def _start(self) -> None:
        """Starts the process if there is none. Raises RuntimeError when this installation cannot."""
        if self._process is not None:
            return
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed by `end`)
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "pipelines.intake.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd=PROJECT,
            env={**kept, "PYTHONUTF8": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"},
            start_new_session=True,  # an interrupt at the keyboard is the parent's to handle
        )
        try:
            self._send(len(self._opening).to_bytes(8, "big") + self._opening)
            json.loads(self._line(_START))
        except (OSError, EOFError, ValueError, TimeoutError):
            words = self._log_errors("start")
            self.end()
            raise RuntimeError(f"The process that reads files does not start: {words[-300:]}") from None

    def _send(self, data: bytes) -> None:
        assert self._process is not None and self._process.stdin is not None
        self._process.stdin.write(data)
        self._process.stdin.flush()

    def _line(self, seconds: int) -> bytes:
        """The next answer. Raises TimeoutError, or EOFError when the child is gone."""
        assert self._process is not None and self._process.stdout is not None
        handle = self._process.stdout.fileno()
        until = time.monotonic() + seconds
        while b"\n" not in self._buffer:
            left = until - time.monotonic()
            if left <= 0 or not select.select([handle], [], [], left)[0]:
                raise TimeoutError
            block = os.read(handle, 1 << 20)
            if not block or len(self._buffer) > _ANSWER:
                raise EOFError
            self._buffer += block
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line
