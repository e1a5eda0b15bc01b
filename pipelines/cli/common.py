"""What the commands share: the console, JSON output, errors as sentences, and commands that run as pasted."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipelines.cli.exits import Code
from pipelines.intake.text import printable

if TYPE_CHECKING:
    from rich.console import Console

    from pipelines.contracts import Catalog
    from pipelines.home import Home

SETTINGS = {name: os.environ[name] for name in ("YEARBOOK_HOME", "YEARBOOK_CONTRACTS") if os.environ.get(name)}
"""What the caller set; read before a run sets both for its own processes."""

_json: ContextVar[bool] = ContextVar("json", default=False)
"""Does the caller want JSON? Then errors are JSON too."""


def _noted(wanted: bool) -> bool:
    _json.set(wanted)
    return wanted


Json = Annotated[
    bool,
    typer.Option("--json", callback=_noted, is_eager=True, help="Print JSON for machines instead of words."),
]


def console() -> Console:
    """The terminal. When piped, wide enough that a row is one line, whatever width the caller's own terminal has.

    Colours are rich's business: NO_COLOR, FORCE_COLOR and TERM=dumb are honoured by it.
    """
    from rich.console import Console

    return Console(width=None if sys.stdout.isatty() else 10_000, highlight=False)


def prose(head: str, words: str, style: str = "") -> None:
    """Prints words after a head; in a terminal they are folded so that each line begins below the first word."""
    screen = console()
    if not sys.stdout.isatty():
        screen.print(f"{head}{words}", style=style, markup=False, soft_wrap=True)
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid()
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(Text(head), Text(words))
    screen.print(grid, style=style)


def listed(sentences: list[str], most: int = 10) -> None:
    """Prints the first sentences of what is wrong, below what was said before, and how many more there are."""
    for sentence in sentences[:most]:
        console().print(f"          {sentence}", style="yellow", markup=False, soft_wrap=True)
    if (more := len(sentences) - most) > 0:
        console().print(f"          ... and {more} more; --json has them all", style="yellow")


def spoken(seconds: float) -> str:
    """A time as m:ss or h:mm:ss."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def home() -> Home:
    """The installation the environment names."""
    from pipelines.home import Home

    return Home.from_environment()


def catalog(where: Home) -> Catalog:
    """The documents. Ends the command with all their faults when they cannot be used."""
    from pipelines.contracts import load

    return load(where.contracts)


def print_json(value: Any) -> None:
    """JSON, readable, Chinese left as it is."""
    typer.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def fail(sentence: str, code: Code = Code.NOT_DONE) -> typer.Exit:
    """Prints a sentence to standard error, or as JSON where the command was asked for that; raise what it returns."""
    if _json.get():
        print_json({"error": sentence})
    else:
        typer.echo(sentence, err=True)
    return typer.Exit(code)


def in_words(error: OSError, place: str = "") -> str:
    """A sentence of what the system says. `place`: where, if it does not say so itself."""
    place = printable(str(error.filename)) if error.filename else place
    return f"{place}{': ' if place else ''}{error.strerror or error}."


@contextmanager
def sentences() -> Iterator[None]:
    """Turns the errors that stages raise for people into a sentence and NOT_DONE; BUSY when another run is writing."""
    from pipelines.contracts import ContractError
    from pipelines.home import Unusable
    from pipelines.locks import Busy

    try:
        yield
    except Busy as error:
        raise fail(str(error), Code.BUSY) from None
    except (ContractError, Unusable) as error:
        raise fail(str(error)) from None
    except BrokenPipeError:
        raise
    except OSError as error:
        raise fail(in_words(error)) from None


def pasted(*words: str) -> str:
    """This program with other arguments, as a line that runs when pasted into the same shell and folder."""
    program = Path(sys.argv[0])
    if program.name != "yearbook":
        shown = [sys.executable, "-m", "pipelines.cli"]
    elif (found := shutil.which("yearbook")) and Path(found).resolve() == program.resolve():
        shown = ["yearbook"]
    else:
        relative = os.path.relpath(program)
        shown = [relative if not relative.startswith("..") else str(program)]
    settings = [f"{name}={shlex.quote(value)}" for name, value in SETTINGS.items()]
    return " ".join([*settings, shlex.join([*shown, *words])])


def next_steps(*steps: tuple[str, str]) -> None:
    """Prints the next commands, each with what it does."""
    screen = console()
    screen.print("\n[bold]Next[/bold]")
    for command, meaning in steps:
        screen.print(f"  # {meaning}", style="dim")
        screen.print(f"  {command}", markup=False, soft_wrap=True)
