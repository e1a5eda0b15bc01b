"""Regains published figures from the original files alone, by the cells that `yearbook trace --json` lists.

    python tests/flow/regain.py ORIGINALS TRACES.json [DOCUMENTS]

Shares no code with the product: nothing here may import `pipelines`. Reads each cell in the stored original (found and
checked by its hash), puts what a correction in DOCUMENTS says in place of a cell that it is for, adds the cells up,
divides, rounds, and compares with the numerator, the denominator and the figure that were published. Which cells were
corrected is not taken from the traces, nor what an area of today has of one then: that follows from `area_events`.
Prints how many were regained and every difference; exit code 1 when there is one.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

ENCODINGS = ("utf-8-sig", "gb18030", "iso-8859-1")
CHINESE = {"零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
UNITS = {"十": 10, "百": 100, "千": 1000}


Key = tuple[str, str, str, str, frozenset[tuple[str, str]]]
"""table, measure, area, period, codes"""


class Originals:
    """The stored files, by hash, and what their cells were corrected to."""

    def __init__(self, folder: Path, documents: Path | None = None):
        self.folder = folder
        self.corrections: dict[Key, dict[str, Any]] = {}
        self.events: list[tuple[str, list[dict[str, str]]]] = []
        for file in sorted((documents / "area_events").glob("*.yaml")) if documents else ():
            import yaml

            found = yaml.safe_load(file.read_text(encoding="utf-8"))
            self.events.append((str(found["effective"]), found.get("flows", [])))
        self.events.sort(key=lambda event: event[0])
        for file in sorted((documents / "corrections").glob("*.yaml")) if documents else ():
            import yaml

            found = yaml.safe_load(file.read_text(encoding="utf-8"))
            codes = frozenset(found.get("breakdown", {}).items())
            if "until" not in found:
                key = (found["table"], found["measure"], found["area"], found["period"], codes)
                self.corrections[key] = found

    @lru_cache(maxsize=256)  # noqa: B019 - one object a run
    def rows(self, sha256: str, sheet: str) -> list[list[str]]:
        """All cells of a CSV file, or of a sheet of a workbook, as text."""
        (path,) = (self.folder / sha256[:2]).glob(f"{sha256}.*")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ValueError(f"{path} is not the file with that hash")
        if path.suffix == ".xlsx":
            from openpyxl import load_workbook

            book = load_workbook(io.BytesIO(data), data_only=True, read_only=True)
            return [["" if cell is None else str(cell) for cell in row] for row in book[sheet].values]
        text = next(decoded for encoding in ENCODINGS if (decoded := _decoded(data, encoding)) is not None)
        delimiter = ";" if text[:2000].count(";") > text[:2000].count(",") else ","
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))

    def value(self, cell: dict[str, Any], key: Key) -> int | None:
        """The number that stands in a cell, or what its correction puts in its place."""
        text = self.rows(cell["sha256"], cell["sheet"] or "")[cell["row"] - 1][cell["column"] - 1]
        correction = self.corrections.get(key)
        if correction is None:
            return number(text)
        if correction["expect"] != "missing" and number(text) != correction["expect"]:
            raise ValueError(f"{correction['correction']} expects {correction['expect']}, the cell holds {text}")
        return None if correction["value"] == "missing" else correction["value"]

    def parts(self, area: str, period: str, value: int) -> dict[str, int]:
        """What each area of today has of a figure of an area in a year: the shares of all events since, multiplied, in
        whole numbers by largest remainder, equal ones by code.
        """
        shares = {area: Fraction(1)}
        for day, flows in self.events:
            if day <= f"{period}-12-31":
                continue
            after: dict[str, Fraction] = {}
            for code, share in shares.items():
                leaving = [flow for flow in flows if flow["from"] == code] or [{"from": code, "to": code}]
                for flow in leaving:
                    after[flow["to"]] = after.get(flow["to"], Fraction()) + share * Fraction(str(flow.get("share", 1)))
            shares = after
        exact = {code: value * share for code, share in shares.items()}
        found = {code: amount.numerator // amount.denominator for code, amount in exact.items()}
        by_remainder = sorted(exact, key=lambda code: (found[code] - exact[code], code))
        for code in by_remainder[: value - sum(found.values())]:
            found[code] += 1
        return found


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def number(text: str) -> int:
    """A whole number however an office writes it: separators, words such as 'over', Chinese numerals."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if estimate := re.fullmatch(r"(\d{4,})[.,](\d+)", plain):  # no thousands are written so: a whole and its decimals
        return int(estimate[1]) + (estimate[2][0] >= "5")
    digits = re.search(r"\d+(?:[,.' ]\d{3})*(?:\.0+)?", plain)
    if digits:
        found = int(re.sub(r"\D", "", re.sub(r"\.0+$", "", digits[0]) if "." in digits[0][-2:] else digits[0]))
        return found * (10_000 if "万" in plain else 1)
    total = section = digit = 0
    for sign in plain:
        if sign in CHINESE:
            digit = CHINESE[sign]
        elif sign in UNITS:
            section, digit = section + (digit or 1) * UNITS[sign], 0
        elif sign == "万":
            total, section, digit = (section + digit) * 10_000, 0, 0
    return total + section + digit


