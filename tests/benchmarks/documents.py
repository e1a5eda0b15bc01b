"""The documents of a job: four returns of fifteen measures, and a rate of each measure. No figure is made here.

What they ask for is what a county's own documents ask for: identities within a row, parts of wholes, what was pending
last year, limits of change, of history and of revision, targets with verdicts and ranks.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import yaml

from pipelines.home import PROJECT
from tests.benchmarks.figures import NAMES
from tests.benchmarks.sizes import YEARS, Tree

OFFICES = {"public_security": "crime", "courts": "caseload", "justice": "mediation", "petitions": "petitions"}
"""Office -> its table."""
FIRST_YEAR, LAST_YEAR = 2005, 2005 + YEARS - 1
DENOMINATOR = "m02"
RATES = [name for name in NAMES if name != DENOMINATOR]
"""Measures of which there is a rate per 100 of the denominator, with one decimal."""
_SAID = {"en": "A benchmark asks for it.", "zh": "基准测试要求。"}


def write(folder: Path, tree: Tree) -> None:
    """Writes the documents into a folder that does not exist yet."""
    folder.mkdir(parents=True)
    programme = yaml.safe_load((PROJECT / "data_contracts" / "programme.yaml").read_text(encoding="utf-8"))
    programme |= {
        "programme": "benchmark",
        "title": _label("Benchmark"),
        "file_names": ["{table}_{unit}_{period}_{prepared_on}"],
    }
    programme["forms"] = {
        "areas_at_most": 30,
        "lowest_level": "city",
    }  # a province prints its cities, not each township
    _yaml(folder / "programme.yaml", programme)
    _yaml(folder / "calendar.yaml", {"time_zone": "Asia/Shanghai", "postponements": []})
    for office, table in OFFICES.items():
        _yaml(folder / "returns" / office / f"{table}.yaml", _table(office, table))
        for name in RATES:
            _yaml(folder / "indicators" / f"{table}_{name}.yaml", _rate(table, name))
        targets = {"level": ["county", "township"], "operator": ">=", "value": 60, "source_wording": _SAID}
        _yaml(folder / "targets" / f"{table}_m03.yaml",
              {"indicator": f"{table}_m03", "targets": [targets], "rank_in_parent": "higher_is_better"})  # fmt: skip
    (folder / "codelists").mkdir()
    with (folder / "codelists" / "area.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerow(["code", "parent", "level", "name_en", "name_zh", "valid_from", "valid_to"])
        lines.writerows(
            [code, parent, level, f"{level.title()} {code}", name, "", ""] for code, parent, level, name in tree.areas
        )


def _table(office: str, table: str) -> dict[str, Any]:
    measures: list[dict[str, Any]] = [
        {"id": name, "title": _label(f"Measure {name} of {table}"), "unit": "cases", "over_time": "sum"}
        for name in NAMES
    ]
    measures[0]["over_time"], measures[3]["over_time"] = "first", "last"
    measures[1]["change_limit"] = {"percent": 100, "base": 50, "because": _SAID}
    for measure in measures[5:9]:
        measure["part_of"] = "m05"
    return {
        "table": table,
        "office": office,
        "version": "1.0.0",
        "title": _label(f"Table {table}"),
        "grain": _label("Each row is one area in one year."),
        "reporting_unit": "county",
        "due": {
            "every": "year",
            "days_after_end": 31,
            "areas": ["county", "township"],
            "from": str(FIRST_YEAR),
            "until": str(LAST_YEAR),
        },
        "revision_limit": {"factor": 10, "floor": 100, "because": _SAID},
        "history_limit": {"times_above": 4, "because": _SAID},
        "measures": measures,
        "rules": [{"id": "pending", "check": "m01 + m02 - m03 = m04", "because": _SAID}],
        "agreements": [
            {
                "id": "pending_since_last_year",
                "check": f"m01 = {table}.m04[lag=1]",
                "severity": "warning",
                "because": _SAID,
            }
        ],
    }


def _rate(table: str, name: str) -> dict[str, Any]:
    return {
        "indicator": f"{table}_{name}",
        "title": _label(f"{table}: {name} per 100 of {DENOMINATOR}"),
        "definition": _SAID,
        "kind": "flow_ratio",
        "numerator": f"{table}.{name}",
        "denominator": f"{table}.{DENOMINATOR}",
        "per": 100,
        "decimals": 1,
    }


def _label(text: str) -> dict[str, str]:
    return {"en": text, "zh": f"{text}（基准）"}


def _yaml(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, allow_unicode=True, sort_keys=False), encoding="utf-8")
