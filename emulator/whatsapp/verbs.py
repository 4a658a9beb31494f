"""Control verbs of the WhatsApp side: phones, chats, speech, webhooks, templates, and the program's address."""

from __future__ import annotations

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue

from emulator.control import Help, body, refused
from emulator.store import Doc
from emulator.whatsapp import chat, courier, fate, media, news, pending, speaking, verdicts
from emulator.whatsapp.account import TRAITS, account, change, find_phone, phone, window_until
from emulator.world import World

VERBS: tuple[Help, ...] = (
    (
        "POST /_emulator/speak",
        "act as a phone: text, tap, choose, flow, media, react, read, block; together: in one POST; twice: true",
        {"phone": "+44 7700 900101", "name": "Thandi Maroon", "text": "bookings"},
    ),
    ("GET /_emulator/phones", "everyone's phone", None),
    (
        "POST /_emulator/phones",
        f"make or change a phone: {', '.join(TRAITS)}",
        {"phone": "+44 7700 900199", "name": "Nadine", "attentive": True},
    ),
    ("GET /_emulator/phones/<id>/chat", "what this phone shows, both directions", None),
    ("GET /_emulator/media/<id>", "the bytes; /page1.png is the first page of a PDF", None),
    (
        "POST /_emulator/app",
        "where the program under test is; the handshake is made at once",
        {"webhook": "http://127.0.0.1:8080/webhook", "verify_token": "t", "app_secret": "s", "admin": None},
    ),
    ("POST /_emulator/account", "the number's own settings: review, window, allowed, name", {"review": "hold"}),
    (
        "POST /_emulator/webhooks",
        "delays, duplicate, drop, reorder, batch, hold of webhooks; GET shows them and what waits",
        {"duplicate": 1.0},
    ),
    (
        "POST /_emulator/templates",
        "Meta's verdict on a template: status, quality (RED rests), category, or pacing (hold, pause, release, drop)",
        {"name": "booking_confirmed_v1", "language": "en", "status": "PAUSED"},
    ),
    ("GET /_emulator/bill?month=2026-11", "what a month's delivered messages are billed as, by kind and country", None),
    ("POST /_emulator/news", "a webhook of any field; without value an example", {"field": "account_update"}),
)


def blueprint(world: World) -> Blueprint:
    """The routes of these verbs."""
    routes = Blueprint("verbs", __name__)
    for wrong in (ValueError, KeyError, TypeError):
        routes.register_error_handler(wrong, refused)
    _phones(routes, world)
    _media(routes, world)
    _account(routes, world)
    return routes


def phone_view(world: World, who: Doc) -> Doc:
    """A phone as the page lists it."""
    messages = chat.of_phone(world, who["id"])
    last = messages[-1] if messages else None
    unread = sum(1 for each in messages if each["direction"] == "out" and each["status"] in {"sent", "delivered"})
    return {
        **who,
        "window_until": window_until(world, who),
        "unread": unread,
        "messages": len(messages),
        "last": {name: last.get(name) for name in ("at", "direction", "text", "type")} if last else None,
    }


def _phones(routes: Blueprint, world: World) -> None:
    @routes.post("/_emulator/speak")
    def speak() -> ResponseReturnValue:
        return jsonify(speaking.speak(world, body()))

    @routes.get("/_emulator/phones")
    def phones() -> ResponseReturnValue:
        return jsonify({"phones": [phone_view(world, phone(world, key)) for key, _ in world.store.items("phone")]})

    @routes.post("/_emulator/phones")
    def set_phone() -> ResponseReturnValue:
        wanted = body()
        return jsonify(phone_view(world, speaking.set_traits(world, str(wanted["phone"]), wanted)))

    @routes.get("/_emulator/phones/<path:text>/chat")
    def show(text: str) -> ResponseReturnValue:
        who = find_phone(world, text)
        if who is None:
            return jsonify({"error": f"no phone {text}"}), 404
        return jsonify({"phone": phone_view(world, who), "messages": chat.of_phone(world, who["id"])})


def _media(routes: Blueprint, world: World) -> None:
    @routes.get("/_emulator/media/<media_id>")
    def whole(media_id: str) -> ResponseReturnValue:
        found = world.store.get("media", media_id) or abort(404)
        answer = Response(media.content(world, found), mimetype=found["mime_type"])
        if found.get("filename"):
            answer.headers.set("Content-Disposition", "inline", filename=found["filename"])
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    @routes.get("/_emulator/media/<media_id>/page1.png")
    def page1(media_id: str) -> ResponseReturnValue:
        found = world.store.get("media", media_id) or abort(404)
        picture = media.first_page(world, found)
        if picture is None:
            return jsonify({"error": "not a PDF"}), 404
        return Response(picture, mimetype="image/png", headers={"Cache-Control": "max-age=86400"})


def _account(routes: Blueprint, world: World) -> None:
    @routes.route("/_emulator/app", methods=["GET", "POST"])
    def app() -> ResponseReturnValue:
        wanted = body() if request.method == "POST" else {}
        if wanted:
            change(world, {**wanted, "verified": False})
        if wanted.get("webhook"):
            courier.verify(world)
        pending.hurry(world)
        known = account(world)
        return jsonify({name: known[name] for name in ("webhook", "verify_token", "app_secret", "admin", "verified")})

    @routes.route("/_emulator/account", methods=["GET", "POST"])
    def settings() -> ResponseReturnValue:
        return jsonify(change(world, body() if request.method == "POST" else {}))

    @routes.get("/_emulator/bill")
    def bill() -> ResponseReturnValue:
        month = request.args.get("month") or f"{world.clock.now():%Y-%m}"
        return jsonify({"month": month, "lines": fate.bill(world, month)})

    @routes.route("/_emulator/webhooks", methods=["GET", "POST"])
    def webhooks() -> ResponseReturnValue:
        wanted = pending.configure(world, body()) if request.method == "POST" else pending.settings(world)
        hooks = [hook for _, hook in world.store.items("hook")]
        waiting = [{name: hook[name] for name in ("what", "attempts", "since")} for hook in hooks]
        return jsonify({"settings": wanted, "waiting": waiting, "steps": world.store.count("todo")})

    @routes.post("/_emulator/templates")
    def verdict() -> ResponseReturnValue:
        return jsonify({"templates": verdicts.decide(world, body())})

    @routes.post("/_emulator/news")
    def other() -> ResponseReturnValue:
        return jsonify({"value": news.tell(world, body())})
