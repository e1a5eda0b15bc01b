"""A withdrawn edition stays where it is and says so; the one before is the latest again."""

from __future__ import annotations

import json

import pytest

from pipelines.release import edition, manifest, pointer, prune, read, verify
from pipelines.release.manifest import ReleaseError
from tests.unit.release.conftest import Line


def test_a_withdrawn_edition_stays_and_says_so(line: Line) -> None:
    line.publish("run1")
    first = edition.edition(line.home, "Li Wei")
    line.publish("run2", "update mart_indicator set headline_text = '7'")
    second = edition.edition(line.home, "Li Wei")
    killed = line.home.releases / read.APPROVALS / f".{second.release_id}.withdrawn.json.4711.tmp"
    killed.touch()
    assert edition.withdraw(line.home, second.release_id, "Zhao Min", "A return was wrong.") == first.release_id
    assert not killed.exists(), "what was left by one that died before stays"
    assert read.named(line.home, read.LATEST_EDITION) == first.release_id
    said = read.show(line.home, second.release_id)["withdrawn"]
    assert (said["by"], said["reason"]) == ("Zhao Min", "A return was wrong.")
    assert json.loads((second.folder / manifest.WITHDRAWN).read_text())["reason"] == "A return was wrong."
    assert verify.verify(line.home, second.release_id) == [] == verify.verify(line.home, first.release_id)
    listed = {entry["release_id"]: entry["withdrawn"] for entry in read.list_releases(line.home)}
    assert [id for id, gone in listed.items() if gone] == [second.release_id]
    with pytest.raises(ReleaseError, match="withdrawn already"):
        edition.withdraw(line.home, second.release_id, "Zhao Min", "Again.")
    assert edition.withdraw(line.home, first.release_id, "Zhao Min", "So was this.") is None
    assert read.named(line.home, read.LATEST_EDITION) is None
    assert not pointer.twin(line.home, read.LATEST_EDITION).exists()
    again = edition.edition(line.home, "Li Wei")  # what was withdrawn may be signed off anew, under a new name
    assert again.release_id not in (first.release_id, second.release_id)


def test_only_an_edition_is_withdrawn_by_a_name_for_a_reason(line: Line) -> None:
    candidate = line.publish()
    made = edition.edition(line.home, "Li Wei")
    for id, by, reason, word in (
        (candidate.release_id, "Zhao", "Wrong.", "is no edition"),
        (made.release_id, "", "Wrong.", "Say who"),
        (made.release_id, "Zhao", " ", "Say why"),
        ("edition-000009", "Zhao", "Wrong.", "There is no release"),
    ):
        with pytest.raises(ReleaseError, match=word):
            edition.withdraw(line.home, id, by, reason)
    assert read.show(line.home, made.release_id)["withdrawn"] is None


def test_a_withdrawal_cannot_be_undone_by_touching_its_note(line: Line) -> None:
    line.publish("run1")
    made = edition.edition(line.home, "Li Wei")
    edition.withdraw(line.home, made.release_id, "Zhao Min", "Wrong.")
    note = made.folder / manifest.WITHDRAWN
    kept = note.read_bytes()
    note.chmod(0o644)
    for data, word in ((kept.replace(b"Wrong.", b"Right."), "is not the withdrawal"), (b"{}", "is not the withdrawal")):
        note.write_bytes(data)
        assert [fault for fault in verify.verify(line.home, made.release_id) if word in fault]
    note.unlink()
    assert verify.verify(line.home, made.release_id) == ["It was withdrawn, but its withdrawn.json is missing."]
    pointer.recover(line.home)
    assert read.named(line.home, read.LATEST_EDITION) is None
    said = read.show(line.home, made.release_id)["withdrawn"]
    assert said["reason"] == "Wrong."


def test_a_note_planted_in_a_candidate_is_found(line: Line) -> None:
    folder = line.publish().folder
    (folder / manifest.WITHDRAWN).write_text(json.dumps({"by": "x", "at": "now", "reason": "y"}))
    assert verify.verify(line.home) == ["withdrawn.json does not belong to the release."]


def test_a_damaged_edition_stays_named_and_keeps_its_candidate(line: Line) -> None:
    line.publish("run1")
    edition.edition(line.home, "Li Wei")
    line.publish("run2", "update mart_indicator set headline_text = '7'")
    latest = edition.edition(line.home, "Li Wei")
    (latest.folder / manifest.FILE).chmod(0o644)
    (latest.folder / manifest.FILE).write_bytes(b'{"format": 1')
    line.publish("run3", "update mart_indicator set headline_text = '8'")
    prune.prune(line.home, keep=0)
    assert read.named(line.home, read.LATEST_EDITION) == latest.release_id, "nobody is served older figures in silence"
    assert verify.verify(line.home, read.LATEST_EDITION)
    assert "candidate-000003" in {entry["release_id"] for entry in read.list_releases(line.home)}
