"""Receipts for offices that gave an address: which wait, and the message of those that do, in the office's language.

The receipt itself is intake's; here it only goes on its way.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from pipelines.alerts import tables
from pipelines.alerts.digest import LONGEST, Message
from pipelines.alerts.settings import Letterbox
from pipelines.contracts import Catalog
from pipelines.home import Home
from pipelines.intake import receipts
from pipelines.intake.text import visible
from pipelines.landing import register
from pipelines.messages import say


def waiting(connection: sa.Connection, office: str, since: str, name: str) -> list[dict[str, Any]]:
    """Deliveries of an office that were judged since, in whichever order, and of which the outbox has nothing for the
    destination `name`: what a letter needs of each.
    """
    d, o = register.delivery.c, tables.outbox.c
    told = sa.exists().where(o.destination == name, o.kind == "receipt", o.subject == sa.cast(d.number, sa.Text))
    query = (
        sa.select(d.number, d.receipt, d.verdict, d.file_name)
        .where(d.judged_at >= since, d.receipt.startswith(f"outbox/{office}/", autoescape=True), ~told)
        .order_by(d.number)
    )
    return [dict(row) for row in connection.execute(query).mappings()]


def wanted(box: Letterbox, letter: dict[str, Any]) -> bool:
    """Is this one to be told?"""
    return box.receipts != "rejected" or letter["verdict"] != "accepted"


def text(
    home: Home, catalog: Catalog, letters: Sequence[dict[str, Any]], language: str, longest: int = LONGEST,
    title: int = 250,
) -> Message:  # fmt: skip
    """One message of the receipts that wait for an office: those not accepted first, whole as long as there is room."""
    order = ("rejected", "partly", "accepted")
    letters = sorted(letters, key=lambda one: (order.index(one["verdict"]), one["number"]))
    bad = sum(one["verdict"] != "accepted" for one in letters)
    if len(letters) == 1:
        name = visible(letters[0]["file_name"], 120)
        subject = say(f"alert.receipt.{letters[0]['verdict']}", language, file=name)
    else:
        subject = say("alert.receipt.several", language, count=len(letters), bad=bad)
    room = min(longest or LONGEST, LONGEST) - 400
    parts, short = [], []
    for one in letters:
        whole = _receipt(home, catalog, one, language)
        if len(whole) <= room:
            parts.append(whole)
            room -= len(whole) + 80
        else:
            short.append(say(f"alert.receipt.{one['verdict']}", language, file=visible(one["file_name"], 120)))
    body = ("\n" + "=" * 72 + "\n\n").join(parts)
    if short:
        body += "\n" + say("alert.receipt.short", language, count=len(short)) + "\n"
        for number, line in enumerate(short):
            if room < len(line) + 80:
                body += "  " + say("alert.receipt.more", language, count=len(short) - number) + "\n"
                break
            body += f"  {line}\n"
            room -= len(line) + 3
    return Message(subject[: title or 250], body, "warning" if bad else "success")


def _receipt(home: Home, catalog: Catalog, one: dict[str, Any], language: str) -> str:
    """The receipt in a language; as it was written where it cannot be said again (a table that is no more)."""
    path = home.root / one["receipt"]
    try:
        return receipts.again(catalog, json.loads(path.with_suffix(".json").read_bytes()), language)
    except (OSError, ValueError, KeyError, TypeError):
        pass
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return say(f"alert.receipt.{one['verdict']}", language, file=visible(one["file_name"], 120)) + "\n"
