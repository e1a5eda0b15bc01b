"""For each rule of the trial documents: changes of a sound build, and what the rule must then say of their year."""

from __future__ import annotations

FIGURES, RATES = "update mart_observation set", "update mart_indicator set"
ALL = "table_id = 'crime' and breakdown = 'kind=all'"
COUNTY = "area_code = '110101' and year = 2004"
CELL = f"{ALL} and measure_id = 'recorded' and {COUNTY}"
DRUGS = f"table_id = 'crime' and breakdown = 'kind=drugs' and measure_id = 'recorded' and {COUNTY}"
NO_VALUE = "value = null, value_text = '', headline_text = '', obs_status = 'O', reason = 'not_delivered'"
PARTLY = NO_VALUE.replace("not_delivered", "part_of_period")
NOW_NONE = f"numerator = -denominator where indicator_id = 'recorded_change' and {COUNTY}"
NONE = "value = null, obs_status = 'O', reason = 'marked_missing'"
CANNOT = NONE.replace("'O'", "'M'")
VANISHED = "value = null, obs_status = 'O', reason = 'vanished'"
TOWN = "area_code = '110101002' and year = 2004"
RATE = f"indicator_id = 'clearance' and {COUNTY}"

CORRECTIONS = "update mart_correction set"

OF_FIGURES: list[tuple[str, str, list[str]]] = [
    # rule, status expected in 2004, changes of the build
    ("areas__there", "pass", []),
    ("areas__there", "fail", [f"{FIGURES} area_code = '990000' where {CELL}"]),
    ("areas__there", "pass", [f"{FIGURES} area_code = '990000', value = null, reason = 'vanished' where {CELL}"]),
    ("crime__all_accepted_stand", "pass", []),
    ("crime__all_accepted_stand", "fail", [f"delete from mart_observation where {CELL}"]),
    (
        "crime__all_accepted_stand",
        "fail",
        ["delete from mart_observation where table_id = 'crime' and year = 2004"],
    ),
    (
        "crime__all_accepted_stand",
        "undecided",
        [f"{FIGURES} value = null, obs_status = 'O', reason = 'held' where {CELL}"],
    ),
    (
        "crime__all_accepted_stand",  # all that came is held, and nothing stood before it
        "undecided",
        [
            f"{FIGURES} {NONE.replace('marked_missing', 'held')}, submission_id = null "
            "where table_id = 'crime' and year = 2004",
            "update mart_coverage set submission_id = null, status = 'held' where table_id = 'crime' and year = 2004",
        ],
    ),
    ("crime__every_measure_has_figures", "pass", []),
    (
        "crime__every_measure_has_figures",
        "fail",
        ["delete from mart_observation where table_id = 'crime' and measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "fail",
        [f"{FIGURES} value = null where measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "fail",
        [f"{FIGURES} {VANISHED} where measure_id = 'cleared' and year = 2004"],
    ),
    (
        "crime__every_measure_has_figures",
        "undecided",
        [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"],
    ),
    ("crime__missing_has_reason", "pass", [f"{FIGURES} {NONE} where {CELL}"]),
    ("crime__missing_has_reason", "fail", [f"{FIGURES} value = null where {CELL}"]),
    ("crime__not_negative", "pass", [f"{FIGURES} value = 0 where {CELL}"]),
    ("crime__not_negative", "fail", [f"{FIGURES} value = -1 where {CELL}"]),
    ("crime__not_negative", "undecided", [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"]),
    ("crime__within_maximum", "pass", [f"{FIGURES} value = 5000 where {CELL}"]),
    ("crime__within_maximum", "fail", [f"{FIGURES} value = 5001 where {CELL}"]),
    ("crime__within_maximum", "pass", [f"{FIGURES} value = 5001, origin = 'summed' where {CELL}"]),
    ("crime__within_maximum", "undecided", [f"{FIGURES} {NONE} where table_id = 'crime' and year = 2004"]),
    ("caseload__flow", "pass", []),
    ("caseload__flow", "fail", [f"{FIGURES} value = 96 where measure_id = 'concluded' and year = 2004"]),
    ("caseload__flow", "undecided", [f"{FIGURES} {NONE} where measure_id = 'concluded' and year = 2004"]),
    (
        "caseload__flow",
        "undecided",
        [f"{FIGURES} qualifier = 'at_least' where measure_id = 'accepted' and year = 2004"],
    ),
    ("caseload__flow", "fail", [f"{FIGURES} value = null where measure_id = 'concluded' and year = 2004"]),
    ("caseload__prosecuted", "pass", []),
    ("caseload__prosecuted", "fail", [f"{FIGURES} value = 724 where measure_id = 'accepted' and year = 2004"]),
    ("caseload__prosecuted", "undecided", [f"{FIGURES} {NONE} where measure_id = 'cleared' and year = 2004"]),
    ("caseload__prosecuted", "undecided", ["delete from mart_observation where table_id = 'crime' and year = 2004"]),
    ("caseload__prosecuted", "fail", [f"{FIGURES} value = null where measure_id = 'accepted' and year = 2004"]),
    (
        "crime__cleared_within_recorded",
        "pass",
        [f"{FIGURES} value = 300 where measure_id = 'cleared' and breakdown = 'kind=all'"],
    ),
    (
        "crime__cleared_within_recorded",
        "fail",
        [f"{FIGURES} value = 100000 where {ALL} and measure_id = 'cleared' and {COUNTY}"],
    ),
    (
        "crime__cleared_within_recorded",
        "undecided",
        [f"{FIGURES} {NONE} where measure_id = 'cleared' and year = 2004"],
    ),
    ("crime__cleared_of_each_kind", "pass", []),
    ("crime__cleared_of_each_kind", "fail", [f"{FIGURES} value = 402 where {DRUGS.replace('recorded', 'cleared')}"]),
    ("crime__cleared_of_each_kind", "fail", [f"{FIGURES} value = 0 where {DRUGS}"]),
    (
        "crime__cleared_of_each_kind",
        "pass",  # one kind has no figure on the other side; the others decide
        [f"delete from mart_observation where {DRUGS}"],
    ),
    ("crime__cleared_of_each_kind", "undecided", [f"{FIGURES} {NONE} where measure_id = 'cleared' and year = 2004"]),
    ("crime__cleared_of_each_kind", "fail", [f"{FIGURES} value = null where measure_id = 'cleared' and year = 2004"]),
    ("crime__recorded_change_within_limit", "pass", []),
    ("crime__recorded_change_within_limit", "pass", [f"{FIGURES} value = 1800 where {CELL}"]),  # 1200 + 50 %
    ("crime__recorded_change_within_limit", "fail", [f"{FIGURES} value = 1801 where {CELL}"]),
    ("crime__recorded_change_within_limit", "fail", [f"{FIGURES} value = 599 where {CELL}"]),
    (
        "crime__recorded_change_within_limit",
        "pass",  # the year before is too small to judge by; the other areas decide
        [f"{FIGURES} value = 99 where {CELL.replace('2004', '2003')}"],
    ),
    (
        "crime__recorded_change_within_limit",
        "undecided",
        [
            f"{FIGURES} value = 99 where {ALL} and year = 2003",
            f"{FIGURES} value = 99 where table_id = 'crime' and year = 2003",
        ],
    ),
    ("crime__recorded_change_within_limit", "undecided", [f"{FIGURES} covers_period = false where year = 2003"]),
    ("crime__recorded_change_within_limit", "undecided", [f"{FIGURES} qualifier = 'at_least' where year = 2004"]),
    ("crime__parts_add_up_kind", "pass", []),
    ("crime__parts_add_up_kind", "fail", [f"{FIGURES} value = value + 1 where {DRUGS}"]),
    ("crime__parts_add_up_kind", "pass", [f"{FIGURES} {NONE} where {DRUGS}"]),  # the others decide
    (
        "crime__parts_add_up_kind",
        "fail",  # one part is missing, and the other alone exceeds the total
        [f"{FIGURES} {NONE} where {DRUGS}", f"{FIGURES} value = 1 where {CELL}"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",
        [f"{FIGURES} {NONE} where breakdown = 'kind=drugs' and year = 2004"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",
        [f"{FIGURES} qualifier = 'at_least' where breakdown = 'kind=all' and year = 2004"],
    ),
    (
        "crime__parts_add_up_kind",
        "undecided",  # a delivered total, its parts summed from the towns: not comparable
        [f"{FIGURES} origin = 'summed' where breakdown not in ('kind=all', '_T') and year = 2004"],
    ),
    ("crime__totals_stand_kind", "pass", [f"{FIGURES} {NONE} where {CELL}"]),
    ("crime__totals_stand_kind", "fail", [f"{FIGURES} {CANNOT} where {CELL}"]),  # parts exist
    ("crime__totals_stand_kind", "fail", [f"delete from mart_observation where {CELL}"]),
    ("crime__totals_stand_kind", "fail", [f"{FIGURES} {VANISHED} where {CELL}"]),
    (
        "crime__totals_stand_kind",
        "undecided",
        [f"{FIGURES} origin = 'summed' where table_id = 'crime' and year = 2004"],
    ),
    ("corrections__source_as_expected", "pass", []),
    (
        "corrections__source_as_expected",
        "fail",
        [f"{CORRECTIONS} state = 'source_differs', source_value = 100"],
    ),
    ("corrections__source_as_expected", "fail", [f"{CORRECTIONS} state = 'no_cell', source_value = null"]),
    ("corrections__source_as_expected", "undecided", [f"{CORRECTIONS} state = 'ended'"]),
    ("crime__parents_hold_children", "pass", []),
    ("crime__parents_hold_children", "fail", [f"{FIGURES} value = 903 where {CELL}"]),
    ("crime__parents_hold_children", "pass", [f"{FIGURES} value = 906 where {CELL}"]),
    (
        "crime__parents_hold_children",
        "undecided",
        [f"{FIGURES} {NONE} where table_id = 'crime' and {COUNTY}"],
    ),
    (
        "crime__parents_hold_children",
        "undecided",
        ["delete from mart_observation where area_code <> '110101' and year = 2004"],
    ),
]
