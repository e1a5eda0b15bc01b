"""Where what fails meets what persons explained of it: the one place where a finding becomes explained.

A run joins its own findings with the explanations that it knows; `standing` asks the same of those made since. Only
findings of warning severity can be explained. The figures, and whether a rule holds, are not looked at again here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pipelines.landing import explanations

ACCEPTED, LAPSED, TAKEN_BACK = "accepted", "lapsed", "taken_back"
"""States of an explanation: the finding stands as it was seen; it does not, or not as a warning; a person took it back.
"""
SAID = ("because", "by", "at")
TOLD = ("finding", *explanations.SEEN, "asset", *SAID, "state")
"""What is told of an explanation."""


class Explained:
    """The explanations that are known, and which of them the findings shown so far bear out."""

    def __init__(self, decisions: Iterable[Mapping[str, Any]] = ()) -> None:
        """`decisions`: rows of landing.decisions.export, in any order."""
        self._words = explanations.last(decisions)
        self._assets: dict[str, str] = {}

    def of(self, finding: str) -> Mapping[str, str]:
        """The last word on a finding, accepted or taken back; nothing where there is none."""
        return self._words.get(finding, {})

    def mark(self, rule: str, asset: str, severity: str, rows: Iterable[dict[str, str]]) -> None:
        """Gives failing rows of a rule their id, `finding`, and the `explanation` that holds of them, '' for none."""
        for row in rows:
            row["finding"] = explanations.id_of(row | {"rule": rule})
            word = self.of(row["finding"]) if severity == "warning" else {}
            accepted = word.get("outcome") == "accept"
            row["explanation"] = word["because"] if accepted else ""
            if accepted:
                self._assets[row["finding"]] = asset

    def told(self) -> list[dict[str, str]]:
        """The last word on each finding that anybody spoke of, with its state after all rows were marked; by id."""
        found = []
        for id, word in sorted(self._words.items()):
            state = TAKEN_BACK if word["outcome"] != "accept" else ACCEPTED if id in self._assets else LAPSED
            whole = word | {"asset": self._assets.get(id, ""), "state": state}
            found.append({name: whole[name] for name in TOLD})
        return found
