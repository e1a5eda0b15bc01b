"""Headers in other words, and tables plain, wide and long: all the same figures."""

from __future__ import annotations

from tests.unit.intake.conftest import (
    Judge,
    Rows,
    crime_rows,
    csv_bytes,
    fault_of,
    hash_of,
    only,
)


def test_headers_in_other_words_case_and_width(judge_bytes: Judge) -> None:
    rows = crime_rows()
    expected = hash_of(judge_bytes, csv_bytes(rows))
    rows[0] = ["区划代码", "案 别", '"立案\n数"', "ＣＬＥＡＲＥＤ", "Suspects"]
    assert hash_of(judge_bytes, csv_bytes(rows)) == expected


def test_swapped_columns_are_right_by_name(judge_bytes: Judge) -> None:
    rows = crime_rows()
    swapped = [[row[4], row[2], row[1], row[3], row[0]] for row in rows]
    assert hash_of(judge_bytes, csv_bytes(swapped)) == hash_of(judge_bytes, csv_bytes(rows))


def test_a_column_twice(judge_bytes: Judge) -> None:
    rows = [[*row, row[2]] for row in crime_rows()]
    rows[0][-1] = "立案数"
    found = fault_of(judge_bytes, rows)
    assert (found.code, found.cell, found.places["first"]) == ("header_twice", "F1", 3)


def test_a_column_without_a_name(judge_bytes: Judge) -> None:
    rows = [[*row, row[2]] for row in crime_rows()]
    rows[0][-1] = ""
    assert fault_of(judge_bytes, rows).code == "header_blank"
    assert judge_bytes(csv_bytes([[*row, ""] for row in crime_rows()]))[0].verdict == "accepted"


def test_blank_rows_are_passed_over(judge_bytes: Judge) -> None:
    rows = crime_rows()
    data = csv_bytes([*rows[:3], [""] * 5, *rows[3:], [" "] * 5]) + b"\n\n"
    assert hash_of(judge_bytes, data) == hash_of(judge_bytes, csv_bytes(rows))


def test_a_header_and_nothing_below(judge_bytes: Judge) -> None:
    verdict, _ = judge_bytes(csv_bytes(crime_rows()[:1]))
    assert only(verdict).code == "no_rows"
    assert (verdict.submissions[0].period, verdict.submissions[0].unit) == ("2004", "0101")


def wide(rows: Rows, measure_pattern: str = "{measure}_{kind}") -> Rows:
    """The same figures with a column per measure and kind."""
    kinds = list(dict.fromkeys(row[1] for row in rows[1:]))
    header = ["area_code"]
    header += [measure_pattern.format(measure=measure, kind=kind) for measure in rows[0][2:] for kind in kinds]
    out: Rows = [header]
    for area in dict.fromkeys(row[0] for row in rows[1:]):
        by_kind = {row[1]: row[2:] for row in rows[1:] if row[0] == area}
        out.append([area, *(by_kind[kind][at] for at in range(len(rows[0]) - 2) for kind in kinds)])
    return out


def test_wide_is_the_same_as_long(judge_bytes: Judge) -> None:
    expected = hash_of(judge_bytes, csv_bytes(crime_rows()))
    assert hash_of(judge_bytes, csv_bytes(wide(crime_rows()))) == expected
    chinese = wide(crime_rows())
    chinese[0] = [name.replace("recorded", "立案数").replace("drugs", "毒品") for name in chinese[0]]
    assert hash_of(judge_bytes, csv_bytes(chinese)) == expected


def test_in_a_wide_table_a_column_without_a_code_is_the_total(judge_bytes: Judge) -> None:
    rows = wide(crime_rows())
    rows[0] = [name.removesuffix("_all") for name in rows[0]]
    assert hash_of(judge_bytes, csv_bytes(rows)) == hash_of(judge_bytes, csv_bytes(crime_rows()))


def test_a_wide_table_lacks_a_column(judge_bytes: Judge) -> None:
    rows = wide(crime_rows())
    at = rows[0].index("cleared_drugs")
    found = fault_of(judge_bytes, [row[:at] + row[at + 1 :] for row in rows])
    assert (found.code, found.header) == ("column_missing", "cleared_drugs")


def test_columns_of_the_year_before_are_a_submission_of_their_own(judge_bytes: Judge) -> None:
    now, before = wide(crime_rows()), wide(crime_rows(), "{measure}_prior_{kind}")
    rows = [a + b[1:] for a, b in zip(now, before, strict=True)]
    verdict, figures = judge_bytes(csv_bytes(rows))
    assert verdict.verdict == "accepted"
    assert [(one.period, one.figures) for one in verdict.submissions] == [("2003", 27), ("2004", 27)]
    assert figures["crime", "recorded", "0101", "2003", "kind=all"] == (30, "A", "")
    assert len({one.submission_id for one in verdict.submissions}) == 2


def test_fully_long(judge_bytes: Judge) -> None:
    rows = crime_rows()
    long = [["area_code", "kind", "指标", "数值"]]
    long += [
        [row[0], row[1], name, value] for row in rows[1:] for name, value in zip(rows[0][2:], row[2:], strict=True)
    ]
    assert hash_of(judge_bytes, csv_bytes(long)) == hash_of(judge_bytes, csv_bytes(rows))
    found = fault_of(judge_bytes, long[:-1])
    assert (found.code, found.places["measure"], found.places["area"]) == (
        "figure_missing",
        "suspects",
        "010102",
    )
    found = fault_of(judge_bytes, [*long, long[-1]])
    assert (found.code, found.row, found.places["first"]) == ("key_twice", len(long) + 1, len(long) - 2)
    found = fault_of(judge_bytes, [row for row in long if row[2] != "suspects"])
    assert (found.code, found.places["measure"]) == ("measure_missing", "suspects")
    found = fault_of(judge_bytes, [*long, ["0101", "all", "nonsense", 3]])
    assert (found.code, found.cell) == ("measure_unknown", f"C{len(long) + 1}")
