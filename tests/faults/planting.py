"""Plants a bug in every process of a trial: `python -m tests.faults.planting [BUG …]` does the trials that must break,
of all bugs where none is named, each without the bug too.

A planted folder holds a `sitecustomize.py` and stands first on PYTHONPATH; a child that is given another path gets it
put before that. There a module's text is changed as it is loaded, so that no file of the product is. Only the standard
library is used at the start of a process: what it is part of may limit itself. There too it is noted which modules were
changed, and what went wrong: a bug that was never there has not been caught, whatever broke.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.abc
import importlib.machinery
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.faults.bugs import BUGS, Bug

PROJECT = Path(__file__).resolve().parent.parent.parent
PLANTED = "YEARBOOK_FAULT_PLANTED"  # as `tests/loaded.py` has it, which may not be imported at the start of a process
"""Set in a process in which a bug is planted: its folder. Points are listed anew there, since the bug changes them."""
WRONG, APPLIED = "wrong.txt", "applied"
"""In that folder: what went wrong, and a file for each module that was changed in some process."""
TOLD = "planted.jsonl"
"""What came of each bug that was planted by this command, a line each."""
CALLED = """from tests.faults.planting import plant
plant({name!r}, {folder!r})
"""


class NotPlanted(Exception):
    """A bug was not planted as it should be, so that nothing is known of whether it is caught. The message says why."""


def unfit(bug: Bug) -> list[str]:
    """A sentence for each edit of a bug that changes nothing in the product as it is now."""
    found, texts = [], {}
    for module, old, new in bug.edits:
        file = PROJECT.joinpath(*module.split(".")).with_suffix(".py")
        text = texts.get(module) or (file.read_text(encoding="utf-8") if file.exists() else "")
        if text.count(old) != 1 or old == new:
            found.append(f"{module} holds {text.count(old)} times what the bug changes into {new!r}: {old!r}")
        texts[module] = text.replace(old, new)
    for module, text in texts.items():
        try:
            compile(text, module, "exec", dont_inherit=True)
        except SyntaxError as error:
            found.append(f"{module} is no Python with the bug in it: {error}")
    return found


def only_sound(what: str) -> None:
    """What all trials share is never made by a product with a bug in it. Raises NotPlanted where that would happen."""
    if folder := os.environ.get(PLANTED):
        sentence = f"{what} is not made yet, and here a bug is planted: the trial is to be done without it first."
        _note(Path(folder) / WRONG, sentence)
        raise NotPlanted(sentence)


def _note(file: Path, sentence: str = "") -> None:
    """Adds a line; a process that may write nothing any more goes on without."""
    with contextlib.suppress(OSError), file.open("a", encoding="utf-8") as stream:
        stream.write(f"{sentence}\n")


class _Edited(importlib.machinery.SourceFileLoader):
    """A module of which a bug changes the text."""

    edits: tuple[tuple[str, str], ...] = ()
    folder: Path

    def get_code(self, fullname: str) -> Any:
        """Compiled each time. Raises NotPlanted where the text to be changed does not stand there exactly once."""
        text = Path(self.path).read_text(encoding="utf-8")
        for old, new in self.edits:
            if text.count(old) != 1:
                sentence = f"{fullname} holds {text.count(old)} times what the bug changes: {old!r}"
                _note(self.folder / WRONG, sentence)
                raise NotPlanted(sentence)
            text = text.replace(old, new)
        changed = compile(text, self.path, "exec", dont_inherit=True)
        _note(self.folder / APPLIED / fullname)
        return changed


class _Finder(importlib.abc.MetaPathFinder):
    def __init__(self, bug: Bug, folder: Path):
        self._folder, self._edits = folder, dict[str, list[tuple[str, str]]]()
        for module, old, new in bug.edits:
            self._edits.setdefault(module, []).append((old, new))

    def find_spec(self, fullname: str, path: Any, target: Any = None) -> Any:
        if fullname not in self._edits:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        assert spec is not None and spec.origin is not None
        loader = _Edited(fullname, spec.origin)
        loader.edits, loader.folder = tuple(self._edits[fullname]), self._folder
        spec.loader = loader
        return spec


def plant(name: str, folder: str) -> None:
    """Plants a bug in this process, and in all that it starts."""
    os.environ[PLANTED] = folder
    sys.meta_path.insert(0, _Finder(BUGS[name], Path(folder)))
    real = subprocess.Popen.__init__

    def started(self: Any, *words: Any, **given: Any) -> None:
        env = dict(os.environ if given.get("env") is None else given["env"])
        paths = [path for path in env.get("PYTHONPATH", "").split(os.pathsep) if path and path != folder]
        given["env"] = env | {"PYTHONPATH": os.pathsep.join([folder, *dict.fromkeys([*paths, str(PROJECT)])])}
        real(self, *words, **given)

    subprocess.Popen.__init__ = started


def broken(name: str, build: Path) -> dict[str, list[str]]:
    """Trial -> how it broke, of those that must. Raises NotPlanted where the bug was not in what they ran, and
    AssertionError where one breaks without it, or does not run at all.
    """
    bug, folder = BUGS[name], build / "planted" / name
    if wrong := unfit(bug):
        raise NotPlanted("\n".join(wrong))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with (build / "planted" / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.rmtree(folder, ignore_errors=True)
        (folder / APPLIED).mkdir(parents=True)
        (folder / "sitecustomize.py").write_text(CALLED.format(name=name, folder=str(folder)), encoding="utf-8")
        for trial in bug.trials:
            without = _tried(bug.section, trial, folder, planted=False)
            assert not without, f"{trial} breaks without the bug: {without}"
        found: dict[str, list[str]] = {}
        for trial in bug.trials:
            found[trial] = _tried(bug.section, trial, folder, planted=True)
            if (folder / WRONG).exists():
                raise NotPlanted((folder / WRONG).read_text(encoding="utf-8"))
            if missing := {module for module, *_ in bug.edits} - {file.name for file in (folder / APPLIED).iterdir()}:
                raise NotPlanted(
                    f"{', '.join(sorted(missing))}: no process of {trial} loaded it; the bug was not there."
                )
        shutil.rmtree(folder)
    return found


def _tried(section: str, trial: str, folder: Path, planted: bool) -> list[str]:
    """How a trial breaks, in a process of its own. Without a bug it is taken from what is known, where it is."""
    code = (
        "import json, sys; from pathlib import Path; from tests.faults import running; section, trial, folder = "
        "sys.argv[1:4]; line = None if sys.argv[4:] else running.known(section).get(trial); "
        "print(json.dumps((line or running.one(section, trial, Path(folder)))['broken']))"
    )
    path = [str(folder), str(PROJECT)] if planted else [str(PROJECT)]
    words = [sys.executable, "-c", code, section, trial, str(folder / "trial"), *(["anew"] if planted else [])]
    settings = os.environ | {"PYTHONPATH": os.pathsep.join(path)}
    done = subprocess.run(words, env=settings, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.strip().rpartition("\n")[2])


def told(build: Path) -> dict[str, dict[str, Any]]:
    """Bug -> what came of it when it was planted last (`main`): {bug, found: trial -> was it caught, version}."""
    file = build / TOLD
    lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
    return {line["bug"]: line for line in map(json.loads, lines)}


def main(names: list[str]) -> None:
    """Tells of each bug what broke and how long it took, writes whether it was caught, and ends with 1 where one was
    not.
    """
    from tests.faults.running import BUILD, version

    missed = 0
    for name in names or list(BUGS):
        began = time.monotonic()
        try:
            found = broken(name, BUILD)
        except (NotPlanted, AssertionError) as error:
            found = {}
            print(f"{name}: NOT TRIED: {error}", flush=True)
        missed += not found or not all(found.values())
        line = {"bug": name, "found": {trial: bool(how) for trial, how in found.items()}, "version": version()}
        with (BUILD / TOLD).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
        for trial, sentences in found.items():
            told = sentences[0][-300:] if sentences else "NOT CAUGHT"
            print(f"{name}: {BUGS[name].section} {trial}: {told}", flush=True)
        print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    sys.exit(1 if missed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
