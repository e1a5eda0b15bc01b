"""One cell's text -> a whole number, or a status that says why there is none, or a fault. Rates likewise.

Exact always: whole numbers are int, rates Decimal. Which cell it was, and what the figure counts, is not
known here; the figures of a measure stand together as columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from pipelines.contracts.programme import Format
from pipelines.intake.text import clean, noted

Figure = tuple[int | None, str, str, str]
"""value, SDMX OBS_STATUS ('A', 'E' or that of a missing mark), qualifier, fault ('' when sound)."""


class Column(NamedTuple):
    """The figures of one measure, part by part, by record."""

    values: Sequence[int | None]
    statuses: Sequence[str]
    qualifiers: Sequence[str]
    faults: Sequence[str]

    @staticmethod
    def of(figures: Sequence[Figure]) -> Column:
        """The same figures, turned."""
        return Column(*zip(*figures, strict=True)) if figures else Column((), (), (), ())


Rate = tuple[Decimal | None, str, str]
"""value (at most 12 decimals), status, fault."""

_MEMORY = 200_000
_DIGITS = 18
_NEGATIVE = re.compile(r"[-−–]\s*[0-9.,  ']+|\(\s*[0-9.,  ']+\)|[0-9.,]+-")
_DECIMAL = re.compile(r"[0-9]*[.,][0-9]+|[0-9]+[.,]")
_EXPONENT = re.compile(r"[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+")
_RATE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_MARKED = re.compile(r"[-+−]?[0-9]*([^0-9])(?:[0-9]{1,2}|[0-9]{4,})\s*%?")
_STEP = Decimal(1).scaleb(-12)

_CHINESE = re.compile("[〇零一二三四五六七八九十百千万亿两兩廿卅壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬億负負点點]+")
_POSITIONAL = re.compile("[〇零一二三四五六七八九]{2,18}")
_MIXED = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*(十|百|千|万|萬|十万|百万|千万|亿|億|十亿|百亿|千亿|万亿)")
_UNITS = {"十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8}
_PLAIN_FORM = str.maketrans("兩貳參陸負點萬億〇", "二贰叁陆负点万亿零")


class Figures(dict[str, Figure]):
    """Cell text -> Figure, by the format of a contract; every text is worked out once. `signed`: of a balance, which
    may be below 0. `fractional`: of an estimate with decimals, taken as the nearest whole number."""

    def __init__(self, form: Format, signed: bool = False, fractional: bool = False):
        super().__init__()
        decimals = "".join(re.escape(mark) for mark in (form.decimal, *form.other_decimals))
        self._fraction = (
            re.compile(rf"([0-9]{{1,{_DIGITS}}})[{decimals}]([0-9]{{1,{_DIGITS}}})") if fractional else None
        )
        self._signed = signed
        self._missing = {clean(mark).casefold(): why for mark, why in form.missing.items() if not noted(mark)}
        self._noted = {mark.strip(): why for mark, why in form.missing.items() if noted(mark)}
        marks = {clean(mark).casefold(): kind for mark, kind in form.qualifiers.items()}
        self._marks = sorted(marks.items(), key=lambda pair: -len(pair[0]))
        self._separators = [clean(sign) or " " for sign in form.thousands]
        self._grouped = [re.compile(rf"[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+") for sign in self._separators]
        self._decimal = form.decimal
        self._chinese = form.chinese_numerals

    def __missing__(self, text: str) -> Figure:
        if len(self) > _MEMORY:
            self.clear()
        found = self._marked(text) if noted(text) else self._read(clean(text).casefold())
        self[text] = found
        return found

    def _marked(self, text: str) -> Figure:
        why = self._noted.get(text.strip(), "")
        return None, why, "", "" if why else "footnote_mark"

    def _read(self, text: str) -> Figure:
        if text in self._missing:
            return None, self._missing[text], "", ""
        if not text:
            return None, "", "", "number_empty"
        kind = ""
        for mark, meaning in self._marks:
            if text.startswith(mark) or text.endswith(mark):
                kind, text = meaning, text.removeprefix(mark).removesuffix(mark).strip()
                break
        value = self._whole(text)
        if value == "number_decimal" and self._fraction and (parts := self._fraction.fullmatch(text)):
            value = int(parts[1]) + (parts[2][0] >= "5")
            kind = kind or ("estimated" if parts[2].strip("0") else "")
        if isinstance(value, str):
            return None, "", "", value
        return value, "E" if kind == "estimated" else "A", kind, ""

    def _whole(self, text: str) -> int | str:
        """The number, or the code of what is wrong."""
        if not text:
            return "number_text"
        if text.isascii() and text.isdigit():
            return int(text) if len(text) <= _DIGITS else "number_too_large"
        for sign, grouped in zip(self._separators, self._grouped, strict=True):
            if grouped.fullmatch(text):
                digits = text.replace(sign, "")
                return int(digits) if len(digits) <= _DIGITS else "number_too_large"
        if _NEGATIVE.fullmatch(text):
            value = self._whole(text.strip("-−–() ")) if self._signed else "number_negative"
            return value if isinstance(value, str) else -value
        if _EXPONENT.fullmatch(text):
            return "number_exponent"
        if _DECIMAL.fullmatch(text):
            mark = "," if "," in text else "."
            return "number_decimal" if mark not in self._separators else "number_grouping"
        if set(text) <= {*"0123456789", self._decimal, *self._separators}:
            return "number_grouping"
        return self._words(text) if self._chinese else "number_text"

    def _words(self, text: str) -> int | str:
        """Chinese numerals: 三十, 二〇〇四, 1.2万."""
        if match := _MIXED.fullmatch(text):
            exact = Decimal(match[1]).scaleb(sum(_UNITS[sign] for sign in match[2]))
            return int(exact) if exact == exact.to_integral_value() else "number_decimal"
        if not _CHINESE.fullmatch(text):
            return "number_text"
        plain = text.translate(_PLAIN_FORM).replace("廿", "二十").replace("卅", "三十").replace("两", "二")
        if _POSITIONAL.fullmatch(plain):
            return int("".join(str("零一二三四五六七八九".index(sign)) for sign in plain))
        import cn2an

        try:
            value = cn2an.cn2an(plain, "strict")
        except ValueError:
            return "number_text"
        if not isinstance(value, int):
            return "number_decimal"
        return "number_negative" if value < 0 and not self._signed else value


def decimal_mark(form: Format, texts: Iterable[str]) -> str:
    """The decimal mark of a file's rates: of those allowed, the first that cannot be a separator of thousands."""
    marks = [form.decimal, *form.other_decimals]
    shown = {found[1] for text in set(texts) if (found := _MARKED.fullmatch(clean(text)))} if marks[1:] else set[str]()
    return next((mark for mark in marks if mark in shown), form.decimal)


