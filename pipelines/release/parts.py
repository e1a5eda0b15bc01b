"""In how many files a table or view stands as CSV and as Parquet: in one, or in a folder with one for each year.

One file is easiest for people. Of one that no spreadsheet shows whole, and that has a `period`, each calendar year is a
file by itself: it can be opened, and it stays the same file where another year is corrected. Which file stands where,
and how rows come into theirs, is known here only; what is shown of them, and in which format, is not.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from pipelines.release import content
from pipelines.release.content import quoted

if TYPE_CHECKING:
    import duckdb

ROWS_OF_ONE_FILE = 1_048_575
"""What a spreadsheet shows below the titles."""
WHOLE = ""
"""Instead of a year: all rows."""
_PART, _WRITTEN = "part_of_the_table", "written"
_IN_ONE_PIECE = (
    "set partitioned_write_flush_threshold = 9223372036854775807; set partitioned_write_max_open_files = 10000"
)
"""A part is written in one piece, so that its bytes are the same whatever other years are written; each in one file."""


def years(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Of which years a table or view has files; WHOLE alone where it has one."""
    if "period" not in dict(content.columns(connection, quoted(name))):
        return [WHOLE]
    found = connection.execute(f"select period, count(*) from {quoted(name)} group by 1").fetchall()
    if sum(rows for _, rows in found) <= ROWS_OF_ONE_FILE:
        return [WHOLE]
    return sorted({content.year_of(period) for period, _ in found})


def path(kind: str, name: str, year: str) -> str:
    """Where in a release the file with the rows of a year stands. kind: csv, parquet."""
    return f"{kind}/{name}/{year}.{kind}" if year else f"{kind}/{name}.{kind}"


def year(path: str) -> str:
    """Of which year the rows of a file are."""
    _, *name, file = PurePosixPath(path).parts
    return PurePosixPath(file).stem if name else WHOLE


def copy(
    connection: duckdb.DuckDBPyConnection,
    shown: str,
    name: str,
    which: list[str],
    folder: Path,
    kind: str,
    how: str,
    order: str = "",
) -> None:
    """Writes what is `shown` (SQL) of a table or view into its files of these years, all in one reading. `how`: what
    COPY is told of the format; `order`: of the rows where there is one file.

    Rows stand in the order in which they are read only if the session has one thread, else in blocks in any order.
    """
    target = folder / kind / name
    if which == [WHOLE]:
        (folder / kind).mkdir(exist_ok=True)
        file = folder / path(kind, name, WHOLE)
        connection.execute(f"copy (select {shown} from {quoted(name)} {order}) to '{_escaped(file)}' ({how})")
        return
    (target / _WRITTEN).mkdir(parents=True)
    some = "" if which == years(connection, name) else f"where {' or '.join(map(content.of_year, which))}"
    rows = f"select {shown}, {content.YEAR} as {_PART} from {quoted(name)} {some}"
    connection.execute(_IN_ONE_PIECE)
    connection.execute(f"copy ({rows}) to '{_escaped(target / _WRITTEN)}' ({how}, partition_by ({_PART}))")
    for written in (target / _WRITTEN).iterdir():
        (file,) = written.iterdir()
        file.rename(folder / path(kind, name, written.name.partition("=")[2]))
        written.rmdir()
    (target / _WRITTEN).rmdir()


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")


def by_table(paths: Iterable[str], kind: str) -> dict[str, list[str]]:
    """Name of the table or view -> its files of a kind, in order, of all paths in a release."""
    found: dict[str, list[str]] = {}
    for path in sorted(paths):
        first, *rest = PurePosixPath(path).parts
        if first == kind and rest:
            found.setdefault(rest[0].removesuffix(f".{kind}"), []).append(path)
    return found


def standing(folder: Path, kind: str) -> dict[str, list[Path]]:
    """`by_table` of the files that stand in a release's folder."""
    paths = (path.relative_to(folder).as_posix() for path in (folder / kind).rglob("*") if path.is_file())
    return {name: [folder / path for path in found] for name, found in by_table(paths, kind).items()}


def laid(folder: Path, path: str) -> list[str]:
    """The files that stand for one of a release: itself, or its parts in order; none where there is neither."""
    if (folder / path).is_file():
        return [path]
    return sorted(part.relative_to(folder).as_posix() for part in (folder / path).with_suffix("").glob("*"))
