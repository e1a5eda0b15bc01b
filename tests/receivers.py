"""Real receivers for tests of what is sent: an SMTP server and an HTTP server, each on a free port of this machine."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@dataclass
class Mailbox:
    """Mails that a server took."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)

    @property
    def subjects(self) -> list[str]:
        return [str(mail["Subject"]) for mail in self.mails]

    @property
    def texts(self) -> list[str]:
        parts = [next(part for part in mail.walk() if part.get_content_type() == "text/plain") for mail in self.mails]
        return [part.get_content() for part in parts]

    def url(self, to: str = "office@example.org") -> str:
        return f"mailto://127.0.0.1:{self.port}?from=yearbook@example.org&to={to}&mode=insecure"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(message_from_bytes(envelope.content, policy=default))
        return "250 OK"


@contextmanager
def mail_server(box: Mailbox) -> Iterator[Mailbox]:
    """The server of a mailbox; it can be stopped and started again on the same port."""
    from aiosmtpd.controller import Controller

    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    try:
        yield box
    finally:
        controller.stop()


@dataclass
class Hook:
    """What was posted to an HTTP server, and how often it was only fetched. on_post: called when a post was taken and
    is not answered yet.
    """

    port: int
    posts: list[dict[str, Any]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    status: int = 200
    on_post: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/alerts"


@contextmanager
def http_server(hook: Hook) -> Iterator[Hook]:
    """The server of a hook."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if hook.status == 200:
                hook.posts.append(json.loads(body))
                hook.on_post()
            self.answer()

        def do_GET(self) -> None:
            if hook.status == 200:
                hook.fetched.append(self.path)
            self.answer()

        def answer(self) -> None:
            self.send_response(hook.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", hook.port), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
