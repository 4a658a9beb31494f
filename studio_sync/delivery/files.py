"""The files lane: draw a paper once and keep its bytes, fetch what someone sent. The answer is an Outcome."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from studio_sync.clock import Clock
from studio_sync.errors import OutsideError, Refused
from studio_sync.journal import Journal, Queued
from studio_sync.ports import Messenger, Printer
from studio_sync.rules.effects import Ask, Fetch, Render
from studio_sync.rules.facts import Outcome

log = logging.getLogger(__name__)
#: (document, sha256, client, now) -> address of the page that shows it for 48 h
Link = Callable[[str, str, str, datetime], str]
PAUSES = (2, 10, 60, 300, 1800)


class FileLane:
    """Renders and fetches. The bytes are kept by their sha256, so doing it twice is the same as once."""

    name = "files"

    def __init__(self, *, journal: Journal, clock: Clock, printer: Printer, messenger: Messenger, link: Link) -> None:
        self._journal = journal
        self._clock = clock
        self._printer = printer
        self._messenger = messenger
        self._link = link

    def step(self) -> bool:
        """Do the next file effect; False when there is none."""
        now = self._clock.now()
        with self._journal.read() as tx:
            ready = tx.ready("files", now, 1)
        if not ready:
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
            content, mime = self._messenger.fetch(effect.media_id)
            sha = self._journal.files.keep(content, name=effect.media_id, mime=mime)
            return {"of": "fetch", "sha256": sha, "mime": mime}
        if isinstance(effect, Ask) and effect.what == "templates":
            return {"of": "templates", "listed": self._messenger.templates()}
        if isinstance(effect, Ask):
            raise Refused("studio", f"nobody answers {effect.what} here")
        raise Refused("studio", f"{effect.kind} is not a file")

    def _draw(self, effect: Render) -> bytes:
        """A paper that cannot be drawn is refused like any other content, with its reason."""
        try:
            return self._printer.render(effect.paper)
        except (ValueError, TypeError, LookupError, ArithmeticError) as error:
            log.exception("could not draw %s", effect.filename)
            raise Refused("pdf", f"the paper could not be drawn ({error})") from error

    def _failed(self, queued: Queued, error: OutsideError, now: datetime) -> None:
        key = queued.effect.key
        with self._journal.write() as tx:
            if error.permanent or queued.tries >= len(PAUSES):
                tx.park(key, error.message, now)
                about = queued.effect.document if isinstance(queued.effect, Render) else ""
                told = {"of": "failed", "what": queued.effect.kind, "document": about, "reason": error.message}
                tx.put_fact(Outcome(key=f"outcome:{key}", at=now, effect_key=key, ok=False, result=told))
            else:
                tx.later(key, now + timedelta(seconds=PAUSES[queued.tries]), str(error), now)
        log.warning("files: %s", error)
