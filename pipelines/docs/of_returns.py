"""The reference of the returns, from their contracts: a page for each table."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts import Catalog
from pipelines.contracts.returns import Column, Measure, Return
from pipelines.docs.markdown import code, table, text


def pages(catalog: Catalog) -> dict[str, str]:
    """Name of the page -> Markdown."""
    found = {f"reference/returns/{id}": "\n".join(_page(catalog, one)) for id, one in catalog.returns.items()}
    rows = [
        [
            f"[{text(one.title.en)}](returns/{id}.md)",
            text(one.title.zh),
            code(id),
            text(_office(catalog, one)),
            _due(one),
        ]
        for id, one in catalog.returns.items()
    ]
    entries = "\n".join(f"returns/{id}" for id in catalog.returns)
    head = "# Returns\n\nWhat each office owes, from `data_contracts/returns/`.\n\n"
    toc = f"```{{toctree}}\n:hidden:\n\n{entries}\n```\n"
    return {"reference/returns": head + table(["return", "", "table", "office", "due"], rows) + toc, **found}


def _office(catalog: Catalog, one: Return) -> str:
    return next(office.title.en for office in catalog.programme.offices if office.id == one.office)


def _due(one: Return) -> str:
    until = f" to {one.due.until}" if one.due.until else ""
    return text(f"{one.due.days_after_end} days after the end of every {one.due.every}, from {one.due.start}{until}")


def _page(catalog: Catalog, one: Return) -> Iterator[str]:
    yield f"# {text(one.title.en)}\n\n{text(one.title.zh)}. {text(one.grain.en)} {text(one.grain.zh)}\n"
    facts = [
        ["table", code(one.table)],
        ["document", code(f"data_contracts/{catalog.sources[f'return:{one.table}']}")],
        ["version", code(one.version)],
        ["office", f"{text(_office(catalog, one))} ({code(one.office)})"],
        ["answers for the rows", code(one.reporting_unit)],
        ["due", _due(one)],
        ["areas that must have a row", ", ".join(map(code, one.due.areas))],
        ["lowest published level", code(one.lowest_published_level)],
        ["two rows of one key", code(one.duplicates)],
        ["names of files", ", ".join(map(code, [*one.file_names, *catalog.programme.file_names]))],
    ]
    yield table(["", ""], [fact for fact in facts if fact[1]])
    yield "## Columns that say what a row is\n"
    rows = [[code(header), kind, _also(header, column)] for kind, header, column, _ in one.identifying()]
    rows += [[code(d.id), f"code list {code(d.codelist)}", _also(d.id, d)] for d in one.dimensions]
    yield table(["column", "holds", "other headers"], rows)
    if one.measures:
        yield "## Figures\n"
        heads = ["column", "title", "", "counts", "over time", "part of", "up to", "sensitive"]
        heads += ["asked for", "other headers"]
        yield table(heads, [_measure(catalog, measure) for measure in one.measures])
    if one.reported:
        yield "## Rates that the office prints itself\n"
        reported = [[code(r.id), text(r.title.en if r.title else ""), code(r.indicator)] for r in one.reported]
        yield table(["column", "title", "compared with"], reported)
    if rules := [*one.rules, *one.agreements]:
        yield "## Truths\n"
        yield table(
            ["rule", "must hold", "severity", "because"],
            [[code(rule.id), code(rule.check), rule.severity, text(rule.because.en)] for rule in rules],
        )
    limits = [(measure.id, measure.change_limit) for measure in one.measures if measure.change_limit]
    if limits:
        yield "## Limits against the year before\n"
        yield table(
            ["figure", "percent", "judged from", "severity", "because"],
            [[code(id), str(x.percent), str(x.base), x.severity, text(x.because.en)] for id, x in limits],
        )


def _measure(catalog: Catalog, one: Measure) -> list[str]:
    spans = [f"from {one.start}" if one.start else "", f"until {one.until}" if one.until else ""]
    return [
        code(one.id), text(one.title.en), text(one.title.zh), text(catalog.programme.unit(one.unit).en), one.over_time,
        code(one.part_of), f"{one.maximum:,}" if "maximum" in one.model_fields_set else "",
        "yes" if one.sensitive else "", text(" ".join(filter(None, spans))),
        _also(one.id, one, one.title.en, one.title.zh),
    ]  # fmt: skip


def _also(header: str, column: Column, *shown: str) -> str:
    return ", ".join(code(alias) for alias in column.aliases if alias not in (header, *shown))
