"""What changed after it was told, as rows for tables: figures that editions revised, of candidates the returned figures
that changed, and corrections in effect. Each with its reason, and with who answers for it where that is public.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pipelines.contracts.families import Key
from pipelines.release.forms import marks
from pipelines.release.forms.areas import IN_ORDER
from pipelines.release.forms.facts import Facts
from pipelines.release.forms.figures import Series
from pipelines.release.forms.site.cells import slug
from pipelines.release.forms.words import Words
from pipelines.release.published_tables import REVISION

RETURNED = "mart_revision"
"""Only candidates have it: it tells of figures that no edition has shown."""
AT_MOST, OF_INDICATOR = 1000, 100
"""Of more the newest are listed, of all and of an indicator; the CSV has all."""

Row = dict[str, Any]


class Revised:
    """The revisions of a release, laid out once for all pages."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def of_class(self) -> dict[tuple[str, str], list[Row]]:
        """(indicator, breakdown) -> its rows of mart_published_revision."""
        found: dict[tuple[str, str], list[Row]] = {}
        for row in self.facts.revisions:
            found.setdefault((row["indicator_id"], row["breakdown"]), []).append(row)
        return found

    @cached_property
    def of_measure(self) -> dict[Key, list[Row]]:
        """(table, measure) -> its rows of mart_revision in which a figure changed, the newest first."""
        if RETURNED not in self.facts.tables:
            return {}
        found: dict[Key, list[Row]] = {}
        for row in self.facts.source.rows(
            f"select {RETURNED}.*, '' as indicator_id from {RETURNED} {IN_ORDER} "
            "where from_value is distinct from to_value and list_contains($1, area_level) "
            "order by to_prepared_on desc, "
            "table_id, measure_id, year desc, period desc, area_place, breakdown, vintage",
            self.facts.levels,
            list(self.facts.all),
        ):
            found.setdefault((row["table_id"], row["measure_id"]), []).append(row)
        return found

    def all(self, words: Words) -> Row:
        """Of the whole release: {rows, more, file, corrected}."""
        found = self.facts.revisions
        return {
            **_listed(words, [self._published(words, row) for row in found[:AT_MOST]], len(found)),
            "file": self._file(REVISION),
            "corrected": [self._corrected(words, *one) for one in self.facts.corrections],
        }

    def of(self, words: Words, series: Series) -> Row:
        """Of a class of an indicator: {rows, count, more, file, corrected, first, returned}. returned: the rows are
        figures of returns, since the release is a candidate; they stand on the page of the first class.
        """
        id, breakdown = series.indicator, series.breakdown
        first, returned = breakdown == self.facts.breakdowns[id][0], RETURNED in self.facts.tables
        measures = words.about(id).measures() if first else []
        if returned:
            found = [row for key in measures for row in self.of_measure.get(key, [])]
            rows = [self._returned(words, row) for row in found[:OF_INDICATOR]]
        else:
            found = self.of_class.get((id, breakdown), [])
            rows = [self._published(words, row) for row in found[:OF_INDICATOR]]
        there = {(figure.area, figure.period) for figure in series.figures} if rows else set()
        for row in rows:
            if (row["code"], row["period"]) not in there:
                row["anchor"] = ""
        corrected = [one for one in self.facts.corrections if (one[0]["table_id"], one[0]["measure_id"]) in measures]
        return {
            **_listed(words, rows, len(found)), "file": self._file(RETURNED if returned else REVISION),
            "corrected": [self._corrected(words, *one) for one in corrected], "first": first, "returned": returned,
        }  # fmt: skip

    def _file(self, table: str) -> str:
        return self.facts.source.one_file(f"csv/{table}.csv")

    def _published(self, words: Words, row: Row) -> Row:
        return {
            **self._cell(words, row),
            "edition": row["edition"],
            "withdrawn": row["is_withdrawn"],
            "from": self._value(row, "from_value"),
            "to": self._value(row, "to_value"),
            "reason": words.revised(row["reason"]),
            "because": self._acknowledged(words, row),
        }

    def _acknowledged(self, words: Words, row: Row) -> str:
        """Who answers for a change that nothing explains, and with what words: known of this edition itself."""
        said = self.facts.source.said
        given = said.get("acknowledged")
        own = row["edition"] == said["release_id"] and "acknowledged" in row["reason"].split("|")
        return words.say("revised.by", by=given["by"], why=given["why"]) if given and own else ""

    def _returned(self, words: Words, row: Row) -> Row:
        by, why = row["explained_by"], row["because"] or ""
        return {
            **self._cell(words, row),
            "edition": row["to_prepared_on"].isoformat(),
            "withdrawn": False,
            "from": "" if row["from_value"] is None else row["from_value"],
            "to": "" if row["to_value"] is None else row["to_value"],
            "reason": words.revised(row["reason"]) if row["reason"] else words.say("revised.unexplained"),
            "because": words.say("revised.by", by=by, why=why) if by else why,
        }

    def _corrected(self, words: Words, row: Row, correction: Any) -> Row:
        return {
            **self._cell(words, row),
            "from": row["source_value"],
            "to": row["value"],
            "because": words.label(correction.because),
            "by": correction.decided_by,
        }

    def _cell(self, words: Words, row: Row) -> Row:
        """Which figure it is, in words; anchor: its address in the page of its class, '' of what a return states."""
        what, of, code, id = words.figure(row), words.figure_class(row), row["area_code"], row["indicator_id"]
        return {
            "what": words.say("title.of", title=what, of=of) if of else what,
            "area": words.area_of(self.facts.all, code),
            "period": row["period"],
            "anchor": f"#A{slug(code)}-{slug(row['period'])}" if id else "",
            "indicator": id,
            "breakdown": row["breakdown"],
            "code": code,
            "path": "",
        }

    def _value(self, row: Row, name: str) -> str:
        """A value at the decimals at which it is published."""
        known = self.facts.catalog.indicators.get(row["indicator_id"])
        return "" if row[name] is None else marks.shown(row[name], known.decimals if known else 0)


def _listed(words: Words, rows: list[Row], count: int) -> Row:
    more = words.say("revisions.more", count=count, shown=len(rows)) if count > len(rows) else ""
    return {"rows": rows, "count": count, "more": more}
