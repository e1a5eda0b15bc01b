"""The folder in which a person runs dbt: always with a private build in which every model stands already, so that a
command about a few of them finds the others.

It is made anew when what arrived or the documents changed; a model's SQL may be edited meanwhile, that is what it is
for. Running dbt is `build`'s business.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

from pipelines.warehouse import build

FOLDER = "dbt_by_hand"
MADE_FROM = "made_from"
"""Holds the digest of the inputs from which every model was built; missing while that is not so."""

_ASKS_NOTHING = {"parse", "ls", "list", "deps", "debug", "clean", "init", "source", "seed"}
"""Commands of dbt that need no model to stand."""


def run(run_dir: Path, command: Sequence[str], tell: Callable[[str], None]) -> int:
    """Runs a dbt command on the inputs laid out in the folder, building every model first where some do not stand.

    Returns dbt's exit code. `tell` is given the sentences for the person.
    """
    made_from, inputs = run_dir / MADE_FROM, _digest(run_dir / "inputs")
    if not (build.target(run_dir) / build.PARSED).exists():  # later it is of the SQL as it was edited
        build.parsed(None, run_dir)
    stands = (
        build.warehouse(run_dir).exists()
        and made_from.exists()
        and made_from.read_text(encoding="ascii").strip() == inputs
    )
    builds_all = list(command) in (["build"], ["run"])
    if builds_all or (not stands and _asks(command)):
        made_from.unlink(missing_ok=True)
        build.warehouse(run_dir).unlink(missing_ok=True)
    if not builds_all and not made_from.exists() and _asks(command):
        tell("Building every model once, quietly; from then on only what is asked, until something new arrives.")
        if _models(run_dir, tell):
            made_from.write_text(f"{inputs}\n", encoding="ascii")
    code = build.by_hand(run_dir, command)
    if builds_all and code == 0:
        made_from.write_text(f"{inputs}\n", encoding="ascii")
    return code


def _asks(command: Sequence[str]) -> bool:
    words = [word for word in command if not word.startswith("-")]
    return bool(words) and words[0] not in _ASKS_NOTHING


def _models(run_dir: Path, tell: Callable[[str], None]) -> bool:
    """Builds every model without testing it. What cannot be built is told; the person's command shows it again."""
    build.target(run_dir).mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*build.program(), "--quiet", "run", "--vars", json.dumps(build.variables())],
        env=build.environment(run_dir), cwd=run_dir, capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode:
        tell(str(build.WarehouseError.from_results(build.target(run_dir))))
    return done.returncode == 0


def _digest(inputs: Path) -> str:
    """Of everything dbt reads: definitions and register by content, batches by name (they never change)."""
    found = hashlib.sha256()
    for path in sorted(inputs.rglob("*.parquet")):
        data = b"" if path.is_symlink() else path.read_bytes()
        found.update(f"{path.relative_to(inputs)}\0{hashlib.sha256(data).hexdigest()}\n".encode())
    return found.hexdigest()
