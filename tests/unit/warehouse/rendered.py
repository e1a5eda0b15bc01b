"""dbt's macros as Python functions that give DuckDB's SQL, without dbt."""

from __future__ import annotations

from typing import Any

import jinja2

from pipelines.warehouse.build import PROJECT


class _Adapter:
    """dbt's dispatch, for DuckDB."""

    def __init__(self, macros: dict[str, Any]):
        self.macros = macros

    def dispatch(self, name: str) -> Any:
        return self.macros.get(f"duckdb__{name}") or self.macros[f"default__{name}"]


def macros() -> dict[str, Any]:
    """name -> macro, of the whole project."""
    found: dict[str, Any] = {}
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals.update(adapter=_Adapter(found), **{"return": lambda text: text})
    texts = [path.read_text(encoding="utf-8") for path in sorted((PROJECT / "macros").glob("*.sql"))]
    module = environment.from_string("".join(texts)).module
    for name in dir(module):
        if not name.startswith("_") and callable(getattr(module, name)):
            found[name] = getattr(module, name)
    return found
