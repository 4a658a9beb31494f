"""The policies of the Settings tab: one typed value each, one line each, in the order of the tab.

The row id of a policy is its field name. A cell that cannot be read keeps the last good value, else the usual one.
"""

# ruff: noqa: RUF009  (``_policy`` gives a dataclass field with an immutable default)
from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

from sheets_schema.cells import CLOCK, DAY, MAIL, PHONE, TEXT, CellContext, CellProblem, Kind, Raw, choice, is_blank
from sheets_schema.codecs.base import as_word
from sheets_schema.codecs.policy import (
    COUNTRY,
    LANGUAGE,
    MONTH_DAY,
    NUMBERS,
    PERCENT,
    PHONES,
    YES_NO,
    ZONE,
    NumberKind,
)
from sheets_schema.issues import RowIssue

_MINUTES = NumberKind(0, 1440)
_TELL = choice("ask me", "tell", "quiet")


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """One row of Settings."""

    #: field of ``Settings`` and id of the row
    name: str = ""
    title: str
    kind: Kind[Any]
    usual: Any
    what: str
    example: str = ""
    #: as in the Unit column
    unit: str = ""
    #: an empty cell means this instead of the usual value ("off")
    blank: Any = ...

    def value(self, raw: Raw, context: CellContext) -> Any:
        """The value of the cell. Raises ``CellProblem``."""
        if is_blank(raw):
            return self.usual if self.blank is ... else self.blank
        return self.kind.read(raw, context)

    def words(self, value: Any, context: CellContext) -> str:
        """``value`` as she would type it; "off" where nothing means that."""
        if value is None or value == ():
            return "off" if self.usual else ""
        if isinstance(value, time):
            return f"{value:%H:%M}"
        if isinstance(value, int) and not isinstance(value, bool) and self.kind is not MONTH_DAY:
            return str(value)
        return as_word(self.kind.write(value, context))


