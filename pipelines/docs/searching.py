"""How the search cuts texts into words: English as Sphinx does, Chinese into pairs of signs, so that parts are found.

命案 is in the index of a page that holds 命案破案率 only, and is asked for in the same way.
"""

from __future__ import annotations

import re
from itertools import chain

from sphinx.search.en import SearchEnglish

_CHINESE = re.compile(r"[\u3400-\u9fff]+")


class Words(SearchEnglish):
    """English words, and every two neighbouring signs of Chinese; a sign that stands alone is a word."""

    lang = "yearbook"
    language_name = "English"  # of which Sphinx makes the name of the stemmer
    js_splitter_code = r"""
var splitQuery = (query) => query
  .split(/[^\p{Letter}\p{Number}_]+/gu)
  .flatMap((word) => word.split(/([\u3400-\u9fff]+)/u))
  .filter((word) => word)
  .flatMap((word) => /^[\u3400-\u9fff]{2}/u.test(word)
    ? [...word].slice(1).map((sign, place) => [...word][place] + sign) : [word]);
"""

    def split(self, input: str) -> list[str]:
        """The words of a text."""
        runs = _CHINESE.findall(input)
        pairs = chain.from_iterable([run[at : at + 2] for at in range(max(1, len(run) - 1))] for run in runs)
        return [*super().split(_CHINESE.sub(" ", input)), *pairs]
