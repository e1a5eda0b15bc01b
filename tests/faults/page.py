"""The page of what is promised and how it is tested, with what came of the last whole run: written by the suite alone.

Only the table between its marks in `pipelines/docs/promises.md`; the words around it are a person's. A section that was
not tried on this machine keeps its row, so that a suite of hours may be done on several days or machines; each row says
when, and of which version.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines.home import PROJECT
from tests.faults import planting, running
from tests.faults.bugs import BUGS
from tests.faults.listed import SECTIONS

PAGE = PROJECT / "pipelines" / "docs" / "promises.md"
_BEGIN, _END = "<!-- sections -->\n", "<!-- end of sections -->\n"
_UNTRIED = "| 0 | not tried | | | | |"
_TEETH = "Bugs that are planted, one at a time:"


def write(to: Path = PAGE) -> None:
    """Brings what came of each section, when it was tried last, into the page. Raises AssertionError where the page has
    no place for it.
    """
    text = to.read_text(encoding="utf-8")
    pattern = re.compile(f"({re.escape(_BEGIN)})(.*?)({re.escape(_END)})", re.DOTALL)
    place = pattern.search(text)
    assert place, "The page has no place for the sections."
    earlier = place[2]
    told = planting.told(running.BUILD)
    kept = "" if told else "".join(f"{line}\n" for line in earlier.splitlines() if line.startswith(_TEETH))
    planted = kept or teeth(told)
    came = table({name: running.last(name) for name in SECTIONS}, earlier) + "\n" + planted
    to.write_text(pattern.sub(lambda match: f"{match[1]}\n{came}\n{match[3]}", text), encoding="utf-8")


def table(told: dict[str, dict[str, dict[str, Any]]], earlier: str = "") -> str:
    """A row for each section: what is promised, how it was attacked, how often, and how often it broke. `earlier`: the
    table as it stands.
    """
    lines = [
        'Written by `make faults ARGS="--whole --page"`.\n',
        "| | what is promised | how it is attacked | trials | done | broken | minutes | version | on |",
        "|---|---|---|---:|---|---:|---:|---|---|",
    ]
    rows = (line for line in earlier.splitlines() if line.startswith("| ") and _UNTRIED not in line)
    kept = {line.split("|")[1].strip(): line for line in rows}
    for name, found in told.items():
        of = running.section(name)
        asked = of.names(True)
        lines_of = [found[one] for one in asked if one in found]
        if not lines_of:
            lines.append(kept.get(name) or f"| {name} | {of.PROMISE} | {of.ATTACK} {_UNTRIED}")
            continue
        counts = sum((Counter(line["counts"]) for line in lines_of), Counter[str]())
        done = ", ".join(f"{number:,} {what}" for what, number in counts.items())
        trials = f"{len(lines_of):,}" + (f" of {len(asked):,}" if len(lines_of) < len(asked) else "")
        broken = sum(bool(line["broken"]) for line in lines_of)
        minutes = sum(line["seconds"] for line in lines_of) / 60
        version = ", ".join(dict.fromkeys(line.get("version", "") for line in lines_of))
        lines.append(
            f"| {name} | {of.PROMISE} | {of.ATTACK} | {trials} | {done} | {broken} | {minutes:.0f} | {version} "
            f"| {datetime.now(UTC):%Y-%m-%d} |"
        )
    return "\n".join(lines) + "\n"


def teeth(told: dict[str, dict[str, Any]]) -> str:
    """How many bugs there are to be planted, how many of them were found, and which were not."""
    tried = [told[name] for name in BUGS if name in told]
    found = [line for line in tried if line["found"] and all(line["found"].values())]
    missed = [line["bug"] for line in tried if line not in found]
    many = "each" if len(found) == len(BUGS) else f"{len(found)}"
    words = f"{_TEETH} {len(BUGS)}; found: {many}"
    words += f"; NOT found: {', '.join(missed)}" if missed else ""
    words += f"; not planted yet: {left}" if (left := len(BUGS) - len(tried)) else ""
    versions = ", ".join(dict.fromkeys(line["version"] for line in tried))
    return f"{words} (version {versions}).\n" if versions else f"{words}.\n"
