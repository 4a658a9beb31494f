"""One id per request, on its log lines and in its answer: the caller's own, or one we count up."""

from __future__ import annotations

import hashlib
import itertools
import os
import re
from datetime import datetime

from flask import Response, g, request

HEADER = "X-Correlation-ID"
#: what is taken for an id: it stands in log lines, so no sign with a meaning there
_FORM = re.compile(r"[A-Za-z0-9._-]{1,64}")


class Tracing:
    """Gives each request its id. ``started``: makes ours differ from those of the program's last run."""

    def __init__(self, started: datetime) -> None:
        self._run = hashlib.sha256(f"{started.isoformat()} {os.getpid()}".encode()).hexdigest()[:8]
        self._count = itertools.count(1)

    def ident(self, told: str) -> str:
        """``told`` when it is an id, else the next of ours."""
        return told if told and _FORM.fullmatch(told) else f"{self._run}-{next(self._count)}"

    def begin(self) -> None:
        """Before the request."""
        g.correlation = self.ident(request.headers.get(HEADER, ""))

    def end(self, response: Response) -> Response:
        """After it: the answer names it."""
        response.headers[HEADER] = correlation()
        return response


def correlation() -> str:
    """The id of the request this thread answers; "-" outside of one."""
    return str(g.get("correlation", "-")) if g else "-"
