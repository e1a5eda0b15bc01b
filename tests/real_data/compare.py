"""A source's printed rates beside those of a release made from its files, as a table anyone can make again.

    make compare                      (DATA=folder; else YEARBOOK_REAL_DATA, else ../shared/data)
    python tests/real_data/compare.py [--data FOLDER] [SOURCE ...]

Delivers every file of a source by the `yearbook` command into a temporary home, runs, asks the release, and writes
`tests/real_data/<source>/COMPARISON.md`, and of a source with targets its verdicts beside it (see `judged`). Needs
nothing of a source but its documents and the day its files are taken to be prepared on; computes no rate itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
COMMAND = (sys.executable, "-m", "tests.real_data.bare")
"""`yearbook`, its releases `bare`."""


@dataclass(frozen=True)
class Source:
    """How the files of a source are delivered, where they do not say it themselves.

    `prepared_on`: the day of the year after the one in a file's name; `undated`: the day of a file without one.
    `in_turn`: editions print the years of others again, so each is compared in the release that it came with.
    `by_year`: a line for each year, or one for all.
    """

    prepared_on: str = ""
    undated: str = ""
    in_turn: bool = False
    by_year: bool = True

    def day(self, file: Path) -> str:
        """The day on which a file is taken to be prepared; '' where its name says it."""
        if re.search("[0-9]{4}-[0-9]{2}-[0-9]{2}", file.stem):
            return ""
        years = re.findall("[0-9]{4}", file.stem)
        return f"{int(years[-1]) + 1}-{self.prepared_on}" if years else self.undated


SOURCES = {
    "pks": Source("04-05"),
    "nj": Source("04-05", in_turn=True),
    "taiwan": Source("06-30", undated="2024-06-30"),
    "rio": Source(undated="2025-08-29", by_year=False),
}
FOLDERS = {"nj": "nj_municourt", "taiwan": "taiwan_npa", "rio": "isp_rj"}
"""source -> the folder of its files, where that has another name."""

COUNTED = """
select
    s.file_name, {year} as year, o.reported_id,
    count(*) filter (where comparison in ('equal', 'different', 'unrounded')) as compared,
    count(*) filter (where comparison = 'equal') as equal,
    count(*) filter (where comparison = 'different') as different,
    count(*) filter (where comparison = 'unrounded') as unrounded,
    count(*) filter (where comparison = 'zero_over_zero') as zero_over_zero,
    count(*) filter (where comparison = 'not_computed' and denominator = 0) as over_zero,
    count(*) filter (where comparison = 'not_computed' and denominator is distinct from 0) as not_computed,
    count(*) filter (where comparison = 'not_reported') as not_printed,
    count(*) filter (where comparison = 'as_printed') as kept
