"""Whom readers ask, as forms say it: words and addresses for people, a schema.org ContactPoint for machines."""

from __future__ import annotations

from typing import Any, NamedTuple

from pipelines.contracts.programme import Programme


class Part(NamedTuple):
    """text: what is read; address: where a link leads, '' of a word that is none."""

    text: str
    address: str = ""


def parts(programme: Programme, language: str) -> list[Part]:
    """The office, then each way to reach it; [] where the programme names nobody."""
    contact = programme.contact
    if contact is None:
        return []
    found = [Part(contact.office[language])]
    if contact.mail:
        found.append(Part(contact.mail, f"mailto:{contact.mail}"))
    if contact.phone:
        found.append(Part(contact.phone, f"tel:{''.join(c for c in contact.phone if c in '+0123456789')}"))
    if contact.web:
        found.append(Part(contact.web, contact.web))
    if contact.address:
        found.append(Part(contact.address[language]))
    return found


def schema(programme: Programme, language: str) -> dict[str, Any]:
    """The properties `contactPoint` and `address` of the publisher; {} where the programme names nobody."""
    contact = programme.contact
    if contact is None:
        return {}
    reached = {"email": contact.mail, "telephone": contact.phone, "url": contact.web}
    point = {"@type": "ContactPoint", "contactType": "customer service", "name": contact.office[language]}
    point |= {name: value for name, value in reached.items() if value}
    return {"contactPoint": point} | ({"address": contact.address[language]} if contact.address else {})
