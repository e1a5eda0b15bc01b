"""The order of the pages: that of `README.md` in this folder, whose headings below "By kind" become the menu."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

FOLDER = "pipelines/docs"
KINDS = "## By kind"
REFERENCE = "Reference"
PAGE = f"{FOLDER}/README"
ENTRY = f'<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={PAGE}.html">\n'
"""What `index.html` holds: the way to the first page, which keeps its place among the others."""


def page(readme: str, made: Iterable[str]) -> str:
    """The first page: the README of the documentation, and the menu. `made`: pages that were made for the reference."""
    menu = []
    for section in re.split(r"^### ", readme.partition(KINDS)[2], flags=re.MULTILINE)[1:]:
        caption, _, body = section.partition("\n")
        links = [posixpath.normpath(f"{FOLDER}/{link}") for link in re.findall(r"\]\(([^)#]+\.md)\)", body)]
        if caption == REFERENCE:
            links = [*(name for name in made if name.count("/") == 1), *links]
        entries = "\n".join(f"/{link.removesuffix('.md')}" for link in dict.fromkeys(links))
        menu.append(f"```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{entries}\n```\n")
    return f"{readme}\n" + "\n".join(menu)