from mart_reported o join mart_submission s using (submission_id)
{where}
group by all order by 1, 2, 3
"""
HEADS = {
    "file_name": "file", "year": "year", "rate": "rate", "compared": "compared", "equal": "equal",
    "different": "different", "unrounded": "unrounded in the source", "zero_over_zero": "0/0", "over_zero": "n/0",
    "not_computed": "not computed", "not_printed": "not printed",
    "kept": "kept as printed",
}  # fmt: skip


def yearbook(home: Path, source: str, *words: str) -> str:
    """What the `yearbook` command answers with a source's documents, its releases `bare`.

    Raises SystemExit with its complaint.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    settings = {"YEARBOOK_HOME": str(home), "YEARBOOK_CONTRACTS": str(HERE / source)}
    done = subprocess.run(
        [*COMMAND, *words],
        cwd=PROJECT,
        env=kept | settings,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise SystemExit(f"yearbook {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def release(home: Path, source: str, files: Iterable[Path]) -> dict[str, Any]:
    """Delivers the files and runs. Returns the run's own account."""
    for file in files:
        day = SOURCES[source].day(file)
        yearbook(home, source, "deliver", str(file), *(("--prepared-on", day) if day else ()))
    return json.loads(yearbook(home, source, "run", "--json"))


def asking(home: Path, source: str) -> Callable[[str], list[dict[str, Any]]]:
    """A function that asks the release of a home in SQL."""
    return lambda sql: json.loads(yearbook(home, source, "query", sql, "--json"))


def counted(home: Path, source: str, file_name: str = "") -> list[dict[str, Any]]:
    """Per file (or of one), year and rate: how many printed rates compare how."""
    where = f"where s.file_name = '{file_name}'" if file_name else ""
    year = "o.year" if SOURCES[source].by_year else "'all'"
    rows = asking(home, source)(COUNTED.format(where=where, year=year))
    return [row | {"rate": row["reported_id"].removesuffix("_reported")} for row in rows]


def files_of(source: str, data: Path) -> list[Path]:
    """The files of a source in the folder of all, in the order of their editions."""
    return sorted((data / FOLDERS.get(source, source)).glob("*.csv"))


def compared(home: Path, source: str, files: Iterable[Path]) -> list[dict[str, Any]]:
    """Delivers and releases, all files at once or in turn. Returns what `counted` does, of every file."""
    if not SOURCES[source].in_turn:
        release(home, source, files)
        return counted(home, source)
    rows: list[dict[str, Any]] = []
    for file in files:
        release(home, source, [file])
        rows += counted(home, source, file.name)
    return rows


def markdown(source: str, rows: list[dict[str, Any]]) -> str:
    """The table, with whose figures they are."""
    programme = yaml.safe_load((HERE / source / "programme.yaml").read_text(encoding="utf-8"))
    heads = {name: head for name, head in HEADS.items() if name != "kept" or any(row["kept"] for row in rows)}
    counts = [*heads][3:]
    lines = [
        f"# {programme['title']['en']}: printed rates against ours",
        "",
        "Made by `make compare`; do not edit. Each row counts the rates that one file prints for one indicator.",
        "*Unrounded*: printed with more decimals than the others, and right to the last of them. *0/0* and *n/0* have",
        "no value of ours, whatever was printed. *Not computed*: a figure it needs is not in the file.",
        *(["*Kept as printed*: nothing in the files makes such a rate."] if "kept" in heads else []),
        "",
        f"Source: {programme['publisher']['en']}.",
        "",
        f"| {' | '.join(heads.values())} |",
        f"|{'---|' * 3}{'---:|' * len(counts)}",
        *(f"| {' | '.join(_cells(row, heads))} |" for row in rows),
    ]
    total = {name: sum(row[name] for row in rows) for name in counts}
    lines.append(f"| {' | '.join(_cells({'file_name': 'all', 'year': '', 'rate': '', **total}, heads))} |")
    return "\n".join(lines) + "\n"


def _cells(row: dict[str, Any], heads: Iterable[str]) -> list[str]:
    return [f"{row[name]:,}" if isinstance(row[name], int) and name != "year" else str(row[name]) for name in heads]


def main(words: list[str]) -> None:
    """Writes the tables of the sources named, or of all."""
    sys.path.insert(0, str(PROJECT))
    from tests.real_data import judged

    parser = argparse.ArgumentParser(description="Compares printed rates with those of a release.")
    default = os.environ.get("YEARBOOK_REAL_DATA") or PROJECT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder of the sources' folders")
    parser.add_argument("sources", nargs="*", default=[*SOURCES], metavar="SOURCE", help=", ".join(SOURCES))
    given = parser.parse_args(words)
    for source in given.sources:
        files = files_of(source, given.data)
        if source not in SOURCES or not files:
            raise SystemExit(f"no files of {source} at {given.data}; sources are {', '.join(SOURCES)}; say --data")
        with tempfile.TemporaryDirectory() as folder:
            text = markdown(source, compared(Path(folder) / "home", source, files))
            if judged.is_judged(source):
                page = judged.markdown(asking(Path(folder) / "home", source), source)
                judged.path(source).write_text(page, encoding="utf-8")
        (HERE / source / "COMPARISON.md").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
