"""The mail server in one process: what ``smtplib.SMTP`` is for the program, without a socket."""

from __future__ import annotations

import re
import smtplib
from typing import Any, cast

from emulator import smtp
from studio_sync.adapters.mail import SmtpMailbox
from tests.histories.wire import Wire

CALL = "smtp.data"


class Postman:
    """One connection. Handing over the mail is a call like any other: faults strike there, and the program may die."""

    def __init__(self, wire: Wire) -> None:
        self._net = wire.net
        self._points = wire.points
        self._meanwhile = wire.meanwhile
        self._sender = ""
        self._to: list[str] = []
        self._lost = False

    def ehlo_or_helo_if_needed(self) -> None:
        """Greet."""

    def mail(self, sender: str) -> tuple[int, bytes]:
        """From whom."""
        self._sender = sender
        return 250, b"OK"

    def rcpt(self, to: str) -> tuple[int, bytes]:
        """To whom."""
        self._to.append(to)
        return 250, b"OK"

    def docmd(self, _word: str) -> tuple[int, bytes]:
        """DATA; a fault before the mail is handed over strikes here."""
        self._points.meet(f"before {CALL}")
        self._meanwhile(CALL)
        fault = self._net.take(CALL, "POST")
        kind = fault.kind if fault else ""
        self._lost = kind == "lost"
        self._net.log.append(f"{CALL} {kind or '250'}")
        if kind in {"refuse", "reset"}:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        if kind == "slow":
            self._net.clock.tick(8.0)
        return (451, b"4.3.0 try again later") if kind == "503" else (354, b"go on")

    def send(self, raw: bytes) -> None:
        """The mail and its last dot."""
        whole = re.sub(rb"(?m)^\.\.", b".", raw.removesuffix(b"\r\n.\r\n"))
        smtp.keep(self._net.world, self._sender, self._to, whole)

    def getreply(self) -> tuple[int, bytes]:
        """Whether it was taken."""
        self._points.meet(f"after {CALL}")
        if self._lost:
            raise smtplib.SMTPServerDisconnected("Connection unexpectedly closed")
        return 250, b"OK"

    def quit(self) -> None:
        """Goodbye."""

    def close(self) -> None:
        """Hang up."""


class Letterbox(SmtpMailbox):
    """The program's mailbox, connected to ``Postman``."""

    def __init__(self, wire: Wire, **how: Any) -> None:
        super().__init__(**how)
        self._wire = wire

    def _connected(self) -> smtplib.SMTP:
        return cast("smtplib.SMTP", Postman(self._wire))
