"""What every call of a service passes: credentials, sharing, quotas, scripted faults, and the book of calls."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, Response, g, request

from emulator import errors, manners, quota
from emulator.faults import house
from emulator.world import World

#: bearer token of the console page. A person who looks at her own sheet is no program: no quota counts her glances, no
#: scripted fault is spent on them, and the book of calls tells of the program alone.
PAGE_TOKEN = "the-console-page"
#: environ key that asks for the connection to be dropped instead of answered
DROP = "emulator.drop"


class ConnectionDropped(Exception):
    """In process (no socket), a dropped connection is this exception; `applied` says whether the work was done."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind
        self.applied = kind == "lost"


class Calls:
    """Counters and the last calls, in memory: they describe this run of the stand-in."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, str]] = Counter()
        self.last: deque[dict[str, Any]] = deque(maxlen=5000)
        #: last answer per GET address, for stale reads
        self.answers: OrderedDict[str, tuple[int, bytes, str]] = OrderedDict()

    def remember(self, address: str, response: Response) -> None:
        """Keep the newest answers of up to 64 addresses."""
        self.answers[address] = (response.status_code, response.get_data(), response.content_type or "")
        self.answers.move_to_end(address)
        while len(self.answers) > 64:
            self.answers.popitem(last=False)


def install(app: Flask, world: World) -> None:
    """Hook the gateway into the app."""
    calls = Calls()
    app.extensions["world"] = world
    app.extensions["calls"] = calls

    @app.before_request
    def enter() -> Response | None:
        view = app.view_functions.get(request.endpoint or "")
        g.call_name = getattr(view, "call_name", None)
        g.started = time.perf_counter()
        g.fault = None
        if _token() == PAGE_TOKEN:
            g.call_name = None
        if g.call_name is None:
            return None
        reads = getattr(view, "call_reads", None)
        reads = request.method == "GET" if reads is None else reads
        g.delay = manners.drawn(world, g.call_name, reads=reads)
        manners.wait(world, g.delay)
        rule = world.faults.take(g.call_name)
        g.fault = rule["kind"] if rule else None
        if rule:
            world.bus.publish("fault", {"name": g.call_name, "kind": g.fault})
            if early := _meet(calls, rule):
                return early
        _authorize(world, g.call_name)
        quota.spend(world, g.call_name, reads, _token())
        return None

    @app.after_request
    def leave(response: Response) -> Response:
        if getattr(g, "call_name", None) is None:
            return response
        manners.wait(world, g.delay)
        status = str(response.status_code)
        if g.fault in ("refuse", "reset", "lost", "cut"):
            request.environ[DROP] = g.fault
            status = f"{g.fault} {status}" if g.fault in ("lost", "cut") else g.fault
        elif request.method == "GET" and response.status_code == 200 and not response.is_streamed:
            calls.remember(request.full_path, response)
        calls.counts[g.call_name, status] += 1
        entry = {
            "at": world.clock.now().isoformat(),
            "name": g.call_name,
            "method": request.method,
            "path": request.full_path.rstrip("?"),
            "status": status,
            "ms": round((time.perf_counter() - g.started) * 1000, 2),
        }
        calls.last.append(entry)
        world.bus.publish("call", {"name": g.call_name, "status": status})
        return response

    @app.errorhandler(errors.ApiError)
    def refused(error: errors.ApiError) -> Response:
        return manners.localised(world, getattr(g, "call_name", None) or "", error).response()

    app.wsgi_app = _dropping(app.wsgi_app)  # type: ignore[method-assign,assignment]


def _token() -> str:
    header = request.headers.get("Authorization", "")
    kind, _, token = header.partition(" ")
    return token.strip() if kind.lower() == "bearer" else request.args.get("access_token", "")


def _meet(calls: Calls, rule: dict[str, Any]) -> Response | None:
    kind = rule["kind"]
    if kind == "slow":
        threading.Event().wait(rule["seconds"] or 1.0)
    elif kind == "stale" and request.method == "GET" and request.full_path in calls.answers:
        status, body, content_type = calls.answers[request.full_path]
        return Response(body, status, content_type=content_type)
    elif kind in ("refuse", "reset"):
        return Response(status=499)
    elif kind.startswith("graph."):
        return errors.graph_code(int(kind[6:])).response()
    elif kind == "scope":
        return _no_scope().response()
    elif kind == "408" and house(g.call_name) == "google":
        # This one is a page for people, not JSON (facts/google.md 4).
        page = "<!DOCTYPE html><html lang=en><title>Error 408 (Request Timeout)!!1</title><p><b>408.</b></html>"
        return Response(page, 408, content_type="text/html; charset=UTF-8")
    elif kind.isdigit():
        return scripted(g.call_name, int(kind)).response()
    return None


def scripted(name: str, status: int) -> errors.ApiError:
    """The error a service would give with this HTTP status."""
    if house(name) == "meta":
        code, text = {
            400: (131009, "Parameter value is not valid"),
            401: (190, "Error validating access token: Session has expired"),
            403: (10, "Application does not have permission for this action"),
            429: (130429, "Rate limit hit"),
            503: (2, "Service temporarily unavailable"),
        }.get(status, (131000, "Something went wrong"))
        return errors.graph(code, text, status=400 if status == 429 else status, details=text)
    if status == 401:
        return UNAUTHENTICATED
    if name.startswith("sheets."):
        if status == 429:
            return quota.sheets_exhausted(reads=False)
        texts = {403: "The caller does not have permission", 404: "Requested entity was not found."}
        return errors.google(status, texts.get(status, _plain(status)))
    reason = {403: "userRateLimitExceeded", 429: "rateLimitExceeded", 404: "notFound", 500: "backendError"}
    texts = {403: "User Rate Limit Exceeded", 429: "Rate Limit Exceeded", 404: "Not Found"}
    return errors.google(
        status,
        texts.get(status, _plain(status)),
        reason=reason.get(status, "backendError"),
        domain="usageLimits" if status in (403, 429) else "global",
    )


def _plain(status: int) -> str:
    texts = {500: "Internal error encountered.", 503: "The service is currently unavailable."}
    return texts.get(status, "Request contains an invalid argument.")


UNAUTHENTICATED = errors.google(
    401,
    "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
    "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
)
_NO_CREDENTIAL = errors.google(
    401,
    "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other "
    "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
)


def _no_scope() -> errors.ApiError:
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
        "domain": "googleapis.com",
        "metadata": {"service": "sheets.googleapis.com"},
    }
    return errors.google(403, "Request had insufficient authentication scopes.", details=[info])


def _authorize(world: World, name: str) -> None:
    """Any non-empty bearer token will do, unless it (or its house) was revoked, or the file is not shared any more."""
    owner, token = house(name), _token()
    if name.startswith("oauth."):
        return
    revoked = (token and world.store.get("revoked", token)) or world.store.get("revoked", f"{owner}.*")
    if owner == "meta" and (revoked or not token):
        text = "Error validating access token: Session has expired" if token else "Invalid OAuth access token."
        raise errors.graph(190, text, status=401)
    if owner == "google" and (revoked or not token):
        raise UNAUTHENTICATED if token else _NO_CREDENTIAL
    for value in (request.view_args or {}).values():
        if owner == "google" and world.store.get("unshared", str(value)):
            raise _unshared(name, str(value))


def _unshared(name: str, what: str) -> errors.ApiError:
    if name.startswith("sheets."):
        return errors.google(403, "The caller does not have permission")
    if name.startswith("drive."):
        return errors.google(404, f"File not found: {what}.", reason="notFound", location=("parameter", "fileId"))
    return errors.google(404, "Not Found", reason="notFound")


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def _dropping(app: Wsgi) -> Wsgi:
    """WSGI middleware that drops the connection, or half the body, where the gateway asked for it."""

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        held: list[tuple[Any, ...]] = []
        body = app(environ, lambda *args: held.append(args))
        kind = environ.get(DROP)
        if kind is None:
            start_response(*held[0])
            return body
        whole = b"".join(body)
        if kind == "cut":
            # Waitress closes a connection whose body is shorter than its Content-Length.
            start_response(*held[0])
            return [whole[: len(whole) // 2]]
        _hang_up(environ, kind)
        start_response("499 Dropped", [("Content-Length", "0")])
        return []

    return serve


def _hang_up(environ: dict[str, Any], kind: str) -> None:
    """End the client's connection without a byte of answer.

    Waitress gives applications no socket, but the callable it puts into the environ is bound to the channel that has
    one. The reading side is shut, waitress's own loop sees the end and closes; with a zero linger time that sends a
    reset.
    """
    check = environ.get("waitress.client_disconnected")
    if check is None:
        raise ConnectionDropped(kind)
    channel = check.__self__
    if kind == "reset":
        channel.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        channel.socket.shutdown(socket.SHUT_RD)
    else:
        channel.socket.shutdown(socket.SHUT_RDWR)
    pause = threading.Event()
    for _ in range(200):
        if not channel.connected:
            break
        pause.wait(0.005)
