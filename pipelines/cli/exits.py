"""The exit codes of every command, each with what it means: for scripts, for `--help` and for the documentation.

A code stands here or it is not used. What a command says besides stands on standard output or, of what is wrong, on
standard error.
"""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """How a command ended. `meaning`: a sentence for people."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Code:
        """A code with its meaning."""
        made = int.__new__(cls, code)
        made._value_ = code
        made.meaning = meaning
        return made

    DONE = 0, "Done. Also when nothing was found, or nothing is new."
    NOT_DONE = 1, "Not done, refused, or the answer is bad; a sentence says why."
    WRONG_USE = 2, "Wrong use: an unknown command, option or value."
    BUSY = 3, "Another run is writing; try again when it has ended."
    INTERRUPTED = 130, "Interrupted by Ctrl-C; readers see what stood before."
    READER_GONE = 141, "Whoever read the output went away, as `head` does."


def lines() -> list[str]:
    """`code  meaning`, a line each."""
    return [f"{code.value:>3}  {code.meaning}" for code in Code]
