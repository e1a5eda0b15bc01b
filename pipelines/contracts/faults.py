"""Faults of documents: where (file, line), what is wrong, how to mend it. Nothing about figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, order=True)
class Fault:
    """One fault of one document. `file` is relative to the documents' folder; line 0 = the whole file."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.message}"


class ContractError(Exception):
    """The documents cannot be used. Carries every fault found, sorted by file and line."""

    def __init__(self, faults: list[Fault]):
        self.faults = sorted(set(faults))
        count = len(self.faults)
        head = f"The documents have {count} fault{'s' if count != 1 else ''}:"
        super().__init__("\n".join([head, *(f"  {fault}" for fault in self.faults)]))


def nearest(name: str, known: Sequence[str]) -> str:
    """A hint `; did you mean x?`, or nothing when no known name is near."""
    close = get_close_matches(name, known, n=1, cutoff=0.6)
    return f"; did you mean `{close[0]}`?" if close else ""
