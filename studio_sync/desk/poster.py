"""``poster``: one page with a code that opens the studio's chat, and the away message for the owner's old number."""

from __future__ import annotations

from pathlib import Path

from sheets_schema.policies import Settings, read_settings
from sheets_schema.texts.catalogue import part
from sheets_schema.texts.words import phone_words
from sheets_schema.workbook import locate
from studio_sync.adapters.pdf.poster import Poster, render_poster
from studio_sync.config import Config
from studio_sync.desk.outside import google
from studio_sync.desk.show import say, wrapped
from studio_sync.errors import UserError
from studio_sync.opening import settings_rows
from studio_sync.studio import clock_of


def hang(config: Config, out: Path, *, dry_run: bool = False) -> int:
    """Write the poster to ``out`` and say the away message; 0. With ``dry_run`` draw it and write nothing.

    Raises ``UserError`` when Settings does not name the studio or its number, or the file cannot be written.
    """
    settings = _settings(config)
    empty = [title for title, value in _needed(settings).items() if not value]
    if empty:
        raise UserError(f"Empty in Settings: {', '.join(empty)}.", "Fill it in, then run: studio-sync poster")
    content = render_poster(
        Poster(studio=settings.studio_name, owner=settings.owner_name, phone=settings.studio_number)
    )
    if dry_run:
        old = "it would replace the file of that name" if out.exists() else "there is no such file yet"
        say(f"{out}: one page A5 with {phone_words(settings.studio_number)}, not written; {old}.")
    else:
        _write(out, content)
        say(f"{out}: one page A5. Print it as it is, or two on an A4 sheet.")
    say()
    say("Away message for your old number (WhatsApp Business > Away message):")
    for line in wrapped("", away(settings), 2):
        say(f"  {line.strip()}")
    return 0


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise UserError(f"{out} cannot be written: {error.strerror}.", "Run: studio-sync poster --out FILE") from error


def away(settings: Settings) -> str:
    """What her old number answers."""
    return part(
        "poster.away",
        settings.language,
        owner=settings.owner_name,
        phone=phone_words(settings.studio_number),
        studio=settings.studio_name,
    )


def _needed(settings: Settings) -> dict[str, str]:
    return {
        "Studio name": settings.studio_name,
        "Studio's number": settings.studio_number,
        "Owner's name": settings.owner_name,
    }


def _settings(config: Config) -> Settings:
    if not config.local:
        config.require("GOOGLE_CREDENTIALS", "STUDIO_SHEET_ID")
    port = google(config).books["studio"]
    _, values = settings_rows("studio", port, locate("studio", port.shape()), port.tags())
    return read_settings(values, clock_of(config).now().date())[0]
