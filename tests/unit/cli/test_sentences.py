"""Where something goes wrong: a sentence and an exit code, as JSON where that was asked for, never a trace."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipelines.contracts import load
from pipelines.home import PROJECT, Home
from pipelines.landing import history, register
from tests import loaded, parsed
from tests.factories import Factory


def yearbook(home: Path | str, *words: str | bytes) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [*loaded.program("pipelines.cli"), *words],
        cwd=PROJECT,
        env={k: v for k, v in os.environ.items() if k != "COLUMNS"} | {"YEARBOOK_HOME": str(home)},
        capture_output=True,
        timeout=120,
    )
    out, err = done.stdout.decode(), done.stderr.decode()  # both are UTF-8, whatever a file is called
    assert "Traceback" not in out + err, err
    return subprocess.CompletedProcess(done.args, done.returncode, out, err)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    factory = Factory(load(PROJECT / "data_contracts"))
    return factory.write(tmp_path_factory.mktemp("returns"), "mediation", factory.good("mediation"))


@pytest.mark.parametrize("json_", [[], ["--json"]])
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["check", "FILE", "--language", "fr"], 2, "'fr' is not one of 'en', 'zh'"),
        (["check", "no-such-file.csv"], 2, "does not exist"),
        (["deliver", "FILE", "--office", "justic"], 1, "The nearest known name is “justice”"),
        (["deliver", "FILE", "--table", "mediatoin"], 1, "The nearest known name is “mediation”"),
        (["deliver", "FILE", "--period", "soon"], 1, "“soon” is not a period"),
        (["deliver", "FILE", "--table", "mediation", "--period", "2004-07"], 1, "“2004-07” is of another kind"),
        (["deliver", "FILE", "--prepared-on", "soon"], 1, "“soon” is not a day"),
        (["deliver", "FILE", "--prepared-on", "2999-01-01"], 1, "after it was received"),
        (["deliver", "FILE", "--reason", "corection", "--because", "x"], 1, "The nearest known name is “correction”"),
        (["deliver", "FILE", "--reason", "correction"], 1, "“correction” stands without words"),
        (["decide", "0123456789", "accept", "--because", "x", "--by", "y"], 1, "There is no accepted submission"),
        (["decide", "0123456789", "maybe", "--because", "x", "--by", "y"], 2, "'maybe' is not one of"),
        (["explain", "0123456789", "--reason", "whim", "--because", "x", "--by", "y"], 1, "'whim' is no reason"),
        (["revisions"], 1, "There is no release yet"),
        (["release", "show"], 1, "There is no release yet"),
    ],
)
def test_a_sentence_and_an_exit_code(
    tmp_path: Path, file: Path, words: list[str], code: int, says: str, json_: list[str]
) -> None:
    done = yearbook(tmp_path / "home", *(str(file) if word == "FILE" else word for word in words), *json_)
    assert done.returncode == code, done
    if json_:
        assert says in json.loads(done.stdout)["error"]
    else:
        assert says in " ".join(done.stderr.replace("│", " ").split())


@pytest.mark.parametrize("home", ["FILE", "/proc/nowhere"])
@pytest.mark.parametrize("words", [["run"], ["run", "--json"], ["demo"], ["deliver", "FILE"], ["dbt"], ["up"]])
def test_a_home_that_cannot_be_used(file: Path, home: str, words: list[str]) -> None:
    done = yearbook(file if home == "FILE" else home, *(str(file) if word == "FILE" else word for word in words))
    assert done.returncode == 1
    assert "Set YEARBOOK_HOME to a folder that you may write to." in done.stdout + done.stderr


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_is_a_port(tmp_path: Path, port: str) -> None:
    assert yearbook(tmp_path, "up", "--port", port).returncode == 2


def test_check_says_what_the_receipt_would(tmp_path: Path, file: Path) -> None:
    done = yearbook(tmp_path, "check", str(file), "--prepared-on", "2999-01-01")
    assert done.returncode == 1 and "after it was received" in done.stdout
    done = yearbook(tmp_path, "check", str(file), "--supersedes", "abc")
    assert done.returncode == 0 and "only shows when the file is taken in" in done.stdout


@pytest.mark.parametrize("command", ["check", "deliver"])
def test_what_is_no_ordinary_file_is_not_read(tmp_path: Path, file: Path, command: str) -> None:
    (tmp_path / "link.csv").symlink_to(file)
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "large.csv").touch()
    os.truncate(tmp_path / "large.csv", 2**40)
    ordinary = "not an ordinary file"
    for name, says in (("link.csv", ordinary), ("pipe.csv", ordinary), ("large.csv", "larger than 64 MB")):
        done = yearbook(tmp_path / "home", command, str(tmp_path / name))
        assert (done.returncode, done.stdout) == (1, "") and says in done.stderr


@pytest.mark.parametrize("command", ["check", "deliver"])
def test_a_name_that_is_not_utf8(tmp_path: Path, file: Path, command: str) -> None:
    folder = os.fsencode(tmp_path)
    name = folder + b"/" + file.name.replace("mediation", "人民调解情况").encode("gbk")
    Path(os.fsdecode(name)).write_bytes(file.read_bytes())
    done = yearbook(tmp_path / "home", command, name, "--json")
    assert done.returncode == 0, done
    said: dict[str, Any] = json.loads(done.stdout)
    assert (said.get("file_name") or said.get("file")).startswith("人民调解情况_")
    assert yearbook(tmp_path / "home", command, name).returncode == 0


def test_status_names_what_waits_what_is_left_and_counts_rejections(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", PROJECT / "data_contracts").create()
    (home.inbox / "nothing\x1b[31m.csv").touch()
    (home.inbox / "good.csv").write_text("x")
    history.start_run(home, "run-1")
    history.end_run(home, "run-1", "failed", ["why"])
    with register.transaction(home) as connection:
        for number in range(7):
            values = {"sha256": f"{number}", "file_name": f"\u202e{number}.csv", "size": 1, "origin": "inbox"}
            values |= {"received_at": "2005-01-20T00:00:00+00:00", "declared": "{}", "verdict": "rejected"}
            values |= {"run_id": "run-1", "receipt": f"outbox/{number}.txt"}
            connection.execute(register.delivery.insert().values(values))
    text = yearbook(home.root, "status").stdout
    for words in (
        "waiting   1 delivery for the next run",
        "inbox     nothing\\u001b[31m.csv: The file is empty (0 bytes)",
        "7 deliveries were not (wholly) accepted",
        "... and 4 more",
        "... and 2 more",
        "\\u202e6.csv",
        str(home.root / "outbox" / "6.txt"),
    ):
        assert words in text, text
    said = json.loads(yearbook(home.root, "status", "--json").stdout)
    assert (said["inbox"], len(said["left_in_inbox"]), said["rejected_count"], len(said["rejected"])) == (1, 1, 7, 5)
    assert said["last_run"]["not_accepted"]["deliveries"] == 7 and len(said["last_run"]["not_accepted"]["first"]) == 3


@pytest.mark.parametrize("ran_before", [False, True])
def test_a_run_that_ends_before_it_is_one_is_not_told_as_the_last(tmp_path: Path, ran_before: bool) -> None:
    home = Home(tmp_path / "home", PROJECT / "data_contracts")
    parsed.lay(home.root)
    home.create()
    (home.releases / "current").symlink_to("versions/candidate-000001")
    if ran_before:
        history.start_run(home, "earlier")
        history.end_run(home, "earlier", "released", release_id="candidate-000001")
    done = yearbook(home.root, "run")
    assert done.returncode == 1, done.stdout
    assert "knows of no figures, but there are releases of some" in done.stderr
    assert "released" not in done.stdout
