"""One delivered file against its contract: a verdict, and the figures of what is accepted.

The order of questions only; each is answered by a module of its own. Runs in the child process, or in a test.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from pipelines.contracts import Catalog
from pipelines.contracts.periods import parse
from pipelines.intake import documents, identify, known, read_csv, read_xlsx
from pipelines.intake.figures import Landing
from pipelines.intake.files import Book, Sheet
from pipelines.intake.identify import SHEET_NAME
from pipelines.intake.keys import Keys
from pipelines.intake.plan import Plan
from pipelines.intake.sheets import judge_sheet
from pipelines.intake.text import fold, nearest
from pipelines.intake.verdicts import (
    Declared,
    DeliveryVerdict,
    Finding,
    Rejection,
    SubmissionVerdict,
    bounded,
    finding,
    overall,
)

_GIVEN = re.compile(
    r"(?:sheet|worksheet|table|tabelle|feuille?|hoja|foglio|blad|ark|planilha|arkusz|лист|工作表|表|シート)\d*(?:\(\d+\))?"
)
"""Folded names that spreadsheet programs give to a new sheet."""


class Gate:
    """The contract of one catalog, ready to judge one file after another."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self._keys: dict[str, Keys] = {}

    def judge(
        self,
        path: str,
        file_name: str,
        options: dict[str, Any],
        sha256: str,
        received_on: str = "",
        again: bool = False,
    ) -> tuple[DeliveryVerdict, list[tuple[str, Landing]]]:
        """The verdict on one file, and the figures of its accepted submissions by submission id.

        Reads the file at `path`; `file_name` is the name it was delivered under. `again`: it was judged before, when
        its template may have been the newest there was.
        """
        verdict = DeliveryVerdict(sha256, file_name)
        try:
            given = identify.from_options(options)
            named = identify.from_name(self.catalog, file_name)
            verdict.declared = declared = given.over(named)
            book = self._read(path, file_name, declared)
            known.contradicted(self.catalog, book, declared)
            said = known.cells(book).over(identify.from_properties(book.properties))
            verdict.declared = declared = given.over(said.over(named))
            verdict.declared = declared = identify.settle(self.catalog, declared, received_on)
            sheets = self._sheets(book, file_name, declared)
            verdict.declared = declared = declared.over(Declared(office=sheets[0][1].plan.table.office))
        except Rejection as rejection:
            verdict.declared = identify.addressed(self.catalog, verdict.declared)
            verdict.findings = rejection.findings
            return verdict, []
        landings: list[tuple[str, Landing]] = []
        judged: list[tuple[Keys, str, str, str, list[Finding], Landing]] = []
        for sheet, keys in sheets:
            if not again and (old := known.outdated(book, keys.plan, sheet.name, declared)):
                nothing = Landing(keys.plan.table.table, declared.period, sheet.name)
                judged.append((keys, sheet.name, declared.period, declared.unit, old, nothing))
                continue
            judged += [(keys, sheet.name, *result) for result in judge_sheet(keys, sheet, declared)]
        _once(judged)
        for keys, sheet, period, unit, findings, landing in judged:
            one = self._verdict(keys.plan, sheet, period, unit, declared, sha256, findings, landing)
            verdict.submissions.append(one)
            if one.verdict == "accepted":
                landings.append((one.submission_id, landing))
        verdict.verdict = overall(verdict.submissions)
        return verdict, landings

    def reopen(self, path: str, file_name: str, declared: Declared) -> list[tuple[Sheet, Plan]]:
        """The sheets of a file that was judged, each with its return. Raises Rejection as `judge` found it."""
        book = self._read(path, file_name, declared)
        return [(sheet, keys.plan) for sheet, keys in self._sheets(book, file_name, declared)]

    def _read(self, path: str, file_name: str, declared: Declared) -> Book:
        ending = Path(file_name).suffix.lower()
        if not Path(path).stat().st_size:
            raise Rejection(finding("empty_file"))
        if ending == ".xlsx":
            return read_xlsx.read(path)
        if ending != ".csv":
            raise Rejection(finding("file_type", found=ending or file_name))
        table = identify.find_table(self.catalog, declared.table)
        if table is None:
            faults = [] if declared.table else [self._table_unspecified(file_name)]
            try:
                identify.settle(self.catalog, declared)
            except Rejection as more:
                faults += more.findings
            raise Rejection(*faults)
        return read_csv.read(Path(path).read_bytes(), self.catalog.format_of(table))

    def _table_unspecified(self, file_name: str) -> Finding:
        patterns = [
            *self.catalog.programme.file_names,
            *(one for t in self.catalog.returns.values() for one in t.file_names),
        ]
        if not patterns:
            return finding("table_undeclared", found=file_name)
        return finding("table_unspecified", found=file_name, expected=", ".join(dict.fromkeys(patterns[:6])))

    def _sheets(self, book: Book, file_name: str, declared: Declared) -> list[tuple[Sheet, Keys]]:
        """Each sheet with the return it holds. Raises Rejection for a sheet of no return, or of another."""
        found: list[tuple[Sheet, Keys]] = []
        faults: list[Finding] = []
        sheets = [
            sheet
            for sheet in book.sheets
            if fold(sheet.name) not in known.GUIDES and any("".join(r).strip() for r in sheet.rows)
        ]
        for sheet in sheets:
            table = identify.find_table(self.catalog, sheet.name) if sheet.name else None
            if table is None and declared.table and len(sheets) == 1 and _says_nothing(sheet.name, file_name):
                table = self.catalog.returns[declared.table]
            if table is None:
                every = self.catalog.returns.values()
                names = [name for t in every for name in (t.table, t.title.en, t.title.zh, *t.sheets)]
                near = nearest(sheet.name, names)
                faults.append(finding("sheet_unknown", sheet=sheet.name, found=sheet.name, nearest=near))
            elif declared.table and table.table != declared.table:
                faults.append(
                    finding(
                        "sheet_differs",
                        sheet=sheet.name,
                        found=sheet.name,
                        expected=declared.table,
                        table=table.table,
                    )
                )
            elif declared.office and table.office != declared.office:
                places = {"table": table.table, "expected": table.office}
                faults.append(finding("office_differs", sheet=sheet.name, found=declared.office, **places))
            else:
                found.append((sheet, self.keys(table.table)))
        offices = {keys.plan.table.office for _, keys in found}
        if len(offices) > 1:
            faults.append(finding("several_offices", found=", ".join(sorted(offices))))
        if not sheets:
            faults.append(finding("nothing_in_it", found=file_name))
        if faults:
            raise Rejection(*faults)
        return found

    def keys(self, table: str) -> Keys:
        """The readers of a return, made once."""
        if table not in self._keys:
            self._keys[table] = Keys(Plan(self.catalog, self.catalog.returns[table]))
        return self._keys[table]

    def _verdict(
        self,
        plan: Plan,
        sheet: str,
        period: str,
        unit: str,
        declared: Declared,
        sha256: str,
        findings: list[Finding],
        landing: Landing,
    ) -> SubmissionVerdict:
        table = plan.table
        months = declared.coverage_months or (parse(period).months if period else None)
        own = replace(
            declared, office=table.office, table=table.table, period=period, unit=unit, coverage_months=months
        )
        contract = documents.contract(self.catalog, table.table)
        facts = json.dumps(own.facts(), sort_keys=True, ensure_ascii=False)
        identity = "|".join((sha256, table.table, period, unit, contract, facts))
        kept, counts = bounded(findings)
        accepted = all(one.severity == "warning" for one in findings)
        figures, content_hash = landing.content() if accepted else (0, "")
        return SubmissionVerdict(
            submission_id=hashlib.sha256(identity.encode()).hexdigest()[:24],
            office=table.office,
            table=table.table,
            period=period,
            unit=unit,
            verdict="accepted" if accepted else "rejected",
            declared=own,
            contract_version=table.version,
            contract_hash=contract,
            sheet=sheet,
            figures=figures,
            content_hash=content_hash,
            findings=kept,
            counts=counts,
        )


def _says_nothing(sheet: str, file_name: str) -> bool:
    """Is it a name that programs give of themselves: none (CSV), Sheet1, 工作表1, the file's own?"""
    if not sheet:
        return True
    own = fold(Path(file_name).stem[:SHEET_NAME])
    return fold(sheet) == own or bool(_GIVEN.fullmatch(fold(sheet)))


def _once(judged: list[tuple[Keys, str, str, str, list[Finding], Landing]]) -> None:
    """Adds a finding to submissions of one table, period and unit that stand in two sheets."""
    sheets: dict[tuple[str, str, str], list[str]] = {}
    for keys, sheet, period, unit, *_ in judged:
        sheets.setdefault((keys.plan.table.table, period, unit), []).append(sheet)
    for keys, sheet, period, unit, findings, _ in judged:
        names = sheets[keys.plan.table.table, period, unit]
        if len(names) > 1:
            other = next(name for name in names if name != sheet)
            findings.append(finding("slice_twice", sheet=sheet, found=other, period=period, unit=unit))
