"""The data messages: a series per area, subject and breakdown, an observation per row of the mart, its value as text.

Written as a stream and not by pysdmx, which reads figures into typed columns of pandas, holds the whole message in
memory several times over, and turns every apostrophe in it into a quotation mark. Here a value is never a number: it
goes from the database's own text into the file, and the database writes the elements of observations, of which there
are a million in a large release; all else is the standard library's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from types import MappingProxyType
from xml.sax.saxutils import XMLGenerator
from xml.sax.xmlreader import AttributesImpl

from pipelines.contracts.periods import parse
from pipelines.release.build import text
from pipelines.release.forms.sdmx.codes import legal
from pipelines.release.forms.sdmx.flows import (
    CONFIDENTIALITY,
    DECIMALS,
    MULTIPLIER,
    TIME,
    UNIT,
    VALUE,
    Flow,
)  # fmt: skip
from pipelines.release.forms.sdmx.lists import measures, unit_of
from pipelines.release.forms.sdmx.structure import NAMESPACES, VERSION, agency
from pipelines.release.forms.source import Source

_CHUNK = 50_000
_XSI = "http://www.w3.org/2001/XMLSchema-instance"  # no year of figures: a name of the W3C

_ESCAPED = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
"""As attributes of XML ask for it, the ampersand first."""


def write(source: Source, flow: Flow, file: Path) -> None:
    """Writes every row of a flow's mart of the levels shown, those without a value too: these say why."""
    with file.open("w", encoding="utf-8", newline="\n") as stream:
        out = XMLGenerator(stream, "utf-8", short_empty_elements=True)
        out.startDocument()
        _open(out, source, flow)
        said = _of_series(source, flow)
        for key, rows in groupby(_rows(source, flow), key=itemgetter(slice(0, len(flow.series)))):
            dimensions = dict(zip(flow.series, map(legal, key), strict=True))
            out.ignorableWhitespace("\n")
            _start(out, "Series", dimensions | said[key[1]])
            out.ignorableWhitespace("".join(row[-1] for row in rows))
            _close(out, "Series")
        _close(out, "mes:DataSet", "mes:StructureSpecificData")
        out.ignorableWhitespace("\n")
        out.endDocument()


def _rows(source: Source, flow: Flow) -> Iterator[tuple[str, ...]]:
    """(the codes of its series, the observation as XML) of each row, series after series, in order of time."""
    periods = [row["period"] for row in source.rows(f"select distinct period from {flow.mart} order by 1")]
    if not periods:
        return
    series = ["f.code", flow.subject_column, "m.area_code", "m.breakdown"]
    frequencies = ", ".join(f"({text(period)}, {text(parse(period).frequency)})" for period in periods)
    sql = f"""
        select {", ".join(series)}, {_observation(source, flow)}
        from {flow.mart} m {flow.join}
        join (values {frequencies}) f(period, code) on m.period = f.period
        where list_contains($1, m.area_level)
        order by {", ".join(series)}, m.period
        """
    found = source.connection.execute(sql, [list(source.levels_shown())])
    while rows := found.fetchmany(_CHUNK):
        yield from rows


def _observation(source: Source, flow: Flow) -> str:
    """SQL: an element with an attribute for each component that says something."""
    free = text("N" if source.said["kind"] == "candidate" else "F")
    parts = [
        _attribute(TIME, "m.period"),
        _attribute(VALUE, _escaped(flow.value)),
        _attribute(CONFIDENTIALITY, f"case when m.obs_status = 'Q' then 'C' else {free} end"),
    ]
    for one in flow.attributes:
        column = _legal(source, flow, one.column) if one.kind == "code" else one.column
        parts.append(_attribute(one.id, _escaped(column) if one.kind == "text" else column))
    return f"concat({text(chr(10) + '<Obs')}, {', '.join(parts)}, '/>')"


def _attribute(name: str, column: str) -> str:
    """SQL: ` NAME="value"`; nothing where the column has none."""
    begins, ends = text(f' {name}="'), text('"')
    return f"{begins} || nullif(({column})::varchar, '') || {ends}"


def _escaped(column: str) -> str:
    """SQL: a text as it may stand in an attribute."""
    sql = f"({column})::varchar"
    for sign, instead in _ESCAPED.items():
        sql = f"replace({sql}, {text(sign)}, {text(instead)})"
    return sql


def _legal(source: Source, flow: Flow, column: str) -> str:
    """SQL: a code as SDMX writes it."""
    rows = source.rows(f"select distinct {column} as code from {flow.mart} m {flow.join} order by 1")
    other = [row["code"] for row in rows if row["code"] and legal(row["code"]) != row["code"]]
    cases = "".join(f" when {text(code)} then {text(legal(code))}" for code in other)
    return f"case {column}{cases} else {column} end" if cases else column


def _of_series(source: Source, flow: Flow) -> dict[str, dict[str, str]]:
    """Subject -> its unit and its decimals."""
    catalog = source.catalog
    if flow.subject == "INDICATOR":
        shown = {name: (unit_of(source, one), one.decimals) for name, one in catalog.indicators.items()}
    else:
        shown = {f"{table}.{measure}": (catalog.unit(table, measure), 0) for table, measure in measures(source)}
    return {
        name: {UNIT: legal(unit), MULTIPLIER: "0", DECIMALS: str(decimals)} for name, (unit, decimals) in shown.items()
    }


def _open(out: XMLGenerator, source: Source, flow: Flow) -> None:
    """Everything before the first series."""
    by = agency(source)
    own = f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={by}:{flow.id}({VERSION}):ObsLevelDim:{TIME}"
    spaces = {f"xmlns:{name}": address for name, address in NAMESPACES.items() if name != "str"}
    _start(out, "mes:StructureSpecificData", {**spaces, "xmlns:own": own, "xmlns:xsi": _XSI})
    _start(out, "mes:Header")
    for name, words in {
        "ID": source.said["release_id"],
        "Test": str(source.catalog.programme.fictitious).lower(),
        "Prepared": source.said["created"],
    }.items():
        _start(out, f"mes:{name}")
        out.characters(words)
        _close(out, f"mes:{name}")
    _start(out, "mes:Sender", {"id": by})
    out.endElement("mes:Sender")
    about = {"structureID": flow.id, "namespace": own, "dimensionAtObservation": TIME}
    _start(out, "mes:Structure", about)
    _start(out, "com:Structure")
    _start(out, "Ref", {"agencyID": by, "id": flow.id, "version": VERSION, "class": "DataStructure"})
    _close(out, "Ref", "com:Structure", "mes:Structure", "mes:Header")
    scope = {"ss:structureRef": flow.id, "ss:dataScope": "DataStructure", "ss:action": "Replace"}
    _start(out, "mes:DataSet", scope | {"xsi:type": "own:DataSetType"})


def _start(out: XMLGenerator, name: str, attributes: Mapping[str, str] = MappingProxyType({})) -> None:
    out.startElement(name, AttributesImpl(attributes))


def _close(out: XMLGenerator, *names: str) -> None:
    for name in names:
        out.endElement(name)
