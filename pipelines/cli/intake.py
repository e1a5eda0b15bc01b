"""`intake`: what arrived is taken in, and nothing is built. For more files than one process judges in time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from pipelines.cli.common import Json, catalog, fail, home, listed, next_steps, pasted, print_json, sentences
from pipelines.cli.following import following

if TYPE_CHECKING:
    from pipelines.contracts import Catalog
    from pipelines.home import Home


def intake(json: Json = False) -> None:
    """Take in what arrived, and build nothing. May be started several times at once: they share the work.

    Each file is judged by one of them; receipts and letters are as of `run`. While any of them goes on nothing else
    writes: start `run` after the last has ended, and it makes a candidate of what has landed. Exit code 0: what it
    could have is judged; the rest is with others. 1: something is wrong; what has landed stays, the rest waits. 3:
    another command is writing.
    """
    with sentences():
        where = home()
        facts = _taken(where, catalog(where))
    if json:
        print_json(facts)
        return
    _show(facts)
    next_steps((pasted("run"), "make a candidate of what has landed"), (pasted("status"), "what was rejected, and why"))


def _taken(where: Home, documents: Catalog) -> dict[str, Any]:
    """Takes in, and tells what is to be told, however that ended. Raises Busy before anything is done."""
    from pipelines import runs
    from pipelines.alerts import watch
    from pipelines.landing import take_in

    began = False
    try:
        with following("intake: judge what arrived", log=True), runs.intake(where) as folder:
            began = True
            return {"intake": folder.name, **take_in.intake(where, documents, folder)}
    except RuntimeError as error:  # the process that reads files does not start
        raise fail(str(error)) from None
    finally:
        for sentence in watch.after_run(where, documents) if began else ():
            typer.echo(sentence, err=True)


def _show(facts: dict[str, Any]) -> None:
    if not (count := facts["deliveries"]):
        typer.echo("intake    nothing was left to judge")
    else:
        judged = f"{count:,} deliver{'y' if count == 1 else 'ies'} judged; submissions"
        accepted = f"{facts['submissions_accepted']:,} accepted ({facts['figures']:,} figures)"
        others = f"{facts['submissions_rejected']:,} rejected, {facts['submissions_repeated']:,} repeated"
        typer.echo(f"intake    {judged}: {accepted}, {others}")
    listed(facts["refused"])
