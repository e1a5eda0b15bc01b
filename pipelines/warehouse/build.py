"""Runs dbt, always as a process of its own: within this one it would keep the lock of the file.

It finds its inputs and writes the private build in the folder in which it runs, under the same names every time, so
that what it once parsed of the project serves every run (seconds each). Which models there are is dbt's business.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipelines import memory, programs, progress
from pipelines.home import PROJECT as ROOT
from pipelines.home import Home, file_digest
from pipelines.runs import WAREHOUSE
from pipelines.warehouse import spark
from pipelines.warehouse.failure import WarehouseError

PROJECT = ROOT / "dbt_project"
"""dbt's project folder; also holds its profile."""


PARSED = "partial_parse.msgpack"
"""What dbt keeps of a project that it has parsed; it looks itself whether that still holds."""
_PARSED = ("manifest.json", PARSED)
INSTALLED = Path(sys.prefix) / "share" / "yearbook"
"""Where `install` lays what dbt parsed, as pip lays down what Python compiled."""

SEAL = "sealed.json"
"""Beside what dbt made: its digests, taken when dbt had ended."""
AGAIN = "again.json"
"""Beside it, where the build started from another (`again`)."""
_SEALED = ("run_results.json", AGAIN)


def counts(target: Path) -> dict[str, int]:
    """How many nodes of each kind dbt brought to an end: {"models": 60, "tests": 300}."""
    results = json.loads((target / "run_results.json").read_bytes())["results"]
    return dict(Counter(f"{result['unique_id'].partition('.')[0]}s" for result in results))


def program() -> tuple[str, ...]:
    """Words of dbt, in the folder whose `dbt/` is its target."""
    return (*programs.START, "pipelines.warehouse.dbt")


def warehouse(run_dir: Path) -> Path:
    """The private build of a run."""
    return run_dir / WAREHOUSE


def target(run_dir: Path) -> Path:
    """Where dbt leaves manifest, run results and log of a run."""
    return run_dir / "dbt"


def variables(cores: int | None = None) -> dict[str, Any]:
    """dbt variables of a run: the private build, the cores, the engine's memory."""
    return {"warehouse": WAREHOUSE, "cores": cores or os.cpu_count() or 2, "memory": memory.limit()}


def arguments(cores: int | None = None, lent: dict[str, Any] | None = None) -> list[str]:
    """The dbt command of a run: build and test everything. Unit tests judge code: pytest runs them.

    `lent`: what `spark.lent` gives for the time of this command.
    """
    target, said = ["--target", "spark"] if lent else [], variables(cores) | (lent or {})
    return ["build", "--exclude-resource-type", "unit_test", *target, "--vars", json.dumps(said)]


