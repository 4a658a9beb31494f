"""``ports.Mailbox`` on SMTP: one message, one recipient, text and HTML saying the same."""

from __future__ import annotations

import html
import re
import smtplib
import ssl
from contextlib import suppress
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal, NoReturn

from studio_sync.adapters.sessions import is_here
from studio_sync.clock import Clock
from studio_sync.errors import InDoubt, OutsideError, Refused, Unavailable

_SERVICE = "mail"
_LINK = re.compile(r"https://[^\s<>\"]+[^\s<>\".,;:!?)]")
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")

Security = Literal["starttls", "tls", "none"]


class SmtpMailbox:
    """A mail account. ``security``: ``starttls`` (port 587), ``tls`` (465), ``none`` (a server on this computer)."""

    def __init__(
        self,
        *,
        host: str,
        port: int,
        sender: str,
        clock: Clock,
        sender_name: str = "",
        user: str = "",
        password: str = "",
        security: Security = "starttls",
        timeout: float = 20.0,
    ) -> None:
        self._host, self._port = host, port
        self._sender = _address(sender, sender_name)
        self._clock = clock
        self._login = (user, password)
        self._security = security
        self._timeout = timeout

    def send(self, *, to: str, subject: str, body: str, attachment: tuple[str, bytes] | None, message_id: str) -> None:
        """Send one mail under our own ``message_id`` (``<...@...>``); ``attachment`` is (name, PDF bytes).

        Raises:
            Refused: a bad address or header, a wrong password, or a 5xx of the server; not sent.
            Unavailable: not sent, may be asked again: no connection, or a 4xx of the server.
            InDoubt: the text had gone out and no answer came.
        """
        mail = self._compose(_address(to), subject, body, attachment, message_id)
        try:
            server = self._connected()
            try:
                self._hand_over(server, mail)
            finally:
                server.close()
        except smtplib.SMTPResponseException as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Refused(_SERVICE, f"the mail server cannot do it ({error}); look at the mail settings") from error
        except (smtplib.SMTPException, ssl.SSLError, OSError) as error:
            # Everything up to DATA: nothing has been accepted.
            raise Unavailable(_SERVICE, f"no connection to the mail server ({type(error).__name__})") from error

    def _compose(
        self, to: Address, subject: str, body: str, attachment: tuple[str, bytes] | None, message_id: str
    ) -> EmailMessage:
        if not _MESSAGE_ID.fullmatch(message_id):
            raise Refused(_SERVICE, "the mail's own id is not of the form <...@...>")
        # 7 bit, because a server may not take more.
        mail = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
        try:
            mail["From"], mail["To"], mail["Subject"] = self._sender, to, subject
            mail["Message-ID"] = message_id
            mail["Date"] = format_datetime(self._clock.now())
            mail["Auto-Submitted"] = "auto-generated"
        except ValueError as error:  # line breaks: someone tries to add headers
            raise Refused(_SERVICE, "the subject holds a line break; put it on one line") from error
        mail.set_content(body)
        mail.add_alternative(_as_html(body), subtype="html")
        if attachment is not None:
            name, content = attachment
            mail.add_attachment(
                content, maintype="application", subtype="pdf", filename=re.sub(r"[\r\n/\\]", "-", name)
            )
        return mail

    def _connected(self) -> smtplib.SMTP:
        if self._login[0] and self._security == "none" and not is_here(self._host):
            raise Refused(_SERVICE, "the password would travel unprotected; set the mail security to starttls or tls")
        # Naming ourselves spares smtplib a look-up of this computer's name, which can take long.
        name, timeout = self._sender.domain, self._timeout
        if self._security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(self._host, self._port, name, timeout=timeout, context=context)
        else:
            server = smtplib.SMTP(self._host, self._port, name, timeout=timeout)
        try:
            if self._security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if self._login[0]:
                server.login(*self._login)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, mail: EmailMessage) -> None:
        """MAIL, RCPT, DATA one by one: only after the last dot is a missing answer a doubt."""
        server.ehlo_or_helo_if_needed()
        _accept(server.mail(self._sender.addr_spec))
        _accept(server.rcpt(mail["To"].addresses[0].addr_spec))
        _accept(server.docmd("DATA"))
        try:
            # A line that begins with a dot gets a second one (RFC 5321 4.5.2).
            server.send(re.sub(rb"(?m)^\.", b"..", mail.as_bytes()) + b".\r\n")
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise InDoubt(_SERVICE, f"no answer after the mail was handed over ({type(error).__name__})") from error
        if answer[0] < 200:
            raise InDoubt(_SERVICE, "the answer after the mail was handed over could not be read")
        _accept(answer)
        with suppress(smtplib.SMTPException, OSError):
            server.quit()  # politeness: the mail is accepted, whatever happens now


def _accept(answer: tuple[int, bytes]) -> None:
    if answer[0] not in {250, 251, 354}:
        raise _refusal(*answer)


def _refusal(code: int, answer: bytes | str) -> OutsideError:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return (Unavailable if 400 <= code < 500 else Refused)(_SERVICE, text[:500], code=code)


def _address(text: str, name: str = "") -> Address:
    try:
        found = Address(display_name=name, addr_spec=text)
        text.encode("ascii")
    except (HeaderParseError, ValueError, IndexError):
        _no_address()
    if not found.username or ("." not in found.domain and found.domain != "localhost"):
        _no_address()
    return found


def _no_address() -> NoReturn:
    raise Refused(_SERVICE, "that is not a mail address; write it like name@example.com")


def _as_html(text: str) -> str:
    """The same words: paragraphs at blank lines, links clickable, nothing else."""
    paragraphs = [_linked(part).replace("\n", "<br>\n") for part in re.split(r"\n\s*\n", text.strip())]
    return "".join(f"<p>{part}</p>\n" for part in paragraphs)


def _linked(text: str) -> str:
    pieces, at = [], 0
    for match in _LINK.finditer(text):
        address = html.escape(match.group(), quote=True)
        pieces += [html.escape(text[at : match.start()]), f'<a href="{address}">{address}</a>']
        at = match.end()
    return "".join([*pieces, html.escape(text[at:])])
