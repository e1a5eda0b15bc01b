"""The order of the pages: that of `README.md` in this folder, whose headings below "By kind" become the menu; and what
of a page is folded away.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

FOLDER = "pipelines/docs"
KINDS = "## By kind"
REFERENCE = "Reference"
PAGE = f"{FOLDER}/README"
ENTRY = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Yearbook</title>'
    f'<meta http-equiv="refresh" content="0; url={PAGE}.html"></head>'
    f'<body><a href="{PAGE}.html">Documentation</a></body></html>\n'
)
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


def folded(text: str) -> str:
    """A page whose diagrams, of which only the source can be shown, are opened by whoever wants to read it."""
    opened = "<details><summary>The diagram, as Mermaid source</summary>\n\n\\1\n\n</details>"
    return re.sub(r"^(```mermaid\n.*?^```)$", opened, text, flags=re.MULTILINE | re.DOTALL)
