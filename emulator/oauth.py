"""Google's token endpoint: any credential gets an access token, so that real key files and sign-ins can be tried."""

from __future__ import annotations

import string
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.faults import call
from emulator.world import World


def blueprint(world: World) -> Blueprint:
    """POST /token (the `token_uri` of a key file may point here)."""
    routes = Blueprint("oauth", __name__)

    @routes.post("/token")
    @call("oauth.token")
    def token() -> ResponseReturnValue:
        service_account = "jwt-bearer" in request.form.get("grant_type", "")
        # Tokens of service accounts can be told by their beginning, here as there; some calls refuse them.
        minted = ("ya29.c." if service_account else "ya29.a0") + world.mint(string.ascii_letters + string.digits, 40)
        return jsonify({"access_token": minted, "expires_in": 3599, "token_type": "Bearer"})

    return routes


def dump(_world: World) -> dict[str, Any]:
    """Nothing is kept."""
    return {}
