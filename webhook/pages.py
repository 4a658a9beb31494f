"""Signed links: an invoice for 48 hours, a received file for 30 days, and small pages for those that do not open."""

from __future__ import annotations

import io
from datetime import timedelta

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from studio_sync.links import FILE, LinkExpired, LinkForged, read_view
from webhook.door import Door
from webhook.guards import Guesses

PREFIX = "/i/"
PDF = "application/pdf"
#: received files that a browser opens; any other is handed over as a file (also a PDF: none is shown in a sandbox)
SHOWN = ("image/", "audio/", "video/", "text/plain")
#: Wrong links from one address before it is told to stop. A link that is right always opens: many clients of one
#: mobile network share an address.
MOST_WRONG, WITHIN = 20, timedelta(minutes=10)
LONGEST_TOKEN = 1000
_PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
    "<title>{title}</title><style>body{{font:17px/1.5 system-ui,sans-serif;margin:15vh auto;max-width:26em;padding:0 "
    "1.5em;color:#1D2B2A;background:#FBF8F3}}h1{{font-size:1.3em}}</style><h1>{title}</h1><p>{words}</p></html>\n"
)


def blueprint(door: Door) -> Blueprint:
    """GET /i/<token>."""
    routes = Blueprint("pages", __name__)
    guesses = Guesses(MOST_WRONG, WITHIN)

    @routes.get(f"{PREFIX}<token>")
    def document(token: str) -> ResponseReturnValue:
        now = door.clock.now()
        try:
            view = read_view(door.config.secret_key, token[:LONGEST_TOKEN], now)
        except LinkExpired as over:
            return page("page.file_over" if over.document.startswith(FILE) else "page.expired", 410)
        except LinkForged:
            many = guesses.wrong(request.remote_addr or "", now)
            return page("page.many", 429) if many else page("page.unknown", 404)
        stored = door.files.get(view.sha256)
        received = view.document.startswith(FILE)
        if stored is None or (stored.mime != PDF and not received):
            return page("page.unknown", 404)
        answer = send_file(
            io.BytesIO(stored.content),
            mimetype=stored.mime,
            download_name=_plain(stored.name),
            as_attachment=received and not stored.mime.startswith(SHOWN),
            etag=False,
        )
        if received:
            # Somebody else's bytes: whatever they are, they load nothing and run nothing.
            answer.headers["Content-Security-Policy"] = "default-src 'none'; media-src 'self'; img-src 'self'; sandbox"
        return answer

    return routes


def page(key: str, status: int) -> Response:
    """A small page: the words of ``key`` and its ``<key>_title``. Nothing on it comes from the request."""
    from sheets_schema.texts.catalogue import part  # not loaded before somebody follows a link

    html = _PAGE.format(title=part(f"{key}_title"), words=part(key))
    answer = Response(html, status, mimetype="text/html")
    answer.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return answer


def _plain(name: str) -> str:
    """A file name that fits a header: no line break, no folder."""
    return "".join(sign for sign in name if sign.isprintable() and sign not in "/\\") or "document.pdf"
