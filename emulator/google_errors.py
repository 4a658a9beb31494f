"""Google's refusals, word for word where recorded (facts/google.md 4)."""

from __future__ import annotations

from typing import Any

from flask import Response

from emulator.errors import STATUS_WORDS, ApiError, google
from emulator.google_json import pretty

NOT_FOUND = "Requested entity was not found."
FORBIDDEN = "The caller does not have permission"
_BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


class GoogleError(ApiError):
    """A refusal in the layout of the Sheets and Drive front end: two spaces, no `errors` list unless `reason`."""

    unit = "  "

    def __init__(
        self,
        status: int,
        message: str,
        *,
        reason: str | None = None,
        domain: str = "global",
        details: list[dict[str, Any]] | None = None,
        location: tuple[str, str] | None = None,
    ) -> None:
        body = google(status, message, reason=reason, domain=domain, details=details, location=location).body
        super().__init__(status, body)
        self.message = message

    def response(self) -> Response:
        """The HTTP answer, indented as the service does."""
        return Response(
            pretty(self.body, self.unit) + "\n", self.status, content_type="application/json; charset=UTF-8"
        )


class CalendarError(GoogleError):
    """A refusal of the Calendar back end: one space, `errors` first, no `status`."""

    unit = " "

    def __init__(
        self,
        status: int,
        message: str,
        reason: str,
        *,
        domain: str = "global",
        location: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(status, message, reason=reason, domain=domain, location=location)
        error = self.body["error"]
        self.body = {"error": {"errors": error["errors"], "code": status, "message": message}}


def invalid_json(message: str, description: str = "", *, field: str = "") -> GoogleError:
    """400 for a request that does not fit the discovery document."""
    description = description or message
    violation = {"field": field, "description": description} if field else {"description": description}
    return GoogleError(400, message, details=[{"@type": _BAD_REQUEST, "fieldViolations": [violation]}])


def not_built(what: str) -> GoogleError:
    """501: the stand-in names what it does not have instead of answering something plausible."""
    error = GoogleError(501, f"The stand-in has no {what}")
    error.body["error"]["status"] = STATUS_WORDS[501]
    return error


def drive_missing(file_id: str) -> GoogleError:
    """404 of Drive."""
    where = ("parameter", "fileId")
    return GoogleError(404, f"File not found: {file_id}.", reason="notFound", location=where)
