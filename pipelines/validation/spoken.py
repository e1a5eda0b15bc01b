"""What a check found and expected, in words.

A finding has both without a language, since its id is made of them: a figure, a sign or a code as it is, whatever
needs a sentence as JSON, `{"say": "after", "figure": 164, "before": [78, 86]}`. SQL makes that by `json_object`; the
words are those of the catalogue, `found.after`, and are put together where they are read. A place may be such a thing
itself, a list, or a name in each language; places that the words do not have are there for the id alone.
"""

from __future__ import annotations

import json
from typing import Any

from pipelines.messages import LANGUAGES, say


def said(say: str, **places: Any) -> str:
    """What `json_object` would make."""
    return json.dumps({"say": say, **places}, ensure_ascii=False, separators=(",", ":"))


def in_words(text: str, language: str) -> str:
    """What was found or expected, in a language; where the catalogue has no words for it its key, or as it is."""
    key, places = text, dict[str, str]()
    if parts := _parts(text):
        key, places = parts.pop("say"), {name: _place(one, language) for name, one in parts.items()}
    try:
        return say(f"found.{key}", language, **places)
    except KeyError:  # it needs no words, or had those of another version
        return key


def in_each(text: str) -> dict[str, str]:
    """language -> what was found or expected in it."""
    return {language: in_words(text, language) for language in LANGUAGES}


def part(text: str, name: str) -> str:
    """A place of what was found; '' where there is none."""
    return str(_parts(text).get(name, ""))


def _parts(text: str) -> dict[str, Any]:
    try:
        return json.loads(text, parse_float=str) if text.startswith('{"say":') else {}
    except ValueError:
        return {}


def _place(value: Any, language: str) -> str:
    if isinstance(value, list):
        return ", ".join(_place(one, language) for one in value)
    if isinstance(value, dict):
        return in_words(said(**value), language) if "say" in value else value[language]
    return "–" if value is None else in_words(str(value), language)
