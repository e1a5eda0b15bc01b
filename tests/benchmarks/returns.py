"""Writes a job into a folder: `documents/` and `returns/<table>/<year>/<file>.csv`, byte for byte the same each time.

    python -m tests.benchmarks.returns FOLDER --size province

A return is one table of one county in one year: a header, the county's row, a row for each township.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from tests.benchmarks import documents
from tests.benchmarks.figures import NAMES, of_county
from tests.benchmarks.sizes import COUNTIES, Tree, tree

HEADER = ",".join(["area_code", "period", *NAMES]) + "\n"


def write(folder: Path, areas: Tree) -> Path:
    """Writes documents and returns of a tree of areas; returns the folder of the returns."""
    documents.write(folder / "documents", areas)
    years = range(documents.FIRST_YEAR, documents.LAST_YEAR + 1)
    tables = list(documents.OFFICES.values())
    for table in tables:
        for year in years:
            (folder / "returns" / table / str(year)).mkdir(parents=True)
    for county, townships in areas.counties.items():
        codes = [county, *townships]
        found = of_county(county, len(townships)).tolist()
        for table, of_table in zip(tables, found, strict=True):
            for year, rows in zip(years, of_table, strict=True):
                lines = [f"{code},{year},{','.join(map(str, row))}\n" for code, row in zip(codes, rows, strict=True)]
                path = folder / "returns" / table / str(year) / name(table, county, year)
                path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return folder / "returns"


def name(table: str, county: str, year: int) -> str:
    """The file's name: table, reporting unit, period, and the last day of January after it."""
    return f"{table}_{county}_{year}_{year + 1}-01-31.csv"


def main() -> None:
    """Writes the job of a size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--size", choices=list(COUNTIES), default="province")
    chosen = parser.parse_args()
    found = tree(chosen.size)
    write(chosen.folder, found)
    print(f"{found.returns:,} returns with {found.figures:,} figures of {len(found.areas):,} areas: {chosen.folder}")


if __name__ == "__main__":
    main()
