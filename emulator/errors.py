"""The error bodies of the two houses, each in its own real shape (facts: Google's JSON errors, Meta's Graph errors)."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Response, jsonify

#: canonical status words of google.rpc.Code by HTTP status
STATUS_WORDS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refusal that is answered to the caller as it stands."""

    def __init__(self, status: int, body: dict[str, Any]) -> None:
        super().__init__(f"{status} {body['error'].get('message')}")
        self.status = status
        self.body = body

    def response(self) -> Response:
        """The HTTP answer."""
        answer = jsonify(self.body)
        answer.status_code = self.status
        return answer


def google(
    status: int,
    message: str,
    *,
    reason: str | None = None,
    domain: str = "global",
    details: list[dict[str, Any]] | None = None,
    location: tuple[str, str] | None = None,
) -> ApiError:
    """Google's error; with `reason` in the `errors[]` form that Calendar and Drive use, else in that of Sheets.

    `location` is (locationType, location), such as ("parameter", "syncToken").
    """
    error: dict[str, Any] = {"code": status, "message": message}
    if reason is not None:
        entry = {"message": message, "domain": domain, "reason": reason}
        if location:
            entry["locationType"], entry["location"] = location
        error["errors"] = [entry]
    else:
        error["status"] = STATUS_WORDS.get(status, "UNKNOWN")
    if details:
        error["details"] = details
    return ApiError(status, {"error": error})


def graph(
    code: int, message: str, *, status: int = 400, details: str | None = None, plain: bool = False, **more: Any
) -> ApiError:
    """Meta's error; `message` gets the prefix "(#code) " unless `plain`; `details` goes to error_data."""
    shown = message if plain or code in {0, 1, 2, 190} else f"(#{code}) {message}"
    error: dict[str, Any] = {"message": shown, "type": "OAuthException", "code": code}
    if details is not None:
        error["error_data"] = {"messaging_product": "whatsapp", "details": details}
    error.update(more)
    error["fbtrace_id"] = "A" + hashlib.sha256(f"{shown}{details}".encode()).hexdigest()[:22]
    return ApiError(status, {"error": error})


def unknown(method: str, path: str) -> ApiError:
    """What is not built answers so, loudly: never a plausible lie."""
    message = f"The stand-in has no {method} {path}"
    return ApiError(501, {"error": {"code": 501, "message": message, "status": STATUS_WORDS[501]}})
