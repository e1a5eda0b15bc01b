"""Scripts that are in no package, as modules: those of `.ci`."""

from __future__ import annotations

import importlib.util
from types import ModuleType

from pipelines.home import PROJECT


def script(name: str) -> ModuleType:
    """`.ci/<name>.py`, loaded."""
    spec = importlib.util.spec_from_file_location(name, PROJECT / ".ci" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
