"""`alerts.yaml` in the installation's home: who is told of what, in which language, and by which address.

No such file: nobody is told. Secrets stand in the environment and are named here, `${YEARBOOK_MAIL_URL}`; `addresses`
puts them in when something is sent.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipelines.contracts import Catalog
from pipelines.contracts.base import Document, Identifier
from pipelines.contracts.faults import Fault, nearest
from pipelines.contracts.reader import Reader
from pipelines.contracts.yamlfile import Located
from pipelines.home import Home

FILE = "alerts.yaml"
SCHEMA = "alerts.schema.json"
HEARTBEAT = "heartbeat"
"""Name under which the pings of `heartbeat` wait; no destination may have it."""

Language = Literal["en", "zh"]


def _url(text: str) -> str:
    if "${" not in text and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", text):
        raise ValueError("is no address; write one like mailto://..., json://... or ${NAME_OF_A_VARIABLE}")
    found = re.search(r"://[^/@?#]*:([^/@?#]+)@", text) or re.search(
        r"[?&](?:pass|passwd|password|pwd|secret|token|apikey|key)=([^&#]+)", text, re.IGNORECASE
    )
    if found and not re.fullmatch(r"(\$\{\w+\})+", found[1]):
        raise ValueError("holds a password; put it into an environment variable and write ${NAME_OF_THE_VARIABLE}")
    return text


Url = Annotated[
    str,
    AfterValidator(_url),
    Field(description="Address as Apprise knows it. ${NAME} stands for an environment variable."),
]


class Destination(Document):
    """One place that gets the digest: a mailbox, a webhook, a chat."""

    name: Identifier = Field(description="What it is called in `yearbook status`. A new name is told all that is open.")
    url: Url
    language: Language | None = Field(default=None, description="Default: the programme's.")
    min_severity: Literal["warning", "error"] = Field(default="warning", description="error: no warnings.")
    kinds: list[Literal["check", "return", "late", "held", "edition", "run"]] = Field(
        default=[],
        description="Only findings of these kinds: checks on figures, rejected returns, late returns, held ones, an "
        "edition that was stopped, the runs themselves. Default: all.",
    )
    offices: list[Identifier] = Field(default=[], description="Only findings of these offices. Default: all.")


class Letterbox(Document):
    """Where an office gets its receipts, besides its folder of the outbox, and is reminded of its returns."""

    url: Url
    language: Language | None = Field(default=None, description="Default: the programme's.")
    receipts: Literal["all", "rejected"] = Field(
        default="all", description="rejected: only of files that were not (wholly) accepted."
    )
    remind_before_days: int | None = Field(
        default=None,
        ge=0,
        description="The office is reminded of its own returns: once so many days before they are due (0: not before), "
        "once when they are late, then again after remind_after_days. Default: it is not.",
    )


class Settings(Document):
    """`alerts.yaml`: who is told of what."""

    remind_after_days: int = Field(
        default=7, ge=0, description="What is open and not acknowledged is told again after so many days; 0: never."
    )
    run_page: str = Field(
        default="",
        description="Address of a run's page, {run} for the id that the Dagster UI has of it; told in digests.",
    )
    heartbeat: Url | None = Field(
        default=None, description="Fetched after each night that went well: whoever waits for it raises the alarm."
    )
    destinations: list[Destination] = Field(default=[], description="Who gets a digest of what is new.")
    offices: dict[Identifier, Letterbox] = Field(default={}, description="Office -> where it gets its receipts.")


@dataclass(frozen=True)
class Target:
    """Any place that something is sent to."""

    name: str
    url: str
    language: str
    rule: Destination | Letterbox | None = None


class SettingsError(Exception):
    """`alerts.yaml` cannot be used. The message names each fault with its line."""

    def __init__(self, faults: list[Fault]):
        found = sorted(set(faults))
        head = (
            f"{FILE} has {len(found)} fault{'s' if len(found) != 1 else ''}; nobody is told of anything until mended:"
        )
        super().__init__("\n".join([head, *(f"  {fault}" for fault in found)]))


def load(home: Home, catalog: Catalog) -> Settings | None:
    """The settings; None when there is no file: alerts are off. Raises SettingsError with every fault."""
    if not (home.root / FILE).exists():
        return None
    reader = Reader(home.root)
    found = reader.single(FILE, Settings)
    faults = list(reader.faults)
    if found and not faults:
        faults += _faults(found, catalog, reader.located[FILE.removesuffix(".yaml")])
    if faults or found is None:
        raise SettingsError(faults)
    return found


def _faults(settings: Settings, catalog: Catalog, where: Located) -> Iterator[Fault]:
    offices, seen = list(catalog.offices.items), set[str]()
    for index, one in enumerate(settings.destinations):
        if one.name in seen or one.name == HEARTBEAT:
            yield where.fault(f"`{one.name}` is taken; give it another name", "destinations", index, "name")
        seen.add(one.name)
        for place, office in enumerate(one.offices):
            if office not in offices:
                message = f"there is no office {office}{nearest(office, offices)}"
                yield where.fault(message, "destinations", index, "offices", place)
    for office in settings.offices:
        if office not in offices:
            yield where.fault(f"there is no office {office}{nearest(office, offices)}", "offices", office)
    if settings.heartbeat and not re.match(r"https?://|\$\{", settings.heartbeat):
        yield where.fault("`heartbeat` is fetched by HTTP; write http://, https:// or ${NAME}", HEARTBEAT)


def targets(settings: Settings, catalog: Catalog) -> list[Target]:
    """Every place that something may be sent to, by name: destinations, `office:<id>`, the heartbeat."""
    own = catalog.programme.language
    found = [Target(one.name, one.url, one.language or own, one) for one in settings.destinations]
    found += [Target(f"office:{id}", one.url, one.language or own, one) for id, one in settings.offices.items()]
    return [*found, *([Target(HEARTBEAT, settings.heartbeat, own)] if settings.heartbeat else [])]


def schema() -> str:
    """The JSON Schema of `alerts.yaml`, for editors."""
    return json.dumps(Settings.model_json_schema(by_alias=True), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    (Path(sys.argv[1]) / SCHEMA).write_text(schema(), encoding="utf-8")
