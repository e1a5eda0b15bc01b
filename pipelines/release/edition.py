"""The edition: what a named person signs off for the public, made afresh from a candidate, never pruned.

Here belong who signed what, what an edition may not be made from, and its withdrawal. What is public is `public`'s
word, the order of steps the `protocol`'s. An edition says nothing of what it leaves out: no hash of a candidate's
content, of a batch or of a private build enters it, since a hash confirms a guess. Such links stay in
`releases/approvals/`.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import journal
from pipelines.contracts import Catalog, load
from pipelines.home import Home, sync_folder, write_durably
from pipelines.release import (
    content,
    diff,
    disclosure,
    gates,
    manifest,
    pointer,
    pooled,
    protect,
    protocol,
    public,
    published,
    quality,
    read,
    stopped,
    verify,
)
from pipelines.release.database import DATABASE, engine
from pipelines.release.manifest import ReleaseError
from pipelines.release.protect import Protection
from pipelines.release.protocol import Release, Staged
from pipelines.release.published_tables import KEYS

CHANGES = "changes.json"
FIRST = 10
"""Unexplained changes that are told one by one."""


class Unexplained(ReleaseError):
    """Figures that were final changed, and nothing says why: nothing was published. `changes`: a line for each."""

    def __init__(self, changes: list[str], waiting: int, to_explain: list[str], since: str, candidate: str, by: str):
        self.changes, self.since, self.candidate = changes, since, candidate
        what, are = ("figure", "was") if len(changes) == 1 else ("figures", "were")
        more = [f"  ... and {len(changes) - FIRST:,} more: yearbook diff {since} {candidate}"]
        super().__init__(
            "\n".join(
                [
                    f"Nothing was published: {len(changes):,} {what} that {are} final in {since} changed, and nothing "
                    "says why.",
                    *(f"  {change}" for change in changes[:FIRST]),
                    *(more if len(changes) > FIRST else []),
                    *self._mended(waiting, to_explain, by),
                    f'Whoever answers for them without: yearbook publish --by {shlex.quote(by)} --acknowledge "why"',
                ]
            )
        )

    def _mended(self, waiting: int, to_explain: list[str], by: str) -> Iterator[str]:
        """What to do: decide of what waits, and explain each return that revised and does not say why."""
        if waiting:
            what = "Of one of them" if waiting == 1 else f"Of {waiting:,} of them"
            yield (
                f"{what} nobody has decided which submission stands: see `yearbook held`, decide (`yearbook decide`), "
                "then run again."
            )
        if len(self.changes) > waiting and to_explain:
            yield "Returns that revised figures since, one after the other, and do not say why; say it, then run again:"
            for id in to_explain[:FIRST]:
                yield f'  yearbook explain {id[:8]} --reason correction --because "why" --by {shlex.quote(by)}'
            if len(to_explain) > FIRST:
                yield f"  ... and {len(to_explain) - FIRST:,} more: yearbook revisions --unexplained"
        elif len(self.changes) > waiting:
            yield "No return revised them: see what else changed in the documents and decisions."


def edition(home: Home, by: str, note: str = "", release_id: str = read.CURRENT, acknowledge: str = "") -> Release:
    """Publishes an edition from a candidate, signed by a person. Raises gates.Shut or ReleaseError; the latest edition
    then stands.

    `acknowledge`: why figures that were final changed without a reason known; they go out with these words. Raises
    Unexplained where there are such figures and no words, ReleaseError where it is the other way round.
    """
    by, note = _signature(by, "Say who signs the edition off"), " ".join(note.split())
    why = _signature(acknowledge, "Say why they changed", 1000) if acknowledge else ""
    candidate = read.folder_of(home, release_id).resolve()
    said = manifest.read(candidate)
    if said["kind"] != protocol.CANDIDATE.name:
        raise ReleaseError(
            f"{candidate.name} is no candidate; an edition is made from one. See `yearbook release list`."
        )
    faults = verify.verify(home, candidate.name)
    if faults:
        raise gates.Shut([f"{candidate.name} is not what its manifest says: {fault}" for fault in faults])
    catalog = load(candidate / "documents")
    shut = gates.again(catalog, candidate, said)
    if shut:
        raise gates.Shut(shut)
    pointer.recover(home)
    _refuse_older(home, candidate.name)

    def fill(staging: Path, id: str, parent: str | None) -> Staged:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        protected = protect.of(home, catalog, candidate)
        with published.compared(home, catalog, candidate, parent, id, protected) as revised:
            acknowledged = _acknowledged(revised, why, by, at, parent or "", candidate.name)
            tables = public.stage(catalog, candidate, staging, protected, revised.write)
        documents = protected.documents(catalog)
        _refuse_unchanged(home, parent, staging, tables, documents)
        keys = {name: said["keys"][name] for name in tables if name in said["keys"]}
        changes = _changes(home, catalog, parent, staging, keys, acknowledged, protected)
        audited = disclosure.gate(home, staging)
        facts = {
            "programme": catalog.programme.programme,
            "title": catalog.programme.title.model_dump(),
            "publisher": catalog.programme.publisher.model_dump(),
            "fictitious": catalog.programme.fictitious,
            "approved_by": by,
            "approved_at": at,
            "note": note,
            "made_from": candidate.name,
            "documents": documents,
            "checks": quality.checks(staging),
            "confidentiality": protected.counted() | audited.counted(),
            "changes": changes,
            **({"acknowledged": acknowledged} if acknowledged else {}),
        }
        approval: dict[str, Any] = {"by": by, "at": at, "candidate": candidate.name, "digest": said["digest"]}
        approval |= {"known": said["known"]} if "known" in said else {}
        return Staged(tables, keys | KEYS | pooled.KEYS, facts, lambda: _approve(home, id, approval))

    try:
        made = protocol.publish(home, protocol.EDITION, fill)
    except Unexplained as error:
        stopped.note(home, error.candidate, error.since, error.changes)
        journal.note(home, "edition stopped", "error", candidate=error.candidate, changes=len(error.changes))
        raise
    stopped.clear(home)
    return made


def withdraw(home: Home, edition_id: str, by: str, reason: str) -> str | None:
    """Withdraws an edition: it stays where it is and says so. Returns what `latest_edition` names now, None = nothing.

    Raises ReleaseError when there is no such edition or it was withdrawn before. Needs the writer's lock.
    """
    by, reason = _signature(by, "Say who withdraws the edition"), _signature(reason, "Say why it is withdrawn", 1000)
    pointer.recover(home)
    folder = read.folder_of(home, edition_id)
    if manifest.read(folder)["kind"] != protocol.EDITION.name:
        raise ReleaseError(f"{folder.name} is no edition; only editions are withdrawn.")
    if read.withdrawn(home, folder):
        raise ReleaseError(f"{folder.name} is withdrawn already.")
    said = {"by": by, "at": datetime.now(UTC).isoformat(timespec="seconds"), "reason": reason}
    write_durably(_approvals(home) / read.record(home, folder.name).name, _json(said), 0o600)
    pointer.finish_withdrawals(home)
    journal.note(home, "edition withdrawn", "warning", release=folder.name)
    return pointer.settle_edition(home)


def _signature(text: str, request: str, length: int = 200) -> str:
    text = " ".join(text.split())
    if not text or not text.isprintable() or len(text) > length:
        raise ReleaseError(f"{request}, in 1 to {length} printable characters.")
    return text


def _refuse_older(home: Home, candidate: str) -> None:
    """Editions follow candidates in order; an older one may be signed off only after the later edition is withdrawn."""
    latest = read.named(home, read.LATEST_EDITION)
    earlier = protocol.said(home, latest).get("made_from", "")
    if earlier > candidate:
        raise ReleaseError(
            f"{latest} was made from {earlier}, which is newer than {candidate}. "
            f"Withdraw {latest} first, if it must not stand."
        )


def _refuse_unchanged(
    home: Home, parent: str | None, staging: Path, tables: dict[str, content.Content], documents: dict[str, str]
) -> None:
    before = protocol.said(home, parent)
    if before and before.get("hashed") != content.SUMS:
        with engine(staging / DATABASE, read_only=True) as connection:
            tables = {name: content.of(connection, content.quoted(name), before.get("hashed")) for name in tables}
    if before.get("content") == content.whole(tables) and before.get("documents") == documents:
        raise ReleaseError(f"Nothing changed since {parent}: no figure, no document. There is nothing to sign off.")


def _acknowledged(
    revised: published.Revised, why: str, by: str, at: str, parent: str, candidate: str
) -> dict[str, Any] | None:
    """{by, at, why, figures} of changes that a person answers for. Raises Unexplained, ReleaseError."""
    unexplained = revised.unexplained
    if unexplained and not why:
        raise Unexplained(unexplained, revised.waiting, revised.to_explain, parent, candidate, by)
    if why and not unexplained:
        raise ReleaseError("Every change of a final figure is explained; leave --acknowledge out.")
    return {"by": by, "at": at, "why": why, "figures": len(unexplained)} if why else None


def _changes(
    home: Home,
    catalog: Catalog,
    parent: str | None,
    staging: Path,
    keys: dict[str, list[str]],
    acknowledged: dict[str, Any] | None,
    protected: Protection,
) -> dict[str, Any]:
    """Writes what changed since the edition before, cell by cell, into the staged folder. Returns the counts.

    Both are looked at through what is public today: what an earlier edition showed is not repeated if it is not.
    """
    if parent is None:
        return {}
    before = home.releases / "versions" / parent
    found = diff.tables(
        before, staging, keys, public.shown_of, lambda connection: public.lay(connection, catalog, protected)
    )
    told = {"since": parent} | ({"acknowledged": acknowledged} if acknowledged else {}) | {"tables": found}
    (staging / CHANGES).write_bytes(_json(told))
    return {"since": parent, "rows": {name: diff.counts(table) for name, table in found.items()}}


def _approve(home: Home, edition_id: str, approval: dict[str, Any]) -> None:
    write_durably(_approvals(home) / f"{edition_id}.json", _json(approval), 0o600)


def _approvals(home: Home) -> Path:
    """The folder of the approvals, made with the first of them."""
    folder = home.releases / read.APPROVALS
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
        sync_folder(home.releases)
    return folder


def _json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=str) + "\n").encode()
