"""CSV: bytes that must not pass, and encodings that must all land the same."""

from __future__ import annotations

import csv

import pytest

from pipelines.intake.read_csv import decode
from pipelines.intake.verdicts import Rejection
from tests.unit.intake.conftest import Judge, codes, crime_rows, csv_bytes, only

GOOD = csv_bytes(crime_rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_encodings_land_equal_figures(judge_bytes: Judge, encoding: str) -> None:
    expected = judge_bytes(GOOD)[0].submissions[0].content_hash
    rows = crime_rows()
    rows[0] = ["区划代码", "案别", "立案数", "破案数", "嫌疑人"]
    rows = [
        rows[0],
        *([row[0], {"all": "全部", "theft": "盗窃", "drugs": "毒品"}[row[1]], *row[2:]] for row in rows[1:]),
    ]
    verdict, _ = judge_bytes(csv_bytes(rows, encoding))
    assert verdict.verdict == "accepted", codes(verdict)
    assert verdict.submissions[0].content_hash == expected


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_ends_and_quotes(judge_bytes: Judge, ending: str) -> None:
    text = GOOD.decode().replace("\n", ending).replace("0101,all", '"0101","all"', 1)
    assert judge_bytes(text.encode())[0].verdict == "accepted"


def test_undecodable_bytes(judge_bytes: Judge) -> None:
    rows = crime_rows()
    rows[0][0] = "区划代码"
    found = only(judge_bytes(csv_bytes(rows).replace(b"theft", b"th\xff\xff", 1))[0])
    assert (found.code, found.row, found.expected) == ("undecodable", 3, "utf-8-sig, gb18030")
    found = only(judge_bytes("区划代码,案别\n".encode("utf-16"))[0])
    assert found.code == "undecodable" and found.nearest == "utf-16"


def test_an_undecodable_byte_is_counted_from_the_start_of_the_file() -> None:
    data = b"\xef\xbb\xbfa,b\n1,2\n\xff\xff,4\n"
    with pytest.raises(Rejection) as rejected:
        decode(data, ["utf-8-sig"])
    (found,) = rejected.value.findings
    assert (found.row, found.places["byte"]) == (3, data.index(b"\xff") + 1)


@pytest.mark.parametrize(
    ("old", "new", "code", "row"),
    [
        (b"0101,theft", b"0101,th\0eft", "nul", 3),
        (b"0101,theft", b"0101,th\x08eft", "control_character", 3),
        (b"0101,theft", b'0101,"theft', "quotes_broken", 0),
        (b"0101,theft", b'0101,"th"eft', "quotes_broken", 3),
        (b"0101,theft", b"0101," + b"x" * 40_000, "cell_too_long", 3),
        (b"0101,theft,", b"0101,theft", "ragged_row", 3),
        (b"0101,theft,", b"0101,theft,,", "ragged_row", 3),
    ],
)
def test_broken_rows(judge_bytes: Judge, old: bytes, new: bytes, code: str, row: int) -> None:
    verdict, figures = judge_bytes(GOOD.replace(old, new, 1))
    found = only(verdict)
    assert (found.code, found.row if row else 0) == (code, row)
    assert not figures


def test_another_library_does_not_say_how_long_a_cell_may_be(judge_bytes: Judge) -> None:
    before = csv.field_size_limit(10**6)
    try:
        assert only(judge_bytes(GOOD.replace(b"0101,theft", b"0101," + b"x" * 40_000, 1))[0]).code == "cell_too_long"
    finally:
        csv.field_size_limit(before)


def test_a_file_cut_short(judge_bytes: Judge) -> None:
    found = only(judge_bytes(GOOD[:-1])[0])
    assert (found.code, found.row) == ("cut_short", 10)


def test_another_delimiter_is_named(judge_bytes: Judge) -> None:
    for sign, name in ((b";", "“;”"), (b"\t", "Tab")):
        found = only(judge_bytes(GOOD.replace(b",", sign))[0])
        assert (found.code, found.found, found.expected) == ("separator", name, "“,”")


def test_a_workbook_called_csv(judge_bytes: Judge) -> None:
    assert only(judge_bytes(b"PK\x03\x04" + b"\0" * 50)[0]).code == "csv_is_workbook"
