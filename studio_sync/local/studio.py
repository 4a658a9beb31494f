"""One local studio: starts the stand-ins, makes its workbooks and diary once, starts the program, pulls its plug."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from studio_sync.config import Config, load_local
from studio_sync.links import bell_secret
from studio_sync.local.children import child_waits, end, free_port, start, wait_for
from studio_sync.local.control import ask
from studio_sync.local.sample import Sample, sample

Say = Callable[[str], None]


class LocalStudio:
    """A data folder with its two children."""

    #: the module that is the program, and its words before ``--data``
    program: tuple[str, ...] = ("studio_sync", "run")

    def __init__(self, data: Path, *, say: Say = lambda _: None) -> None:
        self.data = data
        self._say = say
        self._emulator: subprocess.Popen[bytes] | None = None
        self._program: subprocess.Popen[bytes] | None = None
        self.addresses: dict[str, Any] = {}
        self._pulled = 0

    # -- life

    def open(self, *, start_at: datetime | None = None, port: int = 0) -> None:
        """Start everything; the first time the sample studio is made. ``start_at``: steer the clock there (aware)."""
        self.data.mkdir(parents=True, exist_ok=True)
        self._start_emulator(port)
        if start_at is not None:
            self.control("clock", {"set": start_at.isoformat(), "rate": 1})
        if not self.addresses.get("studio_sheet"):
            self._make_studio()
        self._save()
        self.start_program()

    def close(self) -> None:
        """End both children."""
        end(self._program)
        end(self._emulator)

    def control(self, verb: str, body: object = None, *, method: str = "") -> Any:
        """Ask the stand-ins' control plane."""
        return ask(f"{self.addresses['emulator']}/_emulator/{verb}", body, method=method)

    @property
    def config(self) -> Config:
        """How the program is told about this studio."""
        return load_local(self.data)

    # -- stand-ins

    def _start_emulator(self, port: int) -> None:
        known = self.data / "addresses.json"
        if known.exists():
            self.addresses = json.loads(known.read_text(encoding="utf-8"))
        folder = self.data / "emulator"
        folder.mkdir(exist_ok=True)
        wanted = port or int(self.addresses.get("emulator_port", 0))
        mail = int(self.addresses.get("smtp_port", 0))
        arguments = ["emulator", "--host", "127.0.0.1", "--port", str(wanted), "--smtp-port", str(mail)]
        child, told = start([*arguments, "--data", str(folder)], self.data / "emulator.log", first_line=True)
        self._emulator = child
        base = str(told["base"])
        account = ask(f"{base}/_emulator/account")
        self.addresses |= {
            "emulator": base,
            "emulator_port": int(base.rpartition(":")[2]),
            "console": told["console"],
            "smtp_host": told["smtp"]["host"],
            "smtp_port": told["smtp"]["port"],
            "phone_id": account["phone_id"],
            "account_id": account["waba_id"],
        }
        for name in ("whatsapp_token", "app_secret", "verify_token", "secret_key", "admin_key"):
            self.addresses.setdefault(name, secrets.token_urlsafe(24))
        self.addresses.setdefault("app_port", free_port())
        self.addresses["app"] = f"http://127.0.0.1:{self.addresses['app_port']}"
        self.addresses["webhook"] = f"{self.addresses['app']}/webhook"

    def _save(self) -> None:
        path = self.data / "addresses.json"
        path.write_text(json.dumps(self.addresses, indent=1), encoding="utf-8")
        path.chmod(0o600)

    # -- the sample studio

    def sample(self, now: datetime) -> Sample:
        """What a new studio starts with."""
        return sample(now)

    def _make_studio(self) -> None:
        from studio_sync.adapters.calendar import CalendarDiary, create_calendar
        from studio_sync.adapters.google_http import GoogleHttp, sign_in
        from studio_sync.adapters.sheets import create_workbook
        from studio_sync.adapters.whatsapp import WhatsAppMessenger
        from studio_sync.opening import open_workbook, submit_templates

        now = datetime.fromisoformat(self.control("clock")["now"])
        sheet = self.sample(now)
        way = GoogleHttp(sign_in("local"), base=self.addresses["emulator"])
        zone = str(sheet.own["zone"])
        name = str(sheet.own["studio_name"])
        messenger = WhatsAppMessenger(
            phone_id=self.addresses["phone_id"],
            account_id=self.addresses["account_id"],
            token=self.addresses["whatsapp_token"],
            base=self.addresses["emulator"],
        )
        submit_templates(
            messenger, owner=str(sheet.own["owner_name"]), link_base=f"{self.addresses['app']}/i/", say=self._say
        )
        books = {"studio": name, "books": f"{name}: books"}
        for role, title in books.items():
            port = create_workbook(way, title, locale="en_GB", zone=zone)
            extra: Mapping[str, Any] = sheet.rows
            open_workbook(
                "books" if role == "books" else "studio",
                port,
                now=now,
                own=sheet.own,
                extra=extra,
                title=title,
                templates=messenger.templates(),
            )
            self.addresses[f"{role}_sheet"] = port.id
        self.addresses["calendar"] = create_calendar(way, name, zone)
        diary = CalendarDiary(way, self.addresses["calendar"], zone)
        for event in sheet.events:
            diary.insert(event)
        for phone, person in sheet.phones.items():
            self.control("phones", {"phone": phone, "name": person, "attentive": True})
        self.addresses |= {"zone": zone, "mail_from": sheet.own["mail_from"]}
        books_shown = [self.addresses["studio_sheet"], self.addresses["books_sheet"]]
        desk = {"books": books_shown, "calendar": self.addresses["calendar"], "owner": sheet.own["owner_number"]}
        desk["client"] = next(phone for phone in sheet.phones if phone != sheet.own["owner_number"])
        self.addresses["desk"] = desk

    # -- the program

    def start_program(self) -> None:
        """Start the program and tell the stand-ins where it is; whatever waited for it is delivered at once."""
        arguments = [*self.program, "--data", str(self.data)]
        self._program, _ = start(arguments, self.data / "program.log")
        wait_for(f"{self.addresses['app']}/healthz", self._program, self.data / "program.log")
        told = {name: self.addresses[name] for name in ("webhook", "verify_token", "app_secret", "admin_key")}
        bell = bell_secret(self.addresses["secret_key"])
        told |= {"doorbell": f"{self.addresses['app']}/push/sheet", "doorbell_secret": bell}
        self.control("app", {**told, "admin": self.addresses["app"]})
        self.control("webhooks", {"retry_most": 1})
        if "desk" in self.addresses:
            self.control("desk", self.addresses["desk"], method="PUT")

    def kill_program(self) -> None:
        """SIGKILL, as if the plug was pulled."""
        end(self._program, now=True)

    @property
    def program_pid(self) -> int:
        """The program's process number; 0 when it is not running."""
        return self._program.pid if self._program and self._program.poll() is None else 0

    def tend(self) -> None:
        """One look at the wish to pull the plug, and at a program that ended by itself: it is started again."""
        wish = self.data / "emulator" / "plug.json"
        if wish.exists():
            told = json.loads(wish.read_text(encoding="utf-8"))
            if int(told["number"]) > self._pulled:
                self._pulled = int(told["number"])
                self.kill_program()
                child_waits(float(told["seconds"]))
                wish.unlink(missing_ok=True)
                self.start_program()
                return
            wish.unlink(missing_ok=True)
        if self._program is not None and self._program.poll() is not None:
            child_waits(1)
            self.start_program()
