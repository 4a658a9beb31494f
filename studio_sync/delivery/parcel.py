"""What leaves in one post: a mail, a message, or several messages for one person in one."""

from __future__ import annotations

from dataclasses import dataclass

from studio_sync.journal import Queued
from studio_sync.rules.effects import Mail, Send
from studio_sync.rules.gate import Verdict
from studio_sync.rules.joining import together


@dataclass(frozen=True, kw_only=True, slots=True)
class Parcel:
    """Claimed effects that leave together. ``verdict``: the gate's word about the first; None for a mail."""

    queued: tuple[Queued, ...]
    verdict: Verdict | None = None
    #: kind that WhatsApp bills, the how-manieth of it this month, and what it costs (None: not in Rates)
    category: str = ""
    nth: int = 0
    cost: int | None = None

    @property
    def first(self) -> Queued:
        """The one whose key WhatsApp hands back."""
        return self.queued[0]

    @property
    def sends(self) -> tuple[Send, ...]:
        """The messages in it."""
        return tuple(queued.effect for queued in self.queued if isinstance(queued.effect, Send))

    @property
    def address(self) -> str:
        """Whom it is for."""
        return address_of(self.first)

    def outgoing(self) -> Send:
        """The one message that leaves."""
        return together(self.sends, template=self.verdict is not None and self.verdict.go == "template")


def address_of(queued: Queued) -> str:
    """Whom an effect of this lane is for."""
    effect = queued.effect
    return effect.to if isinstance(effect, Send | Mail) else effect.key
