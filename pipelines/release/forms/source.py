"""What a form is made from, and nothing else: a staged folder, its documents, its database, what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.contracts.catalog import Catalog
from pipelines.release import manifest

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Source:
    """folder: the staged release; catalog: its own documents; connection: its database, read only; said: what its
    manifest will say (release_id, kind, created, parent, keys, and of an edition who approved it), but for the files.
    """

    folder: Path
    catalog: Catalog
    connection: duckdb.DuckDBPyConnection
    said: Mapping[str, Any]
    _hashed: dict[str, dict[str, Any]] = field(default_factory=dict, repr=False)

    def files(self) -> dict[str, dict[str, Any]]:
        """Relative path -> {bytes, sha256} of every file that stands in the folder by now, in order.

        Each is hashed once: no form changes what another has written. The manifest hashes them all itself.
        """
        found = manifest.files(self.folder, self._hashed)
        self._hashed.update(found)
        return found

    def rows(self, sql: str, *parameters: Any) -> list[dict[str, Any]]:
        """The rows of a query, each column -> value. Say the order: none is given."""
        found = self.connection.execute(sql, parameters)
        names = [column[0] for column in found.description or ()]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

    def one_file(self, path: str) -> str:
        """The path, if it is a file; '' where a table stands in parts instead: those are on the page of downloads."""
        return path if (self.folder / path).is_file() else ""

    def levels_shown(self) -> tuple[str, ...]:
        """The area levels whose figures people's forms carry, widest first: all, unless there are very many areas.

        The setting is `forms` of `programme.yaml`; database, Parquet and CSV never ask. `area_level` of a mart and
        `level` of dim_area are held against it.
        """
        programme = self.catalog.programme
        levels, lowest = programme.levels, programme.forms.lowest_level
        if len(self.catalog.areas) <= programme.forms.areas_at_most:
            return tuple(levels)
        return tuple(levels[: levels.index(lowest) + 1] if lowest else levels[:-1] or levels)
