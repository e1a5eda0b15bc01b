"""The founding rule: aggregates only, never persons; nothing about belief, ethnicity, opinion or protest.

A contract that declares such a field is refused. This is a net under the authors of documents, not a
substitute for reading them; columns under `ignored_headers` are exempt because their values are never read.
"""

from __future__ import annotations

import re

_WORDS: dict[str, tuple[str, ...]] = {
    "a person": (
        "person_name", "full_name", "first_name", "last_name", "surname", "given_name", "suspect_name",
        "victim_name", "id_number", "identity_number", "identity_card", "national_id", "id_card", "passport",
        "ssn", "phone", "telephone", "mobile_number", "email", "home_address", "date_of_birth", "birthday",
        "birth_date", "fingerprint",
        "姓名", "身份证", "证件号", "电话", "手机", "住址", "出生日期", "护照",
    ),
    "belief or religion": (
        "religion", "religious", "belief", "faith", "church", "mosque", "temple", "sect", "cult", "believers",
        "宗教", "信仰", "教徒", "信教", "邪教", "教会",
    ),
    "ethnicity": (
        "ethnicity", "ethnic", "race", "racial", "nationality_group", "minority", "民族", "种族",
    ),
    "political opinion": (
        "political", "opinion", "party_member", "dissident", "ideology",
        "政治面貌", "政治观点", "异见", "言论", "政审",
    ),
    "protest": (
        "protest", "protester", "demonstration", "rally", "march_held", "mass_incident", "riot", "strike",
        "群体性事件", "游行", "示威", "抗议", "集会", "罢工", "闹访",
    ),
}  # fmt: skip


def reason(*texts: str) -> str | None:
    """What forbidden thing a field speaks of, or None. Latin words match whole, Chinese ones anywhere."""
    for text in texts:
        words = "_" + re.sub(r"[^a-z]+", "_", text.lower()) + "_"
        for topic, stems in _WORDS.items():
            for stem in stems:
                if (f"_{stem}_" in words or f"_{stem}s_" in words) if stem.isascii() else stem in text:
                    return topic
    return None
