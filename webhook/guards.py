"""Small guards: comparing secrets, the admin's key, and counting wrong guesses."""

from __future__ import annotations

import hmac
import threading
from collections import OrderedDict, deque
from datetime import datetime, timedelta
from functools import lru_cache

from studio_sync.config import Config

#: Addresses remembered at most, so that a flood cannot fill the memory.
MOST_ADDRESSES = 10_000


def same(given: str, secret: str) -> bool:
    """Whether two texts are equal, in constant time. As bytes: ``compare_digest`` refuses text beyond ASCII."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), secret.encode("utf-8", "surrogatepass"))


def signed(raw: bytes, header: str, secret: str) -> bool:
    """Whether ``X-Hub-Signature-256`` is Meta's over exactly these bytes (facts/whatsapp 1.1).

    Two headers arrive joined by a comma, another algorithm has another beginning: neither is equal.
    """
    sign = _keyed(secret).copy()
    # Not ``hmac.digest``: it lets go of Python's lock, and under load getting it back costs more than the sum itself.
    sign.update(raw)
    return same(header, f"sha256={sign.hexdigest()}")


@lru_cache(maxsize=4)
def _keyed(secret: str) -> hmac.HMAC:
    return hmac.new(secret.encode(), digestmod="sha256")


def key_refusal(config: Config, given: str) -> int:
    """0 when ``given`` opens the admin's pages, else the HTTP status: 401 for no key, 403 for a wrong one.

    The local studio is open: it listens on this computer only. Without a key in the configuration nobody gets in.
    """
    if config.local:
        return 0
    if not given:
        return 401
    return 0 if config.admin_key and same(given, config.admin_key) else 403


class Flood:
    """Counts what each person wrote within a minute of WhatsApp's time, in memory; copies of one message count once."""

    def __init__(self, most: int = 30, within: timedelta = timedelta(minutes=1)) -> None:
        self._most = most
        self._within = within
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, dict[str, datetime]] = OrderedDict()

    def many(self, address: str, key: str, at: datetime) -> bool:
        """Whether this is one too many from ``address``."""
        with self._lock:
            times = self._seen.pop(address, {})
            self._seen[address] = times
            if key in times:
                return False
            if len(times) >= self._most:
                oldest = next(iter(times))
                if at - self._within < times[oldest] <= at:
                    return True
                del times[oldest]
            times[key] = at
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return False


class Guesses:
    """Wrong guesses per address within a while, in memory: enough to stop a program that tries links."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._lock = threading.Lock()
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wrong(self, address: str, now: datetime) -> bool:
        """Note a wrong guess; True when it is one too many."""
        with self._lock:
            times = self._seen.pop(address, None) or deque(maxlen=self._most + 1)
            self._seen[address] = times
            while times and not now - self._within < times[0] <= now:
                times.popleft()
            times.append(now)
            if len(self._seen) > MOST_ADDRESSES:
                self._seen.popitem(last=False)
            return len(times) > self._most
