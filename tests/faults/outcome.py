"""What comes of a trial: how often the promise was tried, and each time that it was broken, in a sentence.

The same for every section. What is tried and how belongs to the section.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Outcome:
    """Of one trial. `counts`: what was done -> how often (`kills`, `reads`, `files`), added up over a section's trials;
    `broken`: a sentence for each time that the promise did not hold; `untried`: why this machine could not try it.
    """

    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    untried: str = ""

    def hold(self, holds: bool, sentence: str) -> None:
        """Notes the sentence where something does not hold."""
        if not holds:
            self.broken.append(sentence)
