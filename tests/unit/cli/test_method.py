"""`yearbook method`: the list, a page, its sections as JSON, what it says of an unknown one, its help."""

from __future__ import annotations

import json
from pathlib import Path

from pipelines.contracts import load
from pipelines.home import PROJECT
from pipelines.release.methods import markdown, page
from tests.unit.cli.test_light import HEAVY, _loaded
from tests.unit.cli.test_sentences import yearbook


def test_a_page_and_the_list(tmp_path: Path) -> None:
    catalog = load(PROJECT / "data_contracts")
    made = page(catalog, "reoffending_rate", "zh")
    assert yearbook(tmp_path, "method", "reoffending_rate", "--language", "zh").stdout == markdown.of_page(made)
    told = json.loads(yearbook(tmp_path, "method", "reoffending_rate", "--language", "zh", "--json").stdout)
    assert [section["id"] for section in told["sections"]] == [section.id for section in made.sections]
    listed = yearbook(tmp_path, "method").stdout.splitlines()
    assert [line.split()[0] for line in listed] == ["indicator", *catalog.indicators]
    told = json.loads(yearbook(tmp_path, "method", "--json", "--language", "zh").stdout)
    assert told[0].keys() == {"indicator", "title", "kind", "unit"} and len(told) == len(catalog.indicators)


def test_what_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    done = yearbook(tmp_path, "method", "reofending_rate")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no indicator reofending_rate; did you mean `reoffending_rate`?\n"
    done = yearbook(tmp_path, "method", "reoffending_rate", "--release", "latest_edition")
    assert (done.returncode, done.stderr) == (1, "There is no edition yet.\n")


def test_its_help_says_what_it_does_and_loads_nothing_heavy() -> None:
    assert "known limits" in " ".join(yearbook("/nowhere", "method", "--help").stdout.split())
    assert not _loaded("method", "--help") & HEAVY
