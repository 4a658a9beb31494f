"""WhatsApp's errors by their own code: what each means for a message (facts whatsapp 1.4).

The HTTP status is used only where there is no known code: Meta answers 400 to most, and no longer documents it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio_sync.adapters.outcomes import Call, by_status, read_object
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, Unavailable

_SERVICE = "whatsapp"
#: a template rated badly rests for 3 hours, then 6, then for good
_PAUSED = 3 * 3600.0

#: codes -> what it means. Whatever WhatsApp refuses for good carries its code, so that the queue can tell a wrong token
#: (0, 190) from a wrong number (131026).
_TABLE: tuple[tuple[frozenset[int], type[OutsideError]], ...] = (
    # too fast: 4 and 80007 the account, 130429 our number, 131056 this one person (pause 4^n seconds)
    (frozenset({4, 80007, 130429, 131056}), RateLimited),
    # their side, surely not sent: unknown, service, overload, registration, maintenance; 132015: the template rests
    (frozenset({1, 2, 131016, 131045, 131057, 133004, 132015}), Unavailable),
    # "something went wrong": has been seen after the message went out
    (frozenset({131000}), InDoubt),
    # token and rights
    (frozenset({0, 3, 10, 190, 131005, *range(200, 300)}), Refused),
    # the account or the number is restricted, unpaid or misused
    (frozenset({368, 130497, 131031, 131042, 131048, 131064}), Refused),
    # this person cannot or does not want to be reached
    (frozenset({130403, 130472, 131021, 131026, 131030, 131047, 131049, 131050, 131062}), Refused),
    # wrong content: parameters, media, templates, flows
    (
        frozenset(
            {100, 131008, 131009, 131051, 131052, 131053, 132000, 132001}
            | {132005, 132007, 132012, 132016, 132018, 132068, 132069}
        ),
        Refused,
    ),
)
_BY_CODE = {code: kind for codes, kind in _TABLE for code in codes}


def from_answer(status: int, content: bytes, call: Call, *, retry_after: float | None = None) -> OutsideError:
    """The meaning of an unsuccessful answer. ``code`` is WhatsApp's own, or the HTTP status when it gave none."""
    error = read_object(read_object(content).get("error"))
    code, message = error.get("code"), _words(error)
    if not isinstance(code, int):
        return by_status(_SERVICE, status, message, call, retry_after=retry_after)
    kind = _BY_CODE.get(code)
    if kind is None:
        return _unknown(status, code, message, error, call)
    if kind is InDoubt and call is not Call.ONCE:
        kind = Unavailable
    pause = _PAUSED if code == 132015 else retry_after
    return kind(_SERVICE, message, code=code, retry_after=pause)


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
