"""Commands for the data engineer: `contracts check|export`, `dbt`, `up`."""

from __future__ import annotations

import os
import shlex
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.common import Json, catalog, fail, home, next_steps, print_json, prose, sentences
from pipelines.cli.exits import Code

contracts = typer.Typer(no_args_is_help=True, help="The documents that define everything.")


@contracts.command("check")
def check(json: Json = False) -> None:
    """Read every document and report all faults together, each with file and line."""
    from pipelines.contracts import ContractError, load

    where = home()
    try:
        found = load(where.contracts)
    except ContractError as error:
        if not json:
            typer.echo(str(error), err=True)
        else:
            print_json([vars(fault) for fault in error.faults])
        raise typer.Exit(Code.NOT_DONE) from None
    if json:
        print_json([])
        return
    prose(
        "",
        f"{where.contracts}: {len(found.files)} documents without fault: {len(found.returns)} returns, "
        f"{len(found.indicators)} indicators, {sum(len(t.targets) for t in found.targets.values())} targets, "
        f"{len(found.areas)} areas.",
    )


@contracts.command("export")
def export(
    folder: Annotated[Path, typer.Argument(help="Where to write: a folder, made when it is not there.")],
    json: Json = False,
) -> None:
    """Write the documents as contracts of the Open Data Contract Standard v3.1: one YAML file per return table, and
    one for the published marts. For catalogues, linters and comparisons; nothing here reads them back.
    """
    from pipelines.contracts import odcs
    from pipelines.home import PROJECT

    with sentences():
        documents = catalog(home())
    try:
        written, others = odcs.write(documents, PROJECT / "dbt_project", folder)
    except odcs.ExportError as error:
        raise fail(str(error)) from None
    if json:
        print_json({"written": written, "others": others})
        return
    typer.echo(f"{folder}: {len(written)} contracts of ODCS v3.1 written, one per return and one of the marts.")
    if others:
        names = ", ".join(path.relative_to(folder).as_posix() for path in others)
        typer.echo(f"From no document of today, left as they are: {names}.", err=True)
    project = os.path.relpath(PROJECT)
    tool = shlex.quote(os.path.normpath(f"{project}/.venv/datacontract/bin/datacontract"))
    make = "make datacontract" if project == os.curdir else f"make -C {shlex.quote(project)} datacontract"
    next_steps(
        (make, "install datacontract-cli, by itself, once"),
        (f"{tool} lint {shlex.quote(str(written[0]))}", "hold a contract against the standard"),
        (f"{tool} breaking OLD.odcs.yaml NEW.odcs.yaml", "see what would break who reads it"),
    )


def dbt(ctx: typer.Context) -> None:
    """Run dbt by hand on today's landing, in a folder of its own: `yearbook dbt -- build -s mart_indicator`.

    Works with any command of dbt, such as `test -s mart_indicator` or `show -s mart_indicator --limit 5`. The first
    time, and when deliveries or documents changed since, every model is built before it (without tests); later only
    what you ask for. Plain `yearbook dbt` builds and tests everything anew. No run and no release looks at this build.
    """
    from pipelines.landing import batches, decisions, register
    from pipelines.warehouse import build, by_hand, inputs

    def tell(sentence: str) -> None:
        typer.echo(sentence, err=True)

    with sentences():
        where = home().create()
        folder = where.cache / by_hand.FOLDER
        folder.mkdir(exist_ok=True)
        decided = decisions.export(where)
        submissions = list(register.export(where))  # before the batches: what is accepted has its figures
        inputs.write(catalog(where), folder, submissions, batches.committed(where), decisions=decided)
    tell(f"Private build: {build.warehouse(folder)}")
    raise typer.Exit(by_hand.run(folder, ctx.args or ["build"], tell))


class Part(StrEnum):
    """What a service manager starts by itself."""

    code = "code"
    daemon = "daemon"
    webserver = "webserver"
    viewer = "viewer"


def up(
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port of the Dagster UI.")] = 3000,
    only: Annotated[
        Part | None,
        typer.Option(help="One part of it, for a service manager; `viewer` is a web server that changes nothing."),
    ] = None,
) -> None:
    """Open the Dagster UI with its daemon, on this machine only (127.0.0.1), and run the line every night.

    Stop with Ctrl-C or SIGTERM. Exit code 1: it ended by itself.
    """
    from pipelines.defs import instance, night

    with sentences():
        where = home().create()
        zone = catalog(where).calendar.time_zone
        folder = instance.prepare(where)
    if only in (None, Part.webserver, Part.viewer):
        typer.echo(f"Dagster UI: http://127.0.0.1:{port}  (state in {folder})")
    if only in (None, Part.daemon):
        typer.echo(
            f"Nightly run: next at {night.next_tick(zone):%Y-%m-%d %H:%M} {zone}, as long as this goes on "
            "and the schedule every_night is not stopped in the UI."
        )
    sys.stdout.flush()  # this process becomes Dagster, so that a signal sent to it stops what it started
    serve = [sys.executable, "-P", "-m", "pipelines.defs.serve", only or "both", str(port)]
    os.execve(sys.executable, serve, os.environ | instance.environment(where))
