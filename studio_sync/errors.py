"""What can go wrong, in the words the rest of the program uses. A leaf: it imports nothing of ours.

``UserError`` is for a person: it prints without a traceback and ends with the next command to type.
``OutsideError`` is about another party; its class says what may be done next. Anything else is a bug of ours.
"""

from __future__ import annotations


class StudioError(Exception):
    """Every error this program raises on purpose."""


class UserError(StudioError):
    """Something a person must put right. ``problems`` are whole sentences; the last one says what to type next."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class OutsideError(StudioError):
    """A service outside did not do as asked.

    ``service``: "sheets", "calendar", "whatsapp", "mail"; ``permanent``: asking again cannot help;
    ``retry_after``: seconds the service asked for, or None; ``code``: the service's own number, 0 when it gave none.
    """

    permanent = False

    def __init__(self, service: str, message: str, *, code: int = 0, retry_after: float | None = None) -> None:
        super().__init__(f"{service}: {message}")
        self.service = service
        self.message = message
        self.code = code
        self.retry_after = retry_after


class Unavailable(OutsideError):
    """Surely not done, may be asked again: refused connection, a 5xx of a keyed call, maintenance."""


class RateLimited(OutsideError):
    """Surely not done: too many calls. Ask again after ``retry_after`` or the usual pause."""


class Refused(OutsideError):
    """Surely not done and will not be: wrong content, no right, no such thing, wrong token."""

    permanent = True


class TooLarge(Refused):
    """A file larger than ``most`` MB: not taken."""

    def __init__(self, service: str, most: int) -> None:
        super().__init__(service, f"the file is larger than {most} MB")
        self.most = most


class Conflict(OutsideError):
    """Surely not done, because the world is not as we believed (409, 412, a taken place). Look again, decide again."""


class InDoubt(OutsideError):
    """Perhaps done: the request left and no usable answer came back. Never repeat without looking."""
