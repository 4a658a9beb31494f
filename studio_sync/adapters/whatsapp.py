"""``ports.Messenger`` on WhatsApp's Cloud API: a thin client on ``requests`` that sends everything exactly once."""

from __future__ import annotations

import hashlib
import ipaddress
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter

from studio_sync.adapters import outcomes, whatsapp_errors
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.sessions import furnish
from studio_sync.adapters.whatsapp_body import body_of, read_mark
from studio_sync.adapters.whatsapp_limits import a_file
from studio_sync.errors import InDoubt, Refused, TooLarge, Unavailable
from studio_sync.ports import OutMessage

_SERVICE = "whatsapp"
META = "https://graph.facebook.com"
#: where received files lie; the token is shown to no other host
_MEDIA_HOSTS = frozenset({"lookaside.fbsbx.com"})


class WhatsAppMessenger:
    """One business number. Thread-safe. ``most_bytes`` is the largest received file that is fetched."""

    def __init__(
        self,
        *,
        phone_id: str,
        account_id: str,
        token: str,
        base: str = META,
        version: str = "v26.0",
        connect_timeout: float = 3.0,
        read_timeout: float = 10.0,
        most_bytes: int = 25 * 1024 * 1024,
        transport: BaseAdapter | None = None,
    ) -> None:
        self._root = f"{base.rstrip('/')}/{version}"
        self._base = urlsplit(base)
        self._phone_id = phone_id
        self._account_id = account_id
        self._timeout = (connect_timeout, read_timeout)
        self._most_bytes = most_bytes
        self._session = requests.Session()
        furnish(self._session, base, transport)
        self._session.headers["Authorization"] = f"Bearer {token}"

    def send(self, message: OutMessage) -> str:
        """Send once; the wamid. It means accepted, never delivered.

        Raises:
            Refused: not sent and will not be, also when it breaks a limit; ``code`` is WhatsApp's (190: the token).
            RateLimited: not sent: too fast; 131056 is about this person only, 130429 about our number.
            Unavailable: not sent: never left, or WhatsApp says it is down.
            InDoubt: perhaps sent: a status with our ``callback`` will tell.
        """
        answer = self.ask(Call.ONCE, "POST", f"{self._phone_id}/messages", json=body_of(message))
        try:
            wamid = answer["messages"][0]["id"]
        except (KeyError, IndexError, TypeError) as error:
            raise InDoubt(_SERVICE, "accepted, but the message was not named") from error
        return str(wamid)

    def read(self, wamid: str, *, typing: bool = False) -> None:
        """Mark a message and all before it as read; ``typing`` shows dots until we answer, at most 25 s."""
        self.ask(Call.KEYED, "POST", f"{self._phone_id}/messages", json=read_mark(wamid, typing=typing))

    def upload(self, content: bytes, mime: str, filename: str) -> str:
        """Hand over a file; the media id, kept 30 days. A repetition only leaves a second copy with WhatsApp.

        Raises ``Refused`` also for a type or size that WhatsApp does not take, before a byte leaves.
        """
        a_file(mime, len(content))
        fields = {"messaging_product": "whatsapp", "type": mime}
        files = {"file": (filename, content, mime)}
        answer = self.ask(Call.READ, "POST", f"{self._phone_id}/media", data=fields, files=files)
        if not answer.get("id"):
            raise Unavailable(_SERVICE, "the file was not named")
        return str(answer["id"])

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        """Bytes and mime of a received file.

        Raises:
            Refused: unknown, older than 7 days, or kept on a host that is not WhatsApp's.
            TooLarge: larger than ``most_bytes``.
            Unavailable: ask again.
        """
        if not media_id.isalnum():
            raise Refused(_SERVICE, "that is no media id", code=100)
        try:
            return self._fetch_once(media_id)
        except Refused as error:
            # An address lives 5 minutes: the first may have been over by the time it was asked (facts 1.3, Media).
            if error.code != 404:
                raise
            return self._fetch_once(media_id)

    def _fetch_once(self, media_id: str) -> tuple[bytes, str]:
        found = self.ask(Call.READ, "GET", media_id)
        url, mime, size = str(found.get("url", "")), str(found.get("mime_type", "")), found.get("file_size")
        if isinstance(size, int) and size > self._most_bytes:
            raise TooLarge(_SERVICE, self._most_bytes // 2**20)
        if not self._may_fetch(url):
            raise Refused(_SERVICE, "the file lies on a host that is not WhatsApp's", code=100)
        content = self._download(url)
        digest = str(found.get("sha256", ""))
        if len(digest) == 64 and hashlib.sha256(content).hexdigest() != digest.lower():
            raise Unavailable(_SERVICE, "the file arrived damaged")
        return content, mime

    def templates(self) -> list[dict[str, Any]]:
        """Template messages as WhatsApp knows them: name, language, status, category, quality, reason, components."""
        fields = "id,name,language,status,category,components,quality_score,rejected_reason"
        return self.pages(f"{self._account_id}/message_templates", fields)

    @property
    def account_id(self) -> str:
        """The WhatsApp Business account."""
        return self._account_id

    def pages(self, path: str, fields: str) -> list[dict[str, Any]]:
        """Everything that a listing has, page by page."""
        found: list[dict[str, Any]] = []
        wanted = {"fields": fields, "limit": "100"}
        while True:
            page = self.ask(Call.READ, "GET", path, params=wanted)
            found += page.get("data", ())
            paging = page.get("paging", {})
            after = paging.get("cursors", {}).get("after")
            # "next" is an address of its own; only its being there counts, so that the token stays with our host.
            if not paging.get("next") or not after or after == wanted.get("after"):
                return found
            wanted["after"] = after

    def submit(self, body: Mapping[str, Any]) -> str:
        """Submit one template (name and language are its key); its status, such as PENDING."""
        answer = self.ask(Call.KEYED, "POST", f"{self._account_id}/message_templates", json=dict(body))
        return str(answer.get("status", "PENDING"))

    def sample(self, content: bytes, mime: str, name: str) -> str:
        """Hand over the sample file of a template's header; the handle to submit it with.

        "app" is the app the token belongs to. The second call takes the token in a form of its own.
        """
        told = {"file_name": name, "file_length": str(len(content)), "file_type": mime}
        session = str(self.ask(Call.READ, "POST", "app/uploads", params=told).get("id", ""))
        if not session.startswith("upload:"):
            raise Unavailable(_SERVICE, "the sample file was not taken")
        token = str(self._session.headers["Authorization"]).removeprefix("Bearer ")
        more = {"Authorization": f"OAuth {token}", "file_offset": "0"}
        handle = self.ask(Call.READ, "POST", session, data=content, headers=more).get("h")
        if not handle:
            raise Unavailable(_SERVICE, "the sample file was not named")
        return str(handle)

    def number(self) -> str:
        """The business number as WhatsApp shows it: proof that token and number belong together."""
        wanted = {"fields": "display_phone_number,verified_name"}
        return str(self.ask(Call.READ, "GET", self._phone_id, params=wanted).get("display_phone_number", ""))

    def ask(self, call: Call, method: str, path: str, **more: Any) -> dict[str, Any]:
        """One call; its JSON, {} for anything else. Raises the errors of ``whatsapp_errors``."""
        with outcomes.translated(_SERVICE, call):
            response = self._session.request(
                method, f"{self._root}/{path}", timeout=self._timeout, allow_redirects=False, **more
            )
            if response.status_code // 100 == 2:
                answer = response.json()
                return answer if isinstance(answer, dict) else {}
        raise self._error(response, call)

    def _download(self, url: str) -> bytes:
        with (
            outcomes.translated(_SERVICE, Call.READ),
            self._session.get(url, timeout=self._timeout, allow_redirects=False, stream=True) as response,
        ):
            if response.status_code == 404:
                raise Refused(_SERVICE, "the address of the file is over", code=404)
            if response.status_code != 200:
                raise self._error(response, Call.READ)
            content = bytearray()
            for piece in response.iter_content(65536):
                content += piece
                if len(content) > self._most_bytes:
                    raise TooLarge(_SERVICE, self._most_bytes // 2**20)
        return bytes(content)

    def _error(self, response: requests.Response, call: Call) -> Exception:
        pause = outcomes.retry_after(response.headers)
        return whatsapp_errors.from_answer(response.status_code, response.content, call, retry_after=pause)

    def _may_fetch(self, url: str) -> bool:
        """Exactly a known host over https that lies on the public net, or the very address we were told to talk to."""
        try:
            asked = urlsplit(url)
        except ValueError:
            return False
        if (asked.scheme, asked.netloc) == (self._base.scheme, self._base.netloc):
            return True
        return asked.scheme == "https" and asked.netloc in _MEDIA_HOSTS and _is_public(asked.netloc)


def _is_public(host: str) -> bool:
    """Whether every address of ``host`` is one of the public net; True when it has none: the call will say so."""
    try:
        found = socket.getaddrinfo(host, 443, proto=socket.IPPROTO_TCP)
    except OSError:
        return True
    return all(ipaddress.ip_address(told[4][0]).is_global for told in found)