def _policy(title: str, kind: Kind[Any], usual: Any, what: str, example: str = "", **more: Any) -> Any:
    line = Policy(title=title, kind=kind, usual=usual, what=what, example=example, **more)
    return dataclasses.field(default=usual, metadata={"policy": line})


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Every policy, typed and always usable. Times are local; percents whole; phones E.164."""

    mode: str = _policy(
        "Mode",
        choice("watch", "rehearse", "pilot", "live"),
        "watch",
        "watch reads and sends nothing; live sends.",
        "live",
    )
    studio_name: str = _policy("Studio name", TEXT, "", "In messages and on invoices.", "Nowhere Street Pilates")
    address: str = _policy("Address", TEXT, "", "Where sessions are, in reminders.", "12 Nowhere Street")
    studio_number: str = _policy(
        "Studio's number", PHONE, "", "WhatsApp number clients write to; on invoices.", "+44 7700 900100"
    )
    owner_name: str = _policy("Owner's name", TEXT, "", "Who reads the answers of clients.", "Nadine")
    owner_number: str = _policy(
        "Owner's number", PHONE, "", "WhatsApp of the owner; may give commands.", "+44 7700 900199"
    )
    admin_numbers: tuple[str, ...] = _policy(
        "Admin numbers", PHONES, (), "More phones that may give commands, with commas between.", "+44 7700 900198"
    )
    accountant_mail: str = _policy("Accountant mail", MAIL, "", "Gets the books each month.", "books@nowhere.example")
    #: code, "en"
    language: str = _policy("Language", LANGUAGE, "en", "Of messages, unless a client has another.", "English")
    zone: ZoneInfo = _policy("Time zone", ZONE, ZONE.empty, "Of all times in these tabs.", "Europe/London")
    #: ISO letters, "ZA"
    country: str = _policy(
        "Country of phone numbers", COUNTRY, "ZA", "Meant where a number has no country code.", "United Kingdom +44"
    )
    currency: str = _policy("Currency", TEXT, "R", "Sign in front of amounts.", "£")
    emoji: str = _policy(
        "Emoji", choice("none", "a little"), "none", "One in welcome and birthday, or none.", "a little"
    )
    morning_digest: time | None = _policy(
        "Morning digest", CLOCK, time(6), "When today's list comes to you. Blank is off.", "07:00", blank=None
    )
    evening_digest: time | None = _policy(
        "Evening digest", CLOCK, time(20), "When tomorrow's list comes to you. Blank is off.", "19:00", blank=None
    )
    news_by_phone: bool = _policy(
        "News by phone",
        YES_NO,
        True,
        "What clients write and do, as it happens. No: Today and the lists have it.",
        "no",
    )
    remind_evening: time | None = _policy(
        "Remind the night before",
        CLOCK,
        time(20),
        "When clients of tomorrow are reminded. Blank is off.",
        "18:00",
        blank=None,
    )
    #: minutes
    remind_before: int | None = _policy(
        "Remind before", NumberKind(10, 1440), 60, "A reminder so long before a session. Blank is off.", "90",
        unit="min", blank=None,
    )  # fmt: skip
    quiet_from: time | None = _policy(
        "Quiet from", CLOCK, time(20, 30), "No messages to clients from then on. Blank is off.", "21:00", blank=None
    )
    quiet_to: time | None = _policy("Quiet to", CLOCK, time(6, 30), "Until then. Blank is off.", "07:00", blank=None)
    #: different people outside their 24 hours; WhatsApp begins with 250 and lets it grow
    first_messages: int | None = _policy(
        "First messages a day", NumberKind(1, 1_000_000), 250,
        "People WhatsApp lets you write to first in 24 hours. Blank is no limit.", "2000", unit="people", blank=None,
    )  # fmt: skip
    messages_per_second: int = _policy(
        "Messages a second", NumberKind(1, 1000), 80, "20 for a number that is also used in the phone app.", "20",
        unit="a second",
    )  # fmt: skip
    #: minutes
    quiet_after_answer: int | None = _policy(
        "Quiet after your answer", _MINUTES, 60, "No automatic answers in a chat you answer by phone. Blank is off.",
        "30", unit="min", blank=None,
    )  # fmt: skip
    read_marks: bool = _policy(
        "Show as read", YES_NO, True, "What we answer ourselves, with dots while the answer takes a moment.", "no"
    )
    cancel_free_hours: int = _policy(
        "Cancel free until",
        NumberKind(0, 720),
        24,
        "Hours before a session in which it still costs nothing.",
        "12",
        unit="h",
    )
    late_cancel_percent: int = _policy("Late cancel costs", PERCENT, 100, "Of the price, after that.", "50", unit="%")
    no_show_percent: int = _policy("No-show costs", PERCENT, 100, "Of the price, when nobody came.", "50", unit="%")
    sick_percent: int = _policy("Sick costs", PERCENT, 0, "Of the price, when the client is ill.", "0", unit="%")
    sheet_changes: str = _policy(
        "My sheet changes", _TELL, "ask me", "Whether clients hear of what you change here.", "tell"
    )
    diary_moves: str = _policy(
        "My diary moves",
        choice("ask me", "ask client", "tell"),
        "ask me",
        "What a session moved in the diary does.",
        "tell",
    )
    waiting_minutes: int = _policy(
        "Waiting list answer", _MINUTES, 10, "How long a free place waits for an answer.", "15", unit="min"
    )
    hold_minutes: int = _policy(
        "Hold a place", _MINUTES, 20, "How long a place is kept while asking.", "30", unit="min"
    )
    newcomers: str = _policy(
        "Newcomers", choice("keep and ask me", "short answer"), "keep and ask me",
        "What happens when an unknown number writes.", "short answer",
    )  # fmt: skip
    ask_new_clients: bool = _policy(
        "Ask new clients", YES_NO, True, "Birthday and mail, when someone is put on the list.", "no"
    )
    registration_form: str = _policy(
        "Registration form", TEXT, "", "Its id at WhatsApp. Blank: we ask in the chat.", "1234567890"
    )
    #: day of the month; 31 = the last one
    invoice_day: int = _policy("Invoice day", MONTH_DAY, 31, "When invoice drafts are made.", "25")
    look_before_send: bool = _policy(
        "Look before send", YES_NO, True, "An invoice leaves only after you ticked Send.", "no"
    )
    #: day of the month
    pay_by_day: int = _policy(
        "Pay by day", NumberKind(1, 31), 25, "Day of the month by which invoices are due.", "7", unit="day"
    )
    payment_thanks: bool = _policy("Payment thanks", YES_NO, False, "A thank you when money came in.", "yes")
    #: days
    remind_before_due: int | None = _policy(
        "Remind before due",
        NumberKind(1, 60),
        3,
        "Days before the due date. Blank is off.",
        "5",
        unit="days",
        blank=None,
    )
    #: days
    remind_after_due: tuple[int, ...] = _policy(
        "Remind after due",
        NUMBERS,
        (3, 10, 21),
        "Days after the due date. Blank is off.",
        "7, 14",
        unit="days",
        blank=(),
    )
    package_low: int = _policy(
        "Package low at", NumberKind(0, 50), 2, "Sessions left when the client hears of it.", "1", unit="left"
    )
    bank: str = _policy("Bank", TEXT, "", "On invoices.", "Example Bank")
    account_name: str = _policy("Account name", TEXT, "", "On invoices.", "Nowhere Street Pilates")
    account: str = _policy("Account", TEXT, "", "On invoices.", "00 0000 0000")
    branch: str = _policy("Branch", TEXT, "", "On invoices.", "000000")
    company_no: str = _policy("Company reg no.", TEXT, "", "On invoices, if you have one.")
    vat_registered: bool = _policy("VAT registered", YES_NO, False, "Only then does VAT stand on invoices.", "yes")
    vat_number: str = _policy("VAT number", TEXT, "", "On invoices, when registered.")
    vat_from: date | None = _policy("VAT from", DAY, None, "First day with VAT.", "1 Apr 2026", blank=None)
    mail_from: str = _policy("Mail comes from", MAIL, "", "Sender of invoices by mail.", "studio@nowhere.example")


POLICIES: tuple[Policy, ...] = tuple(
    dataclasses.replace(field.metadata["policy"], name=field.name) for field in dataclasses.fields(Settings)
)
BY_NAME: dict[str, Policy] = {policy.name: policy for policy in POLICIES}
_NOUNS = {
    "h": "hours",
    "min": "minutes",
    "%": "percent",
    "day": "days",
    "left": "sessions",
    "a second": "messages",
    "": "days",
}


def context_of(settings: Settings, today: date) -> CellContext:
    """How cells are read under these settings."""
    return CellContext(
        zone=settings.zone,
        country=settings.country,
        currency=settings.currency,
        today=today,
        language=settings.language,
    )


def read_settings(
    cells: Mapping[str, Raw], today: date, good: Mapping[str, Raw] | None = None
) -> tuple[Settings, tuple[RowIssue, ...]]:
    """Settings from the Value cells by policy name. A missing row means the usual value.

    ``good``: the last cells that could be read, used where a cell now cannot.
    """
    good = good or {}
    first, _ = _read(("country", "zone", "currency", "language"), cells, good, context_of(Settings(), today))
    context = context_of(Settings(**first), today)
    values, issues = _read(tuple(BY_NAME), cells, good, context)
    return Settings(**values), issues


def _read(
    names: tuple[str, ...], cells: Mapping[str, Raw], good: Mapping[str, Raw], context: CellContext
) -> tuple[dict[str, Any], tuple[RowIssue, ...]]:
    values: dict[str, Any] = {}
    issues = []
    for name in names:
        if name not in cells:
            continue
        policy = BY_NAME[name]
        try:
            values[name] = policy.value(cells[name], context)
        except CellProblem as problem:
            values[name] = _last_good(policy, good.get(name), context)
            issues.append(_issue(policy, problem, cells[name], values[name], context))
    return values, tuple(issues)


def _last_good(policy: Policy, raw: Raw, context: CellContext) -> Any:
    try:
        return policy.usual if raw is None else policy.value(raw, context)
    except CellProblem:
        return policy.usual


def _issue(policy: Policy, problem: CellProblem, raw: Raw, value: Any, context: CellContext) -> RowIssue:
    """The problem of a cell in words that fit a setting: what stays in force is said."""
    text, values = problem.text, dict(problem.values)
    still = {"word": as_word(raw), "usual": policy.words(policy.usual, context), "value": policy.words(value, context)}
    if text == "problem.formula":
        values = {"value": still["value"]}
    elif text in ("problem.time", "problem.time_range"):
        text, values = "problem.setting_time", still
    elif text == "problem.whole_number":
        text, values = "problem.setting_number", still | {"unit": _NOUNS.get(policy.unit, policy.unit)}
    elif text == "problem.choice":
        text, values = "problem.setting_choice", still
    return RowIssue(tab="settings", row_id=policy.name, column="value", text=text, values=values)
