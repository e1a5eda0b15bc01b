"""The structure message: agency, code lists, concepts, a data structure and a dataflow for each of `flows`.

pysdmx writes it. Its model knows one language and no code above a code, so these two are added to what it wrote;
nothing else is. Which codes there are is `lists`' word.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pipelines.contracts.programme import Programme
from pipelines.release.forms.sdmx.codes import legal
from pipelines.release.forms.sdmx.flows import FLOWS, SERIES_ATTRIBUTES, TIME, VALUE, Flow, Kind
from pipelines.release.forms.sdmx.lists import Item, Note, lists, words
from pipelines.release.forms.source import Source

if TYPE_CHECKING:
    from pysdmx.model import Agency, Codelist, Component, DataStructureDefinition

VERSION = "1.0"
"""Of every structure. They are not final: codes come with new areas, indicators and years."""

CONCEPTS = "CONCEPTS"
NAMESPACES = {
    name: f"http://www.sdmx.org/resources/sdmxml/schemas/v2_1/{path}"
    for name, path in {
        "mes": "message", "str": "structure", "com": "common", "ss": "data/structurespecific",
    }.items()
}  # fmt: skip
_COM, _STR = (f"{{{NAMESPACES[name]}}}" for name in ("com", "str"))
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"  # no year of figures: a name of the W3C


def agency(source: Source) -> str:
    """The id of who maintains the structures: the programme's."""
    return source.catalog.programme.programme


def write(source: Source, file: Path) -> None:
    """Writes the structure message of a release."""
    from pysdmx.io.xml.sdmx21.writer.structure import write as write_in_english
    from pysdmx.model import Agency, AgencyScheme, Concept, ConceptScheme, Dataflow
    from pysdmx.model.message import Header

    programme, by = source.catalog.programme, agency(source)
    found = lists(source)
    codelists = {name: _codelist(by, name, items) for name, items in found.items()}
    concepts = [Concept(id=name, name=words(f"sdmx.{name}")[0]) for name in _components()]
    structures = [_structure(by, flow, codelists) for flow in FLOWS]
    header = Header(
        id=source.said["release_id"], test=programme.fictitious, sender=Agency(id=by),
        prepared=datetime.fromisoformat(source.said["created"]),
    )  # fmt: skip
    text = write_in_english(
        [
            AgencyScheme(agency="SDMX", items=[_agency(by, programme)]),
            *codelists.values(),
            ConceptScheme(id=CONCEPTS, name=words("sdmx.CONCEPTS")[0], agency=by, version=VERSION, items=concepts),
            *structures,
            *(
                Dataflow(id=one.id, name=one.name, agency=by, version=VERSION, structure=one.short_urn)
                for one in structures
            ),
        ],
        header=header,
    )
    assert text is not None
    file.write_bytes(_completed(text, source, found))


def _agency(by: str, programme: Programme) -> Agency:
    """The programme's publisher, and where it is asked."""
    from pysdmx.model import Agency, Contact

    asked = programme.contact
    contacts = [
        Contact(
            name=asked.office.en,
            telephones=[asked.phone] if asked.phone else None,
            uris=[asked.web] if asked.web else None,
            emails=[asked.mail] if asked.mail else None,
        )
    ] if asked else []  # fmt: skip
    return Agency(id=by, name=programme.publisher.en, contacts=contacts)


def _components() -> list[str]:
    """Ids of all components, each once."""
    of = [*FLOWS[0].series[:1], *(flow.subject for flow in FLOWS), *FLOWS[0].series[2:], TIME, VALUE]
    of += [*SERIES_ATTRIBUTES, "CONF_STATUS", *(attribute.id for flow in FLOWS for attribute in flow.attributes)]
    return list(dict.fromkeys(of))


def _codelist(by: str, name: str, items: list[Item]) -> Codelist:
    from pysdmx.model import Annotation, Code, Codelist

    return Codelist(
        id=f"CL_{name}",
        name=words(f"sdmx.{name}")[0],
        agency=by,
        version=VERSION,
        items=[
            Code(
                id=legal(item.code),
                name=item.en,
                annotations=[Annotation(id=note.type, type=note.type, text=note.en) for note in _notes(item)],
            )
            for item in items
        ],
    )


