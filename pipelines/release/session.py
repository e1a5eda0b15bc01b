"""The child of `query`: `python -m pipelines.release.session`, a request as JSON on standard input, the
answer on standard output.

Locked down before any SQL of a person is read: no files, no network, no settings, no extensions, one SELECT.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import threading
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

_BOUND: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "allow_persistent_secrets": "false",
    "python_enable_replacements": "false",
    "temp_directory": "",
    "max_temp_directory_size": "0B",
    "threads": "2",
}
_LOCKED = ("set enable_external_access = false", "set lock_configuration = true")
"""The last words before SQL of a person is read: from then on no other file can be opened."""


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """{"columns", "types", "rows"} or {"error": sentence}. Bounds this process; call it once."""
    seconds = float(request["seconds"])
    memory = _bound(resource.RLIMIT_AS, request["memory"], request["memory"])
    _bound(resource.RLIMIT_CPU, int(seconds * 2) + 5, int(seconds * 2) + 10)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import duckdb

    limit = f"{memory // 2 // 2**20}MiB"
    try:
        connection = duckdb.connect(request["database"], read_only=True, config=_BOUND | {"memory_limit": limit})
        for name, file in request["beside"].items():
            connection.execute(f"attach '{file.replace(chr(39), chr(39) * 2)}' as {name} (read_only)")
        for words in _LOCKED:
            connection.execute(words)
    except duckdb.Error as error:
        return {"error": f"The release cannot be opened: {_line(error)}"}
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        statements = connection.extract_statements(request["sql"])
        kinds = [statement.type for statement in statements]
        if len(kinds) != 1 or kinds[0] not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            return {"error": "Write one SELECT (or EXPLAIN); a release cannot be changed."}
        connection.execute(statements[0])
        described = connection.description or []
        rows = connection.fetchmany(request["rows"] + 1)
    except duckdb.InterruptException:
        return {"error": f"The query was stopped after {seconds:g} seconds."}
    except (duckdb.OutOfMemoryException, MemoryError):
        return {"error": f"The query needs more than the {limit} of memory it may have; ask for less at a time."}
    except duckdb.CatalogException as error:
        return {"error": _unknown(connection, _line(error))}
    except duckdb.Error as error:
        return {"error": _line(error)}
    finally:
        timer.cancel()
        timer.join()  # a thread that is left when the process ends aborts it, at times before the answer is out
    if len(rows) > request["rows"]:
        return {"error": f"The answer has more than {request['rows']:,} rows; add a limit or a where."}
    plain, left = [], request["held"]
    for row in rows:
        plain.append([_plain(cell) for cell in row])
        left -= _taken(plain[-1]) + sum(sys.getsizeof(cell) for cell in row if isinstance(cell, Decimal))
        if left < 0:
            most = f"{request['held'] >> 20} MB of memory"
            return {"error": f"The answer takes more than {most}; ask for fewer rows or columns."}
    return {
        "columns": [column[0] for column in described],
        "types": [str(column[1]) for column in described],
        "rows": plain,
    }


def _bound(what: int, soft: int, hard: int) -> int:
    """Bounds this process, and never looser than the installation does: the soft bound that it has then."""
    _, most = resource.getrlimit(what)
    soft, hard = (bound if most == resource.RLIM_INFINITY else min(bound, most) for bound in (soft, hard))
    resource.setrlimit(what, (soft, hard))
    return soft


def _taken(cell: Any) -> int:
    """Bytes that a plain cell takes once it was read from JSON; what there is one of counts for nothing."""
    if isinstance(cell, list):
        return sys.getsizeof(cell) + sum(map(_taken, cell))
    if isinstance(cell, dict):
        return sys.getsizeof(cell) + sum(map(_taken, cell.values()))
    return 0 if cell is None or cell is True or cell is False or cell == "" else sys.getsizeof(cell)


def _plain(cell: Any) -> Any:
    if cell is None or isinstance(cell, bool | int | str):
        return cell
    if isinstance(cell, float):
        return cell if cell == cell and abs(cell) != float("inf") else str(cell)
    if isinstance(cell, Decimal):
        return str(cell)
    if isinstance(cell, list | tuple):
        return [_plain(inner) for inner in cell]
    if isinstance(cell, dict):
        return {str(key): _plain(inner) for key, inner in cell.items()}
    return str(cell)


def _unknown(connection: Any, words: str) -> str:
    """The sentence on a table that does not exist, with the release's own in place of what DuckDB would suggest."""
    found = re.search(r"Table with name (.+?) does not exist", words)
    if not found:
        return words
    ours = "select table_name from duckdb_tables() union select view_name from duckdb_views() where not internal"
    tables = [str(name) for (name,) in connection.execute(ours).fetchall()]
    near = get_close_matches(found[1].lower(), tables, n=1, cutoff=0.5)
    hint = f" Did you mean {near[0]}?" if near else ""
    return f"There is no table {found[1]} in this release.{hint} It holds: {', '.join(sorted(tables))}."


def _line(error: Exception) -> str:
    return "\n".join(line.rstrip() for line in str(error).strip().splitlines()[:8])


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin)), sys.stdout)
