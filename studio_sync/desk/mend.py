"""``init``: both workbooks and the messages at WhatsApp, made or mended. A second run writes nothing."""

from __future__ import annotations

from datetime import date

from sheets_schema.policies import Settings, read_settings
from sheets_schema.presets import Preset
from sheets_schema.presets.known import PRESETS
from sheets_schema.workbook import locate
from studio_sync.config import Config
from studio_sync.desk import guide, templates
from studio_sync.desk.locks import NOT_YET, weak_locks
from studio_sync.desk.outside import google, robot
from studio_sync.desk.show import say, wrapped
from studio_sync.errors import OutsideError, Refused, UserError
from studio_sync.opening import open_workbook, settings_rows
from studio_sync.ports import Workbook
from studio_sync.studio import clock_of

NAMES = {"studio": "Workbook", "books": "Workbook of the books"}


def mend(config: Config, *, dry_run: bool = False, preset: str = "pilates") -> int:
    """Make or mend; 0 when all is there, 1 when something is to do. ``preset`` fills tabs that are new.

    Raises ``UserError`` naming what is not set, or a preset that is none.
    """
    if preset not in PRESETS:
        raise UserError(f'There is no preset "{preset}".', f"Run: studio-sync init --preset {' | '.join(PRESETS)}")
    _require(config)
    outside = google(config)
    now = clock_of(config).now()
    written = 0
    for role, port in outside.books.items():
        settings = _settings(outside.books["studio"], now.date()) if role == "books" else None
        opened = _open(config, role, port, PRESETS[preset], settings, dry_run=dry_run)
        written += opened
        verb = "would be made or mended" if dry_run else "made or mended"
        say(f"{NAMES[role]}: {opened} things {verb}." if opened else f"{NAMES[role]}: as it should be.")
        weak = weak_locks(port) if opened and not dry_run else []
        for line in (*weak, NOT_YET) if weak else ():
            say(line)
    settings = _settings(outside.books["studio"], now.date())
    sent, waits = _messages(config, settings, dry_run=dry_run)
    if not written + sent and not waits:
        say("Nothing to do.")
    elif not dry_run:
        say("Then: studio-sync check")
    return 1 if waits else 0


def _require(config: Config) -> None:
    """Name every missing piece with where to get it."""
    if config.local:
        return
    lines = []
    for name in ("GOOGLE_CREDENTIALS", "STUDIO_SHEET_ID"):
        if not getattr(config, name.lower()):
            mail = robot(config) if config.google_credentials else "the sign-in's address"
            lines += [f"{name} is empty.", *wrapped("  ", guide.MISSING[name].text.replace("{mail}", mail), 2)]
    if lines:
        raise UserError(*lines)


def _open(
    config: Config, role: str, port: Workbook, preset: Preset, settings: Settings | None, *, dry_run: bool
) -> int:
    try:
        opened = open_workbook(
            "books" if role == "books" else "studio",
            port,
            now=clock_of(config).now(),
            preset=preset,
            settings=settings,
            dry_run=dry_run,
        )
    except Refused as error:
        if error.code in {403, 404}:
            thing = "workbook" if role == "studio" else "books workbook"
            raise UserError(*wrapped("", guide.unshared(thing, robot(config)).text, 0)) from error
        raise
    return opened.requests


def _settings(port: Workbook, today: date) -> Settings:
    _, values = settings_rows("studio", port, locate("studio", port.shape()), port.tags())
    return read_settings(values, today)[0]


def _messages(config: Config, settings: Settings, *, dry_run: bool) -> tuple[int, bool]:
    """Submit what WhatsApp does not have: how many, and whether something still waits for a person."""
    empty = [n for n in ("WHATSAPP_TOKEN", "WHATSAPP_ACCOUNT_ID", "PUBLIC_URL") if not getattr(config, n.lower())]
    if empty:
        say(f"Messages for WhatsApp: later. {', '.join(empty)} is empty; studio-sync check says where to get it.")
        return 0, True
    refused: list[str] = []
    try:
        seen = templates.look(config, seed=settings)
        wanted = [step for step in seen.steps if step.spec]
        count = len(wanted) if dry_run else templates.send_in(config, seen, wanted, refused.append)[0]
    except OutsideError as error:
        say(f"Messages for WhatsApp: not now. {error.message}")
        return 0, True
    if not dry_run and any(not step.row.status and not step.spec for step in seen.steps):
        templates.keep_list(config, seen)
    for line in refused:
        say(line)
    verb = "would be submitted" if dry_run else "submitted"
    say(f"Messages for WhatsApp: {count} {verb}." if count else "Messages for WhatsApp: all are there.")
    return count, bool(refused) or (not dry_run and count < len(wanted))
