"""The outside as ``check``, ``init`` and ``rebuild`` need it, wired from the configuration."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from studio_sync.adapters.calendar import CalendarDiary
from studio_sync.adapters.google_http import GoogleHttp, sign_in
from studio_sync.adapters.sheets import SheetsWorkbook
from studio_sync.adapters.whatsapp import WhatsAppMessenger
from studio_sync.config import Config


@dataclass(frozen=True, kw_only=True, slots=True)
class Google:
    """Both workbooks and the diary. Nothing is asked before it is used."""

    books: dict[str, SheetsWorkbook]
    diary: CalendarDiary | None


def google(config: Config) -> Google:
    """The way to the workbooks and the diary. Raises ``UserError`` when the sign-in cannot be used."""
    way = GoogleHttp(sign_in(config.google_credentials or "local"), base=config.google_base)
    ids = {"studio": config.studio_sheet_id, "books": config.books_sheet_id or config.studio_sheet_id}
    diary = CalendarDiary(way, config.calendar_id, config.zone) if config.calendar_id else None
    return Google(books={role: SheetsWorkbook(way, ident) for role, ident in ids.items()}, diary=diary)


def whatsapp(config: Config) -> WhatsAppMessenger:
    """The way to WhatsApp."""
    return WhatsAppMessenger(
        phone_id=config.whatsapp_phone_id,
        account_id=config.whatsapp_account_id,
        token=config.whatsapp_token,
        base=config.whatsapp_base,
        version=config.whatsapp_version,
    )


def robot(config: Config) -> str:
    """The address to share with: a service account's own, else words for whoever signed in."""
    text = config.google_credentials
    try:
        info = json.loads(text if text.lstrip().startswith("{") else Path(text).expanduser().read_text("utf-8"))
    except (OSError, ValueError):
        return "the account of your Google sign-in"
    mail = info.get("client_email") if isinstance(info, dict) else ""
    return str(mail or "the account of your Google sign-in")
