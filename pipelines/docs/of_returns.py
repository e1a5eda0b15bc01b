"""The reference of the returns, from their contracts: a page for each table."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines.contracts import Catalog
from pipelines.contracts.returns import Column, Measure, Reported, Return
from pipelines.docs.markdown import code, table, text
from pipelines.docs.of_models import besides, rest, said

RETURN = {
    "table", "office", "version", "title", "grain", "reporting_unit", "due", "lowest_published_level", "area", "period",
    "status", "dimensions", "measures", "reported", "rules", "agreements", "revision_limit", "history_limit",
    "duplicates", "file_names",
}  # fmt: skip
DUE = {"every", "days_after_end", "areas", "start", "until"}
RULE = {"id", "check", "severity", "because"}
MEASURE = {
    "id", "title", "unit", "over_time", "part_of", "maximum", "sensitive", "start", "until", "aliases", "change_limit",
    "revision_limit",
}  # fmt: skip
"""What has a place of its own on the page; what else a document states is added to it."""


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
    facts += [*rest(one.due, DUE), *rest(one, RETURN)]
    yield table(["", ""], [fact for fact in facts if fact[1]])
    yield "## Columns that say what a row is\n"
    rows = [
        [code(header), kind, besides(column, {"header", "aliases", "within", "month"}), _also(header, column)]
        for kind, header, column, _ in one.identifying()
    ]
    rows += [
        [code(d.id), f"code list {code(d.codelist)}", besides(d, {"id", "codelist", "aliases"}), _also(d.id, d)]
        for d in one.dimensions
    ]
    yield table(["column", "holds", "besides", "other headers"], rows)
    if one.measures:
        yield "## Figures\n"
        heads = ["column", "title", "", "counts", "over time", "part of", "up to", "sensitive"]
        heads += ["asked for", "besides", "other headers"]
        yield table(heads, [_measure(catalog, measure) for measure in one.measures])
    if one.reported:
        yield "## Rates that the office prints itself\n"
        yield table(["column", "title", "compared with", "besides", "other headers"], map(_reported, one.reported))
    if rules := [*one.rules, *one.agreements]:
        yield "## Truths\n"
        heads = ["rule", "must hold", "because", "severity", "besides"]
        rows = [[code(x.id), code(x.check), said(x.because), x.severity, besides(x, RULE)] for x in rules]
        yield table(heads, rows)
    yield from _limits(one)


def _limits(one: Return) -> Iterator[str]:
    changes = [(measure.id, measure.change_limit) for measure in one.measures if measure.change_limit]
    if changes:
        yield "## Limits against the year before\n"
        heads = ["figure", "percent", "judged from", "severity", "because"]
        rows = [[code(id), str(x.percent), str(x.base), x.severity, said(x.because)] for id, x in changes]
        yield table(heads, rows)
    if limit := one.history_limit:
        yield "## Limits against the years before\n"
        yield table(["", ""], [[code(name), said(value)] for name, value in limit if value not in (None, [])])
    own = [(code(measure.id), measure.revision_limit) for measure in one.measures if measure.revision_limit]
    if held := [*own, *([("every other" if own else "every", one.revision_limit)] if one.revision_limit else [])]:
        yield "## Limits of a revision\n\nBeyond them a submission is held for a person.\n"
        heads = ["figure", "times or 1/times", "differences up to this are never held", "because"]
        yield table(heads, [[of, str(x.factor), str(x.floor), said(x.because)] for of, x in held])


def _reported(one: Reported) -> list[str]:
    title = said(one.title) if one.title else ""
    others = besides(one, {"id", "title", "indicator", "aliases"})
    return [code(one.id), title, code(one.indicator), others, _also(one.id, one)]


def _measure(catalog: Catalog, one: Measure) -> list[str]:
    spans = [f"from {one.start}" if one.start else "", f"until {one.until}" if one.until else ""]
    return [
        code(one.id), text(one.title.en), text(one.title.zh), text(catalog.programme.unit(one.unit).en), one.over_time,
        code(one.part_of), f"{one.maximum:,}" if "maximum" in one.model_fields_set else "",
        "yes" if one.sensitive else "", text(" ".join(filter(None, spans))),
        besides(one, MEASURE), _also(one.id, one, one.title.en, one.title.zh),
    ]  # fmt: skip


def _also(header: str, column: Column, *shown: str) -> str:
    return ", ".join(code(alias) for alias in column.aliases if alias not in (header, *shown))