def _notes(item: Item) -> Iterator[Note]:
    if legal(item.code) != item.code:
        yield Note("CODE", item.code)
    yield from item.notes


def _structure(by: str, flow: Flow, codelists: dict[str, Codelist]) -> DataStructureDefinition:
    from pysdmx.model import Component, Components, DataStructureDefinition, DataType, ItemReference, Role

    kinds = {
        "code": None, "whole": DataType.BIG_INTEGER, "decimal": DataType.DECIMAL, "text": DataType.STRING,
    }  # fmt: skip

    def component(
        name: str, role: Role, kind: Kind = "code", required: bool = True, at: str | None = None
    ) -> Component:
        return Component(
            id=name, required=required, role=role, attachment_level=at,
            concept=ItemReference(
                sdmx_type="Concept", agency=by, id=CONCEPTS, version=VERSION, item_id=name
            ),
            local_dtype=DataType.PERIOD if name == TIME else kinds[kind],
            local_codes=codelists[name] if kind == "code" and name != TIME else None,
        )  # fmt: skip

    series = ",".join(flow.series)
    return DataStructureDefinition(
        id=flow.id,
        name=words(f"sdmx.{flow.id}")[0],
        agency=by,
        version=VERSION,
        components=Components(
            [
                *(component(name, Role.DIMENSION) for name in (*flow.series, TIME)),
                component(VALUE, Role.MEASURE, flow.value_kind, required=False),
                *(component(name, Role.ATTRIBUTE, kind, at=series) for name, kind in SERIES_ATTRIBUTES.items()),
                component("CONF_STATUS", Role.ATTRIBUTE, at="O"),
                *(component(a.id, Role.ATTRIBUTE, a.kind, a.required, "O") for a in flow.attributes),
            ]
        ),
    )


def _completed(text: str, source: Source, found: dict[str, list[Item]]) -> bytes:
    """The message with Chinese names and annotations, and with the code above each code."""
    for prefix, address in NAMESPACES.items():
        ET.register_namespace(prefix, address)
    root = ET.fromstring(text)
    named = {(f"CL_{name}", legal(item.code)): item for name, items in found.items() for item in items}
    publisher = source.catalog.programme.publisher
    for scheme in root.iter():
        kind = scheme.tag.removeprefix(_STR)
        if kind not in ("AgencyScheme", "Codelist", "ConceptScheme", "DataStructure", "Dataflow"):
            continue
        id = scheme.get("id", "")
        _name(scheme, words(f"sdmx.{id.removeprefix('CL_')}")[1])
        for child in scheme:
            if kind == "AgencyScheme":
                _name(child, publisher.zh)
            elif kind == "ConceptScheme":
                _name(child, words(f"sdmx.{child.get('id')}")[1])
            elif item := named.get((id, child.get("id", ""))):
                _translate(child, item)
    ET.indent(root, "\t")
    return ET.tostring(root, encoding="UTF-8", xml_declaration=True) + b"\n"


def _name(element: ET.Element, zh: str) -> None:
    """Adds the Chinese name behind the English one, where there is one."""
    for place, child in enumerate(element):
        if zh and child.tag == f"{_COM}Name":
            second = ET.Element(child.tag, {_LANGUAGE: "zh"})
            second.text = zh
            element.insert(place + 1, second)
            return


def _translate(element: ET.Element, item: Item) -> None:
    """Completes a code: annotations and name in Chinese, the code above."""
    for annotation, note in zip(element.iter(f"{_COM}Annotation"), _notes(item), strict=True):
        if note.zh:
            ET.SubElement(annotation, f"{_COM}AnnotationText", {_LANGUAGE: "zh"}).text = note.zh
    _name(element, item.zh)
    if item.parent:
        ET.SubElement(ET.SubElement(element, f"{_STR}Parent"), "Ref", {"id": legal(item.parent)})
