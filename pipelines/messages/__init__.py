"""The message catalogue: every sentence that offices and readers see, in English and Simplified Chinese.

`catalogue.yaml` holds the words: key -> {en, zh}, with named places like {column}. Log lines and errors for engineers
do not belong here. Imports nothing of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml

LANGUAGES = ("en", "zh")


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """key -> language -> text."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(Path(__file__).with_name("catalogue.yaml").read_text(encoding="utf-8"), loader)


def say(key: str, language: str, **places: Any) -> str:
    """The sentence `key` in a language, its places filled. Raises KeyError for an unknown key or a missing place."""
    return catalogue()[key][language].format(**places)


def listed(words: Sequence[str], language: str) -> str:
    """a, b and c; '' of none."""
    *first, last = words or ("",)
    between = say("method.comma", language)
    return say("method.and", language).join([*([between.join(first)] if first else []), last])
