"""Whatever happens to the file of results, the gate does not take it for another."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import Catalog, load
from pipelines.validation import engine, gate, kept, read_results, run_rules
from tests.unit.validation import private


def tampered(folder: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """The results with a change, and a digest made to fit."""
    content = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    del content["digest"]
    change(content)
    content["digest"] = kept.digest(content)
    file = tmp_path / "results.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def _each(content: dict[str, Any], **values: Any) -> None:
    for result in content["results"]:
        result.update(values)


TAMPERED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no results": lambda c: c["results"].clear(),
    "one result gone": lambda c: c["results"].pop(),
    "one result twice": lambda c: c["results"].append(c["results"][0]),
    "a rule of elsewhere": lambda c: c["results"].append(c["results"][0] | {"rule": "elsewhere"}),
    "the last year unknown": lambda c: c["results"].__delitem__(slice(-1, None)),
    "a rule not demanded": lambda c: c["rules"].pop(),
    "years of a rule unknown": lambda c: c["years"].__delitem__("figures:crime"),
    "a year left out everywhere": lambda c: (
        [years.pop("2003", None) for years in c["years"].values()],
        c["results"].__setitem__(slice(None), [result for result in c["results"] if result["year"] != 2003]),
    ),
    "no years at all": lambda c: c["years"].update({key: {} for key in c["years"]}),
    "severity lowered": lambda c: _each(c, severity="warning"),
    "no such status": lambda c: _each(c, status="fine"),
    "failing rows but passed": lambda c: _each(c, failed=1),
    "explained but not failed": lambda c: _each(c, explained=1),
    "no rows but passed": lambda c: _each(c, rows=0, decided=0),
    "more decided than rows": lambda c: _each(c, decided=10**6),
    "not run": lambda c: _each(c, ran=False),
    "nothing evaluated": lambda c: c.update(expected=0, evaluated=0),
    "not all evaluated": lambda c: c.update(evaluated=c["expected"] - 1),
    "other documents": lambda c: c.update(documents="0" * 64),
    "another build": lambda c: c.update(warehouse="0" * 64),
    "another format": lambda c: c.update(format=99),
    "a part missing": lambda c: c.__delitem__("expected"),
}


@pytest.mark.parametrize("change", TAMPERED.values(), ids=TAMPERED)
def test_results_that_are_not_whole_shut_it(
    change: Callable[[dict[str, Any]], None], whole: tuple[Catalog, Path, Path], tmp_path: Path
) -> None:
    assert gate(tampered(whole[2], tmp_path, change), whole[0], whole[1])


def test_undecided_leaves_it_open(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    file = tampered(whole[2], tmp_path, lambda c: _each(c, status="undecided", decided=0))
    assert gate(file, whole[0], whole[1]) == []


def test_a_results_file_cut_anywhere_shuts_it(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    data = (whole[2] / "results.json").read_bytes()
    file = tmp_path / "results.json"
    for length in range(0, len(data) - 2, 997):
        file.write_bytes(data[:length])
        assert gate(file, whole[0]), length
    file.unlink()
    assert gate(file, whole[0]) == [f"There are no results of validation at {file}."]
    assert read_results(tmp_path) is None


def test_a_changed_word_is_seen_by_its_digest(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    text = (whole[2] / "results.json").read_text(encoding="utf-8")
    (tmp_path / "results.json").write_text(text.replace('"failed": 0', '"failed": 1', 1), encoding="utf-8")
    (reason,) = gate(tmp_path / "results.json", whole[0])
    assert "digest differs" in reason


def test_results_of_other_documents_shut_it(whole: tuple[Catalog, Path, Path], tmp_path: Path) -> None:
    text = private.DOCUMENTS["indicators/clearance.yaml"].replace("max: 99.5", "max: 80")
    other = load(private.documents(tmp_path, {"indicators/clearance.yaml": text}))
    (reason,) = gate(whole[2] / "results.json", other, whole[1])
    assert "other documents" in reason


def test_an_old_results_file_does_not_outlive_a_run_that_dies(
    whole: tuple[Catalog, Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_rules(whole[0], whole[1], tmp_path)
    monkeypatch.setattr(engine.Engine, "failing", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt):
        run_rules(whole[0], whole[1], tmp_path)
    assert gate(tmp_path / "results.json", whole[0])


def test_types_of_numpy_do_not_enter_the_file() -> None:
    import numpy

    for value in (numpy.int64(1), numpy.bool_(True), 1.5, float("nan"), (1, 2), {1: "a"}):
        with pytest.raises(TypeError):
            kept.digest({"a": [value]})
