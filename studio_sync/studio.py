"""The only wiring. ``build_door`` gives the web role what it needs and imports no adapter; ``build`` gives the worker its lanes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from studio_sync.clock import Clock, SteeredClock, SystemClock
from studio_sync.config import WORKER_NEEDS, Config
from studio_sync.journal import Journal

if TYPE_CHECKING:
    from studio_sync.delivery.diary import DiaryLane
    from studio_sync.delivery.messages import MessageLane
    from studio_sync.delivery.sheet.lane import SheetLane
    from studio_sync.watch.diary import DiaryWatch
    from studio_sync.watch.poll import Poll


class Lane(Protocol):
    """Something that works in steps. A step makes at most one changing call to the outside."""

    @property
    def name(self) -> str: ...

    def step(self) -> bool:
        """Do one thing; False when there was nothing to do."""
        ...


def clock_of(config: Config) -> Clock:
    """The system's clock, or for a local studio the one its page steers."""
    return SteeredClock(config.data / "emulator" / "clock.json") if config.local else SystemClock()


def open_journal(config: Config) -> Journal:
    """The journal of this configuration, made and migrated as needed."""
    config.data.mkdir(parents=True, exist_ok=True)
    return Journal.open(config.journal_url, fast=config.local)


@dataclass(frozen=True, kw_only=True, slots=True)
class Studio:
    """A worker's parts, wired."""

    config: Config
    clock: Clock
    journal: Journal
    #: lane name -> (lane, threads)
    lanes: tuple[tuple[Lane, int], ...]
    sheets: tuple[SheetLane, ...]
    diary: DiaryLane
    messages: MessageLane
    polls: tuple[Poll, ...]
    diary_watch: DiaryWatch

    def health(self) -> dict[str, object]:
        """What does not answer, since when."""
        down = {lane.name: lane.down_since for lane in self.sheets}
        down |= {self.diary.name: self.diary.down_since, self.messages.name: self.messages.down_since}
        return {name: since.isoformat() for name, since in down.items() if since is not None}


def build(config: Config, *, clock: Clock | None = None, journal: Journal | None = None) -> Studio:
    """Everything the worker needs, with real adapters. Raises ``UserError`` naming what is not set."""
    from studio_sync.adapters.calendar import CalendarDiary
    from studio_sync.adapters.google_http import GoogleHttp, sign_in
    from studio_sync.adapters.mail import SmtpMailbox
    from studio_sync.adapters.pdf.printer import PdfPrinter
    from studio_sync.adapters.sheets import SheetsWorkbook
    from studio_sync.adapters.whatsapp import WhatsAppMessenger
    from studio_sync.delivery.diary import DiaryLane
    from studio_sync.delivery.files import FileLane
    from studio_sync.delivery.letters import MailLane
    from studio_sync.delivery.messages import MessageLane
    from studio_sync.delivery.sheet.lane import SheetLane
    from studio_sync.engine import Engine
    from studio_sync.watch.diary import DiaryWatch
    from studio_sync.watch.poll import Poll
    from studio_sync.watch.sheets import SheetWatch
    from studio_sync.workbooks import LiveWorkbook

    if not config.local:
        config.require(*WORKER_NEEDS)
    clock = clock or clock_of(config)
    journal = journal or open_journal(config)
    way = GoogleHttp(sign_in(config.google_credentials or "local"), base=config.google_base)
    messenger = WhatsAppMessenger(
        phone_id=config.whatsapp_phone_id,
        account_id=config.whatsapp_account_id,
        token=config.whatsapp_token,
        base=config.whatsapp_base,
        version=config.whatsapp_version,
    )
    mail = None
    if config.smtp_host:
        mailbox = SmtpMailbox(
            host=config.smtp_host,
            port=config.smtp_port,
            sender=config.mail_from,
            clock=clock,
            user=config.smtp_user,
            password=config.smtp_password,
            security="none" if config.local else "starttls",
        )
        mail = MailLane(journal=journal, clock=clock, mailbox=mailbox, domain=config.mail_from.rpartition("@")[2])
    messages = MessageLane(journal=journal, clock=clock, messenger=messenger, mail=mail)
    diary = CalendarDiary(way, config.calendar_id, config.zone)
    diary_lane = DiaryLane(diary=diary, journal=journal, clock=clock, holder=config.name)
    ids = {"studio": config.studio_sheet_id, "books": config.books_sheet_id or config.studio_sheet_id}
    sheets: list[SheetLane] = []
    polls: list[Poll] = []
    for role in ("studio", "books"):
        book = LiveWorkbook(role, SheetsWorkbook(way, ids[role]))
        watch = SheetWatch(book, still=timedelta(seconds=1.5) if config.local else timedelta(seconds=3))
        polls.append(Poll(book=book, watch=watch, journal=journal, clock=clock, local=config.local))
        sheets.append(
            SheetLane(
                book=book,
                journal=journal,
                clock=clock,
                writer=config.name,
                notice=watch.notice,
                trouble=_trouble(messages, journal),
            )
        )
    files = FileLane(journal=journal, clock=clock, printer=PdfPrinter(), messenger=messenger, link=_link(config))
    return Studio(
        config=config,
        clock=clock,
        journal=journal,
        lanes=(
            (Engine(journal, clock), 1),
            (diary_lane, 1),
            *((lane, 1) for lane in sheets),
            (messages, 4),
            (files, 1),
        ),
        sheets=tuple(sheets),
        diary=diary_lane,
        messages=messages,
        polls=tuple(polls),
        diary_watch=DiaryWatch(journal, diary),
    )


def _link(config: Config) -> Callable[[str, str, datetime], str]:
    """Makes 48-hour addresses of documents; "" when the studio has no public address."""
    from studio_sync.links import view_token

    def link(document: str, sha256: str, now: datetime) -> str:
        if not config.public_url or not config.secret_key:
            return ""
        token = view_token(config.secret_key, document=document, sha256=sha256, client="", now=now)
        return f"{config.public_url.rstrip('/')}/i/{token}"

    return link


def _trouble(messages: MessageLane, journal: Journal) -> Callable[[], str]:
    """The sentence that replaces Today's status line while WhatsApp takes no messages."""
    from sheets_schema.texts import words
    from sheets_schema.texts.catalogue import part

    def trouble() -> str:
        since = messages.down_since
        if since is None:
            return ""
        with journal.read() as tx:
            waiting = tx.outbox_counts()["waiting"]
        return part("today.whatsapp_down", time=f"{since:%H:%M}", waiting=words.plural(waiting, "wait"))

    return trouble
