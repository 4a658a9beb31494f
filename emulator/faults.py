"""Scripted faults: rules that a control call sets and that every call of a service meets by its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import current_app

from emulator.clock import Clock, instant
from emulator.errors import GRAPH_CODES
from emulator.store import Store

P = ParamSpec("P")
R = TypeVar("R")

#: what may happen to a call, besides any HTTP status from 400 to 599 and any of Meta's codes as graph.<code>
KINDS = {
    "refuse": "connection closed, nothing done",
    "reset": "connection reset, nothing done",
    "lost": "done, then the connection is closed without an answer",
    "cut": "done, then the answer breaks off in its middle",
    "slow": "waits `seconds` real seconds, then goes on",
    "stale": "answers a GET as it was answered before",
    "scope": "Google: 403, the sign-in may not do this",
}
_GRAPH = {f"graph.{code}" for code in GRAPH_CODES}
#: families of call names; each call also matches "<house>.<name>", so "google.*" is all of Google
HOUSES = {
    "sheets": "google",
    "drive": "google",
    "calendar": "google",
    "oauth": "google",
    "whatsapp": "meta",
    "smtp": "mail",
}


def house(name: str) -> str:
    """Whose call this is: google, meta, mail."""
    return HOUSES.get(name.partition(".")[0], "other")


def call(name: str, *, reads: bool | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Name a view, such as "sheets.batchUpdate": faults, quotas and counters go by that name.

    The view runs under the world's lock in one store transaction: an exception (also a refusal) leaves no trace.
    `reads` says which quota it counts against; None: GET reads, everything else writes.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def atomic(*args: P.args, **kwargs: P.kwargs) -> R:
            with current_app.extensions["world"].store.transaction():
                return view(*args, **kwargs)

        atomic.call_name = name  # type: ignore[attr-defined]
        atomic.call_reads = reads  # type: ignore[attr-defined]
        return atomic

    return decorate


class Faults:
    """The rules, oldest first; the first that matches a call is used."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def add(self, rule: dict[str, Any]) -> dict[str, Any]:
        """Add a rule: match (glob over call names), kind, and optionally times, skip (matching calls let through
        first), seconds (slow: the wait; else how long the rule lives by the clock), until (ISO, by the clock).

        Raises:
            ValueError: unknown kind or key, or a value of the wrong kind.
        """
        if unknown := set(rule) - {"match", "kind", "times", "skip", "seconds", "until"}:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        kind, seconds = str(rule.get("kind", "503")), rule.get("seconds")
        if kind not in KINDS and kind not in _GRAPH and not (kind.isdigit() and 400 <= int(kind) <= 599):
            raise ValueError(f"kind {kind}: use {', '.join(KINDS)}, a status from 400 to 599, or graph.131000")
        until = rule.get("until")
        if until is None and seconds is not None and kind != "slow":
            until = (self._clock.now() + timedelta(seconds=float(seconds))).isoformat()
        if until is not None:
            instant(until)
        kept = {
            "match": str(rule.get("match", "*")),
            "kind": kind,
            "times": None if rule.get("times") is None else int(rule["times"]),
            "skip": int(rule.get("skip", 0)),
            "seconds": None if seconds is None else float(seconds),
            "until": until,
        }
        with self._store.transaction():
            rules = self.rules()
            kept["id"] = 1 + max((each["id"] for each in rules), default=0)
            self._store.put("world", "faults", {"rules": [*rules, kept]})
        return kept

    def rules(self) -> list[dict[str, Any]]:
        """The rules still in force."""
        now = self._clock.now()
        kept = (self._store.get("world", "faults") or {"rules": []})["rules"]
        return [dict(rule) for rule in kept if rule["until"] is None or instant(rule["until"]) > now]

    def clear(self, number: int | None = None) -> None:
        """Drop all rules, or that with this id."""
        with self._store.transaction():
            left = [rule for rule in self.rules() if number is not None and rule["id"] != number]
            self._store.put("world", "faults", {"rules": left})

    def take(self, name: str) -> dict[str, Any] | None:
        """The rule that this call meets, used up by one; None lets it through."""
        names = (name, f"{house(name)}.{name}")
        with self._store.transaction():
            rules = self.rules()
            for rule in rules:
                if not any(fnmatchcase(each, rule["match"]) for each in names):
                    continue
                if rule["skip"] > 0:
                    rule["skip"] -= 1
                    self._store.put("world", "faults", {"rules": rules})
                    continue
                if rule["times"] is not None:
                    rule["times"] -= 1
                    left = [each for each in rules if each["times"] is None or each["times"] > 0]
                    self._store.put("world", "faults", {"rules": left})
                return rule
        return None
