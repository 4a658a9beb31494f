"""What a fault must mean, by what a repetition of the call would do (spec: the send outcome table)."""

from __future__ import annotations

from studio_sync.adapters.outcomes import Call
from studio_sync.errors import InDoubt, OutsideError, RateLimited, Refused, Unavailable

#: faults after which nobody knows what was done: a timeout, a connection that ends, a body that breaks off
SILENCE = ("slow", "reset", "refuse", "lost", "cut")
#: faults in which the work was done although no answer came
APPLIED = ("slow", "lost", "cut")


def meaning(call: Call, fault: str) -> type[OutsideError]:
    if fault in SILENCE:
        return Unavailable if call is Call.READ else InDoubt
    if fault == "429":
        return RateLimited
    if fault.startswith("5"):
        # 5xx is safe for keyed calls only.
        return InDoubt if call is Call.ONCE else Unavailable
    return Refused
