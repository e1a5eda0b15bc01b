"""What changed after it was told, as rows for tables: figures that editions revised, of candidates the returned figures
that changed, and corrections in effect. Each with its reason, and with who answers for it where that is public.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from pipelines.contracts.catalog import TOTAL
from pipelines.contracts.families import Key
from pipelines.release.forms.site import marks
from pipelines.release.forms.site.facts import Facts, Series
from pipelines.release.forms.site.words import Words
from pipelines.release.published_tables import REVISION

RETURNED = "mart_revision"
"""Only candidates have it: it tells of figures that no edition has shown."""
AT_MOST, OF_INDICATOR = 1000, 100
"""Of more the newest are listed, of all and of an indicator; the CSV has all."""


class Revised:
    """The revisions of a release, read once for all pages."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts

    @cached_property
    def published(self) -> list[dict[str, Any]]:
        """Rows of mart_published_revision of the levels that are shown, the newest first."""
        return self._rows(
            REVISION,
            "order by edition desc, mart, indicator_id, table_id, measure_id, period desc, area_code, breakdown",
        )

    @cached_property
    def of_class(self) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """(indicator, breakdown) -> its rows of mart_published_revision."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for row in self.published:
            if row["indicator_id"]:
                found.setdefault((row["indicator_id"], row["breakdown"]), []).append(row)
        return found

    @cached_property
    def of_measure(self) -> dict[Key, list[dict[str, Any]]]:
        """(table, measure) -> its rows of mart_revision in which a figure changed, the newest first."""
        found: dict[Key, list[dict[str, Any]]] = {}
        order = "order by to_prepared_on desc, table_id, measure_id, area_code, period desc, breakdown, vintage desc"
        for row in self._rows(RETURNED, f"where from_value is distinct from to_value {order}"):
            found.setdefault((row["table_id"], row["measure_id"]), []).append(row)
        return found

    @cached_property
    def corrections(self) -> list[dict[str, Any]]:
        """Rows of mart_correction that are in effect."""
        return self._rows("mart_correction", "where state = 'in_effect' order by correction_id")

    def _rows(self, table: str, rest: str) -> list[dict[str, Any]]:
        if table not in self.facts.tables:
            return []
        return [row for row in self.facts.source.rows(f"select * from {table} {rest}")
                if self.facts.has_level(row["area_level"])]  # fmt: skip

    def all(self, words: Words) -> dict[str, Any]:
        """Of the whole release: {rows, more, corrected}."""
        return {**_first(words, self._told(words, self.published[:AT_MOST]), len(self.published)),
                "corrected": self._corrected(words, None)}  # fmt: skip

    def of(self, words: Words, series: Series) -> dict[str, Any]:
        """Of a class of an indicator: {rows, count, more, file, corrected, first, returned}. returned: the rows are figures
        of returns, since the release is a candidate; they stand on the page of the first class.
        """
        id, breakdown = series.indicator, series.breakdown
        first = breakdown == self.facts.breakdowns[id][0]
        measures = words.about(id).measures() if first else []
        if RETURNED not in self.facts.tables:
            rows = self.of_class.get((id, breakdown), [])
            told, name = self._told(words, rows[:OF_INDICATOR]), REVISION
        else:
            rows = [row for key in measures for row in self.of_measure.get(key, [])]
            told, name = self._returned(words, rows[:OF_INDICATOR]), RETURNED
        for row in told:
            if (row["code"], row["period"]) not in series.figures:
                row["anchor"] = ""
        return {
            **_first(words, told, len(rows)), "count": len(rows), "file": f"csv/{name}.csv",
            "returned": name == RETURNED, "corrected": self._corrected(words, set(measures)), "first": first,
        }  # fmt: skip

    def _told(self, words: Words, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **self._cell(words, row),
                "edition": row["edition"],
                "withdrawn": row["is_withdrawn"],
                "from": self._value(row, "from_value"),
                "to": self._value(row, "to_value"),
                "reason": words.listed([_reason(words, one) for one in row["reason"].split("|")]),
                "because": self._acknowledged(words, row),
            }
            for row in rows
        ]

    def _acknowledged(self, words: Words, row: dict[str, Any]) -> str:
        """Who answers for a change that nothing explains, and with what words: known of this edition itself."""
        said = self.facts.source.said
        given = said.get("acknowledged")
        own = row["edition"] == said["release_id"] and "acknowledged" in row["reason"].split("|")
        return words.say("revised.by", by=given["by"], why=given["why"]) if given and own else ""

    def _returned(self, words: Words, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [
            {
                **self._cell(words, row | {"indicator_id": ""}),
                "edition": row["to_prepared_on"].isoformat(),
                "withdrawn": False,
                "from": "" if row["from_value"] is None else row["from_value"],
                "to": "" if row["to_value"] is None else row["to_value"],
                "reason": _reason(words, row["reason"]) if row["reason"] else words.say("revised.unexplained"),
                "because": words.say("revised.by", by=row["explained_by"], why=row["because"])
                if row["explained_by"] else row["because"] or "",
            }
            for row in rows
        ]  # fmt: skip

    def _corrected(self, words: Words, measures: set[Key] | None) -> list[dict[str, Any]]:
        """Corrections in effect, of some measures or of all."""
        known = self.facts.catalog.corrections
        return [
            {
                **self._cell(words, row | {"indicator_id": ""}),
                "from": row["source_value"],
                "to": row["value"],
                "because": words.label(known[row["correction_id"]].because),
                "by": known[row["correction_id"]].decided_by,
            }
            for row in self.corrections
            if row["correction_id"] in known and (measures is None or (row["table_id"], row["measure_id"]) in measures)
        ]

    def _cell(self, words: Words, row: dict[str, Any]) -> dict[str, str]:
        """Which figure it is, in words; anchor: its address within the page of its class, '' of what a return states."""
        code = row["area_code"]
        area = words.area(self.facts.areas[code]) if code in self.facts.areas else code
        anchor = f"#A{marks.slug(code)}-{marks.slug(row['period'])}" if row["indicator_id"] else ""
        named = {"indicator": row["indicator_id"], "breakdown": row["breakdown"], "code": code, "path": ""}
        return {"what": _what(words, row), "area": area, "period": row["period"], "anchor": anchor, **named}

    def _value(self, row: dict[str, Any], name: str) -> str:
        """A value at the decimals at which it is published."""
        known = self.facts.catalog.indicators.get(row["indicator_id"])
        return "" if row[name] is None else marks.shown(row[name], known.decimals if known else 0)


def _first(words: Words, rows: list[dict[str, Any]], count: int) -> dict[str, Any]:
    more = words.say("revisions.more", count=count, shown=len(rows)) if count > len(rows) else ""
    return {"rows": rows, "more": more}


def _reason(words: Words, reason: str) -> str:
    return words.known(f"reason.{reason}", words.known(f"site.revised.{reason}", reason))


def _what(words: Words, row: dict[str, Any]) -> str:
    """An indicator and its class, or a return, its measure and the class."""
    if row["indicator_id"]:
        return words.title(row["indicator_id"], row["breakdown"])
    found = words.catalog.returns.get(row["table_id"])
    measure = found.measure(row["measure_id"]) if found else None
    of = "" if row["breakdown"] == TOTAL else row["breakdown"]
    named = [words.label(found.title), words.label(measure.title)] if found and measure else [row["measure_id"]]
    return words.say("comma").join([*named, *([of] if of else [])])
