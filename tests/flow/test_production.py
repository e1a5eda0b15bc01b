"""The page `pipelines/docs/production.md`, lived through once: PostgreSQL, daemon, web servers, a night, a power cut,
a backup and a restored installation.
"""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.defs.reconcile import PID
from pipelines.home import PROJECT, Home
from tests import backfills
from tests.flow import production
from tests.flow.production import Service, graphql, wait
from tests.receivers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.cluster]

PAGE = (PROJECT / "pipelines" / "docs" / "production.md").read_text(encoding="utf-8")
PASSWORD, QUOTED = "p w/#&", "p%20w%2F%23%26"
RUNS = "{runsOrError {... on Runs {results {runId status tags {key value}}}}}"
ENDED = ("SUCCESS", "FAILURE", "CANCELED")
JOBS = "{repositoriesOrError {... on RepositoryConnection {nodes {jobs {name}}}}}"
LAUNCH = """mutation($of: ExecutionParams!) {launchRun(executionParams: $of) {
    __typename ... on LaunchRunSuccess {run {runId}}}}"""
NIGHTLY = {
    "selector": {
        "repositoryLocationName": "pipelines.definitions",
        "repositoryName": "__repository__",
        "jobName": "nightly",
    },
    "runConfigData": {"ops": {"inputs": {"config": {"anew": True}}}},
}


@dataclass(frozen=True)
class Site:
    """A machine on which the page's first steps were done."""

    folder: Path
    socket: Path
    settings: dict[str, str]

    def yearbook(self, *words: str, **changes: str) -> Any:
        """The command with the settings of the environment file."""
        return self.run([sys.executable, "-m", "pipelines.cli", *words], **changes)

    def run(self, words: list[str], **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            words, env=self.settings | changes, cwd=self.folder, capture_output=True, text=True, timeout=300
        )

    def said(self, *words: str, **changes: str) -> Any:
        done = self.yearbook(*words, "--json", **changes)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    def runs(self) -> dict[str, dict[str, Any]]:
        found = graphql(self.settings["YEARBOOK_PORT"], RUNS)["runsOrError"]["results"]
        return {run["runId"]: run | {"tags": {tag["key"]: tag["value"] for tag in run["tags"]}} for run in found}

    def launch(self, port: str) -> dict[str, Any]:
        return graphql(self.settings[port], LAUNCH, of=NIGHTLY)["launchRun"]

    def ask(self, sql: str) -> str:
        """The database, by its owner."""
        return production.as_server(self.socket, "psql", "-d", "yearbook", "-Atc", sql)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Role and database made by the page's commands; returns of two offices in the inbox; soon it is night."""
    folder = tmp_path_factory.mktemp("production")
    with production.postgres() as socket:
        (block,) = (block for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL) if "createdb" in block)
        for line in block.splitlines():
            program, *rest = shlex.split(line, comments=True)
            assert [program, *rest][:4] == ["runuser", "-u", "postgres", "--"]
            production.as_server(socket, *rest[3:])
        production.as_server(socket, "psql", "-c", f"alter role yearbook password '{PASSWORD}'")
        home = Home(folder / "home", folder / "documents").create()
        backfills.write_documents(home.contracts)
        (home.contracts / "calendar.yaml").write_text(f"time_zone: {production.ZONE}\n", encoding="utf-8")
        (folder / "files").mkdir()
        backfills.deliver_all(home, folder / "files")
        settings = production.environment(
            YEARBOOK_HOME=str(home.root),
            YEARBOOK_CONTRACTS=str(home.contracts),
            YEARBOOK_POSTGRES_URL=f"postgresql://yearbook:{QUOTED}@/yearbook?host={socket}",
            YEARBOOK_PORT=str(free_port()),
            YEARBOOK_VIEWER_PORT=str(free_port()),
            **production.zone_in_which_the_night_comes(folder, 60),
        )
        yield Site(folder, socket, settings)


