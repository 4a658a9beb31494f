"""A sign of life to an address that alerts when it stops (the convention of healthchecks.io): plain, or ``/fail``."""

from __future__ import annotations

import requests
from requests.adapters import BaseAdapter

from studio_sync.adapters import outcomes
from studio_sync.adapters.outcomes import Call
from studio_sync.adapters.sessions import furnish
from studio_sync.errors import Refused

_SERVICE = "ping"


class PingAddress:
    """One address. Each call is one request; the answer's words do not matter."""

    def __init__(self, url: str, *, timeout: float = 5.0, transport: BaseAdapter | None = None) -> None:
        self._url = url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        furnish(self._session, url, transport)

    def sign(self, trouble: str) -> None:
        """All is well (""), or in a few words what is not. Raises ``Unavailable`` or ``Refused``."""
        with outcomes.translated(_SERVICE, Call.READ):
            url = f"{self._url}/fail" if trouble else self._url
            response = self._session.post(url, data=trouble.encode()[:1000], timeout=self._timeout)
        if response.status_code >= 400:
            raise Refused(_SERVICE, f"the address answers {response.status_code}", code=response.status_code)
