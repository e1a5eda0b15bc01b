"""The founding rule, both sides: what is refused, and what real police statistics may hold."""

from __future__ import annotations

import pytest

from pipelines.contracts import forbidden, load
from pipelines.home import PROJECT

REFUSED: dict[forbidden.Place, tuple[tuple[str, str], ...]] = {
    "words": (
        ("a person", "citizen_id"), ("a person", "citizen_names"), ("a person", "petitioner_names"),
        ("a person", "citizenId"), ("a person", "name of the person"), ("a person", "List of suspects"),
        ("a person", "suspect_no"), ("a person", "Number of the suspect"), ("a person", "上访人名单"),
        ("a person", "公民身份号码"), ("a person", "ＰＡＳＳＰＯＲＴ"), ("belief or religion", "christians"),
        ("belief or religion", "Muslim households"), ("belief or religion", "churches"),
        ("belief or religion", "信教群众"), ("belief or religion", "道教活动"),
        ("belief or religion", "religious_venues"), ("ethnicity", "ethnicities"), ("ethnicity", "Minorities"),
        ("ethnicity", "少数民族人口"), ("ethnicity", "藏族"), ("political opinion", "党员"),
        ("political opinion", "party members"), ("political opinion", "dissidents"), ("protest", "demonstrators"),
        ("protest", "Protesters arrested"), ("protest", "rallies"), ("protest", "非法集会"),
    ),
    "dimension": (
        ("a person", "gender"), ("a person", "nationality"), ("a person", "sex_of_suspect"), ("a person", "嫌疑人性别"),
        ("a person", "国籍"), ("a person", "citizenship group"), ("a person", "age"), ("a person", "name"),
    ),
    "measure": (
        ("a person", "gender"), ("a person", "nationality"), ("a person", "Nationality of the suspect"),
        ("a person", "年龄"), ("a person", "suspect_age"), ("a person", "嫌疑人职业"), ("a person", "names"),
        ("a person", "marital status"),
    ),
}  # fmt: skip

ALLOWED: dict[forbidden.Place, tuple[str, ...]] = {
    "words": (
        "Number of suspects", "number_of_persons", "Persons released in the year", "area name", "诚信教育", "街道教育",
        "渠道教师", "收集会议记录", "Joint petitions", "集体访", "Strikingly few", "racecourse", "partly",
        "public approval", "file names", "case number", "offence code", "gang members", "Members of parliament",
        "人民调解", "villages_meeting_standard",
    ),
    "dimension": ("audience", "offence_class", "sex_offence_type", "age_group", "案件类别", "subject"),
    "measure": (
        "suspects_male", "suspects_female", "suspects_non_german", "suspects_by_sex",
        "Suspects without German citizenship", "persons of foreign nationality", "男性嫌疑人数", "无德国国籍嫌疑人数",
        "未成年人数", "sex_offences", "old_age_homes", "gang_members_apprehended", "resident_population",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("place", "topic", "text"), [(p, *case) for p, cases in REFUSED.items() for case in cases])
def test_refused(place: forbidden.Place, topic: str, text: str) -> None:
    found = forbidden.reason("area_code", text, place=place)
    assert found is not None and found.startswith(f"{topic} (“"), found


@pytest.mark.parametrize(("place", "text"), [(p, text) for p, texts in ALLOWED.items() for text in texts])
def test_allowed(place: forbidden.Place, text: str) -> None:
    assert forbidden.reason(text, place=place) is None


def test_what_is_a_topic_is_one_everywhere() -> None:
    for _, text in REFUSED["words"]:
        assert all(forbidden.reason(text, place=place) for place in ALLOWED)


def test_real_police_statistics_by_sex_and_citizenship_load() -> None:
    assert load(PROJECT / "tests" / "real_data" / "pks").returns
