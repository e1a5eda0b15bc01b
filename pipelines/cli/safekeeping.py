"""Commands for safekeeping: `backup`, `restore`. What a backup holds is decided in pipelines.release.backup."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipelines.cli.common import Json, fail, home, print_json, sentences
from pipelines.cli.following import following


def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are kept; each call adds one, copying only new files.")],
    json: Json = False,
) -> None:
    """Copy the installation while nobody writes: register, originals, quarantine, landing, receipts, releases.

    Not copied: the inbox, which nobody has taken in yet; runs, cache, journal and the state of Dagster; the
    documents, if YEARBOOK_CONTRACTS names a folder elsewhere. Earlier backups stay, whole, whatever
    ends this one.
    """
    from pipelines.alerts import tables  # noqa: F401 (the register has these too)
    from pipelines.release import backup as backups

    with sentences():
        try:
            with following("backup"):
                made = backups.create(home(), folder)
        except backups.BackupError as error:
            raise fail(str(error)) from None
    print_json({"manifest": str(made)}) if json else typer.echo(f"Backup {made.stem} is in {folder.absolute()}.")


def restore(
    folder: Annotated[Path, typer.Argument(help="A folder that `yearbook backup` wrote.")],
    moment: Annotated[str | None, typer.Option("--backup", help="Which backup; default: the newest.")] = None,
    json: Json = False,
) -> None:
    """Make an installation from a backup where YEARBOOK_HOME is empty, then verify its current release.

    Every file is compared with its digest; if one is damaged or missing, nothing is restored.
    """
    from pipelines.alerts import tables  # noqa: F401 (the register has these too)
    from pipelines.release import backup as backups
    from pipelines.release import read, verify

    where = home()
    with sentences():
        try:
            with following("restore"):
                count = backups.restore(folder, where, moment)
        except backups.BackupError as error:
            raise fail(str(error)) from None
        current = read.named(where, read.CURRENT)
        with following(f"verify {current or 'nothing'}"):
            faults = verify.verify(where) if current else []
    if faults:
        raise fail(f"{count} files restored, but release {current} is not whole: " + " ".join(faults))
    if json:
        print_json({"files": count, "current": current})
        return
    typer.echo(f"{count} files restored. " + (f"Release {current} is whole." if current else "There is no release."))
