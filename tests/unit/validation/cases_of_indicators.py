"""The same of indicators, printed rates, verdicts and coverage."""

from __future__ import annotations

from tests.unit.validation.cases import ALL, CELL, COUNTY, FIGURES, NO_VALUE, NONE, NOW_NONE, PARTLY, RATE, RATES, TOWN

OPEN = "verdict = 'no_data', reliability = null, distance = null"

OF_INDICATORS: list[tuple[str, str, list[str]]] = [
    ("indicators__none_left_out", "pass", []),
    ("indicators__none_left_out", "fail", [f"delete from mart_indicator where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{RATES} {NO_VALUE} where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{RATES} numerator = numerator - 1 where {RATE}"]),
    ("indicators__none_left_out", "fail", [f"{FIGURES} {NONE} where {CELL}"]),  # a value of what is not there
    (
        "indicators__none_left_out",
        "fail",  # whole years make a change, whatever is said of the reason
        [f"{RATES} {PARTLY}, covers_period = false where indicator_id = 'recorded_change'"],
    ),
    (
        "indicators__none_left_out",
        "pass",  # a part of a year makes no change, but a share
        [
            f"{FIGURES} covers_period = false where table_id = 'crime' and year = 2004",
            f"{RATES} {NO_VALUE} where indicator_id = 'recorded_change' and year = 2004",
        ],
    ),
    (
        "indicators__none_left_out",
        "pass",  # 0/0 is none
        [f"{FIGURES} value = 0 where {ALL} and {COUNTY}", f"{RATES} {NO_VALUE} where {RATE}", f"{RATES} {NOW_NONE}"],
    ),
    (
        "indicators__none_left_out",
        "undecided",
        [f"{FIGURES} {NONE} where year = 2004", f"{RATES} {NO_VALUE} where year = 2004"],
    ),
    (
        "indicators__missing_has_reason",
        "pass",
        [f"{RATES} value = null, value_text = '', obs_status = 'M', reason = 'zero_denominator' where {RATE}"],
    ),
    ("indicators__missing_has_reason", "fail", [f"{RATES} value = null where {RATE}"]),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} numerator = 1737, denominator = 1818, value = 95.5, value_text = '95.5' where {RATE}"],
    ),
    ("indicators__rounded_once", "fail", [f"{RATES} value = 99, value_text = '99.0' where {RATE}"]),
    ("indicators__rounded_once", "fail", [f"{RATES} value = 59.9 where {RATE}"]),
    (
        "indicators__rounded_once",
        "fail",  # 0/0 has no figure, least of all a zero
        [f"{RATES} numerator = 0, denominator = 0, value = 0, value_text = '0.0' where {RATE}"],
    ),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} numerator = 0, denominator = 0, value = null, value_text = '' where {RATE}"],
    ),
    (
        "indicators__rounded_once",
        "pass",
        [f"{RATES} value = null, value_text = '', reason = 'part_of_period', obs_status = 'M' where {RATE}"],
    ),
    ("indicators__not_negative", "pass", [f"{RATES} numerator = -3 where indicator_id = 'recorded_change'"]),
    ("indicators__not_negative", "fail", [f"{RATES} numerator = -3 where {RATE}"]),
    (
        "indicators__not_negative",
        "undecided",
        [f"{RATES} value = null, numerator = null, denominator = null, obs_status = 'O', reason = 'not_delivered'"],
    ),
    ("clearance__part_within_whole", "pass", [f"{RATES} numerator = denominator where {RATE}"]),
    ("clearance__part_within_whole", "fail", [f"{RATES} numerator = denominator + 1 where {RATE}"]),
    (
        "clearance__part_within_whole",
        "fail",
        [f"{RATES} qualifier = 'at_least', numerator = denominator + 1 where {RATE}"],
    ),
    ("clearance__part_within_whole", "undecided", [f"{RATES} qualifier = 'at_most'"]),
    ("clearance__plausible", "pass", [f"{RATES} value = 99.5 where {RATE}"]),
    ("clearance__plausible", "fail", [f"{RATES} value = 99.500001 where {RATE}"]),
    ("clearance__plausible", "fail", [f"{RATES} value = 19.9 where {RATE}"]),
    (
        "clearance__plausible",
        "undecided",
        [f"{RATES} value = null, obs_status = 'O', reason = 'not_delivered'"],
    ),
    (
        "crime__rate_printed__as_calculated",
        "pass",
        ["update mart_reported set comparison = 'zero_over_zero'"],
    ),
    ("crime__rate_printed__as_calculated", "fail", ["update mart_reported set comparison = 'different'"]),
    (
        "crime__rate_printed__as_calculated",
        "undecided",
        ["update mart_reported set comparison = 'not_reported'"],
    ),
    ("verdicts__as_judged_again", "pass", []),
    ("verdicts__as_judged_again", "fail", ["update mart_scorecard set verdict = 'met'"]),
    ("verdicts__as_judged_again", "fail", ["update mart_scorecard set verdict = 'no_data' where year = 2004"]),
    ("verdicts__as_judged_again", "fail", [f"delete from mart_scorecard where {RATE}"]),
    ("verdicts__as_judged_again", "fail", [f"delete from mart_indicator where {RATE}"]),  # a verdict on nothing
    (
        "verdicts__as_judged_again",
        "fail",  # no document sets a target for it
        [
            "insert into mart_scorecard by name select 'cases_accepted' as indicator_id, '110101' as area_code, "
            "'2004' as period, '_T' as breakdown, 2004 as year, 'county' as area_level, 'met' as verdict"
        ],
    ),
    ("verdicts__as_judged_again", "fail", [f"{RATES} covers_period = false where {RATE}"]),
    (
        "verdicts__as_judged_again",
        "pass",  # a part of a year is no year
        [
            f"{RATES} covers_period = false where {RATE}",
            f"update mart_scorecard set {OPEN} where {RATE}",
        ],
    ),
    (
        "verdicts__as_judged_again",
        "pass",  # 60.3 % exactly; one case in a billion less is not met
        [
            f"{RATES} numerator = 603000000000, denominator = 1000000000000 where {RATE}",
            f"update mart_scorecard set verdict = 'met', reliability = 'within_chance', distance = 0 where {RATE}",
        ],
    ),
    (
        "verdicts__as_judged_again",
        "fail",
        [
            f"{RATES} numerator = 602999999999, denominator = 1000000000000 where {RATE}",
            f"update mart_scorecard set verdict = 'met', reliability = 'within_chance', distance = 0 where {RATE}",
        ],
    ),
    (
        "verdicts__as_judged_again",
        "pass",  # far above: clear
        [
            f"{RATES} numerator = 8003, denominator = 10000 where {RATE}",
            f"update mart_scorecard set verdict = 'met', reliability = 'clear', distance = 19.73 where {RATE}",
        ],
    ),
    ("verdicts__as_judged_again", "fail", [f"update mart_scorecard set reliability = 'clear' where {RATE}"]),
    ("verdicts__as_judged_again", "fail", [f"update mart_scorecard set reliability = null where {RATE}"]),
    ("verdicts__as_judged_again", "fail", [f"update mart_scorecard set distance = -distance where {RATE}"]),
    ("verdicts__as_judged_again", "fail", [f"update mart_scorecard set distance = null where {RATE}"]),
    ("limits__as_computed_again", "pass", []),
    ("limits__as_computed_again", "fail", [f"{RATES} lower_limit = lower_limit - 0.00001 where {RATE}"]),
    ("limits__as_computed_again", "fail", [f"{RATES} upper_limit = null where {RATE}"]),
    ("limits__as_computed_again", "fail", [f"{RATES} numerator = numerator + 1 where {RATE}"]),
    ("limits__as_computed_again", "fail", [f"{RATES} lower_limit = 1 where kind = 'count'"]),  # a count has none
    ("limits__as_computed_again", "fail", [f"{RATES} qualifier = 'at_least' where {RATE}"]),
    ("limits__as_computed_again", "pass", [f"{RATES} qualifier = 'at_least', upper_limit = null where {RATE}"]),
    ("limits__as_computed_again", "pass", [f"{RATES} {NO_VALUE}, lower_limit = null, upper_limit = null"]),
    ("places__as_counted_again", "pass", []),
    ("places__as_counted_again", "fail", [f"update mart_scorecard set rank_in_parent = 3 where {TOWN}"]),
    ("places__as_counted_again", "fail", [f"update mart_scorecard set rank_in_parent = null where {TOWN}"]),
    ("places__as_counted_again", "fail", [f"update mart_scorecard set ranked_areas = 1 where {TOWN}"]),
    ("places__as_counted_again", "fail", [f"update mart_scorecard set rank_in_parent = 1 where {RATE}"]),  # no parent
    ("places__as_counted_again", "fail", [f"{RATES} numerator = 400 where indicator_id = 'clearance' and {TOWN}"]),
    (
        "places__as_counted_again",
        "pass",  # a bound has no place, and leaves the others one less
        [
            f"{RATES} qualifier = 'at_least' where indicator_id = 'clearance' and {TOWN}",
            f"update mart_scorecard set rank_in_parent = null, ranked_areas = null where {TOWN}",
            "update mart_scorecard set rank_in_parent = 1, ranked_areas = 1 "
            "where area_code = '110101001' and year = 2004",
        ],
    ),
    (
        "places__as_counted_again",
        "pass",  # ties share a place
        [
            f"{RATES} numerator = 1, denominator = 3 where indicator_id = 'clearance' and area_level = 'township'",
            "update mart_scorecard set rank_in_parent = 1 where area_level = 'township'",
        ],
    ),
    ("places__as_counted_again", "fail", [f"update mart_scorecard set years_met_in_a_row = 7 where {TOWN}"]),
    (
        "places__as_counted_again",
        "fail",  # it was met in the year before as well
        ["update mart_scorecard set verdict = 'met', years_met_in_a_row = 1 where year = 2003"],
    ),
    (
        "places__as_counted_again",
        "pass",
        [
            "update mart_scorecard set verdict = 'met', years_met_in_a_row = 1 where year = 2003",
            "update mart_scorecard set verdict = 'met', years_met_in_a_row = 2 where year = 2004",
        ],
    ),
    ("places__as_counted_again", "fail", ["delete from mart_scorecard where year = 2004"]),
    ("shares__as_counted_again", "pass", []),
    ("shares__as_counted_again", "fail", ["delete from mart_indicator where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"{RATES} {NO_VALUE} where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"{RATES} numerator = 2 where indicator_id = 'good_towns'"]),
    ("shares__as_counted_again", "fail", [f"update mart_scorecard set verdict = 'no_data' where {TOWN}"]),
    (
        "shares__as_counted_again",
        "pass",  # one area unknown makes bounds
        [
            f"update mart_scorecard set verdict = 'no_data' where {TOWN}",
            f"{RATES} upper_numerator = 2 where indicator_id = 'good_towns' and year = 2004",
        ],
    ),
    (
        "shares__as_counted_again",
        "pass",  # nothing known of any area is no share
        [
            "update mart_scorecard set verdict = 'no_data' where year = 2004",
            f"{RATES} {NO_VALUE} where indicator_id = 'good_towns' and year = 2004",
        ],
    ),
    ("shares__as_counted_again", "fail", ["delete from mart_scorecard where year = 2004"]),
    ("returns__expected", "pass", ["update mart_coverage set status = 'overdue'"]),
    ("returns__expected", "fail", ["update mart_coverage set status = 'unexpected'"]),
    ("returns__undisputed", "pass", []),
    ("returns__undisputed", "fail", ["update mart_coverage set held_count = 2"]),
    ("returns__whole", "pass", []),
    ("returns__whole", "fail", ["update mart_coverage set waiting_count = 1, status = 'overdue'"]),
    ("returns__arrived", "pass", ["update mart_coverage set status = 'late'"]),
    ("returns__arrived", "fail", ["update mart_coverage set status = 'overdue'"]),
]
