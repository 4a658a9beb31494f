"""WhatsApp's webhook: the handshake, and every delivery kept durably by one commit before it is answered 200.

Anything but 200 is delivered again for up to seven days (facts/whatsapp 1.1), so what could not be kept is not lost,
and neither is what comes to a program that stands by while another one works: it waits with WhatsApp for that one.
"""

from __future__ import annotations

import json
import logging
import re
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from studio_sync.errors import StudioError
from studio_sync.rules.facts import Fact, MessageCame
from studio_sync.standing import NOBODY_LOOKED
from webhook.door import Door
from webhook.guards import Flood, same, signed
from webhook.payloads import Delivery, read
from webhook.tracing import HEADER, Tracing

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from studio_sync.journal import Kept

log = logging.getLogger(__name__)
PATHS = ("/webhook", "/webhooks/whatsapp")
#: A little over the 3 MB of Meta's largest delivery (facts/whatsapp 1.1).
LARGEST = 3 * 1024 * 1024 + 64 * 1024
_CHALLENGE = re.compile(r"[0-9]{1,100}")
_OK, _NO_JSON, _FORGED, _TOO_LARGE = "200 OK", "400 Bad Request", "403 Forbidden", "413 Content Too Large"
_BROKEN, _LATER = "500 Internal Server Error", "503 Service Unavailable"
Answer = tuple[str, dict[str, Any]]


def blueprint(door: Door) -> Blueprint:
    """GET on both paths (the second is an older system's)."""
    routes = Blueprint("meta", __name__)

    def handshake() -> ResponseReturnValue:
        challenge = request.args.get("hub.challenge", "")
        known = same(request.args.get("hub.verify_token", ""), door.config.whatsapp_verify_token)
        if request.args.get("hub.mode") != "subscribe" or not known or not _CHALLENGE.fullmatch(challenge):
            return Response("Forbidden", 403, mimetype="text/plain")
        return Response(challenge, mimetype="text/plain")

    for path in PATHS:
        routes.add_url_rule(path, view_func=handshake, methods=["GET"])
    return routes


class Deliveries:
    """POST on both paths, answered in front of Flask, whose part of a request costs more than all that is done here."""

    def __init__(self, door: Door, behind: WSGIApplication, tracing: Tracing) -> None:
        self._door = door
        self._behind = behind
        self._tracing = tracing
        self._flood = Flood()
        #: why deliveries are not taken, as it was last written down
        self._because = ""

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST" or environ["PATH_INFO"] not in PATHS:
            return self._behind(environ, start_response)
        ident = self._tracing.ident(environ.get("HTTP_X_CORRELATION_ID", ""))
        try:
            status, told = self._receive(environ, ident)
        except StudioError as error:
            log.warning("a request had to be put off: %s [%s]", error, ident)
            status, told = _LATER, _refusal("Nothing was kept; send it again")
        except Exception:  # the top of a request: it is delivered again
            log.exception("a request broke [%s]", ident)
            status, told = _BROKEN, _refusal("Something broke; it is written down")
        body = json.dumps(told).encode()
        start_response(
            status,
            [("Content-Type", "application/json"), ("Content-Length", str(len(body))), (HEADER, ident)],
        )
        return (body,)

    def _receive(self, environ: WSGIEnvironment, ident: str) -> Answer:
        raw = _body(environ)
        if raw is None:
            return _TOO_LARGE, _refusal("Too large")
        config = self._door.config
        if not signed(raw, environ.get("HTTP_X_HUB_SIGNATURE_256", ""), config.whatsapp_app_secret):
            log.warning("whatsapp.signature_verification_failure [%s]", ident)
            return _FORGED, _refusal("Invalid webhook signature")
        if self._stands_by(ident):
            return _LATER, _refusal("Not the one that works; send it again")
        try:
            delivery = read(raw, self._door.clock.now(), config.whatsapp_phone_id)
        except ValueError as error:
            log.warning("whatsapp.not_json: %s [%s]", type(error).__name__, ident)
            return _NO_JSON, _refusal("Invalid JSON payload")
        kept = self._door.journal.receive([self._marked(fact) for fact in delivery.facts])
        # Not above debug: a line per delivery costs more than reading it, and the journal has it all.
        log.debug("whatsapp.kept %s %d of %d [%s]", delivery.kind, kept.new, len(delivery.facts), ident)
        return _OK, _told(delivery, kept)

    def _stands_by(self, ident: str) -> bool:
        """Whether another program works; written down once, however often WhatsApp tries."""
        other = self._door.stands_by() if self._door.stands_by is not None else ""
        because = "nobody has looked yet" if other == NOBODY_LOOKED else f"{other} works" if other else ""
        if because and because != self._because:
            log.warning("whatsapp.not_taken: %s [%s]", because, ident)
        self._because = because
        return bool(because)

    def _marked(self, fact: Fact) -> Fact:
        """A flood is kept like everything, and not answered."""
        if isinstance(fact, MessageCame) and self._flood.many(fact.phone or fact.user_id, fact.key, fact.at):
            return fact.model_copy(update={"many": True})
        return fact


def _told(delivery: Delivery, kept: Kept) -> dict[str, Any]:
    facts = delivery.facts
    if not facts or kept.new:
        return {"received": True, "type": delivery.kind, "count": len(facts), "new": kept.new}
    at = kept.handled_at
    return {
        "received": True,
        "type": "duplicate",
        "message_id": facts[0].key,
        "processed_at": at.isoformat() if at else None,
    }


def _refusal(words: str) -> dict[str, Any]:
    return {"received": False, "error": words}


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The raw body; None when it is too large. The server has read all of it and knows its length."""
    told = environ.get("CONTENT_LENGTH") or "0"
    length = int(told) if told.isascii() and told.isdigit() else 0
    if length > LARGEST:
        return None
    raw: bytes = environ["wsgi.input"].read(length)
    return raw
