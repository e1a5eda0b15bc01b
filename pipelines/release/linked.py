"""What a candidate takes over from the one before it: a file whose rows are the same is linked, not written again.

Whether the rows are the same is asked by content (`content`), never believed; the bytes of a file that is linked are
those of its manifest. Published files are never written to: a link is a second name of the same bytes, and removing
either leaves the other; what damages them damages both, and `verify` tells it of both. The database is no such file: it
is copied, and changed before anybody sees it (`build`).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipelines.home import file_digest
from pipelines.release import content, parts
from pipelines.release.database import DATABASE, engine

BEFORE = "before"
"""Name under which its database is attached."""
_SMALL = 64 * 1024**2
"""Bytes up to which nobody minds how much of a database is dead."""
_COLUMNS = """
select table_name, column_index, column_name, data_type from duckdb_columns()
where schema_name = ? and table_name in (select table_name from duckdb_tables())
"""


@dataclass(frozen=True)
class Before:
    """A candidate in `folder`, its manifest `said`, made by the same programs from the same documents. years: those in
    which a table with periods may differ. linked: path -> {bytes, sha256} of what was linked so far.
    """

    folder: Path
    said: dict[str, Any]
    years: Sequence[str]
    linked: dict[str, dict[str, Any]] = field(default_factory=dict)

    def contents(self) -> dict[str, content.Content]:
        """Table or view -> its content."""
        return {**self.said["tables"], **self.said["views"]}

    def in_parts(self, name: str) -> bool:
        """Has this table or view a file for each year?"""
        return any(path.startswith(f"csv/{name}/") for path in self.said["files"])

    def now(self, connection: Any, relation: str, name: str) -> content.Content:
        """The content of a relation that is this table or view today, the database of before attached. A small one is
        read at once.
        """
        if not self.in_parts(name):
            return content.of(connection, relation)
        was = self.contents()[name]
        return content.since(connection, relation, f"{BEFORE}.main.{content.quoted(name)}", was, self.years)

    def touched(self, connection: Any, name: str, column: str, now: content.Content) -> set[str]:
        """Values of a column in rows of a table with periods that differ from those of before, its database attached.
        now: the content of the table.
        """
        years = content.differing(self.contents()[name], now)
        cells = ", ".join(content.quoted(one) for one, _ in now["columns"])
        query = f"select {column}, count(*), sum(hash({cells})) from {{}} where {content.any_year(years)} group by 1"
        relation = content.quoted(name)
        one, other = (
            set(connection.execute(query.format(side)).fetchall()) for side in (relation, f"{BEFORE}.main.{relation}")
        )
        return {value for value, *_ in one ^ other}

    def serves(self, private: Path) -> bool:
        """Is its database what the manifest says, mostly alive, and of the same tables as a private build?"""
        file = self.said["files"].get(DATABASE, {"bytes": 0, "sha256": ""})
        if file["bytes"] > max(2 * self.said.get("whole_bytes", 0), _SMALL):
            return False
        with engine(private, read_only=True) as connection:
            found = connection.execute(_COLUMNS, ["marts"]).fetchall()
        try:
            if file_digest(self.folder / DATABASE) != file["sha256"]:
                return False
        except OSError:
            return False
        with engine(self.folder / DATABASE, read_only=True) as connection:
            return set(found) <= set(connection.execute(_COLUMNS, ["main"]).fetchall())

    def link(self, folder: Path, kind: str, name: str, year: str, now: content.Content | None) -> bool:
        """Links the file of a year (see `parts`) into a staged folder; False if that is not to be had: its rows are
        others, or its bytes not those of the manifest.
        """
        path, was = parts.path(kind, name, year), self.contents().get(name)
        file = self.said["files"].get(path)
        if now is None or file is None or was is None or not same(was, now, year):
            return False
        try:
            if file_digest(self.folder / path) != file["sha256"]:
                return False
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            os.link(self.folder / path, folder / path)
        except OSError:
            return False
        self.linked[path] = file
        return True


def same(was: content.Content, now: content.Content, year: str) -> bool:
    """Are the rows of a year the same in two contents of a table, or all of them where no year is named?"""
    if not year:
        return was == now
    return was["columns"] == now["columns"] and was["years"].get(year) == now["years"].get(year)
