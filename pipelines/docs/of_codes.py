"""The reference of the code lists and of the words for a figure's state, from the lists and the message catalogue."""

from __future__ import annotations

from pipelines.contracts import Catalog
from pipelines.contracts.codelists import Codelist
from pipelines.contracts.programme import Format
from pipelines.docs.markdown import code, table, text, told
from pipelines.messages import catalogue

GROUPS = {
    "status": "Statuses of a figure (SDMX `OBS_STATUS`)",
    "missing": "Reasons why there is no figure, or a lesser one",
    "reason": "Reasons of a revision",
    "level": "Levels of areas",
}
"""Groups of the message catalogue whose keys are codes -> what they are."""


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown: a section for each list, and for each group of words."""
    parts = ["# Codes\n\nFrom `data_contracts/codelists/`, `programme.yaml` and the message catalogue.\n"]
    parts += [_list(one) for one in [catalog.offices, *catalog.codelists.values()]]
    for group, title in GROUPS.items():
        words = {key: said for key, said in catalogue().items() if key.partition(".")[0] == group}
        rows = [[code(key.partition(".")[2]), text(said["en"]), text(said["zh"])] for key, said in words.items()]
        parts.append(f"## {title}\n\n{table(['code', 'English', 'Chinese'], rows)}")
    parts += _marks(catalog.programme.format)
    return {"reference/codes": "\n".join(parts)}


def _marks(format: Format) -> list[str]:
    """What a cell may hold instead of a number, or beside one; a return that differs says so on its page."""
    found = []
    for title, field in (("Marks that stand for no figure", "missing"), ("Marks that qualify a number", "qualifiers")):
        said = told(Format.model_fields[field].description)
        listed = table(["mark", "means"], [[code(mark), code(is_)] for mark, is_ in getattr(format, field).items()])
        found.append(f"## {title}\n\n{code(f'format.{field}')}: {said}\n\n{listed}")
    return found


def _list(one: Codelist) -> str:
    rows = [
        [
            code(item.code), text(item.name_en), text(item.name_zh), code(item.parent), text(item.level),
            text(item.valid_from), text(item.valid_to), text(", ".join(item.aliases)),
        ]
        for item in one.items.values()
    ]  # fmt: skip
    heads = ["code", "English", "Chinese", "within", "level", "from", "to", "also written"]
    return f"## {code(one.name)}\n\n{table(heads, rows)}"
