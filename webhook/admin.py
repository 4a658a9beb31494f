"""For hosts, the local page and whoever holds the admin's key: alive, ready, counters, and why."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, jsonify, request
from flask.typing import ResponseReturnValue

from studio_sync.errors import StudioError
from studio_sync.journal import Tx
from webhook.door import Door
from webhook.guards import key_refusal


def blueprint(door: Door) -> Blueprint:
    """/healthz, /readyz, /metrics and /admin/why/<id>."""
    routes = Blueprint("admin", __name__)

    @routes.get("/healthz")
    @routes.get("/health")
    def alive() -> ResponseReturnValue:
        return jsonify(ok=True)

    @routes.get("/readyz")
    @routes.get("/ready")
    def ready() -> ResponseReturnValue:
        try:
            with door.journal.read() as tx:
                tx.get_meta("")
            other = _works_instead(door)
        except StudioError:
            return jsonify(ok=False), 503
        return (jsonify(ok=False, stands_by=other), 503) if other else jsonify(ok=True)

    @routes.get("/metrics")
    def metrics() -> ResponseReturnValue:
        refused = _refused(door)
        if refused:
            return refused
        with door.journal.read() as tx:
            told = counters(tx)
        down = dict(door.health()) if door.health else {}
        return jsonify({**told, "down": down, "stands_by": _works_instead(door)})

    @routes.get("/admin/why/<path:ident>")
    def why(ident: str) -> ResponseReturnValue:
        refused = _refused(door)
        if refused:
            return refused
        # Its words bring every text and the phone book of the world: only for who asks.
        from webhook.sentences import Teller
        from webhook.why import explain

        with door.journal.read() as tx:
            answer = explain(Teller.of(tx, door.clock.now()), ident)
        if answer is None:
            abort(404)
        return jsonify(answer)

    return routes


def counters(tx: Tx) -> dict[str, Any]:
    """The six figures of the page, and every lane's effects by state.

    ``in`` messages that came, ``done`` effects done, ``lost`` what a person must look at (facts set aside, effects
    parked), ``twice`` messages of class once that WhatsApp took more than once, ``held`` messages not known to have
    arrived, ``waiting`` facts not decided and effects not tried.
    """
    inbox, outbox, lanes = tx.inbox_counts(), tx.outbox_counts(), tx.lane_counts()
    messages = lanes["messages"]
    return {
        "in": tx.facts_stored("message"),
        "done": outbox["done"],
        "lost": inbox["aside"] + outbox["parked"],
        "twice": len(tx.accepted_twice()),
        "held": messages.get("held", 0) + messages.get("unknown", 0),
        "waiting": inbox["new"] + outbox["queued"] + outbox["waiting"],
        "lanes": lanes,
    }


def _works_instead(door: Door) -> str:
    """The program that works while this one takes no deliveries; "" when this one does."""
    return door.stands_by() if door.stands_by else ""


def _refused(door: Door) -> ResponseReturnValue | None:
    """The refusal, or None for who may look. The key comes as X-Admin-API-Key or as a bearer token."""
    given = request.headers.get("X-Admin-API-Key") or request.headers.get("Authorization", "").removeprefix("Bearer ")
    status = key_refusal(door.config, given)
    if not status:
        return None
    return jsonify(error="An admin key is needed" if status == 401 else "Not the admin key"), status
