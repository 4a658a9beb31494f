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


#: Graph codes of the Cloud API: HTTP status and title (facts/whatsapp.md 1.4)
GRAPH_CODES: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "Capability or permissions issue"),
    4: (400, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    100: (400, "Invalid parameter"),
    190: (401, "Error validating access token: Session has expired"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (400, "Rate limit issues"),
    130403: (400, "You blocked this user"),
    130429: (400, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped User ID (BSUID) recipients are not supported for this message."),
    131064: (400, "Template messages are limited after misclassification"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "There's an issue with the parameters in your template"),
    132068: (400, "Flow is blocked"),
    132069: (400, "Flow is throttled"),
    133004: (503, "Server temporarily unavailable"),
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


def graph_code(code: int) -> ApiError:
    """Meta's refusal by its code alone, for scripted faults."""
    status, title = GRAPH_CODES[code]
    return graph(code, title, status=status, details=title)


def unknown(method: str, path: str) -> ApiError:
    """What is not built answers so, loudly: never a plausible lie."""
    message = f"The stand-in has no {method} {path}"
    return ApiError(501, {"error": {"code": 501, "message": message, "status": STATUS_WORDS[501]}})
