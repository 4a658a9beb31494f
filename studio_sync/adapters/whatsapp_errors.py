"""WhatsApp's refusals as errors of ours, by its own code; the table of codes is ``studio_sync.rules.codes``.

The HTTP status is used only where there is no known code: Meta answers 400 to most, and no longer documents it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio_sync.adapters.outcomes import Call, by_status, read_object
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, Unavailable
from studio_sync.rules.codes import Act, act_of

_SERVICE = "whatsapp"
#: whatever is not named here is a refusal; it carries its code, so that the queue can tell a wrong token from a number
_KINDS: dict[Act, type[OutsideError]] = {
    Act.SLOW_ACCOUNT: RateLimited,
    Act.SLOW_NUMBER: RateLimited,
    Act.SLOW_PERSON: RateLimited,
    Act.LATER: Unavailable,
    Act.RESTS: Unavailable,
    Act.UNSURE: InDoubt,
}


def from_answer(status: int, content: bytes, call: Call, *, retry_after: float | None = None) -> OutsideError:
    """The meaning of an unsuccessful answer. ``code`` is WhatsApp's own, or the HTTP status when it gave none."""
    error = read_object(read_object(content).get("error"))
    code, message = error.get("code"), _words(error)
    if not isinstance(code, int):
        return by_status(_SERVICE, status, message, call, retry_after=retry_after)
    act = act_of(code)
    if act is None:
        return _unknown(status, code, message, error, call)
    kind = _KINDS.get(act, Refused)
    if kind is InDoubt and call is not Call.ONCE:
        kind = Unavailable
    return kind(_SERVICE, message, code=code)


def _unknown(status: int, code: int, message: str, error: Mapping[str, Any], call: Call) -> OutsideError:
    """A code of after this table: Meta's own hint, then the status."""
    if error.get("is_transient") is True and status < 500:
        return Unavailable(_SERVICE, message, code=code)
    return by_status(_SERVICE, status, message, call, code=code)


def _words(error: Mapping[str, Any]) -> str:
    """Meta's message and details, with the trace id its support asks for."""
    details = read_object(error.get("error_data")).get("details")
    parts = [str(part) for part in (error.get("message"), details) if part]
    text = ": ".join(dict.fromkeys(parts)) or "no explanation"
    return text[:500] + (f" (trace {error['fbtrace_id']})" if error.get("fbtrace_id") else "")
