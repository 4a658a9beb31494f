"""The doorbell: a signed "look now" from a script behind the sheet (onEdit). No fact; a false one costs one read."""

from __future__ import annotations

import hashlib
import hmac

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from studio_sync.links import bell_secret
from webhook.door import Door

LARGEST = 2048


def blueprint(door: Door) -> Blueprint:
    """``POST /push/sheet``; 403 without the right signature over the raw body."""
    room = Blueprint("push", __name__)
    secret = bell_secret(door.config.secret_key).encode()

    @room.post("/push/sheet")
    def sheet() -> ResponseReturnValue:
        body = request.get_data(cache=False)[:LARGEST]
        wanted = b"sha256=" + hmac.new(secret, body, hashlib.sha256).hexdigest().encode()
        given = request.headers.get("X-Doorbell-Signature", "").encode("utf-8", "replace")
        if not hmac.compare_digest(given, wanted):
            return jsonify(received=False), 403
        if door.nudge is not None:
            door.nudge()
        return jsonify(received=True)

    return room