def figure(originals: Originals, found: dict[str, Any], term: dict[str, Any]) -> int | None:
    """A figure of a term from its cells, the figures of the areas below or of its months, or from what was counted."""
    if "cells" in found:
        codes = [] if term["breakdown"] == "_T" else [part.split("=", 1) for part in term["breakdown"].split(";")]
        key = (term["table"], term["measure"], found["area"], term["period"], frozenset((n, c) for n, c in codes))
        return None if found["value"] is None else originals.value(found["cells"][0], key)
    if "months" in found:
        months = [figure(originals, month, term | {"period": month["period"]}) for month in found["months"]]
        whole = [month for month in months if month is not None]
        of = {"sum": sum(whole), "first": whole[0], "last": whole[-1]} if len(whole) == len(months) else {}
        return of.get(found["over_time"])
    if found["origin"] == "converted":
        parts = [(part["area"], figure(originals, part, term)) for part in found["parts"]]
        if any(value is None for _, value in parts):
            return None
        return sum(originals.parts(area, term["period"], value or 0)[found["area"]] for area, value in parts)
    if "parts" in found:
        parts = [figure(originals, part, term) for part in found["parts"]]
        return None if None in parts else sum(part for part in parts if part is not None)
    return len(found["counted"]) if "counted" in found else None


def side(originals: Originals, terms: list[dict[str, Any]]) -> int:
    """The sum of a side's terms; one that the release does not hold did not exist then."""
    values = [(term["times"], figure(originals, term["figure"], term)) for term in terms]
    return sum(times * value for times, value in values if value is not None)


def regained(originals: Originals, trace: dict[str, Any]) -> tuple[int, int, str]:
    """(numerator, denominator, the figure as printed) of a trace."""
    definition = trace["indicator"]
    if definition["kind"] == "share_of_areas":
        met = [all(verdict(originals, one) == "met" for one in area["verdicts"]) for area in trace["areas"]]
        top, bottom = sum(met), len(met)
    else:
        top = side(originals, trace["numerator"])
        bottom = 1 if definition["kind"] == "count" else side(originals, trace["denominator"])
    return top, bottom, printed(Fraction(top * definition["multiplier"], bottom), definition["decimals"])


def verdict(originals: Originals, trace: dict[str, Any]) -> str:
    """met or not_met, by the exact ratio."""
    if trace["figure"]["numerator"] is None or trace["figure"]["denominator"] == 0:
        return "no_data"
    top, bottom, _ = regained(originals, trace)
    exact, goal = Fraction(top * trace["indicator"]["multiplier"], bottom), Fraction(trace["target"]["value"])
    good = {">=": exact >= goal, "<=": exact <= goal, "=": exact == goal}[trace["target"]["operator"]]
    return "met" if good else "not_met"


def printed(exact: Fraction, decimals: int) -> str:
    """Rounded half away from zero, with exactly so many decimals."""
    scaled = abs(exact) * 10**decimals
    whole = int(scaled) + (scaled - int(scaled) >= Fraction(1, 2))
    text = str(Decimal(whole).scaleb(-decimals))
    return f"-{text}" if exact < 0 and whole else text


def differences(folder: Path, traces: list[dict[str, Any]], documents: Path | None = None) -> list[str]:
    """Every trace whose figures the files and the corrections do not give again, in a line each."""
    originals = Originals(folder, documents)
    found = []
    for trace in traces:
        told = trace["figure"]
        bottom = 1 if trace["indicator"]["kind"] == "count" else told["denominator"]
        published = (told["numerator"], bottom, told["value_text"])
        ours = regained(originals, trace)
        if ours != published:
            where = (trace["indicator"]["id"], trace["area"]["code"], trace["period"], trace["breakdown"])
            found.append(f"{' '.join(where)}: published {published}, regained {ours}")
    return found


if __name__ == "__main__":
    traces = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8"))
    wrong = differences(Path(sys.argv[1]), traces, Path(sys.argv[3]) if len(sys.argv) > 3 else None)
    print(f"{len(traces) - len(wrong)} of {len(traces)} published figures regained from the original files.")
    print("\n".join(wrong))
    sys.exit(bool(wrong))
