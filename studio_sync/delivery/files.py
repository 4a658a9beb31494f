"""The files lane: draw a paper once and keep its bytes, fetch what someone sent. The answer is an Outcome."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from datetime import date, datetime, timedelta

from studio_sync.clock import Clock
from studio_sync.delivery.sniffing import sniff
from studio_sync.errors import OutsideError, Refused, TooLarge
from studio_sync.journal import Journal, Queued
from studio_sync.links import FILE, FILE_FOR
from studio_sync.ports import Messenger, Printer
from studio_sync.rules.effects import Ask, Effect, Fetch, Render
from studio_sync.rules.facts import Outcome

log = logging.getLogger(__name__)
#: (document, sha256, client, now) -> address of the page that shows it for 48 h
Link = Callable[[str, str, str, datetime], str]
PAUSES: tuple[int, ...] = (2, 10, 60, 300, 1800)
#: A received file lies with WhatsApp for 7 days (facts/whatsapp 1.2); as long it is asked for, from half an hour on
#: every two hours.
FETCH_PAUSES = (*PAUSES, *(7200,) * 83)
#: WhatsApp's codes for a file that is not there or cannot be handed over; with all others, as a wrong token, it may be
NO_FILE = (100, 404, 131052)


class FileLane:
    """Renders and fetches. The bytes are kept by their sha256, so doing it twice is the same as once."""

    name = "files"

    def __init__(self, *, journal: Journal, clock: Clock, printer: Printer, messenger: Messenger, link: Link) -> None:
        self._journal = journal
        self._clock = clock
        self._printer = printer
        self._messenger = messenger
        self._link = link
        self._swept: date | None = None

    def step(self) -> bool:
        """Do the next file effect; False when there is none."""
        now = self._clock.now()
        with self._journal.read() as tx:
            ready = tx.ready("files", now, 1)
        if not ready:
            self._sweep(now)
            return False
        with self._journal.write() as tx:
            if not tx.claim(ready[0].effect.key, now):
                return False
        queued = ready[0]
        try:
            result = self._do(queued, now)
        except OutsideError as error:
            self._failed(queued, error, now)
            return True
        key = queued.effect.key
        with self._journal.write() as tx:
            tx.done(key, result, now)
            tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=True, result=result))
        return True

    def _sweep(self, now: datetime) -> None:
        """Once a day: what people sent is not kept for longer than its link."""
        if self._swept != now.date():
            self._swept = now.date()
            with self._journal.write() as tx:
                tx.forget_received(now - FILE_FOR)

    def _do(self, queued: Queued, now: datetime) -> dict[str, object]:
        effect = queued.effect
        if isinstance(effect, Render):
            content = self._draw(effect)
            sha = self._journal.files.keep(content, name=effect.filename, mime="application/pdf")
            link = self._link(effect.document, sha, effect.client, now)
            return {
                "of": "render",
                "document": effect.document,
                "sha256": sha,
                "filename": effect.filename,
                "link": link,
            }
        if isinstance(effect, Fetch):
            return self._fetch(effect, now)
        if isinstance(effect, Ask) and effect.what == "templates":
            return {"of": "templates", "listed": self._messenger.templates()}
        if isinstance(effect, Ask):
            raise Refused("studio", f"nobody answers {effect.what} here")
        raise Refused("studio", f"{effect.kind} is not a file")

    def _fetch(self, effect: Fetch, now: datetime) -> dict[str, object]:
        """What it is, its own bytes say; its name is ours, so that nothing of the sender's becomes a path."""
        content, _ = self._messenger.fetch(effect.media_id)
        kind = sniff(content)
        if kind is None:
            return {"of": "not_fetched", "why": "kind"}
        sha = hashlib.sha256(content).hexdigest()
        self._journal.files.keep(content, name=f"{sha}.{kind.ext}", mime=kind.mime)
        return {"of": "fetch", "sha256": sha, "mime": kind.mime, "link": self._link(f"{FILE}{sha[:12]}", sha, "", now)}

    def _draw(self, effect: Render) -> bytes:
        """A paper that cannot be drawn is refused like any other content, with its reason."""
        try:
            return self._printer.render(effect.paper)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            log.exception("could not draw %s", effect.filename)
            raise Refused("pdf", f"the paper could not be drawn ({error})") from error

    def _failed(self, queued: Queued, error: OutsideError, now: datetime) -> None:
        key = queued.effect.key
        pauses, final = PAUSES, error.permanent
        if isinstance(queued.effect, Fetch):
            pauses, final = FETCH_PAUSES, isinstance(error, TooLarge) or error.code in NO_FILE
        if isinstance(queued.effect, Ask) and queued.effect.data.get("daily"):
            with self._journal.write() as tx:
                tx.drop(key, error.message, now)
            return
        with self._journal.write() as tx:
            if final or queued.tries >= len(pauses):
                tx.park(key, error.message, now)
                told = _told(queued.effect, error)
                tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))
            else:
                tx.later(key, now + timedelta(seconds=pauses[queued.tries]), str(error), now)
        log.warning("files: %s", error)


def _told(effect: Effect, error: OutsideError) -> dict[str, str]:
    if isinstance(effect, Fetch):
        if isinstance(error, TooLarge):
            return {"of": "not_fetched", "why": "large", "most": str(error.most)}
        return {"of": "not_fetched", "why": "gone" if error.code in NO_FILE else "trouble"}
    about = effect.document if isinstance(effect, Render) else ""
    return {"of": "failed", "what": effect.kind, "document": about, "reason": error.message}
