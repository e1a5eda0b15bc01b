"""The child process that parses what strangers sent: `python -m pipelines.intake.worker`.

Started by `judge` only. Reads from standard input the catalog (pickled by the parent, a trusted direction),
then one JSON line per chunk of files; answers with JSON lines, never pickle. It limits itself before it opens
a file, and it may die of any of them.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import pickle
import resource
import sys
import traceback
from pathlib import Path
from typing import IO, Any

from pipelines.contracts import Catalog
from pipelines.intake import marked
from pipelines.intake.figures import Chunk
from pipelines.intake.gate import Gate
from pipelines.intake.verdicts import DeliveryVerdict, Rejection, finding, to_json

_FILE_BYTES = 4 * 1024**3
_OPEN_FILES = 64


def main() -> None:
    """Serves chunks until standard input ends."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever a library prints must not look like an answer
    source = sys.stdin.buffer
    length = int.from_bytes(source.read(8), "big")
    catalog, limits = pickle.loads(source.read(length))
    _limit(limits)
    sys.meta_path.insert(0, _WithoutPandas())
    gate = Gate(catalog)
    assert isinstance(catalog, Catalog)
    _say(answers, {"ready": True})
    for line in source:
        _serve(gate, json.loads(line), answers, limits["seconds"])


class _WithoutPandas:
    """Nothing here needs pandas. pyarrow would load it only to ask whether a list is one of its series."""

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:
        if fullname == "pandas":
            raise ModuleNotFoundError(fullname)


def _limit(limits: dict[str, int]) -> None:
    os.environ["ARROW_DEFAULT_MEMORY_POOL"] = "system"
    os.environ["OMP_NUM_THREADS"] = "1"
    for name, bound in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_FSIZE, _FILE_BYTES),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError):  # the installation's own bound is lower
            resource.setrlimit(name, (bound, bound))


def _serve(gate: Gate, order: dict[str, Any], answers: IO[str], seconds: int) -> None:
    """Judges the files of a chunk, says so after each, and writes their figures at the end."""
    target = order["figures"]
    chunk = Chunk()
    for index, one in enumerate(order["files"]):
        _more_time(seconds)
        verdict, landings = _judge(gate, one)
        if target and order["marked"] and verdict.verdict != "accepted":
            _more_time(seconds)
            verdict.marked = _mark(gate, one, verdict, order["marked"], Path(target).with_suffix(f".{index}.xlsx"))
        if target:
            for submission_id, landing in landings:
                chunk.add(submission_id, landing)
        _say(answers, {"file": index, "verdict": to_json(verdict)})
    _more_time(seconds)
    rows = chunk.write(Path(target)) if target else 0
    _say(answers, {"done": True, "rows": rows})


def _judge(gate: Gate, one: dict[str, Any]) -> tuple[DeliveryVerdict, list[Any]]:
    try:
        with open(one["path"], "rb") as stream:  # noqa: PTH123
            if hashlib.file_digest(stream, "sha256").hexdigest() != one["sha256"]:
                raise Rejection(finding("store_damaged"))
        return gate.judge(
            one["path"], one["file_name"], one["declared"], one["sha256"], one["received_on"], one["again"]
        )
    except MemoryError:
        raise  # nothing can be trusted after it: the process ends, and the file is rejected as unsafe
    except Rejection as rejection:
        return DeliveryVerdict(one["sha256"], one["file_name"], findings=rejection.findings), []
    except FileNotFoundError:
        return DeliveryVerdict(one["sha256"], one["file_name"], findings=[finding("store_damaged")]), []
    except Exception as error:
        # Where it failed, never with what words: an error's message may hold cells of the file.
        places = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"{type(error).__name__} while judging {one['sha256']}\n{places}")
        return DeliveryVerdict(one["sha256"], one["file_name"], findings=[finding("unreadable")]), []


def _mark(gate: Gate, one: dict[str, Any], verdict: DeliveryVerdict, language: str, target: Path) -> str:
    """Writes the copy with marked cells, if there are any to mark; its name, or ''. It never changes a verdict."""
    try:
        data = marked.copy(gate.reopen(one["path"], one["file_name"], verdict.declared), verdict, language)
    except MemoryError:
        raise
    except Rejection:  # of the file as a whole: no cell is at fault
        return ""
    except Exception as error:
        places = "".join(traceback.format_tb(error.__traceback__))
        sys.stderr.write(f"{type(error).__name__} while marking {one['sha256']}\n{places}")
        return ""
    if not data:
        return ""
    target.write_bytes(data)
    return target.name


def _more_time(seconds: int) -> None:
    """Moves the processor-time limit: so much for the next file, from now."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, resource.RLIM_INFINITY))


def _say(answers: IO[str], answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer, ensure_ascii=False) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
