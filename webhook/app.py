"""The web program: its rooms, its limits, and what a person sees when something goes wrong."""

from __future__ import annotations

import logging

from flask import Flask, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from studio_sync.config import DOOR_NEEDS
from studio_sync.errors import StudioError
from webhook import admin, meta, pages, push
from webhook.door import Door
from webhook.tracing import Tracing, correlation

log = logging.getLogger(__name__)
#: Nothing here is for a cache, a search engine or another page.
HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(door: Door) -> Flask:
    """The front door as a WSGI program. Raises ``UserError`` naming the secrets that are missing."""
    door.config.require(*DOOR_NEEDS)
    app = Flask("webhook", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = meta.LARGEST
    for room in (meta, pages, push, admin):
        app.register_blueprint(room.blueprint(door))
    app.register_error_handler(Exception, _failed)
    tracing = Tracing(door.clock.now())
    app.before_request(tracing.begin)
    app.after_request(tracing.end)
    app.after_request(_quietly)
    proxies = door.config.trusted_proxies
    if proxies:
        from werkzeug.middleware.proxy_fix import ProxyFix

        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=0)  # type: ignore[method-assign]
    app.wsgi_app = meta.Deliveries(door, app.wsgi_app, tracing)  # type: ignore[method-assign]
    return app


def _quietly(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers[name] = value
    return response


def _failed(error: Exception) -> ResponseReturnValue:
    """Every error, in a few words: a page for a person who followed a link, JSON for a program; no traceback."""
    if isinstance(error, HTTPException):
        status = error.code or 500
    elif isinstance(error, StudioError):
        log.warning("a request had to be put off: %s [%s]", error, correlation())
        status = 503
    else:
        log.error("a request broke [%s]", correlation(), exc_info=error)
        status = 500
    if request.path.startswith(pages.PREFIX):
        return pages.page("page.later" if status >= 500 else "page.unknown", status)
    return jsonify(received=False, error=_WORDS.get(status, "Not possible")), status


_WORDS = {
    404: "Not here",
    405: "Not this way",
    413: "Too large",
    500: "Something broke; it is written down",
    503: "Nothing was kept; send it again",
}
