"""The gate for many files, in killable child processes: requests in, verdicts out in the same order.

The parent opens no delivered file. A file that kills its child, or takes too long, is rejected for that, unless
something else may have done it and it does not do so once more by itself; the others of its chunk are judged again by a
new child.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock

from pipelines import progress
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake.child import Child, Died, Limits, Request
from pipelines.intake.verdicts import DeliveryVerdict, finding

__all__ = ["DeliveryVerdict", "Limits", "Request", "by_chunk", "judge", "share"]

_CHUNK_FILES = 256
_CHUNK_BYTES = 8 * 1024 * 1024
"""A chunk's figures lie in the memory of its child until it ends."""


def judge(
    home: Home,
    catalog: Catalog,
    requests: Sequence[Request],
    figures_dir: Path | None,
    limits: Limits | None = None,
    marked: str = "",
) -> Iterator[DeliveryVerdict]:
    """Verdicts in the order of the requests.

    With `figures_dir` the accepted figures are written there, an Arrow file (`*.arrow`) per chunk of
    deliveries, in the columns of `figures.COLUMNS`; without it nothing is written. `marked`: the language in which a
    copy of each file that is not accepted is written there too, its cells marked; '' writes none.
    """
    for verdicts in by_chunk(catalog, requests, len(requests), figures_dir, limits, marked):
        yield from verdicts


def by_chunk(
    catalog: Catalog,
    requests: Iterable[Request],
    of: int,
    figures_dir: Path | None,
    limits: Limits | None = None,
    marked: str = "",
) -> Generator[list[DeliveryVerdict]]:
    """The same, the verdicts of a chunk at a time: what their figures' files hold is theirs alone.

    Any number of requests (`of`): they are asked for as the children get on, a few chunks ahead of whoever takes the
    verdicts.
    """
    if not of:
        return
    limits = limits or Limits()
    opening = pickle.dumps((catalog, {"seconds": limits.seconds, "memory": limits.memory}))
    count = _counter(of)
    crew = [Child(opening, limits, marked) for _ in range(max(1, limits.children))]
    free = list(crew)

    def work(number: int, chunk: Sequence[Request]) -> list[DeliveryVerdict]:
        child = free.pop()
        try:
            return list(_chunk(child, chunk, figures_dir, f"{number:05d}", _once(count)))
        finally:
            free.append(child)

    pool = ThreadPoolExecutor(len(crew))
    running: deque[Future[list[DeliveryVerdict]]] = deque()
    try:
        for number, chunk in enumerate(_chunks(requests, share(of, _CHUNK_FILES))):
            running.append(pool.submit(work, number, chunk))
            if len(running) > 2 * len(crew):
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
        for child in crew:
            child.end()


def share(of: int, most: int) -> int:
    """How many of so many files are taken at once, not more than `most`: a thirty-second part, since others may judge
    beside; not fewer than 32, which one child has judged in a moment.
    """
    return min(most, max(32, of // 32))


def _counter(of: int) -> Callable[[], None]:
    """Tells how many files are judged, one more each time."""
    judged = 0
    lock = Lock()

    def count() -> None:
        nonlocal judged
        with lock:
            judged += 1
            progress.tell("files judged", judged, of)

    return count


def _once(count: Callable[[], None]) -> Callable[[Request], None]:
    """Counts each request of a chunk once, though it is judged once more since its child died."""
    seen: set[int] = set()

    def judged(request: Request) -> None:
        if id(request) not in seen:
            seen.add(id(request))
            count()

    return judged


def _chunks(requests: Iterable[Request], files: int) -> Iterator[list[Request]]:
    chunk: list[Request] = []
    size = 0
    for request in requests:
        bytes_ = request.path.stat().st_size if request.path.exists() else 0
        if chunk and (len(chunk) >= files or size + bytes_ > _CHUNK_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append(request)
        size += bytes_
    if chunk:
        yield chunk


def _chunk(
    child: Child, chunk: Sequence[Request], figures: Path | None, name: str, judged: Callable[[Request], None]
) -> Iterator[DeliveryVerdict]:
    """Verdicts on a chunk. After a death: the files before it once more (harmless), then it alone, then the rest."""
    parts = [list(chunk)]
    died: set[int] = set()
    made = 0
    while parts:
        part = parts.pop(0)
        if not part:
            continue
        target = figures / f"{name}-{made:03d}.arrow" if figures else None
        made += 1
        try:
            verdicts = child.serve(part, target, judged)
        except Died as death:
            yield from death.sound
            part = part[len(death.sound) :]
            at, half = death.index - len(death.sound), len(part) // 2
            if at == len(part) and half:  # none of the files: making the chunk's figures failed
                parts[:0] = [part[:half], part[half:]]
                continue
            at = min(at, max(len(part) - 1, 0))
            before, one, rest = part[:at], part[at : at + 1], part[at + 1 :]
            if before or (death.accident and not died.issuperset(map(id, one))):
                died.update(map(id, one))
                parts[:0] = [before, one, rest]
            else:
                yield from (_refused(each, death.code) for each in one)
                parts.insert(0, rest)
            continue
        for verdict in verdicts:
            # names come from here, not from a process that has read a stranger's file
            has_figures = target is not None and any(one.figures for one in verdict.submissions)
            verdict.chunk = target.name if target and has_figures else ""
            verdict.marked = Path(verdict.marked).name
            yield verdict


def _refused(request: Request, code: str) -> DeliveryVerdict:
    return DeliveryVerdict(request.sha256, request.file_name, findings=[finding(code)])
