"""Hostile things in the inbox: what is no ordinary file, and names that are commands, paths or signs."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

from tests.faults.corpus import ACCEPTED, IGNORED, NAME, SECRET, Case, Rows, file, text

KIND = "inbox"
FILE = f"{NAME}.csv"
_NOT_ORDINARY = "refused: not_ordinary"

Lay = Callable[[Path, Rows], None]


def outside(folder: Path) -> Path:
    """A folder beside the installation which nothing may read or write; the same for all cases."""
    found = folder.parents[2] / "outside"
    found.mkdir(exist_ok=True)
    (found / "secret.csv").write_text(f"{SECRET}\n", encoding="utf-8")
    return found


def _link(folder: Path, found: Rows) -> None:
    (folder / FILE).symlink_to(outside(folder) / "secret.csv")


def _good_link(folder: Path, found: Rows) -> None:
    """To what would be taken if it were followed."""
    good = outside(folder) / f"{folder.name}.csv"
    good.write_text(text(found), encoding="utf-8")
    (folder / FILE).symlink_to(good)


def _linked_folder(folder: Path, found: Rows) -> None:
    place = outside(folder) / folder.name
    place.mkdir()
    (place / FILE).write_text(text(found), encoding="utf-8")
    (folder / "police").symlink_to(place)


def _hard(folder: Path, found: Rows) -> None:
    good = outside(folder) / f"{folder.name}.csv"
    good.write_text(text(found), encoding="utf-8")
    os.link(good, folder / FILE)


def _listening(folder: Path, found: Rows) -> None:
    with chdir(folder), socket.socket(socket.AF_UNIX) as listening:
        listening.bind(FILE)


def _device(folder: Path, found: Rows) -> None:
    try:
        os.mknod(folder / FILE, 0o20600, os.makedev(1, 5))  # endless zeros
    except PermissionError:  # only root can; a fifo is refused at the same place
        os.mkfifo(folder / FILE)


def _folder(folder: Path, found: Rows) -> None:
    (folder / FILE).mkdir()
    (folder / FILE / FILE).write_text(text(found), encoding="utf-8")


def _dotted(folder: Path, found: Rows) -> None:
    (folder / ".x").mkdir()
    (folder / ".x" / FILE).write_text(text(found), encoding="utf-8")


def _deep(folder: Path, found: Rows) -> None:
    """Below more folders than a path may name."""
    with chdir(folder):
        for _ in range(60):
            Path("d" * 100).mkdir()
            os.chdir("d" * 100)
        Path(FILE).write_text(text(found), encoding="utf-8")


def _sparse(folder: Path, found: Rows) -> None:
    with (folder / FILE).open("wb") as stream:
        stream.truncate(200 * 2**30)


def _bytes_named(name: bytes) -> Lay:
    def lay(folder: Path, found: Rows) -> None:
        (folder / os.fsdecode(name)).write_bytes(text(found).encode())

    return lay


CASES: list[Case] = [
    Case(name, KIND, expected, lay)
    for name, expected, lay in (
        ("link to a file", _NOT_ORDINARY, _link),
        ("link to a good return", _NOT_ORDINARY, _good_link),
        ("link to nothing", _NOT_ORDINARY, lambda folder, found: (folder / FILE).symlink_to("nowhere")),
        ("link to itself", _NOT_ORDINARY, lambda folder, found: (folder / FILE).symlink_to(FILE)),
        ("link to a folder", _NOT_ORDINARY, _linked_folder),
        ("link to a terminal", _NOT_ORDINARY, lambda folder, found: (folder / FILE).symlink_to("/dev/tty")),
        ("second name of a file", ACCEPTED, _hard),
        ("link with a name that steers", _NOT_ORDINARY, lambda folder, found: (
            folder / "\x1b[31m\n[red]\u202e.csv").symlink_to(FILE)),
        ("pipe", _NOT_ORDINARY, lambda folder, found: os.mkfifo(folder / FILE)),
        ("socket", "refused: not_readable|not_ordinary", _listening),
        ("device", _NOT_ORDINARY, _device),
        ("folder called csv", ACCEPTED, _folder),
        ("too deep", "refused: not_readable", _deep),
        ("a file of no bytes", "refused: empty_file", lambda folder, found: (folder / FILE).touch()),
        ("too large", "refused: too_large", _sparse),
        ("begins with a dot", IGNORED, file(lambda found: text(found).encode(), f".{FILE}")),
        ("in a folder with a dot", IGNORED, _dotted),
        ("bytes that are no text", "table_unspecified", _bytes_named(b"crime\xff\xfe\x80.csv")),
        ("upper ending", ACCEPTED, file(lambda found: text(found, "\r\n").encode(), f"{NAME}.CSV")),
    )
]  # fmt: skip
NAMES = {
    "SQL": "'; drop table delivery; --.csv",
    "an option": "--help.csv",
    "two options": "-rf",
    "a command": "$(touch outside).csv",
    "quotes": "\"a'b`c.csv",
    "a line break": "a\nb\r.csv",
    "an escape sequence": "\x1b[31m\x1b]0;title\x07.csv",
    "markup": "[red]x[link=x].csv",
    "html": "<img src=x onerror=alert(1)>.csv",
    "places": "{0.__class__}{file_name}%s%n.csv",
    "direction": "crime_\u202excod.csv",
    "spaces": "   .csv",
    "two dots": "..csv",
    "backslashes": "a\\..\\x.csv",
    "a formula": "=cmd|'!A0.csv",
    "255 bytes": "n" * 251 + ".csv",
    "255 bytes of Chinese": "案" * 83 + ".csv",
    "an ending and a space": f"{NAME}.csv ",
    "an ending and a dot": f"{NAME}.csv.",
    "no ending": NAME,
    "another day": f"crime_110101_2003_{'9' * 4}-12-31.csv",
    "no such day": "crime_110101_2003_2004-02-30.csv",
    "no such area": "crime_999999_2003_2004-01-20.csv",
    "no such table": "persons_110101_2003_2004-01-20.csv",
}
_SAID = {
    "two options": "file_type", "an ending and a space": "file_type", "an ending and a dot": "file_type",
    "no ending": "file_type", "another day": "prepared_on_future", "no such day": "prepared_on_unreadable",
    "no such area": "unit_unknown", "no such table": "table_unknown", "two dots": IGNORED,
}  # fmt: skip
CASES += [
    Case(
        f"name: {name}", "names", _SAID.get(name, "table_unspecified"), file(lambda found: text(found).encode(), words)
    )
    for name, words in NAMES.items()
]
