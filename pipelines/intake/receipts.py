"""Receipts: what the office is told, as JSON for machines and as a text in English or Chinese for people.

Words come from the message catalogue. Nothing is decided here, and nothing shown that a finding does not
hold.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.contracts import Catalog
from pipelines.contracts.reasons import REASONS
from pipelines.home import Home, sync_folder
from pipelines.intake import clock
from pipelines.intake.text import visible
from pipelines.intake.verdicts import DeliveryVerdict, Finding, SubmissionVerdict, from_json, to_json
from pipelines.messages import LANGUAGES, catalogue, say

SHOWN = 20
"""Findings of one code that the text of a receipt lists; the JSON holds more."""

NO_OFFICE = "unidentified"
"""Folder of receipts for files that do not say whose they are."""


def sentence(finding: Finding, language: str, where: bool = True) -> str:
    """One finding as one sentence, led by where it is; without, for those who see the place."""
    places = {name: value for name, value in asdict(finding).items() if name not in ("places", "code", "severity")}
    for name, value in finding.places.items():
        base, _, ending = name.rpartition("_")
        if ending not in LANGUAGES:
            places[name] = value
        elif ending == language:
            places[base] = value
    key = f"finding.{finding.code}"
    text = say(key, language, **places)
    if finding.nearest:
        text += say(f"{key}.near" if f"{key}.near" in catalogue() else "near", language, **places)
    if places.get("position"):
        text += say(f"{key}.position", language, **places)
    at = "cell" if finding.cell else "row" if finding.row else ""
    place = "_".join(part for part in ("sheet" if finding.sheet else "", at) if part)
    return say(f"where.{place}", language, **{**places, "sentence": text}) if where and place else text


def as_dict(verdict: DeliveryVerdict, received_at: str = "", delivery: int = 0) -> dict[str, Any]:
    """The receipt for machines: the verdict, each finding with its sentence in both languages.

    `delivery` is its number in the register; 0: it is only checked.
    """
    found = {"delivery": delivery or None, **to_json(verdict), "received_at": received_at}
    found.pop("chunk")
    for owner, data in [(verdict, found), *zip(verdict.submissions, found["submissions"], strict=True)]:
        for one, plain in zip(owner.findings, data["findings"], strict=True):
            plain["sentence"] = {language: sentence(one, language) for language in LANGUAGES}
    return found


def as_text(
    catalog: Catalog, verdict: DeliveryVerdict, received_at: str | None, language: str, delivery: int = 0
) -> str:
    """The receipt for people, ending in a line break. Without `received_at`: of a file that is only checked."""
    return "\n".join(_lines(catalog, verdict, received_at, language, delivery)) + "\n"


def again(catalog: Catalog, receipt: dict[str, Any], language: str) -> str:
    """The text of a receipt from the one for machines, in a language.

    Raises KeyError or TypeError where it cannot be said under these documents.
    """
    said = {**receipt, "chunk": ""}
    received_at, delivery = said.pop("received_at"), said.pop("delivery")
    said["findings"] = _bare(said["findings"])
    said["submissions"] = [one | {"findings": _bare(one["findings"])} for one in said["submissions"]]
    return as_text(catalog, from_json(said), received_at or None, language, delivery or 0)


def _bare(findings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in one.items() if name != "sentence"} for one in findings]


def made(
    home: Home,
    catalog: Catalog,
    verdict: DeliveryVerdict,
    received_at: str,
    language: str,
    delivery: int,
    again: str = "",
    marked: Path | None = None,
) -> list[tuple[Path, bytes]]:
    """The files of a receipt and what stands in them, the text last; only the office's folder is made.

    `marked`: the copy of the file with its cells marked, if there is one; it is laid beside the receipt.

    The number of the delivery stands in the name, so that no receipt takes the place of another; `again` as well, of
    one that was read again.
    """
    office = verdict.declared.office if verdict.declared.office in catalog.offices.items else NO_OFFICE
    folder = home.outbox / office
    if not folder.is_dir():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(folder.parent)
    day = verdict.declared.prepared_on or clock.day(catalog, received_at)
    name = re.sub(r"[^\w.-]+", "_", Path(verdict.file_name).stem).strip("._")[:60] or "file"
    while len(name.encode()) > 150:
        name = name[:-1]
    base = folder / f"{day}_{name}_{verdict.sha256[:8] or 'none'}_{delivery}{again and f'_again-{again}'}"
    moment = clock.local(catalog, received_at).isoformat()
    verdict.marked = f"{base.name}.xlsx" if marked else ""
    found = [(folder / verdict.marked, marked.read_bytes())] if marked else []
    data, text = as_dict(verdict, moment, delivery), as_text(catalog, verdict, received_at, language, delivery)
    found.append((folder / f"{base.name}.json", f"{json.dumps(data, ensure_ascii=False, indent=1)}\n".encode()))
    found.append((folder / f"{base.name}.txt", text.encode()))
    return found


def _lines(
    catalog: Catalog, verdict: DeliveryVerdict, received_at: str | None, language: str, delivery: int
) -> Iterator[str]:
    declared = verdict.declared
    yield say("receipt.title", language)
    if delivery:
        yield say("receipt.delivery", language, delivery=delivery)
    yield say("receipt.file", language, file_name=visible(verdict.file_name, 200))
    yield say("receipt.hash", language, sha256=verdict.sha256)
    if received_at:
        moment = f"{clock.local(catalog, received_at):%Y-%m-%d %H:%M:%S}"
        yield say("receipt.received", language, received_at=moment, zone=catalog.calendar.time_zone)
    if office := catalog.offices.items.get(declared.office):
        yield say("receipt.office", language, office=office.name_zh if language == "zh" else office.name_en)
    if declared.prepared_on:
        yield say("receipt.prepared", language, prepared_on=declared.prepared_on, revision=declared.revision or 0)
    if declared.partial:
        yield say("receipt.partial", language)
    if declared.obs_status == "P":
        yield say("receipt.provisional", language)
    if declared.supersedes:
        yield say("receipt.supersedes", language, supersedes=visible(declared.supersedes))
        if not received_at:
            yield say("receipt.supersedes_unchecked", language)
    if declared.reason in REASONS:
        words = say(f"reason.{declared.reason}", language)
        yield say(
            "receipt.reason", language, reason=words, code=declared.reason, because=visible(declared.because, 200)
        )
    yield say(f"receipt.{verdict.verdict}", language)
    if verdict.findings:
        yield ""
        yield say("receipt.file_rejected", language)
        yield from _numbered(verdict.findings, {}, language)
    told: set[str] = set()
    for one in verdict.submissions:
        yield ""
        yield _headline(catalog, one, language)
        if one.verdict == "accepted" and received_at:
            yield "  " + say("receipt.submission", language, submission=one.submission_id)
        yield from _own(one, told, language)
    yield ""
    yield say("receipt.next", language)
    yield "  " + say(f"receipt.next_{verdict.verdict}", language)
    if verdict.marked:
        yield "  " + say("receipt.next_marked", language, file_name=verdict.marked)
    if verdict.verdict != "accepted":
        yield "  " + say("receipt.next_check", language)


def _headline(catalog: Catalog, one: SubmissionVerdict, language: str) -> str:
    table, unit = catalog.returns[one.table], catalog.areas.get(one.unit)
    name = (unit.name_zh if language == "zh" else unit.name_en) if unit else ""
    places = {
        "table": f"{table.title[language]} ({one.table})" if language == "en" else f"{table.title.zh}（{one.table}）",
        "period": one.period or say("receipt.unknown_period", language),
        "unit": f"{one.unit} {name}" if unit else say("receipt.unknown_unit", language),
    }
    if one.verdict == "accepted":
        return say("receipt.slice_accepted", language, figures=f"{one.figures:,}", **places)
    errors = {finding.code for finding in one.findings if finding.severity == "error"}
    count = sum(number for code, number in one.counts.items() if code in errors)
    return say("receipt.slice_rejected", language, count=count, **places)


def _own(one: SubmissionVerdict, told: set[str], language: str) -> Iterator[str]:
    """A submission's findings. What was told of the whole sheet with an earlier one is not told again."""
    fresh = [finding for finding in one.findings if sentence(finding, language) not in told]
    counts = {code: number - sum(f.code == code for f in one.findings) for code, number in one.counts.items()}
    yield from _numbered(fresh, counts, language)
    if len(fresh) < len(one.findings):
        yield "  " + say("receipt.same_as_above", language)
    told.update(sentence(finding, language) for finding in fresh)


def _numbered(findings: Iterable[Finding], unkept: dict[str, int], language: str) -> Iterator[str]:
    """Numbered sentences, the first of each kind. `unkept`: findings per code beyond those at hand."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    number = 0
    for code, ones in by_code.items():
        for finding in ones[:SHOWN]:
            number += 1
            text = sentence(finding, language)
            if finding.severity == "warning":
                text = say("receipt.warning", language, sentence=text)
            yield f"  {number}. {text}"
        more = len(ones) - SHOWN + unkept.get(code, 0)
        if more > 0:
            yield "     " + say("receipt.more", language, count=more)
