"""One child process that reads files for the gate, and what it may use: started when needed, ended when it misbehaves.

It is spoken to in JSON lines. Which files it is given, and what becomes of one that kills it, is `judge`'s business.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from pipelines.home import PROJECT
from pipelines.intake.verdicts import DeliveryVerdict, from_json

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

    seconds: int = 30
    memory: int = 1024**3
    children: int = field(default_factory=lambda: min(4, os.cpu_count() or 1))


class Died(Exception):
    """The child ended, or was ended, while it worked on a file (its index), or after the last (their count).

    `sound`: the verdicts before it, where no figures were to be written that are lost now. `accident`: may something
    else than the file have done it (whoever ends processes when memory is short, a machine that stood still)?
    """

    def __init__(self, index: int, code: str, sound: list[DeliveryVerdict], accident: bool):
        super().__init__(code)
        self.index, self.code, self.sound, self.accident = index, code, sound, accident


class Child:
    """One worker process, started when first needed and again after each death."""

    def __init__(self, opening: bytes, limits: Limits, marked: str):
        self._opening, self._limits, self._marked = opening, limits, marked
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._buffer = b""

    def serve(
        self, chunk: Sequence[Request], target: Path | None, judged: Callable[[Request], None]
    ) -> list[DeliveryVerdict]:
        """The verdicts on a chunk; `judged` is told of each request. Raises Died with the file at fault."""
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
        used, accident = self._used(), True
        try:
            self._send(json.dumps(order).encode() + b"\n")
            while True:
                answer = json.loads(self._line(self._limits.seconds))
                if "done" in answer:
                    if len(answered) < len(chunk):
                        raise ValueError("it says that it is done, and is not")
                    return answered
                judged(chunk[len(answered)])
                answered.append(from_json(answer["verdict"]))
        except TimeoutError:
            code = "took_too_long"
            accident = self._used() - used < self._limits.seconds / 2  # it waited, and did not work
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            code = "unsafe"  # it died, or what it says is no verdict
        self._log_errors(code)
        self.end()
        raise Died(len(answered), code, [] if target else answered, accident)

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

    def _used(self) -> float:
        """Seconds of processors that the process has had."""
        assert self._process is not None
        words = Path(f"/proc/{self._process.pid}/stat").read_bytes().rpartition(b")")[2].split()
        return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")

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