def test_an_installation_lives_through_a_night_and_a_power_cut(site: Site, tmp_path: Path) -> None:
    def start(name: str) -> Service:
        running.append(Service(f"yearbook-{name}.service", site.settings, tmp_path))
        return running[-1]

    running: list[Service] = []
    try:
        code, webserver, viewer = (start(name) for name in ("code", "webserver", "viewer"))
        _serves(site)
        daemon = start("daemon")
        _night(site)
        cut, waiting = _power_cut(site, code, daemon)
        code, daemon = start("code"), start("daemon")
        _after(site, cut, waiting)
        assert [one.stop() for one in (viewer, webserver, daemon, code)] == [0, 0, 0, 0]
    except BaseException:
        print(*(one.log.read_text() for one in running), sep="\n")
        raise
    finally:
        for one in running:
            one.kill()
    _backup(site, tmp_path)


def _serves(site: Site) -> None:
    for name in ("YEARBOOK_PORT", "YEARBOOK_VIEWER_PORT"):
        jobs = wait(lambda port=site.settings[name]: graphql(port, JOBS)["repositoriesOrError"]["nodes"], 120)
        assert "nightly" in [job["name"] for job in jobs[0]["jobs"]]
    assert site.launch("YEARBOOK_VIEWER_PORT")["__typename"] == "UnauthorizedError"


def _night(site: Site) -> None:
    """Nobody asks for this run: the daemon begins it when its hour has come."""
    runs = wait(lambda: [run for run in site.runs().values() if run["status"] in ENDED], 300)
    assert runs, "no run began, or it did not end"
    (run,) = runs
    assert run["status"] == "SUCCESS" and run["tags"]["dagster/schedule_name"] == "every_night"
    state = site.said("status")
    assert (state["last_run"]["outcome"], state["current"]["release_id"]) == ("released", "candidate-000001")
    assert site.ask("select run_id, status from runs") == f"{run['runId']}|SUCCESS"
    assert not list(Path(site.settings["YEARBOOK_HOME"]).rglob("*/history/*")), "nothing is kept in SQLite"


def _power_cut(site: Site, *services: Service) -> tuple[str, str]:
    """A run that is cut off in its middle, and one that waits behind it."""
    cut, waiting = (site.launch("YEARBOOK_PORT")["run"]["runId"] for _ in range(2))
    assert wait(lambda: PID in site.runs()[cut]["tags"] and site.runs()[cut]["status"] == "STARTED", 120)
    assert wait(lambda: site.said("status")["last_run"]["outcome"] == "running", 60)
    for one in services:
        one.kill()
    assert site.runs()[waiting]["status"] == "QUEUED"
    assert site.said("status")["last_run"]["outcome"] == "interrupted"
    return cut, waiting


def _after(site: Site, cut: str, waiting: str) -> None:
    assert wait(lambda: site.runs()[waiting]["status"] in ENDED, 240)
    assert (site.runs()[cut]["status"], site.runs()[waiting]["status"]) == ("FAILURE", "SUCCESS")
    state = site.said("status")
    assert (state["last_run"]["outcome"], state["current"]["release_id"]) == ("released", "candidate-000002")


def _backup(site: Site, folder: Path) -> None:
    """The unit's command, to a folder of the test; restored where nothing is."""
    words = production.words("yearbook-backup.service", site.settings)
    assert words[-1] == production.unit("yearbook-backup.service")["ReadWritePaths"]
    kept, other = str(folder / "kept"), str(folder / "other")
    assert site.run([*words[:-1], kept]).returncode == 0
    before = site.said("release", "show")
    done = site.yearbook("restore", kept, YEARBOOK_HOME=other)
    assert done.returncode == 0 and f"Release {before['release_id']} is whole" in done.stdout, done.stderr
    assert site.yearbook("release", "verify", YEARBOOK_HOME=other).returncode == 0
    assert site.said("release", "show", YEARBOOK_HOME=other)["digest"] == before["digest"]
    night = site.run(production.words("yearbook-night.service", site.settings), YEARBOOK_HOME=other)
    assert night.returncode == 0, night.stderr
    assert site.said("status", YEARBOOK_HOME=other)["last_run"]["outcome"] == "unchanged"
    assert site.ask("select count(*) from runs where status = 'SUCCESS'") == "3"
