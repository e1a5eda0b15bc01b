"""The founding rule: aggregates only, never persons; nothing about belief, ethnicity, opinion or protest.

* No document speaks of belief, religion, ethnicity, political opinion or protest, or of those who hold or take part:
  not in a column's name, a title, a definition, a unit, a code or its label.
* No column names or numbers a person: names, identity numbers, addresses, lists ("petitioner names", 名单).
* No column describes one person: a dimension or a measure that is a sex, a citizenship, an exact age, an occupation is
  what a list of persons has. A measure that COUNTS persons by these is an aggregate, and allowed: `suspects_male`,
  `suspects_non_german`; so is a reported share of them.

A contract that breaks it is refused. This is a net under the authors of documents, not a substitute for reading them;
columns under `ignored_headers` are exempt because their values are never read, and so are the names of areas.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal

Place = Literal["words", "dimension", "measure"]
"""Where a text stands. Dimensions and measures may not describe one person; other words may not name one."""

_TOPICS: dict[str, tuple[str, ...]] = {
    "a person": (
        "person_name", "full_name", "first_name", "last_name", "surname", "given_name", "suspect_name", "victim_name",
        "id_number", "identity_number", "identity_card", "national_id", "id_card", "passport", "ssn",
        "social_security_number", "phone", "telephone", "mobile_number", "email", "home_address", "date_of_birth",
        "place_of_birth", "birthday", "birth_date", "fingerprint", "sexual_orientation", "姓名", "人名", "名单", "名册",
        "身份证", "身份号", "证件号", "人员编号", "电话", "手机", "住址", "出生日期", "护照", "指纹",
    ),
    "belief or religion": (
        "religion", "religious", "belief", "faith", "church", "mosque", "temple", "monastery", "sect", "cult",
        "believer", "adherent", "worship", "worshipper", "clergy", "priest", "monk", "nun", "imam", "rabbi",
        "christian", "christianity", "catholic", "protestant", "muslim", "islam", "islamic", "buddhist", "buddhism",
        "taoist", "daoist", "taoism", "jew", "jewish", "judaism", "hindu", "hinduism", "sikh", "atheist", "falun_gong",
        "宗教", "信仰", "教徒", "信教(?!育)", "邪教", "教会", "教堂", "信众", "基督", "天主教", "伊斯兰", "穆斯林",
        "清真", "佛教", "道教(?!育|学|师)", "法轮", "寺庙", "寺院", "僧人", "僧侣", "喇嘛", "活佛",
    ),
    "ethnicity": (
        "ethnicity", "ethnic", "race", "racial", "nationality_group", "minority", "tribe", "tribal", "indigenous",
        "tibetan", "uyghur", "uighur", "hispanic", "latino", "民族", "种族", "族裔", "汉族", "藏族", "藏民", "维吾尔",
        "维族", "回族", "回民", "蒙古族", "满族", "壮族", "苗族", "彝族",
    ),
    "political opinion": (
        "political", "politics", "opinion", "party_member", "party_membership", "party_affiliation", "dissident",
        "dissent", "activist", "ideology", "communist", "separatist", "政治面貌", "政治观点", "政治立场", "政治犯",
        "异见", "异议人士", "言论", "政审", "党员", "党派", "党籍",
    ),
    "protest": (
        "protest", "protester", "protestor", "protesting", "demonstration", "demonstrator", "rally", "march_held",
        "marcher", "mass_incident", "riot", "rioter", "rioting", "strike", "striker", "picket", "sit_in",
        "unlawful_assembly", "群体性事件", "游行", "示威", "抗议", "集会(?!议|员)", "罢工", "罢课", "罢市", "静坐",
        "骚乱", "暴乱", "闹访",
    ),
}  # fmt: skip
"""English words match whole, in the singular and plural; Chinese ones are patterns that match anywhere."""

_PERSON = (
    "(?:citizen|person|individual|petitioner|complainant|applicant|suspect|offender|defendant|accused|convict|prisoner|inmate|"
    "detainee|arrestee|victim|witness|plaintiff|juvenile|minor|resident|villager|inhabitant|migrant|foreigner|refugee|cadre|"
    "employee|worker|official|officer|judge|mediator|teacher|student|pupil|member|respondent|patient|driver)"
)
_PEOPLE = f"(?:people|{_PERSON}e?s)"
_SOMEBODY = f"(?:people|{_PERSON}(?:e?s)?)"
_OF = "(?:_(?:of|for))?(?:_(?:the|a|an|each|every|all))?_"
_IDENTIFIER = "(?:names?|ids?|identifiers?|identity|identities|lists?|rosters?|addresse?s?|phones?|photos?|signatures?)"
_NAMED = re.compile(
    f"_(?:{_SOMEBODY}_{_IDENTIFIER}|{_IDENTIFIER}{_OF}{_SOMEBODY}|{_PERSON}_(?:number|no|nr|code)|"
    f"(?:number|no|nr|code)_of_(?:the|a|an|each|every)_{_PERSON})(?=_)"
)
"""`citizen_id`, "name of the person", `petitioner_names`, `suspect_no`; but not "number of suspects"."""

_ATTRIBUTE = (
    "(?:genders?|sex|sexes|nationalit(?:y|ies)|citizenships?|birthplace|occupations?|professions?|marital_status|"
    "education_level|level_of_education)"
)
_DESCRIBED = re.compile(
    f"_(?:{_PERSON}_)?(?:{_ATTRIBUTE}(?:_(?:code|type|class|group|category))?|ages?)(?:{_OF}{_SOMEBODY})?_"
)
"""A name that is nothing but an attribute: `gender`, `suspect_nationality`, "age of the offender"."""

_DIVIDED = re.compile(f"_{_ATTRIBUTE}(?=_)(?!_(?:offen[cs]es?|crimes?|work|workers?|trade|trafficking|education)_)")
_DESCRIBED_ZH = re.compile(
    "(?:.{0,8}[人者员民犯])?的?(?:性别|国籍|年龄|籍贯|出生地|职业|文化程度|婚姻状况)(?:代码|类别|编码)?"
)
_DIVIDED_ZH = re.compile("性别|国籍|籍贯|文化程度|婚姻状况")


def reason(*texts: str, place: Place = "words") -> str | None:
    """What forbidden thing texts speak of, with the word that says so; or None."""
    for text in texts:
        plain = unicodedata.normalize("NFKC", text)
        words = "_" + re.sub(r"[^a-z]+", "_", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", plain).lower()).strip("_") + "_"
        found = _topic(words, plain) or _person(words, plain, place)
        if found:
            return "{} (“{}”)".format(found[0], found[1].strip("_").replace("_", " "))
    return None


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, re.Pattern[str], re.Pattern[str]]]:
    """topic, its English words, its Chinese ones."""
    found: list[tuple[str, re.Pattern[str], re.Pattern[str]]] = []
    for topic, stems in _TOPICS.items():
        english = [
            f"{stem}(?:s|es)?" if stem[-1] != "y" else f"{stem[:-1]}(?:y|ies)" for stem in stems if stem.isascii()
        ]
        chinese = [stem for stem in stems if not stem.isascii()]
        found.append((topic, re.compile(f"_(?:{'|'.join(english)})(?=_)"), re.compile("|".join(chinese))))
    return found


def _topic(words: str, plain: str) -> tuple[str, str] | None:
    for topic, english, chinese in _patterns():
        if match := english.search(words) or chinese.search(plain):
            return topic, match[0]
    return None


def _person(words: str, plain: str, place: Place) -> tuple[str, str] | None:
    match = _NAMED.search(words)
    if not match and place != "words":
        names_alone = re.fullmatch("_names?_", words)
        match = names_alone or _DESCRIBED.fullmatch(words) or _DESCRIBED_ZH.fullmatch("".join(plain.split()))
    if not match and place == "dimension":
        match = _DIVIDED.search(words) or _DIVIDED_ZH.search(plain)
    return ("a person", match[0]) if match else None
