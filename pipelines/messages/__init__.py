"""The message catalogue: every sentence that offices and readers see, in English and Simplified Chinese.

`catalogue.yaml` holds the words: key -> {en, zh}, with named places like {column}. Log lines and errors for engineers
do not belong here. Imports nothing of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")


class _Catalogue(Mapping[str, dict[str, str]]):
    """key -> language -> text. Each is parsed when it is asked for: a command says few of a thousand sentences."""

    def __init__(self, text: str) -> None:
        parts = re.split(r"^(?=[^\s#])", text, flags=re.MULTILINE)[1:]  # a key begins a line
        self._parts = {part.partition(":")[0]: part for part in parts}
        self._read = cache(self._parsed)

    def _parsed(self, key: str) -> dict[str, str]:
        import yaml

        return yaml.load(self._parts[key], getattr(yaml, "CSafeLoader", yaml.SafeLoader))[key]

    def __getitem__(self, key: str) -> dict[str, str]:
        return self._read(key)

    def __contains__(self, key: object) -> bool:
        return key in self._parts

    def __iter__(self) -> Iterator[str]:
        return iter(self._parts)

    def __len__(self) -> int:
        return len(self._parts)


@cache
def catalogue() -> Mapping[str, dict[str, str]]:
    """key -> language -> text."""
    return _Catalogue(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"))


def say(key: str, language: str, **places: Any) -> str:
    """The sentence `key` in a language, its places filled. Raises KeyError for an unknown key or a missing place."""
    return catalogue()[key][language].format(**places)


def listed(words: Sequence[str], language: str) -> str:
    """a, b and c; '' of none."""
    *first, last = words or ("",)
    between = say("method.comma", language)
    return say("method.and", language).join([*([between.join(first)] if first else []), last])