def environment(run_dir: Path) -> dict[str, str]:
    """Variables of the dbt process: where things are, and that nothing leaves the machine."""
    return os.environ | {
        "DBT_PROJECT_DIR": str(PROJECT),
        "DBT_PROFILES_DIR": str(PROJECT),
        "DBT_TARGET_PATH": str(target(run_dir).absolute()),
        "DBT_LOG_PATH": str(target(run_dir).absolute()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def build(run_dir: Path, cores: int | None = None, home: Home | None = None, whole: bool = True) -> Path:
    """Builds and tests everything from the run's inputs. Returns the private build. Raises WarehouseError.

    `home`: where what was parsed of the project is kept (`parsed`); `whole`: not from a build that `again.start` laid
    down.
    """
    if whole:
        warehouse(run_dir).unlink(missing_ok=True)
    target(run_dir).mkdir(parents=True, exist_ok=True)
    for told in (*_SEALED, SEAL):
        (target(run_dir) / told).unlink(missing_ok=True)
    parsed(home, run_dir)
    with spark.lent(run_dir) as lent:
        command = [*program(), "--log-format", "json", "--log-format-file", "debug", *arguments(cores, lent)]
        if _ran(command, run_dir):
            raise WarehouseError.from_results(target(run_dir))
    seal(run_dir)
    return warehouse(run_dir)


def _ran(command: Sequence[str], run_dir: Path) -> int:
    """Runs dbt, tells how far it has come, keeps what it says. Returns its exit code."""
    with (target(run_dir) / "dbt.out").open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, env=environment(run_dir), cwd=run_dir, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            assert process.stdout is not None
            out.writelines(_followed(process.stdout))
        except BaseException:
            process.kill()
            raise
        finally:
            code = process.wait()
    return code


def _followed(lines: Iterable[bytes]) -> Iterator[str]:
    """What dbt says in words, line by line; on the way it is told how far it has come."""
    follow = follower()
    for line in lines:
        try:
            event = json.loads(line)
            follow(event)
            yield f"{event['info']['msg']}\n"
        except (ValueError, KeyError, TypeError):  # not all that it prints is of its log
            yield line.decode(errors="replace")


def follower() -> Callable[[Mapping[str, Any]], None]:
    """Takes the events of dbt's log (JSON), and tells how many models and tests have ended, of all that it runs."""
    ended = 0

    def follow(event: Mapping[str, Any]) -> None:
        nonlocal ended
        name, data = event["info"]["name"], event.get("data", {})
        total = data.get("total") or data.get("num_models")  # a test calls it so
        if total and name.startswith("Log") and name.endswith("Result"):
            ended += 1
            progress.tell("models and tests", ended, total)

    return follow


def seal(run_dir: Path) -> None:
    """Keeps, as soon as dbt has ended, which bytes it built and which results it told of them."""
    said = {"warehouse": file_digest(warehouse(run_dir))}
    said |= {file.stem: file_digest(file) for name in _SEALED if (file := target(run_dir) / name).exists()}
    (target(run_dir) / SEAL).write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def tested(run_dir: Path) -> str | None:
    """sha256 of the private build that dbt's results in this folder speak of; None when that cannot be said."""
    try:
        said = json.loads((target(run_dir) / SEAL).read_bytes())
        return said["warehouse"] if said["run_results"] == file_digest(target(run_dir) / "run_results.json") else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def by_hand(run_dir: Path, command: Sequence[str]) -> int:
    """Runs any dbt command on a run's inputs, on this terminal. Returns its exit code.

    Variables given by `--vars` go before those of the run.
    """
    words = list(command)
    if any(not word.startswith("-") for word in words):
        given: dict[str, Any] = {}
        if "--vars" in words[:-1]:
            import yaml

            at = words.index("--vars")
            given = yaml.safe_load(words[at + 1]) or {}
            del words[at : at + 2]
        words += ["--vars", json.dumps(variables() | given)]
    target(run_dir).mkdir(parents=True, exist_ok=True)
    return subprocess.run([*program(), *words], env=environment(run_dir), cwd=run_dir, check=False).returncode


def manifest(home: Home) -> Path:
    """dbt's manifest of the project as it is now, made once per state of its files and kept in the cache; made again
    where what is kept is damaged. A new installation takes what was parsed when its environment was made.
    """
    return _parsed_in(home.cache, INSTALLED) / "manifest.json"


def install() -> Path:
    """Parses the project into the environment of this Python, for all its installations. Returns where it lies."""
    return _parsed_in(INSTALLED)


def _parsed_in(cache: Path, elsewhere: Path | None = None) -> Path:
    """What dbt parsed of the project, in a folder of caches: as it lies there, as it lies elsewhere, or parsed anew."""
    folder = cache / f"dbt-{fingerprint()}"
    if not _whole(folder):
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache, prefix=".dbt-") as temporary:
            made = Path(temporary)
            staged = made / "staged"
            if not (elsewhere and _copied(elsewhere / folder.name, staged)):
                shutil.rmtree(staged, ignore_errors=True)
                _parse(made, staged)
            for old in set(cache.glob("dbt-*")) - {folder}:  # another process may just have made that
                shutil.rmtree(old, ignore_errors=True)
            with contextlib.suppress(FileNotFoundError):  # damaged, since it is not whole
                folder.rename(made / "damaged")
            try:
                staged.rename(folder)
            except OSError:  # another process made the same one first
                if not _whole(folder):
                    raise
    return folder


def _copied(folder: Path, to: Path) -> bool:
    """Whether what was parsed is a whole copy now; another process may remove or damage it meanwhile."""
    try:
        shutil.copytree(folder, to)
    except OSError:
        return False
    return _whole(to)


def _parse(folder: Path, to: Path) -> None:
    """dbt parses the project in an empty folder; what serves later goes to another, with its digests."""
    done = subprocess.run(
        [*program(), "--quiet", "parse", "--vars", json.dumps(variables())],
        env=environment(folder), cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise WarehouseError(f"dbt cannot read its project: {' '.join((done.stdout + done.stderr).split())}")
    to.mkdir()
    for name in _PARSED:
        shutil.copy(target(folder) / name, to)
    digests = {name: file_digest(to / name) for name in _PARSED}
    (to / SEAL).write_text(json.dumps(digests), encoding="utf-8")


def _whole(folder: Path) -> bool:
    try:
        return json.loads((folder / SEAL).read_bytes()) == {name: file_digest(folder / name) for name in _PARSED}
    except (OSError, ValueError):
        return False


def parsed(home: Home | None, run_dir: Path) -> None:
    """Lays down for a run what dbt parsed of the project when the manifest was made; without an installation, when the
    environment was, if that is whole and of this project.
    """
    target(run_dir).mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # then it parses again
        folder = manifest(home).parent if home else INSTALLED / f"dbt-{fingerprint()}"
        if home or _whole(folder):
            shutil.copy(folder / PARSED, target(run_dir))


def fingerprint() -> str:
    """Which project dbt reads, and which dbt it is."""
    from importlib.metadata import version

    found = hashlib.sha256(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for path in sorted(PROJECT.rglob("*")):
        if path.is_file() and path.suffix in (".sql", ".yml"):
            found.update(f"{path.relative_to(PROJECT)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]
