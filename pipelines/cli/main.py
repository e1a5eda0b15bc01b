"""The command's root: which commands there are, in the order a newcomer needs them."""

from __future__ import annotations

import os
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from pipelines import __version__
from pipelines.cli import (
    alerts,
    backfill,
    decisions,
    deliveries,
    editions,
    engineer,
    exits,
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
from pipelines.cli.common import fail, print_json
from pipelines.cli.exits import Code

NAME = "yearbook"


class Root(TyperGroup):
    """Ends every command in the same way where it is interrupted, or where nobody reads on."""

    def invoke(self, ctx: Any) -> Any:
        """Runs the command and writes out all that it printed."""
        try:
            answer = super().invoke(ctx)
            sys.stdout.flush()
            return answer
        except KeyboardInterrupt:
            raise fail(Code.INTERRUPTED.meaning, Code.INTERRUPTED) from None
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left goes nowhere, without a word
            raise typer.Exit(Code.READER_GONE) from None


app = typer.Typer(
    name=NAME,
    help="Yearly returns of a county's offices in, validated and recomputable statistics out.\n\n"
    "State lives under YEARBOOK_HOME (default: ./yearbook_home), documents under YEARBOOK_CONTRACTS "
    "(default: the project's data_contracts).",
    epilog="\n".join(["Exit codes:", *exits.lines()]),
    cls=Root,
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


def main() -> None:
    """Entry point of the `yearbook` script. Wrong use is said as JSON too, where that was asked for."""
    if "--json" not in sys.argv[1:]:
        app(prog_name=NAME)
        return
    try:
        code = app(prog_name=NAME, standalone_mode=False)
    except typer.Abort:
        code = Code.NOT_DONE
    except Exception as error:
        said = getattr(error, "format_message", None)  # the parser's own errors have it; their class is not public
        if said is None:
            raise
        print_json({"error": said()})
        code = getattr(error, "exit_code", Code.WRONG_USE)
    sys.exit(code if isinstance(code, int) else 0)
