"""What a release says of its targets, as a page that `make compare` writes beside the comparison of printed rates:
`tests/real_data/<source>/VERDICTS.md`, for sources with a document in `targets/`.

Only counts rows of the scorecard; judges nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent

Ask = Callable[[str], list[dict[str, Any]]]
"""Asks a release in SQL."""

COUNTS = {
    "areas": "count(*)",
    "with cases": "count(*) filter (where n > 0)",
    "above 100 %": "count(*) filter (where n > 0 and numerator > n)",
    "met": "count(*) filter (where verdict = 'met')",
    "not met": "count(*) filter (where verdict = 'not_met')",
    "on a `small_base`": "count(*) filter (where reliability = 'small_base')",
    "met on a `small_base`": "count(*) filter (where reliability = 'small_base' and verdict = 'met')",
    "no data": "count(*) filter (where verdict = 'no_data')",
}
"""heading -> what is counted. A ratio on fewer than 20 cases is a `small_base`."""

_TARGETS = """
select indicator_id, t.breakdown, d.title_en as title, b.label_en as label, t.operator, t.target_text, wording_en
from dim_target t join dim_indicator d using (indicator_id)
join dim_indicator_breakdown b using (indicator_id, breakdown)
order by all
"""
_COUNTED = """
select {by} as "{head}", {counts} from mart_scorecard s
join dim_area a using (area_code) left join dim_area p on a.parent_code = p.area_code
where indicator_id = '{indicator_id}' and breakdown = '{breakdown}' and {where} group by 1 order by 1
"""


def is_judged(source: str) -> bool:
    """Has the source targets?"""
    return any((HERE / source / "targets").glob("*.yaml"))


def path(source: str) -> Path:
    """Where its page is tracked."""
    return HERE / source / "VERDICTS.md"


def markdown(ask: Ask, source: str) -> str:
    """The page of a release: a table by year for each target, and one of the last year by the areas above."""
    programme = yaml.safe_load((HERE / source / "programme.yaml").read_text(encoding="utf-8"))
    lines = [
        f"# {programme['title']['en']}: verdicts",
        "",
        "Made by `make compare`; do not edit. Each row counts areas in the scorecard of the release.",
        "",
        f"Source of the figures: {programme['publisher']['en']}.",
    ]
    for target in ask(_TARGETS):
        by_year = ask(_sql(target, "s.year", "year", "true"))
        last = by_year[-1]["year"]
        above = _sql(target, "coalesce(p.name_en, '')", "within", f"s.year = {last}")
        lines += [
            "",
            f"## {target['label']}: {target['title'].lower()} {target['operator']} {target['target_text']} %",
            "",
            f"{target['wording_en']} The exact ratio is compared, never the printed one.",
            "",
            *_table(by_year),
            "",
            f"In {last}:",
            "",
            *_table(ask(above)),
        ]
    return "\n".join(lines) + "\n"


def _sql(target: dict[str, Any], by: str, head: str, where: str) -> str:
    counts = ", ".join(f'{sql} as "{heading}"' for heading, sql in COUNTS.items())
    return _COUNTED.format(by=by, head=head, counts=counts, where=where, **target)


def _table(rows: list[dict[str, Any]]) -> list[str]:
    heads = list(rows[0])
    return [
        f"| {' | '.join(heads)} |",
        f"|---|{'---:|' * (len(heads) - 1)}",
        *(f"| {' | '.join(str(row[head]) for head in heads)} |" for row in rows),
    ]
