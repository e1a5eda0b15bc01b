"""Pages of a site as tests read them: links, ids, cells, scripts; and a site made from a changed copy of a release."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts import load
from pipelines.release import manifest
from pipelines.release.database import DATABASE, engine
from pipelines.release.forms import checksums, site
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.source import Source


class Read(HTMLParser):
    """addresses: of links and what a page loads; ids; cells: id -> its figure, or the mark of why there is none."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.cells: dict[str, str] = {}
        self.marks: dict[str, list[str]] = {}
        self.tags: list[str] = []
        self.words: list[str] = []
        self.data: list[Any] = []
        self.lang = ""
        self._cell, self._in = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.addresses += [value for name in ("href", "src") if (value := found.get(name)) is not None]
        if tag == "meta" and found.get("http-equiv") == "refresh":
            self.addresses.append(str(found["content"]).split("url=")[1])
        if tag == "html":
            self.lang = found["lang"] or ""
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag in ("td", "th", "tr", "table"):
            self._cell = str(found["id"]) if tag == "td" and found.get("id") else ""
            if self._cell:
                self.cells[self._cell], self.marks[self._cell] = "", []
        self._in = "ld" if found.get("type") == "application/ld+json" else tag

    def handle_endtag(self, tag: str) -> None:
        self._in = ""
        if tag == "table":
            self._cell = ""

    def handle_data(self, data: str) -> None:
        if self._in == "ld":
            self.data.append(json.loads(data))
        elif self._cell and self._in == "i":
            self.marks[self._cell].append(data.strip())
        elif self._cell and data.strip():
            self.cells[self._cell] += data.strip()
        if self._in != "ld" and data.strip():
            self.words.append(data.strip())


@dataclass
class Site:
    """A site and the release it stands in."""

    release: Path
    _read: dict[Path, Read] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return self.release / site.FOLDER

    def page(self, path: str | Path) -> Read:
        file = self.folder / path
        if file not in self._read:
            self._read[file] = Read(file.read_text(encoding="utf-8"))
        return self._read[file]

    def paths(self) -> list[Path]:
        return [path.relative_to(self.folder) for path in sorted(self.folder.rglob("*.html"))]


def made(release: Path, folder: Path, *statements: str, said: Mapping[str, Any] | None = None) -> Site:
    """The site of a copy of a release, its database changed by SQL, `said` laid over what is said of it."""
    # what is written after the pages is not there yet
    later = shutil.ignore_patterns(site.FOLDER, manifest.FILE, checksums.FILE)
    shutil.copytree(release, folder, copy_function=shutil.copyfile, ignore=later)
    with duckdb.connect(folder / DATABASE) as connection:
        for statement in statements:
            connection.execute(statement)
    told = {name: value for name, value in manifest.read(release).items() if name != "files"}
    with engine(folder / DATABASE, read_only=True) as connection:
        site.write(Facts(Source(folder, load(folder / "documents"), connection, told | dict(said or {}))))
    return Site(folder)
