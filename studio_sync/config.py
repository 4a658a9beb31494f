"""Secrets and addresses: the only place that reads the environment and ``.env``. What the owner decides is in Settings.

Older names of the systems this replaces are accepted as aliases. No secret has a default; ``--local`` makes its own.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio_sync.errors import UserError

#: name -> (older names, needed to go live)
ALIASES: dict[str, tuple[str, ...]] = {
    "WHATSAPP_TOKEN": ("META_ACCESS_TOKEN", "WHATSAPP_ACCESS_TOKEN", "ACCESS_TOKEN"),
    "WHATSAPP_PHONE_ID": ("PHONE_NUMBER_ID", "META_PHONE_ID", "WHATSAPP_PHONE_NUMBER_ID"),
    "WHATSAPP_ACCOUNT_ID": ("WABA_ID", "WHATSAPP_BUSINESS_ACCOUNT_ID"),
    "WHATSAPP_APP_SECRET": ("META_APP_SECRET", "APP_SECRET"),
    "WHATSAPP_VERIFY_TOKEN": ("VERIFY_TOKEN", "META_VERIFY_TOKEN"),
    "STUDIO_SHEET_ID": ("CLIENT_SHEET_ID", "GOOGLE_SHEET_ID"),
    "BOOKS_SHEET_ID": (),
    "CALENDAR_ID": ("GOOGLE_CALENDAR_ID",),
    "GOOGLE_CREDENTIALS": ("GOOGLE_APPLICATION_CREDENTIALS", "GOOGLE_SERVICE_ACCOUNT_JSON"),
    "SECRET_KEY": (),
    "PUBLIC_URL": ("BASE_URL",),
    "DATABASE_URL": (),
    "ADMIN_KEY": ("ADMIN_API_KEY",),
    "SMTP_HOST": (),
    "SMTP_PORT": (),
    "SMTP_USER": (),
    "SMTP_PASSWORD": (),
    "MAIL_FROM": (),
    "ALERT_PING_URL": (),
    "TRUSTED_PROXIES": (),
    "STUDIO_SYNC_NAME": (),
    "STUDIO_SYNC_DATA": (),
}
#: what a door that takes webhooks cannot do without
DOOR_NEEDS = ("WHATSAPP_APP_SECRET", "WHATSAPP_VERIFY_TOKEN", "SECRET_KEY")
#: what a worker cannot do without
WORKER_NEEDS = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "STUDIO_SHEET_ID", "CALENDAR_ID", "GOOGLE_CREDENTIALS")


@dataclass(frozen=True, kw_only=True, slots=True)
class Config:
    """Everything the program is told from outside. Secrets never show in ``repr``."""

    data: Path
    name: str
    whatsapp_token: str = field(default="", repr=False)
    whatsapp_phone_id: str = ""
    whatsapp_account_id: str = ""
    whatsapp_app_secret: str = field(default="", repr=False)
    whatsapp_verify_token: str = field(default="", repr=False)
    studio_sheet_id: str = ""
    books_sheet_id: str = ""
    calendar_id: str = ""
    google_credentials: str = field(default="", repr=False)
    secret_key: str = field(default="", repr=False)
    public_url: str = ""
    database_url: str = field(default="", repr=False)
    admin_key: str = field(default="", repr=False)
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = field(default="", repr=False)
    #: sender of mails
    mail_from: str = ""
    #: zone of the diary's midnights
    zone: str = "UTC"
    alert_ping_url: str = ""
    #: base addresses ("" = Google's own); the local studio swaps them for the stand-ins
    google_base: str = ""
    whatsapp_base: str = "https://graph.facebook.com"
    whatsapp_version: str = "v26.0"
    local: bool = False
    port: int = 8710
    #: how many proxies of ours a request comes through; only the address they saw counts as a caller's
    trusted_proxies: int = 0

    @property
    def journal_url(self) -> str:
        """Where the journal lives."""
        return self.database_url or f"sqlite:///{self.data / 'journal.db'}"

    @property
    def split_allowed(self) -> bool:
        """Web and worker may be two processes only with a database server."""
        return bool(self.database_url) and not self.database_url.startswith("sqlite")

    def require(self, *names: str) -> None:
        """Raise ``UserError`` naming every one of ``names`` that is missing."""
        missing = [n for n in names if not getattr(self, n.lower())]
        if missing:
            raise UserError(
                f"Not set: {', '.join(missing)}.",
                "credentials.example says where to get each. Put them into .env, then run: studio-sync check",
            )


def read_env_file(path: Path) -> dict[str, str]:
    """``KEY=value`` lines of an env-style file; comments and blank lines are skipped."""
    if not path.exists():
        return {}
    found: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, sep, value = line.strip().partition("=")
        if sep and not name.startswith("#"):
            found[name.strip()] = value.strip().strip("'\"")
    return found


def load(env: Mapping[str, str] | None = None, *, env_file: Path | None = None) -> Config:
    """The configuration from the environment, then ``.env``. Raises ``UserError`` for a port that is no number."""
    given = dict(read_env_file(env_file or Path(".env")))
    given.update(os.environ if env is None else env)
    values: dict[str, Any] = {}
    for name, older in ALIASES.items():
        value = next((given[n] for n in (name, *older) if given.get(n)), "")
        if value and name not in {"STUDIO_SYNC_NAME", "STUDIO_SYNC_DATA"}:
            values[name.lower()] = value
    for name in ("smtp_port", "port", "trusted_proxies"):
        text = values.get(name) or given.get(name.upper(), "")
        if text:
            if not str(text).isdigit():
                raise UserError(
                    f"{name.upper()} must be a number, not {text!r}.", "Mend it in .env, then run: studio-sync check"
                )
            values[name] = int(text)
    values.setdefault("books_sheet_id", values.get("studio_sheet_id", ""))
    return Config(
        data=Path(given.get("STUDIO_SYNC_DATA") or "data"),
        name=given.get("STUDIO_SYNC_NAME") or socket.gethostname(),
        **values,
    )


def load_local(data: Path) -> Config:
    """The configuration of a local studio from its ``addresses.json``. Raises ``UserError`` when there is none yet."""
    path = data / "addresses.json"
    if not path.exists():
        raise UserError(f"No local studio in {data}.", "Start one with: studio-sync run --local")
    a = json.loads(path.read_text(encoding="utf-8"))
    base = a["emulator"]
    return Config(
        data=data,
        name="local",
        whatsapp_token=a["whatsapp_token"],
        whatsapp_phone_id=a["phone_id"],
        whatsapp_account_id=a["account_id"],
        whatsapp_app_secret=a["app_secret"],
        whatsapp_verify_token=a["verify_token"],
        studio_sheet_id=a.get("studio_sheet", ""),
        books_sheet_id=a.get("books_sheet", ""),
        calendar_id=a.get("calendar", ""),
        secret_key=a["secret_key"],
        admin_key=a["admin_key"],
        public_url=a.get("app", ""),
        smtp_host=a["smtp_host"],
        smtp_port=int(a["smtp_port"]),
        mail_from=a["mail_from"],
        zone=a["zone"],
        google_base=base,
        whatsapp_base=base,
        local=True,
        port=int(a.get("app_port", 0)),
    )
