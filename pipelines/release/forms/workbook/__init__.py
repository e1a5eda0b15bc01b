"""The yearbook as a workbook for people: one XLSX file in each language, a table a sheet.

Here belongs what a reader of a spreadsheet sees: `extract` takes from the facts of a release what has a line,
`indicators`, `returns`, `overview` and `about` make tables of it, `front` the sheets before them, `sheets` lays them
out. No figure is computed or rounded here.
"""

from pipelines.release.forms.workbook.book import FILE, write

__all__ = ["FILE", "write"]