class Rates(dict[str, Rate]):
    """Cell text -> Rate: a percentage or rate as an office printed it, a sign and a % allowed."""

    def __init__(self, form: Format, decimal: str = ""):
        super().__init__()
        self._missing = {clean(mark).casefold(): why for mark, why in form.missing.items() if not noted(mark)}
        self._noted = {mark.strip(): why for mark, why in form.missing.items() if noted(mark)}
        self._decimal = decimal or form.decimal
        self._separators = [clean(sign) or " " for sign in form.thousands if sign != self._decimal]

    def __missing__(self, text: str) -> Rate:
        if len(self) > _MEMORY:
            self.clear()
        found = self._marked(text) if noted(text) else self._read(clean(text).casefold())
        self[text] = found
        return found

    def _marked(self, text: str) -> Rate:
        why = self._noted.get(text.strip(), "")
        return None, why, "" if why else "footnote_mark"

    def _read(self, text: str) -> Rate:
        if text in self._missing:
            return None, self._missing[text], ""
        if not text:
            return None, "", "rate_empty"
        plain = text.removesuffix("%").strip().replace("−", "-")
        whole, mark, rest = plain.partition(self._decimal)
        for sign in self._separators:
            if re.fullmatch(rf"[+-]?[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+", whole):
                whole = whole.replace(sign, "")
        plain = f"{whole}.{rest}" if mark else whole
        if "." in whole + rest or not _RATE.fullmatch(plain) or len(whole) > _DIGITS or len(plain) > 60:
            return None, "", "rate_text"
        value = Decimal(plain)
        if -value.as_tuple().exponent > 12:  # type: ignore[operator]  (a finite number)
            value = value.quantize(_STEP, ROUND_HALF_UP)
        return value, "A", ""
