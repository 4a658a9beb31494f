"""Clients: the people. Phone first; ids and machine columns stand at the right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sheets_schema.cells import BALANCE, BIRTHDAY, CENTS, COUNT, DAY, MAIL, PHONE, TEXT, choice
from sheets_schema.columns import Row, Tab, fact, hers, ours, shared, tick

#: a word in the Language cell -> its code
LANGUAGES = {"English": "en", "Português": "pt", "Afrikaans": "af"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Client(Row):
    """One person. A prospect is a row with status ``new``: no reminders, no invoices."""

    name: str = hers("Name", 112, TEXT, required=True, help="First and last name, as in messages.")
    phone: str = hers("Phone", 116, PHONE, help="WhatsApp number. Any usual form; we tidy it.")
    next: str = ours("Next", 92, TEXT, help="The next session.")
    left: int | None = ours("Left", 44, COUNT, help="Sessions left on the package.")
    owes: int | None = ours("Owes", 76, BALANCE, help="What is open on invoices.")
    problem: str = ours("Problem", 240, TEXT, help="What to put right in this row.")
    remind: bool = tick("Remind", 56, help="Tick to send a reminder of the next session now.")
    sent: str = ours("Sent", 100, TEXT)
    usual_type: str = hers("Usual type", 80, choice("single", "duo", "trio", "group"))
    standing: str = ours("Standing", 150, TEXT, help="Weekly times.")
    birthday: str = hers("Birthday", 76, BIRTHDAY, help="Day and month are enough: 21 May.")
    email: str = hers("Email", 180, MAIL)
    status: str = hers("Status", 72, choice("new", "active", "paused", "left"))
    messages: str = shared("Messages", 90, choice("all", "bookings only", "stopped"))
    pilot: bool = fact("Pilot", 52, help="Gets messages while the mode is pilot.")
    consent: str = hers("Consent", 76, choice("yes", "no"), help="May get news. Blank means no.")
    language: str = hers("Language", 76, choice(*LANGUAGES))
    price: int | None = hers("Price", 76, CENTS, help="Blank: as in Prices.")
    tell_changes: str = hers("Tell changes", 92, choice("ask me", "tell", "quiet"))
    notes: str = hers("Notes", 200, TEXT)
    health: str = hers("Health", 200, TEXT, private=True, help="Only for you. Never in a message.")
    address: str = hers("Address", 180, TEXT, help="For invoices. Lines may be parted by commas.")
    since: date | None = ours("Since", 84, DAY)
    last_seen: date | None = ours("Last seen", 92, DAY)
    code: str = ours("Code", 84, TEXT, help="Reference for bank transfers.")
    user_id: str = ours("WhatsApp id", 120, TEXT, hidden=True, help="Known by this where WhatsApp hides the number.")


CLIENTS = Tab(
    key="clients", title="Clients", role="studio", model=Client, colour="#E9DCC3", prefix="c-", phone_columns=3
)
