"""Effects: what is to be done, the closed list. Each has a key made from its fact, and says which others it needs.

A feature adds no kind. Overlay, undo, dry run and rehearsal are written once per kind.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from studio_sync.rules.facts import Base, Raw

#: How often a message may be sent (spec: message classes).
MessageClass = Literal["once", "at_least_once", "fresh"]


class EffectBase(Base):
    """``key``: ``<fact key>/<n>``; ``needs``: keys of effects of any fact that must be done before this one."""

    key: str
    needs: tuple[str, ...] = ()


class PutRow(EffectBase):
    """Write cells of one row; one that is not there is appended. Cells by field name, on update only ours or shared."""

    kind: Literal["put_row"] = "put_row"
    tab: str
    row_id: str
    cells: dict[str, Raw]
    #: for a row typed without id: find it by this content hash (RowTyped.match) and n-th, and write into it
    match: str = ""
    nth: int = 0
    #: the row found by ``match`` is history: remembered as it is, so that it never reads as news
    history: bool = False
    #: a row that vanished is written again; with ``match`` the row of that content gets its id back
    back: bool = False
    #: number she can undo it by; 0 = not undoable (no Changes row then, unless ``what`` is set)
    undo: int = 0
    #: who caused it, for Changes: "Nadine, chat", "Thandi, chat", "sheet", "clock"
    who: str = ""
    #: words for Changes; "" = no Changes row (projections such as Messages)
    what: str = ""
    #: projections may be written late and are never waited for
    projection: bool = False
    #: there was no such row when this was decided: where it stands all the same, this was done before
    new: bool = False
    #: field ``number`` gets the next of this series ("INV-2026") in the commit itself; an Outcome then tells it
    series: str = ""


class DropRow(EffectBase):
    """Never removes a row: sets State to cancelled; in machine tabs empties the cells."""

    kind: Literal["drop_row"] = "drop_row"
    tab: str
    row_id: str
    undo: int = 0
    who: str = ""
    what: str = ""


class Seat(Base):
    """One person in a session."""

    booking: str
    client: str
    name: str


class PutEvent(EffectBase):
    """Make one diary event look like this. Instants aware UTC."""

    kind: Literal["put_event"] = "put_event"
    event_id: str
    start: datetime
    end: datetime
    session: str
    #: single, duo, trio, group
    type: str
    capacity: int
    seats: tuple[Seat, ...]
    title: str
    #: True = tentative (a hold)
    held: bool = False
    #: the event as we believe it is now; "" = it must not exist yet
    etag: str = ""


class DropEvent(EffectBase):
    """Take one of our events out of the diary. Already gone counts as done."""

    kind: Literal["drop_event"] = "drop_event"
    event_id: str
    etag: str = ""
    #: day of the event (aware UTC start), for the day's lease
    start: datetime


class Button(Base):
    """A tap a person can make. ``id`` comes back in MessageCame.choice; a link opens instead, and its id is ""."""

    id: str
    title: str
    description: str = ""
    link: str = ""


class Send(EffectBase):
    """One WhatsApp message, by the key of its text. The gate decides at the last moment whether and how it leaves."""

    kind: Literal["send"] = "send"
    #: E.164, or a business-scoped user id
    to: str
    #: client id, or "owner", "admin", "newcomer"
    who: str
    name: str = ""
    #: key of the text and what fills it: the parameters of the template, when one is needed
    text: str
    values: dict[str, str] = Field(default_factory=dict)
    #: the words as they leave when the chat is open
    body: str = ""
    buttons: tuple[Button, ...] = ()
    #: rows of a list and the label of the button that opens it
    rows: tuple[Button, ...] = ()
    list_label: str = ""
    cls: MessageClass = "at_least_once"
    #: after this instant it must not leave
    deadline: datetime | None = None
    #: still true only while this holds: "booking:<id>:<state>,<state>", "invoice:<id>", "question:<id>" or ""
    about: str = ""
    #: sha256 of a file in the Files port, sent as document
    file: str = ""
    filename: str = ""
    #: wamid this answers; answers within 10 minutes are not held by quiet hours
    answers: str = ""
    #: goes although this person wants no messages: the owner was asked and said so
    anyway: bool = False
    #: asked for by the owner herself (a command, a tick): allowed to owner phones in watch mode
    to_owner: bool = False
    #: next-hour reminder 1, answers and confirmations 2, digests 3, papers 4, campaigns 5
    priority: int = 2
    #: plain sentences: What, Why, Needed; the gate adds Rules and Cost
    why: tuple[str, ...] = ()


class Mail(EffectBase):
    """One mail, plain text and HTML saying the same."""

    kind: Literal["mail"] = "mail"
    to: str
    subject: str
    body: str
    file: str = ""
    filename: str = ""
    cls: MessageClass = "once"
    about: str = ""
    why: tuple[str, ...] = ()


class Render(EffectBase):
    """Draw a document once and keep its bytes. The answer is an Outcome with ``sha256``, ``filename``, ``pages``."""

    kind: Literal["render"] = "render"
    document: str
    #: whose it is: the link to it is bound to this client
    client: str = ""
    #: everything the paper shows, as data (rules/billing/paper.py)
    paper: dict[str, Any]
    filename: str


class Fetch(EffectBase):
    """Fetch a file someone sent. The answer is an Outcome with ``sha256``, ``mime``."""

    kind: Literal["fetch"] = "fetch"
    media_id: str
    mime: str = ""


class Ask(EffectBase):
    """Ask an outside party for something: templates, checkout, assistant. The answer is an Outcome."""

    kind: Literal["ask"] = "ask"
    what: str
    data: dict[str, Any] = Field(default_factory=dict)


class Note(EffectBase):
    """Remember something that needs no one outside: a line of "Done today", a chat's last message. Done at once.

    Also a read mark, which is shown at once or never: nothing waits for it.
    """

    kind: Literal["note"] = "note"
    what: str
    data: dict[str, Any] = Field(default_factory=dict)


Effect = Annotated[
    PutRow | DropRow | PutEvent | DropEvent | Send | Mail | Render | Fetch | Ask | Note, Field(discriminator="kind")
]
_adapter: TypeAdapter[Effect] = TypeAdapter(Effect)


def load_effect(text: str) -> Effect:
    """An effect from its JSON. Raises ``pydantic.ValidationError`` when it is none."""
    return _adapter.validate_json(text)
