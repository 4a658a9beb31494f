"""Habits of every ``requests`` session of ours."""

from __future__ import annotations

import ipaddress
from typing import Any, NoReturn
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter

#: connections kept per host: one per lane and thread is plenty
_POOL = 16


def furnish(session: requests.Session, base: str, transport: BaseAdapter | None) -> None:
    """Mount ``transport`` (or sockets that never retry) and keep the computer's own settings out of the way.

    Without an ``auth`` of its own, requests lets an entry in ``~/.netrc`` replace the Authorization header; and a proxy
    from the environment would be asked for the stand-in on this very computer.
    """
    adapter = transport or HTTPAdapter(pool_maxsize=_POOL, max_retries=0)
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    session.auth = _as_it_is
    if is_here(urlsplit(base).hostname or ""):
        session.trust_env = False


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def is_here(host: str) -> bool:
    """Whether ``host`` is this computer."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Closed(BaseAdapter):
    """A way out that is walled up."""

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> NoReturn:
        """Raise ``requests.ConnectionError``."""
        raise requests.ConnectionError(f"{urlsplit(str(request.url)).hostname} is not asked from a local studio")

    def close(self) -> None:
        """Nothing to close."""
