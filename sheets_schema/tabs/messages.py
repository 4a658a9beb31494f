"""Messages in and out, and Questions: what we asked and wait for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheets_schema.cells import LONG, MOMENT, RATE, TEXT, choice
from sheets_schema.columns import Row, Tab, hers, ours, tick

#: kind of a message that she wrote from the phone app
ECHO = "echo"


@dataclass(frozen=True, kw_only=True, slots=True)
class MessageRow(Row):
    """One message. The id is its wamid's or its Send's short hash; ``why`` says in words why it was sent or not."""

    when: datetime | None = ours("When", 88, MOMENT)
    way: str = ours("Way", 36, choice("in", "out"))
    who: str = ours("Who", 84, TEXT)
    text: str = ours("Text", 112, LONG)
    state: str = ours(
        "State", 104, choice("would send", "waiting", "sending", "sent", "delivered", "read", "held", "not sent")
    )
    reply: str = hers("Reply", 200, TEXT, help="Type an answer, then tick Send.")
    send: bool = tick("Send", 44)
    sent: str = ours("Sent", 104, TEXT)
    why: str = ours("Why", 260, TEXT)
    kind: str = ours("Kind", 110, TEXT, help="Which text of ours, or what kind of message came.")
    #: hundredths of a cent
    cost: int | None = ours("Cost", 64, RATE, help="As WhatsApp bills it; before it says so, as Rates has it.")
    chat_until: datetime | None = ours("Chat until", 92, MOMENT)
    template: str = ours("Template", 130, TEXT)
    again: bool = tick("Again", 48, help="Tick to send a held message again.")
    number: str = ours("Number", 116, TEXT, help="WhatsApp number or user id.")
    client_id: str = ours("Client id", 96, TEXT)
    key: str = ours("Key", 120, TEXT, hidden=True)
    file: str = ours("File", 120, TEXT, help="A file they sent. The link opens for 30 days.")


@dataclass(frozen=True, kw_only=True, slots=True)
class Question(Row):
    """Something we asked and still wait for. ``key`` names the rule that continues; ``data`` is its JSON."""

    asked: datetime | None = ours("Asked", 92, MOMENT)
    who: str = ours("Who", 112, TEXT, help="client id, owner or newcomer number")
    about: str = ours("About", 200, TEXT)
    answers: str = ours("Answers", 200, TEXT, help="ids and words, one per line: id|words")
    until: datetime | None = ours("Until", 92, MOMENT)
    state: str = ours("State", 84, choice("open", "answered", "expired"))
    key: str = ours("Key", 120, TEXT)
    data: str = ours("Data", 200, LONG)


MESSAGES = Tab(
    key="messages", title="Messages", role="studio", model=MessageRow, colour="#CFE0F3", prefix="m-", phone_columns=4
)
QUESTIONS = Tab(
    key="questions", title="Questions", role="studio", model=Question, visible=False, watched=False, prefix="q-"
)
