"""The areas of one level beside each other: which level a chart shows, and the words below it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from pipelines.release.forms.words import Words

FEWEST, MOST = 3, 60
"""Areas in a chart: of fewer the table says all, of more nobody reads the names."""


def drawn(words: Words, rows: list[dict[str, Any]]) -> dict[str, str]:
    """{drawn, note}: the level with the most figures among the rows of a period, '' of none that can be drawn; what the
    signs of the chart mean. Rows are those of `standing.latest`.
    """
    counts = Counter(row["level"] for row in rows if row["text"] and not row["pool"])
    level, count = counts.most_common(1)[0] if counts else ("", 0)
    if not FEWEST <= count <= MOST:
        return {"drawn": "", "note": ""}
    own = [row for row in rows if row["level"] == level and row["text"]]
    around = next((row for row in rows if row["lead"] and row["level"] != level and row["text"]), None)
    said = [words.say("chart.areas.points", level=words.levels(level))]
    said += [words.say("chart.areas.intervals")] if any(row["limits"] for row in own) else []
    said += [words.say("chart.areas.target")] if any(row["target"] for row in own) else []
    said += [words.say("chart.areas.around", area=around["name"])] if around else []
    return {"drawn": level, "note": " ".join(said)}
