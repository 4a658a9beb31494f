"""What an answer, or the lack of one, means: the one table from transport exceptions and HTTP statuses to our errors.

A request that surely never left may be asked again (``Unavailable``); one that left and brought no usable answer is
``InDoubt`` unless asking again is harmless. The cause is told from the exception, not from its text (spec: the send
outcome table, measured with raw sockets).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from typing import Any

import requests
import urllib3.exceptions
from google.auth import exceptions as google_auth

from studio_sync.errors import Conflict, InDoubt, OutsideError, RateLimited, Refused, Unavailable


class Call(Enum):
    """What a repetition of a call would do."""

    #: it only reads, or a repetition leaves no trace that matters: whatever happened, asking again is fine
    READ = "read"
    #: the far side knows it by a key or a condition (our own id, If-Match): a 5xx may be asked again
    KEYED = "keyed"
    #: nothing protects against a second application
    ONCE = "once"


#: urllib3's reasons under which not one byte of the request has left
_NOT_SENT = (
    urllib3.exceptions.NewConnectionError,  # refused, no route; NameResolutionError is one of these
    urllib3.exceptions.ConnectTimeoutError,
    urllib3.exceptions.ProxyError,  # the tunnel was never built
    urllib3.exceptions.LocationValueError,
)
#: statuses that say the request was understood and not applied; 408 and the rest of 4xx are handled below
_BY_STATUS: dict[int, type[OutsideError]] = {
    409: Conflict,  # taken id (facts google 8)
    410: Conflict,  # deleted, or a sync token too old
    412: Conflict,  # If-Match did not hold
    429: RateLimited,
    501: Refused,  # no such call: asking again cannot help
}
#: Google says 403 for a limit too; the reason tells (facts google 4). ``accessNotConfigured`` is not among them.
_LIMIT_REASONS = frozenset(
    {"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "RATE_LIMIT_EXCEEDED"}
)


def without_answer(service: str, error: BaseException, call: Call) -> OutsideError:
    """The meaning of an exception raised instead of an answer."""
    if isinstance(error, google_auth.RefreshError):
        return Refused(service, f"the sign-in is not accepted any more ({error})", code=401)
    if isinstance(error, google_auth.GoogleAuthError):
        # Only the token's own request failed: ours had not begun, or had been answered 401.
        return Unavailable(service, f"no access token could be fetched ({error})")
    text = f"no usable answer ({type(error).__name__})"
    if _malformed(error):
        return Refused(service, f"the request could not be built ({type(error).__name__}: {error})", code=-1)
    if call is Call.READ or _never_left(error):
        return Unavailable(service, text)
    return InDoubt(service, text)


def _malformed(error: BaseException) -> bool:
    wrong = (
        requests.exceptions.InvalidURL,
        requests.exceptions.MissingSchema,
        requests.exceptions.InvalidSchema,
        requests.exceptions.InvalidHeader,
        UnicodeEncodeError,
    )
    # InvalidJSONError is a body that is no JSON (NaN); its subclass is an answer that is none.
    return isinstance(error, wrong) or type(error) is requests.exceptions.InvalidJSONError


def _never_left(error: BaseException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    if isinstance(reason, _NOT_SENT):
        return True
    # A certificate is looked at before the request is sent; other TLS errors may come while reading the answer.
    return isinstance(reason, urllib3.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(reason)


def by_status(
    service: str, status: int, message: str, call: Call, *, code: int | None = None, retry_after: float | None = None
) -> OutsideError:
    """The meaning of an HTTP status that is no success. ``code`` is the service's own number; usually the status."""
    kind = _BY_STATUS.get(status)
    if kind is None:
        if 400 <= status < 500 and status != 408:
            kind = Refused
        else:
            # 5xx, 408, and redirects of whoever stands in between: nothing is known about the work.
            kind = InDoubt if call is Call.ONCE else Unavailable
    return kind(service, message, code=status if code is None else code, retry_after=retry_after)


def from_google(service: str, response: requests.Response, call: Call) -> OutsideError:
    """The meaning of an unsuccessful answer of a Google API. ``code`` is the HTTP status.

    The message is kept for people only: Sheets translates it (facts google 0.1), so nothing is decided by it.
    """
    error = _object(_object(response.content).get("error"))
    status = response.status_code
    message = str(error.get("message") or response.reason or "no explanation")[:500]
    pause = retry_after(response.headers)
    if status == 403 and _reasons(error) & _LIMIT_REASONS:
        return RateLimited(service, message, code=status, retry_after=pause)
    return by_status(service, status, message, call, retry_after=pause)


def _reasons(error: Mapping[str, Any]) -> set[str]:
    entries = [*(error.get("errors") or ()), *(error.get("details") or ())]
    return {str(entry.get("reason")) for entry in entries if isinstance(entry, dict)}


def _object(value: Any) -> dict[str, Any]:
    """``value``, or the JSON it holds, if that is an object; else an empty one (proxies answer with pages)."""
    if isinstance(value, bytes):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return {}
    return value if isinstance(value, dict) else {}


#: also for the adapters that read error bodies of their own
read_object = _object


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds the service asks us to wait, or None (a date is not worth a second clock here)."""
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None


@contextmanager
def translated(service: str, call: Call) -> Iterator[None]:
    """Raise our errors for everything a transport or an unreadable 200 can do inside the block."""
    try:
        yield
    except (requests.RequestException, google_auth.GoogleAuthError) as error:
        raise without_answer(service, error, call) from error
    except (json.JSONDecodeError, UnicodeError, RecursionError) as error:
        # A 200 whose body breaks off or is no JSON: the work was done, what came of it is not known.
        raise without_answer(service, error, call) from error
