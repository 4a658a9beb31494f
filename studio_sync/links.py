"""Signed links: who may see a document, for 48 hours, or a received file, for 30 days.

Nothing is stored; bound to purpose and client.
Source: spec promises 10 (Links). The key has no default: a known key would let anyone forge a link.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

VIEW_FOR = timedelta(hours=48)
#: a file that a client sent: the link stands in a row of the owner's own sheet
FILE_FOR = timedelta(days=30)
#: what the ``document`` of such a link begins with
FILE = "file:"


class LinkForged(ValueError):
    """The signature is not ours."""


class LinkExpired(ValueError):
    """The link was ours and is over since ``at``."""

    def __init__(self, at: datetime, document: str) -> None:
        super().__init__(f"expired {at.isoformat()}")
        self.at = at
        self.document = document


@dataclass(frozen=True, kw_only=True, slots=True)
class View:
    """What a view link opens."""

    document: str
    sha256: str
    client: str
    until: datetime


def bell_secret(key: str) -> str:
    """The secret of the doorbell script: made from ``key``, so that one more secret need not be kept."""
    return hmac.new(key.encode(), b"doorbell", hashlib.sha256).hexdigest()


def _signer(key: str) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt="view-document")


def view_token(key: str, *, document: str, sha256: str, client: str, now: datetime) -> str:
    """A token for one document of one client, good for 48 h from ``now`` (aware); for a file sent to us, 30 days."""
    until = int((now + (FILE_FOR if document.startswith(FILE) else VIEW_FOR)).timestamp())
    token = _signer(key).dumps([document, sha256, client, until])
    return token if isinstance(token, str) else token.decode()


def read_view(key: str, token: str, now: datetime) -> View:
    """The view behind a token. Raises ``LinkForged`` or, only for a genuine one, ``LinkExpired``."""
    try:
        loaded: Any = _signer(key).loads(token)
        document, sha256, client, until = loaded
    except (BadSignature, ValueError, TypeError) as bad:
        raise LinkForged("not a link of ours") from bad
    at = datetime.fromtimestamp(until, tz=now.tzinfo)
    if now >= at:
        raise LinkExpired(at, str(document))
    return View(document=document, sha256=sha256, client=client, until=at)
