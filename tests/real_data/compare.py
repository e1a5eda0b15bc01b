"""A source's printed rates beside those of a release made from its files, as a table anyone can make again.

    make compare                      (DATA=folder; else YEARBOOK_REAL_DATA, else ../shared/data)
    python tests/real_data/compare.py [--data FOLDER] [SOURCE ...]

Delivers every file of a source by the `yearbook` command into a temporary home, runs, asks the release, and writes
`tests/real_data/<source>/COMPARISON.md`. Needs nothing of a source but its documents and the day its files are taken
to be prepared on; computes no rate itself.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
PREPARED_ON = {"pks": "04-05"}
"""source -> day of the year after, on which its files are taken to be prepared where they do not say."""

COUNTED = """
select
    s.file_name, o.year, o.reported_id,
    count(*) filter (where comparison in ('equal', 'different', 'unrounded')) as compared,
    count(*) filter (where comparison = 'equal') as equal,
    count(*) filter (where comparison = 'different') as different,
    count(*) filter (where comparison = 'unrounded') as unrounded,
    count(*) filter (where comparison = 'zero_over_zero') as zero_over_zero,
    count(*) filter (where comparison = 'not_computed' and denominator = 0) as over_zero,
    count(*) filter (where comparison = 'not_computed' and denominator is distinct from 0) as not_computed,
    count(*) filter (where comparison = 'not_reported') as not_printed
from mart_reported o join mart_submission s using (submission_id)
group by all order by 1, 2, 3
"""
HEADS = {
    "file_name": "file", "year": "year", "rate": "rate", "compared": "compared", "equal": "equal",
    "different": "different", "unrounded": "unrounded in the source", "zero_over_zero": "0/0", "over_zero": "n/0",
    "not_computed": "not computed", "not_printed": "not printed",
}  # fmt: skip
COUNTS = [*HEADS][3:]


def yearbook(home: Path, source: str, *words: str) -> str:
    """What the `yearbook` command answers with a source's documents. Raises SystemExit with its complaint."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("YEARBOOK_", "DAGSTER_", "DBT_"))}
    settings = {"YEARBOOK_HOME": str(home), "YEARBOOK_CONTRACTS": str(HERE / source)}
    done = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *words],
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
        year = int(re.findall("[0-9]{4}", file.stem)[-1])
        yearbook(home, source, "deliver", str(file), "--prepared-on", f"{year + 1}-{PREPARED_ON[source]}")
    return json.loads(yearbook(home, source, "run", "--json"))


def counted(home: Path, source: str) -> list[dict[str, Any]]:
    """Per file, year and rate: how many printed rates compare how."""
    rows = json.loads(yearbook(home, source, "query", COUNTED, "--json"))
    return [row | {"rate": row["reported_id"].removesuffix("_reported")} for row in rows]


def markdown(source: str, rows: list[dict[str, Any]]) -> str:
    """The table, with whose figures they are."""
    programme = yaml.safe_load((HERE / source / "programme.yaml").read_text(encoding="utf-8"))
    lines = [
        f"# {programme['title']['en']}: printed rates against ours",
        "",
        "Made by `make compare`; do not edit. Each row counts the rates that one file prints for one indicator.",
        "*Unrounded*: printed with more decimals than the others, and right to the last of them. *0/0* and *n/0* have",
        "no value of ours, whatever was printed. *Not computed*: a figure it needs is not in the file.",
        "",
        f"Source: {programme['publisher']['en']}.",
        "",
        f"| {' | '.join(HEADS.values())} |",
        f"|{'---|' * 3}{'---:|' * len(COUNTS)}",
        *(f"| {' | '.join(_cells(row))} |" for row in rows),
    ]
    total = {name: sum(row[name] for row in rows) for name in COUNTS}
    lines.append(f"| {' | '.join(_cells({'file_name': 'all', 'year': '', 'rate': '', **total}))} |")
    return "\n".join(lines) + "\n"


def _cells(row: dict[str, Any]) -> list[str]:
    return [f"{row[name]:,}" if name in COUNTS else str(row[name]) for name in HEADS]


def main(words: list[str]) -> None:
    """Writes the tables of the sources named, or of all."""
    parser = argparse.ArgumentParser(description="Compares printed rates with those of a release.")
    default = os.environ.get("YEARBOOK_REAL_DATA") or PROJECT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default), help="the folder of the sources' folders")
    parser.add_argument("sources", nargs="*", default=[*PREPARED_ON], metavar="SOURCE", help=", ".join(PREPARED_ON))
    given = parser.parse_args(words)
    for source in given.sources:
        files = sorted((given.data / source).glob("*.csv"))
        if source not in PREPARED_ON or not files:
            raise SystemExit(f"no files at {given.data / source}; sources are {', '.join(PREPARED_ON)}; say --data")
        with tempfile.TemporaryDirectory() as folder:
            release(Path(folder) / "home", source, files)
            text = markdown(source, counted(Path(folder) / "home", source))
        (HERE / source / "COMPARISON.md").write_text(text, encoding="utf-8")
        print(text)


if __name__ == "__main__":
    main(sys.argv[1:])
