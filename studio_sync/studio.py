"""The only wiring: ``build`` gives the worker its lanes. Adapters are imported there and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal, Protocol
from zoneinfo import ZoneInfo

from studio_sync.clock import Clock, SteeredClock, SystemClock
from studio_sync.config import WORKER_NEEDS, Config
from studio_sync.health import Alarm, Health
from studio_sync.journal import Journal

if TYPE_CHECKING:
    from studio_sync.watch.diary import DiaryWatch
    from studio_sync.watch.poll import Poll
    from studio_sync.workbooks import LiveWorkbook

#: Today does not speak of a trouble that is over in a moment
QUIET = timedelta(seconds=30)
ROLES: tuple[Literal["studio", "books"], ...] = ("studio", "books")


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
    #: each lane and its threads
    lanes: tuple[tuple[Lane, int], ...]
    polls: tuple[Poll, ...]
    diary_watch: DiaryWatch
    alarms: tuple[Alarm, ...]

    @property
    def foreign(self) -> str:
        """Name of another program that writes our workbooks; "" when we are alone."""
        return next((poll.book.foreign for poll in self.polls if poll.book.foreign), "")

    def health(self) -> dict[str, str]:
        """Who does not answer, since when (ISO)."""
        return {alarm.name: since.isoformat() for alarm in self.alarms if (since := alarm.down_since) is not None}


def build(config: Config, *, clock: Clock | None = None, journal: Journal | None = None) -> Studio:
    """Everything the worker needs, with real adapters. Raises ``UserError`` naming what is not set."""
    from studio_sync.adapters.calendar import CalendarDiary
    from studio_sync.adapters.google_http import GoogleHttp, sign_in
    from studio_sync.adapters.mail import SmtpMailbox
    from studio_sync.adapters.pdf.printer import PdfPrinter
    from studio_sync.adapters.ping import PingAddress
    from studio_sync.adapters.sheets import SheetsWorkbook
    from studio_sync.adapters.whatsapp import WhatsAppMessenger
    from studio_sync.delivery.diary import DiaryLane
    from studio_sync.delivery.files import FileLane
    from studio_sync.delivery.letters import MailLane
    from studio_sync.delivery.marks import MarkLane
    from studio_sync.delivery.messages import MessageLane
    from studio_sync.delivery.sheet.lane import SheetLane
    from studio_sync.delivery.sheet.pace import Pace
    from studio_sync.delivery.signs import SignLane
    from studio_sync.diaries import LiveDiary
    from studio_sync.engine import Engine
    from studio_sync.reads import Counted, Reads
    from studio_sync.watch.diary import DiaryWatch
    from studio_sync.watch.poll import Poll
    from studio_sync.watch.sheets import SheetWatch
    from studio_sync.watch.typing import STILL
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
    mailbox = None
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
    mail = MailLane(journal=journal, mailbox=mailbox, domain=config.mail_from.rpartition("@")[2] or "localhost")
    marks = MarkLane(journal=journal, clock=clock, messenger=messenger)
    diary = LiveDiary(CalendarDiary(way, config.calendar_id, config.zone))
    ids = {"studio": config.studio_sheet_id, "books": config.books_sheet_id or config.studio_sheet_id}
    reads = Reads(clock)
    books = [LiveWorkbook(role, Counted(SheetsWorkbook(way, ids[role]), reads), config.name) for role in ROLES]
    if ids["studio"] == ids["books"]:
        books[1].lock = books[0].lock
        for book in books:
            book.roles = ROLES
    messages = MessageLane(journal=journal, clock=clock, messenger=messenger, mail=mail, book=books[0])
    alarms = (
        Alarm("whatsapp", [messages.health]),
        Alarm("google", [diary.health, *(book.health for book in books)]),
        *(Alarm(book.chain_health.service, [book.chain_health]) for book in books),
    )
    still = timedelta(seconds=1.5) if config.local else STILL
    watches = [SheetWatch(book, still=still) for book in books]
    zone = ZoneInfo(config.zone)
    trouble = _trouble(messages.health, books, journal, zone)
    pace = Pace(reads)
    sheets = [
        SheetLane(book=book, journal=journal, clock=clock, notice=watch.notice, trouble=trouble, pace=pace)
        for book, watch in zip(books, watches, strict=True)
    ]
    signs: tuple[tuple[Lane, int], ...] = ()
    if config.alert_ping_url and not config.local:
        signs = ((SignLane(clock=clock, address=PingAddress(config.alert_ping_url), alarms=alarms), 1),)
    files = FileLane(journal=journal, clock=clock, printer=PdfPrinter(), messenger=messenger, link=_link(config))
    return Studio(
        config=config,
        clock=clock,
        journal=journal,
        lanes=(
            (Engine(journal, clock, marks.put), 1),
            (DiaryLane(diary=diary, journal=journal, clock=clock, holder=config.name), 1),
            *((lane, 1) for lane in sheets),
            (messages, 4),
            (marks, 1),
            (files, 1),
            *signs,
        ),
        polls=tuple(
            Poll(book=book, watch=watch, journal=journal, clock=clock, zone=zone, reads=reads, local=config.local)
            for book, watch in zip(books, watches, strict=True)
        ),
        diary_watch=DiaryWatch(journal, diary),
        alarms=alarms,
    )


def _link(config: Config) -> Callable[[str, str, str, datetime], str]:
    """Makes 48-hour addresses of documents; "" when the studio has no public address."""
    from studio_sync.links import view_token

    def link(document: str, sha256: str, client: str, now: datetime) -> str:
        if not config.public_url or not config.secret_key:
            return ""
        token = view_token(config.secret_key, document=document, sha256=sha256, client=client, now=now)
        return f"{config.public_url.rstrip('/')}/i/{token}"

    return link


def _trouble(
    messages: Health, books: Sequence[LiveWorkbook], journal: Journal, zone: ZoneInfo
) -> Callable[[datetime], str]:
    """The sentence that replaces Today's status line while something is wrong; "" when all is well."""
    from sheets_schema.tabs import BY_KEY
    from sheets_schema.texts import words
    from sheets_schema.texts.catalogue import part
    from studio_sync.rules.braking import pause_words

    def trouble(now: datetime) -> str:
        since = messages.down_since
        if since is not None and now - since >= QUIET:
            with journal.read() as tx:
                lane = tx.lane_counts()["messages"]
            waiting = lane.get("waiting", 0) + lane.get("queued", 0)
            clock = f"{since.astimezone(zone):%H:%M}"
            return part("today.whatsapp_down", time=clock, waiting=words.plural(waiting, "wait"))
        for book in books:
            for tab, pause in book.paused.items():
                return pause_words(BY_KEY[tab].title, pause.why, pause.heading, pause.rows)
        return ""

    return trouble
