"""The reference of what can be found wrong: codes of findings and checks, with their sentences, from the catalogue."""

from __future__ import annotations

from pipelines.docs.markdown import code, table, text
from pipelines.messages import catalogue

GROUPS = {
    "finding": "What the gate says of a file that arrives",
    "check": "What checks say of figures",
    "found": "What a check found, and what it expected",
}
"""Groups of the message catalogue -> what they are."""


def pages() -> dict[str, str]:
    """Name of the page -> Markdown. Names in braces stand for what is filled in."""
    parts = ["# Findings\n\nEvery sentence in both languages; `{names}` stand for what is filled in.\n"]
    for group, title in GROUPS.items():
        words = {key: said for key, said in catalogue().items() if key.partition(".")[0] == group}
        rows = [[code(key.partition(".")[2]), text(said["en"]), text(said["zh"])] for key, said in words.items()]
        parts.append(f"## {title}\n\n{table(['code', 'English', 'Chinese'], rows)}")
    return {"reference/findings": "\n".join(parts)}
