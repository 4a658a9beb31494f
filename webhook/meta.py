"""WhatsApp's webhook: the handshake, and every delivery kept durably by one commit before it is answered 200.

Anything but 200 is delivered again for up to seven days (facts/whatsapp 1.1), so what could not be kept is not lost.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from webhook.door import Door
from webhook.guards import same, signed
from webhook.payloads import read
from webhook.tracing import correlation

log = logging.getLogger(__name__)
PATHS = ("/webhook", "/webhooks/whatsapp")
_CHALLENGE = re.compile(r"[0-9]{1,100}")


def blueprint(door: Door) -> Blueprint:
    """GET and POST on both paths (the second is an older system's)."""
    routes = Blueprint("meta", __name__)

    def handshake() -> ResponseReturnValue:
        challenge = request.args.get("hub.challenge", "")
        known = same(request.args.get("hub.verify_token", ""), door.config.whatsapp_verify_token)
        if request.args.get("hub.mode") != "subscribe" or not known or not _CHALLENGE.fullmatch(challenge):
            return Response("Forbidden", 403, mimetype="text/plain")
        return Response(challenge, mimetype="text/plain")

    def receive() -> ResponseReturnValue:
        raw = request.get_data(cache=False)
        if not signed(raw, request.headers.get("X-Hub-Signature-256", ""), door.config.whatsapp_app_secret):
            log.warning("whatsapp.signature_verification_failure [%s]", correlation())
            return jsonify(received=False, error="Invalid webhook signature"), 403
        try:
            delivery = read(raw, door.clock.now(), door.config.whatsapp_phone_id)
        except ValueError as error:
            log.warning("whatsapp.not_json: %s [%s]", type(error).__name__, correlation())
            return jsonify(received=False, error="Invalid JSON payload"), 400
        new = door.journal.put_facts(delivery.facts)
        log.info("whatsapp.kept %s %d of %d [%s]", delivery.kind, new, len(delivery.facts), correlation())
        if delivery.facts and not new:
            return jsonify(_known(door, delivery.facts[0].key))
        return jsonify(received=True, type=delivery.kind, count=len(delivery.facts), new=new)

    for path in PATHS:
        routes.add_url_rule(path, view_func=handshake, methods=["GET"])
        routes.add_url_rule(path, view_func=receive, methods=["POST"])
    return routes


def _known(door: Door, key: str) -> dict[str, Any]:
    """The answer to a delivery that brought nothing new."""
    with door.journal.read() as tx:
        at = tx.handled_at(key)
    return {
        "received": True,
        "type": "duplicate",
        "message_id": key,
        "processed_at": at.isoformat() if at else None,
    }  # fmt: skip
