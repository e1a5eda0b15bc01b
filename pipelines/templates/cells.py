"""What may stand in a cell of figures, as a spreadsheet's formula and as words: numbers, marks, qualifiers.

By the contract's format, shared with intake. A figure that intake would read all the same (三十, 1.2万) is shown as no
plain number: a template asks for digits.
"""

from __future__ import annotations

from pipelines.contracts.programme import Format
from pipelines.intake.plan import Plan
from pipelines.messages import say
from pipelines.templates.layout import Column


def marks(form: Format) -> list[str]:
    """Every mark that stands for no figure; an empty cell is none."""
    return [mark for mark in form.missing if mark.strip()]


def offered(form: Format, language: str) -> dict[str, str]:
    """mark -> why there is no figure (SDMX OBS_STATUS): one of each, for a drop-down; in Chinese a word if there is."""
    found: dict[str, str] = {}
    for why in dict.fromkeys(form.missing.values()):
        known = [mark for mark in marks(form) if form.missing[mark] == why]
        words = [mark for mark in known if not mark.isascii() and mark.isalpha()] if language == "zh" else []
        if first := next(iter([*words, *known]), ""):
            found[first] = why
    return found


def limits(plan: Plan, column: Column) -> tuple[int | None, int | None, bool]:
    """(least, most, whole numbers only) of a column of figures; None: no limit."""
    measure = plan.table.measure(column.id) if column.kind == "measure" else None
    if measure is None:
        return None, None, False
    return -measure.maximum if measure.signed else 0, measure.maximum, not measure.fractional


def wrong(plan: Plan, column: Column, cell: str) -> str:
    """The formula that is true where a cell holds what is neither a number within the limits nor a mark."""
    table, form = plan.table.table, plan.format
    least, most, is_whole = limits(plan, column)
    amiss = [f"{cell}<{least}"] if least is not None else []
    amiss += [f"{cell}>{most}"] if most is not None else []
    amiss += [f"{cell}<>INT({cell})"] if is_whole else []
    number = f"OR({','.join(amiss)})" if amiss else "FALSE"
    text = [f"ISNA(MATCH({cell},marks_{table},0))"] if marks(form) else []
    if form.qualifiers and column.kind == "measure":
        quals = f"qualifiers_{table}"
        text.append(f"SUMPRODUCT((LEFT({cell},LEN({quals}))={quals})+(RIGHT({cell},LEN({quals}))={quals}))=0")
    word = f"AND({','.join(text)})" if text else "TRUE"
    return f'AND({cell}<>"",IF(ISNUMBER({cell}),{number},{word}))'


def asked_for(plan: Plan, column: Column, language: str) -> str:
    """What is to be written into a cell of the column, in a sentence."""
    least, most, is_whole = limits(plan, column)
    if most is None:
        return say("template.ask.rate", language)
    if not is_whole:
        return say("template.ask.estimate", language, least=f"{least:,}", most=f"{most:,}")
    return say("template.ask.whole", language, least=f"{least:,}", most=f"{most:,}")


def marks_in_words(form: Format, language: str) -> str:
    """The marks that are offered, each with what it means."""
    each = [
        say("mark", language, mark=mark, why=say(f"mark.{why}", language))
        for mark, why in offered(form, language).items()
    ]
    return say("marks", language, marks=say("marks.between", language).join(each)).strip() if each else ""
