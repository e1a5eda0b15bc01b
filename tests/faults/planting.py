"""Plants a bug in every process of a trial: `python -m tests.faults.planting BUG` does the trials that must break.

A planted folder holds a `sitecustomize.py` and stands first on PYTHONPATH; a child that is given another path gets it
put before that. There a module's text is changed as it is loaded, so that no file of the product is. Only the standard
library is used at the start of a process: what it is part of may limit itself.
"""

from __future__ import annotations

import hashlib
import importlib.abc
import importlib.machinery
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.faults.bugs import BUGS, Bug

PROJECT = Path(__file__).resolve().parent.parent.parent
PLANTED = "YEARBOOK_FAULT_PLANTED"
"""Set in a process in which a bug is planted: its name. Points are listed anew there, since the bug changes them."""
CALLED = """from tests.faults.planting import plant
plant({name!r}, {folder!r})
"""


class _Edited(importlib.machinery.SourceFileLoader):
    """A module of which a bug changes the text."""

    edits: tuple[tuple[str, str], ...] = ()

    def get_code(self, fullname: str) -> Any:
        """Compiled each time. Raises ValueError where the text to be changed does not stand there exactly once."""
        text = Path(self.path).read_text(encoding="utf-8")
        for old, new in self.edits:
            if text.count(old) != 1:
                raise ValueError(f"{fullname} holds {text.count(old)} times what the bug changes: {old!r}")
            text = text.replace(old, new)
        return compile(text, self.path, "exec", dont_inherit=True)


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, bug: Bug):
        self._edits: dict[str, list[tuple[str, str]]] = {}
        for module, old, new in bug.edits:
            self._edits.setdefault(module, []).append((old, new))

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname not in self._edits:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert spec is not None and spec.origin is not None
        loader = _Edited(fullname, spec.origin)
        loader.edits = tuple(self._edits[fullname])
        spec.loader = loader
        return spec


def plant(name: str, folder: str) -> None:
    """Plants a bug in this process, and in all that it starts."""
    bug = BUGS[name]
    os.environ[PLANTED] = name
    sys.meta_path.insert(0, _Finder(bug))
    if bug.patch is not None:
        bug.patch()
    real = subprocess.Popen.__init__

    def started(self: Any, *words: Any, **given: Any) -> None:
        env = dict(os.environ if given.get("env") is None else given["env"])
        paths = [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path and path != folder]
        given["env"] = env | {"PYTHONPATH": os.pathsep.join([folder, *dict.fromkeys([*paths, str(PROJECT)])])}
        real(self, *words, **given)

    subprocess.Popen.__init__ = started  # type: ignore[method-assign]


def broken(name: str, build: Path) -> dict[str, list[str]]:
    """Trial -> how it broke, of those that must. Raises AssertionError where one does not run at all."""
    bug, folder = BUGS[name], build / "planted" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "sitecustomize.py").write_text(CALLED.format(name=name, folder=str(folder)), encoding="utf-8")
    settings = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(PROJECT)])}
    code = (
        "import json, sys; from tests.faults import running; "
        "print(json.dumps(running.one(sys.argv[1], sys.argv[2])['broken']))"
    )
    shutil.rmtree(build / "planted" / "listed", ignore_errors=True)
    found: dict[str, list[str]] = {}
    for trial in bug.trials:
        words = [sys.executable, "-c", code, bug.section, trial]
        done = subprocess.run(words, env=settings, cwd=PROJECT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        found[trial] = json.loads(done.stdout.strip().rpartition("\n")[2])
        shutil.rmtree(build / "trials" / bug.section / hashlib.sha256(trial.encode()).hexdigest()[:12], True)
    return found


def main(names: list[str]) -> None:
    """Tells of each bug what broke, and ends with 1 where one was not caught."""
    from tests.faults.running import BUILD

    missed = 0
    for name in names or list(BUGS):
        for trial, sentences in broken(name, BUILD).items():
            missed += not sentences
            print(
                f"{name}: {BUGS[name].section} {trial}: {sentences[0][-300:] if sentences else 'NOT CAUGHT'}",
                flush=True,
            )
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
