"""A small mail server: takes every mail and keeps it (RFC 5321 as far as a client library needs it)."""

from __future__ import annotations

import socketserver
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from flask import Blueprint, Response, abort, jsonify
from flask.typing import ResponseReturnValue

from emulator.control import Help
from emulator.store import Doc
from emulator.world import World

VERBS: tuple[Help, ...] = (
    ("GET /_emulator/mails", "mails taken so far, newest last", None),
    ("GET /_emulator/mails/<id>", "one mail as it came", None),
)
MOST_BYTES = 30 * 1024 * 1024


def blueprint(world: World) -> Blueprint:
    """The kept mails."""
    routes = Blueprint("mails", __name__)

    @routes.get("/_emulator/mails")
    def mails() -> ResponseReturnValue:
        return jsonify({"mails": [mail for _, mail in world.store.items("mail")]})

    @routes.get("/_emulator/mails/<key>")
    def mail(key: str) -> ResponseReturnValue:
        raw = world.store.blob(f"mail:{key}") or abort(404)
        return Response(raw, mimetype="message/rfc822")

    @routes.get("/_emulator/mails/<key>/parts/<int:number>")
    def part(key: str, number: int) -> ResponseReturnValue:
        raw = world.store.blob(f"mail:{key}") or abort(404)
        files = list(_parse(raw).iter_attachments())
        if number >= len(files):
            abort(404)
        return Response(files[number].get_payload(decode=True), mimetype=files[number].get_content_type())

    return routes


def dump(world: World) -> dict[str, Any]:
    """The kept mails."""
    return {"mails": [mail for _, mail in world.store.items("mail")]}


def keep(world: World, sender: str, recipients: list[str], raw: bytes) -> Doc:
    """Store a mail and tell the page."""
    parsed = _parse(raw)
    text = parsed.get_body(("plain", "html"))
    key = str(world.number("mail"))
    mail: Doc = {
        "id": key,
        "at": world.clock.now().isoformat(),
        "from": sender,
        "to": recipients,
        "subject": str(parsed.get("Subject", "")),
        "message_id": str(parsed.get("Message-ID", "")),
        "text": str(text.get_content()).replace("\r\n", "\n") if text else "",
        "attachments": [
            {"filename": part.get_filename(), "mime_type": part.get_content_type(), "size": len(_bytes(part))}
            for part in parsed.iter_attachments()
        ],
    }
    with world.store.transaction():
        world.store.put_blob(f"mail:{key}", raw)
        world.store.put("mail", key, mail)
    world.bus.publish("mail", {"id": key, "to": recipients, "subject": mail["subject"]})
    return mail


def _parse(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _bytes(part: Any) -> bytes:
    return part.get_payload(decode=True) or b""


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback; port 0 takes a free one (`server_address` says which)."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, world: World, host: str, port: int = 0) -> None:
        self.world = world
        super().__init__((host, port), _Session)

    def start(self) -> None:
        """Serve in the background."""
        # Half a second, the usual look for a stop, would be the length of many a test.
        threading.Thread(target=self.serve_forever, args=(0.02,), name="smtp", daemon=True).start()


class _Session(socketserver.StreamRequestHandler):
    timeout = 60

    def handle(self) -> None:
        self.sender: str | None = None
        self.recipients: list[str] = []
        self._say("220 local.example ESMTP")
        while line := self.rfile.readline(2048):
            word, _, rest = line.decode("utf-8", "replace").strip().partition(" ")
            if not self._obey(word.upper(), rest):
                return

    def _obey(self, word: str, rest: str) -> bool:
        """One command; False ends the session."""
        if word == "QUIT":
            self._say("221 2.0.0 Bye")
            return False
        if word == "DATA":
            return self._data()
        answers = {"NOOP": "250 2.0.0 OK", "HELO": "250 local.example", "VRFY": "252 2.0.0 Cannot VRFY user"}
        if word == "EHLO":
            self._say(f"250-local.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE {MOST_BYTES}")
        elif word == "RSET":
            self.sender, self.recipients = None, []
            self._say("250 2.0.0 OK")
        elif word == "MAIL" and rest.upper().startswith("FROM:"):
            self.sender, self.recipients = _address(rest), []
            self._say("250 2.1.0 OK")
        elif word == "RCPT" and rest.upper().startswith("TO:") and self.sender is not None:
            self.recipients.append(_address(rest))
            self._say("250 2.1.5 OK")
        elif word in {"MAIL", "RCPT"}:
            self._say("503 5.5.1 Bad sequence of commands")
        else:
            self._say(answers.get(word, f"502 5.5.2 {word} is not known here"))
        return True

    def _data(self) -> bool:
        world = cast("Server", self.server).world
        if not self.recipients or self.sender is None:
            self._say("503 5.5.1 Need RCPT")
            return True
        self._say("354 End data with <CR><LF>.<CR><LF>")
        lines: list[bytes] = []
        size = 0
        while (line := self.rfile.readline()) not in {b".\r\n", b".\n"}:
            size += len(line)
            if not line or size > MOST_BYTES:
                return False
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
        return self._accept(world, b"".join(lines))

    def _accept(self, world: World, raw: bytes) -> bool:
        """Keep the mail, unless a scripted fault of smtp.data says otherwise."""
        rule = world.faults.take("smtp.data")
        kind = rule["kind"] if rule else None
        if rule:
            world.bus.publish("fault", {"name": "smtp.data", "kind": kind})
        if kind in {"refuse", "reset"}:
            return False
        if kind == "slow" and rule:
            threading.Event().wait(rule["seconds"] or 1.0)
        if kind and kind.isdigit():
            temporary = int(kind) in {429, 500, 503}
            self._say("451 4.3.0 Try again later" if temporary else "554 5.7.1 Refused")
            return True
        keep(world, self.sender or "", self.recipients, raw)
        if kind in {"lost", "cut"}:
            return False
        self.sender, self.recipients = None, []
        self._say("250 2.0.0 OK: queued")
        return True

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


def _address(rest: str) -> str:
    """The mailbox of "FROM:<a@b> SIZE=1"."""
    return rest.partition(":")[2].strip().partition(">")[0].lstrip("<").split(" ")[0]
