"""Good returns changed at random: what is accepted must say what a second reader finds in it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pipelines.contracts import Catalog, load
from pipelines.intake import receipts
from pipelines.intake.judge import DeliveryVerdict, Limits, Request, by_chunk
from pipelines.messages import LANGUAGES
from tests.faults import landed, mutations, reference, small
from tests.faults.outcome import Outcome

PROMISE = (
    "What lands of a return is what stands in it, cell for cell; every other return is rejected with a reason and a "
    "sentence in both languages."
)
ATTACK = (
    "Good CSV and workbooks with bytes, cells, lines, XML and zips changed at random; a second reader, which shares "
    "nothing with the gate, reads all that was accepted."
)
_OF = {"csv": (mutations.of_csv, reference.of_csv), "workbook": (mutations.of_workbook, reference.of_workbook)}
_FILES = 250


def names(whole: bool) -> list[str]:
    """`csv 0` are the first files of that kind, and so on."""
    return [f"{kind} {number}" for number in range(0, 5000 if whole else 750, _FILES) for kind in _OF]


def trial(name: str, folder: Path) -> Outcome:
    """Judges so many files as they are judged when taken in, and reads those that were accepted once more."""
    outcome, catalog = Outcome(), load(small.documents(folder / "documents"))
    kind, first = name.split()
    make, read = _OF[kind]
    requests: list[Request] = []
    for number in range(int(first), int(first) + _FILES):
        file_name, data = make(number)
        path = folder / f"{number}.bin"
        path.write_bytes(data)
        requests.append(Request(path, file_name, {}, hashlib.sha256(data).hexdigest()))
    chunks = folder / "chunks"
    chunks.mkdir()
    limits = Limits(children=1)
    verdicts = [one for few in by_chunk(catalog, requests, len(requests), chunks, limits, marked="zh") for one in few]
    tables = {one: landed.chunk(chunks / one) for one in {verdict.chunk for verdict in verdicts} if one}
    for request, verdict in zip(requests, verdicts, strict=True):
        outcome.counts["files"] += 1
        outcome.counts[verdict.verdict] += 1
        what = f"{kind} {request.path.stem}"
        if verdict.sha256 != request.sha256:
            outcome.hold(False, f"{what}: the verdict is one on another file")
        if verdict.verdict != "accepted":
            outcome.broken += [f"{what}: {sentence}" for sentence in _unsaid(catalog, verdict)]
            continue
        try:
            says = read(request.path.read_bytes())
        except reference.Odd as odd:
            outcome.hold(False, f"{what}: accepted, though a second reader would not: {odd}")
            continue
        lies = landed.figures([tables[verdict.chunk]], [one.submission_id for one in verdict.submissions])
        outcome.hold(lies == says, f"{what}: other figures landed: {sorted(set(lies.items()) ^ set(says.items()))[:6]}")
    return outcome


def _unsaid(catalog: Catalog, verdict: DeliveryVerdict) -> list[str]:
    """What a rejection fails to say."""
    wrong: list[str] = []
    errors = [*verdict.findings, *(each for one in verdict.submissions for each in one.findings)]
    if verdict.verdict != "rejected" or not any(one.severity == "error" for one in errors):
        wrong.append(f"it is {verdict.verdict} without a reason")
    if any(one.figures for one in verdict.submissions if one.verdict != "accepted"):
        wrong.append("figures of what was rejected")
    for language in LANGUAGES:
        text = receipts.as_text(catalog, verdict, None, language)
        if not all(receipts.sentence(one, language) for one in errors) or "Traceback" in text:
            wrong.append(f"no sentence in {language}")
    return wrong
