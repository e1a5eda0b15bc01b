"""The command's root: which commands there are, in the order a newcomer needs them."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from pipelines import __version__
from pipelines.cli import (
    alerts,
    backfill,
    decisions,
    deliveries,
    editions,
    engineer,
    exits,
    intake,
    method,
    releases,
    revisions,
    safekeeping,
    scorecard,
    template,
    tracing,
    warnings,
    work,
)
from pipelines.cli.common import in_words, print_json
from pipelines.cli.exits import Code

NAME = "yearbook"


app = typer.Typer(
    name=NAME,
    help="Yearly returns of a county's offices in, validated and recomputable statistics out.\n\n"
    "State lives under YEARBOOK_HOME (default: ./yearbook_home), documents under YEARBOOK_CONTRACTS "
    "(default: the project's data_contracts).",
    epilog="\n".join(["Exit codes:", *exits.lines()]),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"yearbook {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The root command; its help stands above."""


app.command()(work.demo)
app.command(epilog=template.EXAMPLES)(template.template)
app.command()(deliveries.check)
app.command()(deliveries.deliver)
app.command()(work.run)
app.command()(intake.intake)
app.command()(backfill.backfill)
app.command()(work.status)
app.command()(decisions.held)
app.command()(decisions.decide)
app.command()(decisions.explain)
app.add_typer(warnings.app, name="warnings")
app.add_typer(alerts.app, name="alerts")
app.command()(alerts.ack)
app.command()(editions.publish)
app.add_typer(releases.app, name="release")
app.command()(editions.diff)
app.command()(revisions.revisions)
app.command()(releases.query)
app.command()(scorecard.scorecard)
app.command()(tracing.trace)
app.command()(method.method)
app.add_typer(engineer.contracts, name="contracts")
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(engineer.dbt)
app.command()(safekeeping.backup)
app.command()(safekeeping.restore)
app.command()(engineer.up)


def run() -> int:
    """Runs the command that the arguments name, and returns its exit code. Wrong use is said as JSON too, where that
    was asked for. What cannot be written is a sentence; where nobody reads on, not even that.
    """
    if sys.stderr is None:  # closed by the caller, who wants to hear nothing
        sys.stderr = os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    if sys.stdout is None:
        typer.echo("Standard output is closed; give it somewhere to go.", err=True)
        return Code.NOT_DONE
    try:
        code = _command()
        sys.stdout.flush()
        return code
    except BrokenPipeError:
        code = Code.READER_GONE
    except OSError as error:
        typer.echo(in_words(error, "Standard output"), err=True)
        code = Code.NOT_DONE
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left goes nowhere, without a word
    return code


def _command() -> int:
    """Raises BrokenPipeError where nobody reads on; rich and typer, who notice it, end the program by themselves."""
    words = "--json" not in sys.argv[1:]
    try:
        code = app(prog_name=NAME, standalone_mode=words)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):
            raise end.__context__ from None
        code = end.code
    except typer.Abort:
        code = Code.NOT_DONE
    except Exception as error:
        said = getattr(error, "format_message", None)  # the parser's own errors have it; their class is not public
        if said is None:
            raise
        print_json({"error": " ".join(said().split())})
        code = getattr(error, "exit_code", Code.WRONG_USE)
    return code if isinstance(code, int) else 0
