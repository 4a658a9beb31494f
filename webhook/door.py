"""What the front door is given: memory, secrets, time and files. No adapter: a request calls nobody outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio_sync.clock import Clock
from studio_sync.config import Config
from studio_sync.journal import Journal
from studio_sync.ports import Files


@dataclass(frozen=True, kw_only=True)
class Door:
    """Everything a request may touch."""

    journal: Journal
    config: Config
    clock: Clock
    files: Files
    #: what does not answer the worker, by name, since when (ISO); None when the worker is another process
    health: Callable[[], Mapping[str, object]] | None = None
    #: another program's name while it works and this one takes no deliveries; "" or None: this one takes them
    stands_by: Callable[[], str] | None = None
    #: look at the sheets now (one process only)
    nudge: Callable[[], None] | None = None
