"""The contract of ``ports.Mailbox`` over SMTP."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

import pytest

from studio_sync.adapters.mail import SmtpMailbox
from studio_sync.clock import FixedClock
from studio_sync.errors import InDoubt, OutsideError, Refused, Unavailable
from studio_sync.ports import Mailbox
from tests.contract.conftest import LIVE, StandIn, setting

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
PDF = b"%PDF-1.4\n.\n..\n%%EOF\n"
MAIL: dict[str, Any] = {
    "to": "accountant@nowhere.example",
    "subject": "Invoice 7 – Thandi Maroon",
    "body": "Dear Sam\n\nInvoice 7 is attached: R 1 200 & no <vat>.\nSee https://nowhere.example/i/7?a=1&b=2.\n\n.\nNadine",
    "attachment": ("Invoice 7.pdf", PDF),
    "message_id": "<invoice-7@nowhere.example>",
}


def mailbox_at(host: str, port: int, **more: Any) -> SmtpMailbox:
    usual: dict[str, Any] = {"sender": "studio@nowhere.example", "sender_name": "Nowhere Street Pilates"}
    return SmtpMailbox(host=host, port=port, clock=FixedClock(NOW), **{"security": "none", **usual, **more})


@pytest.fixture
def mailbox(request: pytest.FixtureRequest) -> SmtpMailbox:
    if LIVE:
        host, _, port = setting("SMTP").partition(":")
        login = {"user": setting("SMTP_USER"), "password": setting("SMTP_PASSWORD"), "sender": setting("MAIL")}
        return mailbox_at(host, int(port), security="tls" if port == "465" else "starttls", **login)
    stand_in: StandIn = request.getfixturevalue("stand_in")
    return mailbox_at(*stand_in.smtp)


def received(stand_in: StandIn) -> EmailMessage:
    mails = stand_in.look("mails")["mails"]
    assert len(mails) == 1
    raw = stand_in.control.get(f"{stand_in.base}/_emulator/mails/{mails[0]['id']}", timeout=20).content
    return message_from_bytes(raw, policy=policy.default)


def test_a_mail_is_taken(mailbox: Mailbox) -> None:
    mailbox.send(**{**MAIL, "to": setting("MAIL") if LIVE else MAIL["to"]})


def test_a_mail_arrives_whole(mailbox: Mailbox, stand_in: StandIn) -> None:
    mailbox.send(**MAIL)
    mail = received(stand_in)
    assert mail["From"] == "Nowhere Street Pilates <studio@nowhere.example>"
    assert (mail["To"], mail["Subject"]) == ("accountant@nowhere.example", "Invoice 7 – Thandi Maroon")
    assert mail["Message-ID"] == "<invoice-7@nowhere.example>"
    assert mail["Date"].datetime == NOW
    paper = next(mail.iter_attachments())
    assert (paper.get_filename(), paper.get_content_type()) == ("Invoice 7.pdf", "application/pdf")
    assert paper.get_payload(decode=True) == PDF


def test_text_and_html_say_the_same_and_nothing_is_markup(mailbox: Mailbox, stand_in: StandIn) -> None:
    mailbox.send(**MAIL)
    mail = received(stand_in)
    plain, rich = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n").rstrip("\n") == MAIL["body"]
    assert rich.get_content().replace("\r\n", "\n") == (
        "<p>Dear Sam</p>\n"
        "<p>Invoice 7 is attached: R 1 200 &amp; no &lt;vat&gt;.<br>\n"
        'See <a href="https://nowhere.example/i/7?a=1&amp;b=2">https://nowhere.example/i/7?a=1&amp;b=2</a>.</p>\n'
        "<p>.<br>\nNadine</p>\n"
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": "Invoice\r\nBcc: everyone@nowhere.example"}, "line break"),
        ({"to": "a@nowhere.example\r\nBcc: b@nowhere.example"}, "no.* mail address"),
        ({"to": "a@nowhere.example, b@nowhere.example"}, "no.* mail address"),
        ({"to": "Thandi"}, "no.* mail address"),
        ({"to": ""}, "no.* mail address"),
        ({"to": "thandi@nowhere"}, "no.* mail address"),
        ({"message_id": "<a@b>\r\nX: y"}, "own id"),
    ],
)
def test_nobody_adds_headers_or_recipients(
    mailbox: Mailbox, stand_in: StandIn, change: dict[str, str], words: str
) -> None:
    with pytest.raises(Refused, match=words):
        mailbox.send(**{**MAIL, **change})
    assert stand_in.look("mails")["mails"] == []


def test_a_line_break_in_a_file_name_stays_in_the_name(mailbox: Mailbox, stand_in: StandIn) -> None:
    mailbox.send(**{**MAIL, "attachment": ("../a\r\nX-Evil: 1.pdf", PDF)})
    paper = next(received(stand_in).iter_attachments())
    assert paper.get_filename() == "..-a--X-Evil: 1.pdf"
    assert paper["X-Evil"] is None


@pytest.mark.parametrize(
    ("fault", "kind", "arrived"),
    [
        ("503", Unavailable, 0),
        ("400", Refused, 0),
        ("reset", InDoubt, 0),
        ("lost", InDoubt, 1),
        ("slow", InDoubt, None),
    ],
)
def test_trouble_after_the_text_is_told_by_its_cause(
    stand_in: StandIn, fault: str, kind: type[OutsideError], arrived: int | None
) -> None:
    stand_in.trouble("smtp.data", fault)
    with pytest.raises(OutsideError) as trouble:
        mailbox_at(*stand_in.smtp, timeout=0.4).send(**MAIL)
    assert type(trouble.value) is kind
    if arrived is not None:
        assert len(stand_in.look("mails")["mails"]) == arrived


def test_nobody_answers(closed_port: str) -> None:
    host, _, port = closed_port.removeprefix("http://").partition(":")
    with pytest.raises(Unavailable):
        mailbox_at(host, int(port)).send(**MAIL)


def test_no_password_goes_over_an_open_line() -> None:
    with pytest.raises(Refused, match="unprotected"):
        mailbox_at("smtp.nowhere.example", 587, user="nadine", password="secret").send(**MAIL)


def test_a_server_without_encryption_is_refused_when_it_is_wanted(stand_in: StandIn) -> None:
    with pytest.raises(Refused, match="mail settings"):
        mailbox_at(*stand_in.smtp, security="starttls").send(**MAIL)


Server = Callable[[dict[str, str]], tuple[str, int]]


@pytest.fixture
def server() -> Iterator[Server]:
    """A mail server that answers each command as told ("" = hangs up); the rest is 250."""
    running: list[ThreadingTCPServer] = []

    def start(answers: dict[str, str]) -> tuple[str, int]:
        class Session(StreamRequestHandler):
            def handle(self) -> None:
                word = "hello"
                while answer := answers.get(word, "250 fine"):
                    self.wfile.write(answer.encode() + b"\r\n")
                    word = self.rfile.readline().decode().strip().partition(" ")[0].upper()
                    if not word:
                        return

        found = ThreadingTCPServer(("127.0.0.1", 0), Session)
        running.append(found)
        threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        return "127.0.0.1", int(found.server_address[1])

    yield start
    for each in running:
        each.shutdown()
        each.server_close()


@pytest.mark.parametrize(
    ("answers", "kind", "code"),
    [
        ({"hello": "421 too busy"}, Unavailable, 421),
        ({"hello": "554 not you"}, Refused, 554),
        ({"MAIL": "451 try later"}, Unavailable, 451),
        ({"RCPT": "550 no such person"}, Refused, 550),
        ({"RCPT": "450 greylisted"}, Unavailable, 450),
        ({"DATA": "554 no"}, Refused, 554),
        ({"RCPT": ""}, Unavailable, 0),
        ({"DATA": ""}, Unavailable, 0),
    ],
)
def test_before_the_text_nothing_is_in_doubt(
    server: Server, answers: dict[str, str], kind: type[OutsideError], code: int
) -> None:
    with pytest.raises(OutsideError) as trouble:
        mailbox_at(*server({"hello": "220 here", **answers})).send(**MAIL)
    assert (type(trouble.value), trouble.value.code) == (kind, code)


def test_a_wrong_password_is_refused(server: Server) -> None:
    address = server({"hello": "220 here", "EHLO": "250-here\r\n250 AUTH PLAIN", "AUTH": "535 wrong password"})
    with pytest.raises(Refused) as refusal:
        mailbox_at(*address, user="nadine", password="secret").send(**MAIL)
    assert refusal.value.code == 535
    assert "secret" not in str(refusal.value)


def test_an_unreadable_answer_after_the_text_is_a_doubt(server: Server) -> None:
    # "FROM:" is the first line of the mail itself.
    address = server({"hello": "220 here", "DATA": "354 go on", "FROM:": "what?"})
    with pytest.raises(InDoubt):
        mailbox_at(*address).send(**MAIL)
