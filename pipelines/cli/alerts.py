"""`alerts`, `alerts send`, `alerts test`, `ack`: what is wrong, who was told, and who takes note of it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from pipelines.cli import complete
from pipelines.cli.common import Json, catalog, fail, home, next_steps, pasted, print_json, prose, sentences
from pipelines.cli.exits import Code

app = typer.Typer(
    help="What is wrong now, and who is told of it.\n\nWho is told stands in alerts.yaml in YEARBOOK_HOME; "
    "pipelines/docs/alerts.md describes it.",
)


@app.callback(invoke_without_command=True)
def alerts(context: typer.Context, json: Json = False) -> None:
    """What is wrong now: every open finding with its age, its first rows, and who acknowledged it."""
    if context.invoked_subcommand:
        return
    from pipelines.alerts import report, store

    with sentences():
        where = home()
        found = store.open_entries(where)
        documents = catalog(where)
    if json:
        print_json([report.plain(one) for one in found])
        return
    if not found:
        typer.echo("Nothing is known to be wrong.")
        return
    from pipelines.alerts import digest

    language, zone = documents.programme.language, documents.calendar.time_zone
    for one in sorted(
        found, key=lambda one: (one.state == "acknowledged", one.finding.severity != "error", one.number)
    ):
        style = "dim" if one.state == "acknowledged" else "red" if one.finding.severity == "error" else "yellow"
        told = {"what": "standing", "number": one.number, "since": one.opened_at} | one.finding.plain()
        first, *rest = digest.described(told, language, zone)
        prose("", first, style)
        for line in rest:
            words = line.lstrip(" -")
            prose(line.removesuffix(words), words)
        if one.by:
            until = f" until {one.until}" if one.until else ""
            prose("   ", f"acknowledged by {one.by}{until}: {one.because}", "green")
        typer.echo()
    if any(one.state == "open" for one in found):
        number = next(str(one.number) for one in found if one.state == "open")
        words = ("ack", number, "--because", "WHY", "--by", "YOUR NAME")
        next_steps((pasted(*words), "take note of one: no more reminders of it"))


def ack(
    key: Annotated[
        str,
        typer.Argument(
            autocompletion=complete.alerts,
            help="Number or key of an open finding, as in a digest and `yearbook alerts`.",
        ),
    ],
    because: Annotated[str, typer.Option(help="Why it may stay open for now, in words; kept and shown.")],
    by: Annotated[str, typer.Option(help="Name of the person who takes note of it; kept and shown.")],
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Day up to which that holds. Default: until it recovers."),
    ] = None,
    json: Json = False,
) -> None:
    """Take note of a finding: no more reminders of it. It stays open, and its recovery is told."""
    from pipelines.alerts import report, store
    from pipelines.intake import clock
    from pipelines.landing import register

    with sentences():
        where = home()
        if not register.exists(where):
            raise fail(f"{where.root} holds no installation: there is no register. Set YEARBOOK_HOME.")
        today = clock.local(catalog(where), datetime.now(UTC).isoformat()).date()
        try:
            made = store.acknowledge(where, key, by, because, today, until.date() if until else None)
        except store.AcknowledgeError as error:
            raise fail(str(error)) from None
    if json:
        print_json(report.plain(made))
        return
    day = f" until {made.until}" if made.until else ""
    typer.echo(f"No. {made.number} ({made.finding.key}) is acknowledged by {made.by}{day}.")


@app.command("send")
def send(json: Json = False) -> None:
    """Deliver what waits now, without regard to when it would be tried again. Exit code 1: something still waits."""
    from datetime import UTC

    from pipelines.alerts import outbox

    where, documents, settings = _settings()
    with sentences():
        sent = outbox.deliver(where, documents, settings, datetime.now(UTC), at_once=True)
    _told([vars(one) for one in sent], "Nothing waits.", json)


@app.command("test")
def test(json: Json = False) -> None:
    """Send a test message to every destination and office of alerts.yaml. Exit code 1: one could not be reached."""
    from pipelines.alerts import send as sending
    from pipelines.alerts.settings import HEARTBEAT, targets
    from pipelines.messages import say

    where, documents, settings = _settings()
    found: list[dict[str, Any]] = []
    for target in targets(settings, documents):
        error = ""
        try:
            if target.name == HEARTBEAT:
                continue  # a ping says that a night went well
            body = say("alert.test.body", target.language, destination=target.name, home=str(where.root))
            sending.line(target.url).send(say("alert.test.subject", target.language), body + "\n", "info")
        except sending.NotSent as problem:
            error = str(problem)
        found.append({"destination": target.name, "messages": int(not error), "error": error})
    _told(found, "alerts.yaml names no destination.", json)


def _settings() -> tuple[Any, Any, Any]:
    """Home, documents and settings. Ends the command where alerts are off or cannot be read."""
    from pipelines.alerts.settings import FILE, SettingsError, load

    with sentences():
        where = home()
        documents = catalog(where)
        try:
            settings = load(where, documents)
        except SettingsError as error:
            raise fail(str(error)) from None
    if settings is None:
        raise fail(f"Alerts are off: there is no {where.root / FILE}. See pipelines/docs/alerts.md.")
    return where, documents, settings


def _told(found: list[dict[str, Any]], nothing: str, json: bool) -> None:
    if json:
        print_json(found)
    elif not found:
        typer.echo(nothing)
    else:
        for one in found:
            words = f"not delivered. {one['error']}" if one["error"] else "delivered"
            style = "red" if one["error"] else "green"
            prose("", f"{one['destination']}: {words}", style)
    if any(one["error"] for one in found):
        raise typer.Exit(Code.NOT_DONE)


def show(overview: dict[str, Any]) -> None:
    """Lines of `status`: what is open, and who was told when."""
    open_ = overview["open"]
    counts = f"open: errors {open_['error']}, warnings {open_['warning']}, acknowledged {open_['acknowledged']}"
    if any(open_.values()):
        style = "red" if open_["error"] else "yellow" if open_["warning"] else "dim"
        prose("alerts    ", f"{counts}: {pasted('alerts')}", style)
    if late := overview["late"]:
        of = ", ".join(f"{office} {count}" for office, count in late.items())
        prose("late      ", f"returns overdue, by office: {of}", "yellow")
    for line in overview["fault"].splitlines():
        prose("alerts    ", line, "red")
    if not overview["on"]:
        prose("alerts    ", "off: no alerts.yaml, nobody is told (pipelines/docs/alerts.md)")
        return
    for one in overview["destinations"]:
        prose("told      ", _destination(one), "red" if one["error"] else "")
    ticked = overview["daemon_ticked_at"]
    prose("daemon    ", f"last ticked {_ago(ticked)}" if ticked else "never ticked: only runs tell")


def _destination(one: dict[str, Any]) -> str:
    last = f"last sent {_ago(one['sent_at'])}" if one["sent_at"] else "nothing sent yet"
    words = f"{one['name']}: {last}"
    if one["waiting"]:
        words += f", {one['waiting']} waiting"
    if not one["listed"]:
        words += ", no longer in alerts.yaml"
    if one["error"]:
        words += (
            f", {one['failures']} failed tries, next {one['next_try_at'][:16].replace('T', ' ')} UTC: {one['error']}"
        )
    return words


def _ago(at: str) -> str:
    moment = datetime.fromisoformat(at)
    seconds = int((datetime.now(moment.tzinfo) - moment).total_seconds())
    size, unit = next(
        (s, u) for s, u in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")) if seconds >= s or s == 1
    )
    count = max(seconds // size, 0)
    return f"{count} {unit}{'' if count == 1 else 's'} ago ({moment:%Y-%m-%d %H:%M} UTC)"
