"""A page as data: where it stands, which template lays it out, and what it says. Nothing of HTML."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Crumb = tuple[str, str]
"""What a page above is called, and where it stands."""


@dataclass(frozen=True)
class Page:
    """path: below the folder of a language, the same in every language; template: a file of `templates/`; title: what
    it is called; part: the entry of the menu it belongs to; crumbs: the pages above it, widest first; values: what the
    template lays out; data: what machines read (schema.org).
    """

    path: str
    template: str
    title: str
    part: str
    values: Mapping[str, Any]
    crumbs: tuple[Crumb, ...] = ()
    description: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def home(self) -> str:
        """From the page to the folder of its language."""
        return "../" * self.path.count("/")

    @property
    def root(self) -> str:
        """From the page to the folder of the site."""
        return f"{self.home}../"
