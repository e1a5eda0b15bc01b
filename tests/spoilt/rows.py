"""Ways in which a sheet is spoilt when it is written or sent: rows, columns and names of areas and years.

Each takes a clean return and its sheet, and changes the sheet; False where it cannot be spoilt so.
"""

from __future__ import annotations

from collections.abc import Callable

from pipelines.contracts.periods import shift
from tests.spoilt.sheet import Case, Sheet

Spoil = Callable[[Case, Sheet], bool]


def rows_dropped(case: Case, sheet: Sheet) -> bool:
    """One to three rows are not there."""
    for _ in range(min(case.chance.randint(1, 3), len(sheet.rows))):
        del sheet.rows[case.chance.randrange(len(sheet.rows))]
    return bool(sheet.rows)


def file_cut_short(case: Case, sheet: Sheet) -> bool:
    """The last rows are lost, control totals among them."""
    if len(sheet.rows) < 2:
        return False
    del sheet.rows[case.chance.randrange(1, len(sheet.rows)) :]
    sheet.totals = []
    return True


def area_repeated(case: Case, sheet: Sheet) -> bool:
    """The rows of an area stand twice."""
    area = case.chance.choice(sheet.rows)[0]
    sheet.rows += [list(row) for row in sheet.rows if row[0] == area]
    return True


def columns_shifted(case: Case, sheet: Sheet) -> bool:
    """All figures one column to the right of their headers, what fell off stands first."""
    if len(sheet.columns) < 2:
        return False
    for row in (*sheet.rows, sheet.totals):
        row[sheet.keys :] = [*row[-1:], *row[sheet.keys : -1]]
    return True


def column_one_row_down(case: Case, sheet: Sheet) -> bool:
    """A column pasted one row too low: the first figure stands twice, the last is lost."""
    if not sheet.filled() or len(sheet.rows) < 2:
        return False
    at = case.chance.choice(sheet.filled())
    column = [row[at] for row in sheet.rows]
    for row, cell in zip(sheet.rows[1:], column, strict=False):
        row[at] = cell
    return True


def column_blank(case: Case, sheet: Sheet) -> bool:
    """A column without figures."""
    return _column(case, sheet, "")


def column_marked_missing(case: Case, sheet: Sheet) -> bool:
    """A column of "not collected"."""
    form = case.county.catalog.format_of(case.table)
    return _column(case, sheet, next(mark for mark, status in form.missing.items() if status == "L"))


def _column(case: Case, sheet: Sheet, text: str) -> bool:
    if not sheet.filled():
        return False
    at = case.chance.choice(sheet.filled())
    for row in sheet.rows:
        row[at] = text
    if sheet.totals:
        sheet.totals[at] = ""
    return True


def class_dropped(case: Case, sheet: Sheet) -> bool:
    """The rows, or the columns, of a class are not there."""
    if len(case.classes) < 2:
        return False
    if case.is_wide:
        code = case.chance.choice(case.classes).partition("=")[2]
        lost = [at for at in sheet.columns if str(sheet.header[at]).endswith(f"_{code}")]
        for row in (sheet.header, *sheet.rows, sheet.totals):
            for at in reversed(lost):
                del row[at : at + 1]
        return True
    code = case.chance.choice(sheet.rows)[2]
    sheet.rows[:] = [row for row in sheet.rows if row[2] != code]
    return True


def total_as_area(case: Case, sheet: Sheet) -> bool:
    """A row of totals under a name that is none of a total, or under the county's code."""
    if len(case.towns) < 2:
        return False
    name = case.chance.choice(("全县", "County", "县域", case.county.unit))
    sheet.rows.append([name, *sheet.sums("", case.period)[1:]])
    return True


def rows_of_last_year(case: Case, sheet: Sheet) -> bool:
    """Some rows bear the year before."""
    for row in case.chance.sample(sheet.rows, case.chance.randint(1, min(5, len(sheet.rows)))):
        row[1] = shift(case.period, -1)
    return True


def last_year_renamed(case: Case, sheet: Sheet) -> bool:
    """The file of the year before under this year's name."""
    sheet.rows[:] = case.sheet(case.last_year, period=shift(case.period, -1)).rows
    return True


def template_unfilled(case: Case, sheet: Sheet) -> bool:
    """The form without figures."""
    for row in (*sheet.rows, sheet.totals):
        row[sheet.keys :] = [""] * len(row[sheet.keys :])
    return True


def formula_errors(case: Case, sheet: Sheet) -> bool:
    """A column of formulas whose source was not sent along."""
    return _column(case, sheet, case.chance.choice(("#REF!", "#VALUE!", "#DIV/0!")))


def words_for_a_figure(case: Case, sheet: Sheet) -> bool:
    """A cell that says where the figure is to be found."""
    row, at = case.chance.choice(sheet.rows), case.chance.choice(sheet.columns)
    row[at] = case.chance.choice(("见附件", "see annex", "?"))
    return True


def code_mistyped(case: Case, sheet: Sheet) -> bool:
    """A wrong digit in the code of an area."""
    row = case.chance.choice(sheet.rows)
    code, at = str(row[0]), case.chance.randrange(len(str(row[0])))
    row[0] = code[:at] + case.chance.choice([digit for digit in "0123456789" if digit != code[at]]) + code[at + 1 :]
    return True


def other_office(case: Case, sheet: Sheet) -> bool:
    """The return of another office under this one's name."""
    tables = [t for t in case.county.catalog.returns.values() if t.office != case.table.office]
    table = case.chance.choice(tables)
    theirs = Case(case.county, [], table, case.period, case.chance, case.headers)
    sent = theirs.sheet(theirs.values)
    sheet.header, sheet.rows, sheet.keys, sheet.totals = sent.header, sent.rows, sent.keys, sent.totals
    return True


ROWS: tuple[Spoil, ...] = (
    rows_dropped, file_cut_short, area_repeated, columns_shifted, column_one_row_down, column_blank,
    column_marked_missing, class_dropped, total_as_area, rows_of_last_year, last_year_renamed, other_office,
    template_unfilled, formula_errors, words_for_a_figure, code_mistyped,
)  # fmt: skip
