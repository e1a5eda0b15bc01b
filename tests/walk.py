"""A page of the documentation is walked: its commands are run as a reader would paste them, and answer what it says.

    python3 tests/walk.py PAGE...     walks pages here and now, and says where one is not true

Blocks of `sh` are run one after the other, in one bash (with pipefail), and each must end well; one that does
not says so behind its language: ```` ```sh exit=1 ````. A block of `text` that follows is all that was printed, on
both streams, however many spaces stand between the words; `...` stands for what is left out: alone on a line for
any lines, within one for a part of it. Blocks of any other language are not looked at. `already`, behind the language,
names what a walk from a state that somebody else made passes over: `walk(..., begun=True)`.

Only the standard library: the walk of the tutorial begins before anything is installed.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```sh(?P<marks>[^\n]*)\n(?P<commands>.*?)^```\n(?:\n?```text\n(?P<said>.*?)^```\n)?", re.M | re.S)
END = "=== a block of the page ends:"
"""What the walk itself prints after each block, with the exit code."""


@dataclass(frozen=True)
class Block:
    """Commands of a page, the exit code that they are to end with, and what they are to print (None: anything)."""

    commands: str
    code: int
    said: str | None
    already: bool


def blocks(page: Path) -> list[Block]:
    """The blocks of a page, in order."""
    return [
        Block(
            found["commands"],
            int(next((mark[5:] for mark in found["marks"].split() if mark.startswith("exit=")), 0)),
            found["said"],
            "already" in found["marks"].split(),
        )
        for found in BLOCK.finditer(page.read_text(encoding="utf-8"))
    ]


def walk(page: Path, folder: Path, environment: Mapping[str, str], begun: bool = False) -> list[str]:
    """Sentences on what the page says and is not so; none if all of it is. A command that fails ends the walk."""
    todo = [block for block in blocks(page) if not (begun and block.already)]
    script = "set -o pipefail\n" + "\n".join(
        f"set {'+' if block.code else '-'}e\n{block.commands}\necho '{END}' $?" for block in todo
    )  # in a block that may fail the last command decides
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    parts = re.split(rf"^{re.escape(END)} (\d+)\n", done.stdout, flags=re.M)
    answers = list(zip(parts[:-1:2], map(int, parts[1::2]), strict=True))
    faults = []
    for block, (said, code) in zip(todo, answers, strict=False):
        if block.said is not None and not as_said(block.said, said):
            faults.append(f"this does not print what the page says:\n{block.commands}--- the page\n{block.said}")
        elif code != block.code:
            faults.append(f"this ends with {code}, not {block.code}:\n{block.commands}")
        else:
            continue
        faults[-1] = f"{page.name}: {faults[-1]}--- printed\n{said}"
    if len(answers) < len(todo):
        faults.append(f"{page.name}: the walk ended here:\n{todo[len(answers)].commands}--- printed\n{parts[-1]}")
    return faults


def as_said(page: str, printed: str) -> bool:
    """Is this what the page says?"""
    parts = []
    for line in page.splitlines():
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(r"[^\n]*?".join(map(re.escape, _bare(line).split("..."))) + r"\n")
    lines = "".join(f"{_bare(line)}\n" for line in printed.splitlines())
    return re.fullmatch("".join(parts), lines) is not None


def _bare(line: str) -> str:
    return " ".join(line.split())


def main(pages: list[str]) -> int:
    """Walks pages in this folder. The exit code."""
    began, faults = time.monotonic(), []
    for page in map(Path, pages):
        faults += walk(page, Path.cwd(), os.environ)
        print(f"{page}: {len(blocks(page))} blocks of commands walked, {time.monotonic() - began:.0f} s so far.")
    for fault in faults:
        print(f"\n{fault}")
    return 1 if faults or not pages else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
