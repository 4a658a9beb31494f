"""Facts: what happened, each stored once under its key. The closed list of things that can enter the hallway.

Keys (design: a fact is kept once under an idempotency key): ``wamid``; ``<wamid>:<status>``; ``row:<tab>:<id>:<rev>``;
``row:<tab>:new:<hash of content>:<n>``; ``event:<id>:<rev>``; ``tick:<name>:<slot>``; ``outcome:<effect key>``;
``news:<hash of content>``, ``news:<wamid>`` for a message she sent from the phone;
``import:<tab>:<hash of the rows>``; ``rows:<tab>:<hash of the keys of the rows>``.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

#: One cell as the sheet holds it, unformatted: text, number (dates are serial days), tick box, or empty.
Raw = str | float | bool | None


class Base(BaseModel):
    """Frozen; unknown fields of older versions are dropped, never an error."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class Media(Base):
    """A file someone sent. ``id`` fetches it from WhatsApp for 7 days; "" when WhatsApp itself could not take it."""

    id: str
    mime: str = ""
    sha256: str = ""
    filename: str = ""
    voice: bool = False


class MessageCame(Base):
    """A person wrote, tapped or sent a file. ``key`` is the wamid."""

    kind: Literal["message"] = "message"
    key: str
    at: datetime
    #: E.164 with +, or "" when WhatsApp hides the number
    phone: str = ""
    #: business-scoped user id, or ""
    user_id: str = ""
    #: the name the person gave WhatsApp: never trusted, only shown
    profile: str = ""
    #: text, tap, list, media, location, contacts, reaction, system, unsupported
    form: str = "text"
    text: str = ""
    #: id of the button or list row that was tapped
    choice: str = ""
    #: wamid of our message this one answers, when WhatsApp says so
    answers: str = ""
    media: Media | None = None
    #: the advertisement that brought the person here, in words, or ""
    referral: str = ""
    #: the front door has had too many from this person within a minute: kept, not answered
    many: bool = False
    #: the whole message as it came, when we do not understand it
    raw: dict[str, Any] = Field(default_factory=dict)


class StatusCame(Base):
    """WhatsApp says how far one of our messages got."""

    kind: Literal["status"] = "status"
    key: str
    at: datetime
    wamid: str
    #: sent, delivered, read, failed
    status: str
    #: key of our Send, handed back by WhatsApp (biz_opaque_callback_data)
    effect_key: str = ""
    #: key of the Send in whose post it was a part, when it is not that one itself
    lead: str = ""
    code: int = 0
    detail: str = ""
    billable: bool = False
    category: str = ""


class NewsCame(Base):
    """WhatsApp tells something that is neither message nor status: about templates, the account, a wish, an echo.

    ``field`` is WhatsApp's word for it. ``data`` is what came, raw; for these three it is ours:
    ``user_preferences``: phone, user_id, category, value; ``smb_message_echoes``: phone, user_id, form, text;
    ``calls``: phone, user_id.
    """

    kind: Literal["news"] = "news"
    key: str
    at: datetime
    field: str
    data: dict[str, Any] = Field(default_factory=dict)


class RowChanged(Base):
    """She changed a row we know. Cells by field name; only her and shared columns are compared."""

    kind: Literal["row"] = "row"
    key: str
    at: datetime
    tab: str
    row_id: str
    rev: int
    before: dict[str, Raw]
    after: dict[str, Raw]
    #: cells of ours that she typed over or brought along, as they should be
    spoilt: dict[str, Raw] = Field(default_factory=dict)

    def changed(self, *fields: str) -> bool:
        """Whether any of ``fields`` differs."""
        return any(self.before.get(f) != self.after.get(f) for f in fields)


class RowsPasted(Base):
    """Many rows that are new to us, at one look: one event. Each has its id already; cells as in ``RowChanged``."""

    kind: Literal["pasted"] = "pasted"
    key: str
    at: datetime
    tab: str
    #: row id -> field -> cell, in the order of the sheet
    rows: dict[str, dict[str, Raw]]
    #: row id -> cells of ours that came along, as they should be
    spoilt: dict[str, dict[str, Raw]] = Field(default_factory=dict)


class RowTyped(Base):
    """She typed a row that has no id yet. ``match`` is the hash by which the sheet lane finds it again."""

    kind: Literal["typed"] = "typed"
    key: str
    at: datetime
    tab: str
    match: str
    #: this row is the n-th with the same content (from 0)
    nth: int = 0
    after: dict[str, Raw]
    #: stood there at the first read: gets an id and nothing else
    history: bool = False
    #: it came with the id of another row: copied and pasted
    copied: bool = False


class RowGone(Base):
    """A row she could see has been missing for a minute."""

    kind: Literal["gone"] = "gone"
    key: str
    at: datetime
    tab: str
    row_id: str
    before: dict[str, Raw]


class RowsImported(Base):
    """Rows came from a file she had elsewhere: history, so they cause no message. One fact carries some rows of it."""

    kind: Literal["import"] = "import"
    key: str
    at: datetime
    tab: str
    #: name of the file, for Changes
    file: str = ""
    #: row id -> field -> cell
    rows: dict[str, dict[str, Raw]]


class EventChanged(Base):
    """She changed the diary: ``before`` and ``after`` are DiaryEvent fields, None for not there."""

    kind: Literal["event"] = "event"
    key: str
    at: datetime
    event_id: str
    before: dict[str, Any] | None = None
    after: dict[str, Any] | None = None


class Tick(Base):
    """A time of the timetable has come. ``slot``: the local date or instant it stands for; ``about``: row id or ""."""

    kind: Literal["tick"] = "tick"
    key: str
    at: datetime
    name: str
    slot: str
    about: str = ""


class Outcome(Base):
    """An effect brought news: rendered file, fetched bytes, a send that was refused, a diary that said no."""

    kind: Literal["outcome"] = "outcome"
    key: str
    at: datetime
    effect_key: str
    ok: bool
    result: dict[str, Any] = Field(default_factory=dict)


Fact = Annotated[
    MessageCame
    | StatusCame
    | NewsCame
    | RowChanged
    | RowTyped
    | RowsPasted
    | RowGone
    | RowsImported
    | EventChanged
    | Tick
    | Outcome,
    Field(discriminator="kind"),
]
_adapter: TypeAdapter[Fact] = TypeAdapter(Fact)


def load_fact(text: str) -> Fact:
    """A fact from its JSON. Raises ``pydantic.ValidationError`` when it is none."""
    return _adapter.validate_json(text)
