"""The outside, as the hallway sees it: one Protocol per party. Adapters fulfil them; tests of the contract cite facts.

Words: a *Reading* is what one read of a workbook showed; a *commit* is one atomic write to it; an *attempt* is a commit
whose answer we do not know yet. Every call has a timeout, makes exactly one request that changes anything, and never
retries by itself: retries are journal state. Errors are those of ``studio_sync.errors``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from sheets_schema.diary import DiaryEvent

if TYPE_CHECKING:  # the web role has no use for the phone book that reading cells brings along
    from sheets_schema.slices import Slice

#: one cell, unformatted (dates as serial days)
Raw = str | float | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class SheetShape:
    """One tab as Google describes it."""

    title: str
    sheet_id: int
    rows: int
    columns: int
    hidden: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkbookShape:
    """A workbook without its cells."""

    id: str
    title: str
    zone: str
    locale: str
    sheets: tuple[SheetShape, ...]
    #: protectedRangeId -> description
    protected: Mapping[int, str] = field(default_factory=dict)
    #: metadataId -> (key, value)
    markers: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    named_ranges: tuple[str, ...] = ()


class Workbook(Protocol):
    """One spreadsheet: read whole ranges, write one atomic batch."""

    @property
    def id(self) -> str:
        """The spreadsheet's id."""
        ...

    def shape(self) -> WorkbookShape:
        """Tabs, protections and markers (one read)."""
        ...

    def read(self, ranges: Sequence[str]) -> list[list[list[Raw]]]:
        """Values of ``ranges`` in A1 notation, one read: rows of unformatted cells, trailing blanks cut."""
        ...

    def pieces(self, ranges: Sequence[str]) -> tuple[Slice, ...]:
        """The same, not parsed: what is as it was at the last call is the very same slice."""
        ...

    def tags(self) -> Mapping[int, Mapping[str, int]]:
        """The tagged columns (one read): sheet id -> what the tag says -> position, from 0."""
        ...

    def commit(self, requests: Sequence[Mapping[str, Any]], *, show: str = "") -> list[list[Raw]]:
        """One batchUpdate, applied whole or not at all. With ``show``, the values of that range as of after the batch.

        Raises ``Refused`` (400, 403, 404), ``RateLimited`` (429), ``Unavailable`` (never sent), ``InDoubt`` (5xx,
        timeout, cut).
        """
        ...


class Diary(Protocol):
    """One calendar."""

    def between(self, start: datetime, end: datetime) -> tuple[DiaryEvent, ...]:
        """Events touching [start, end), fresh, cancelled ones left out."""
        ...

    def changes(self, token: str) -> tuple[tuple[DiaryEvent, ...], str]:
        """What changed since ``token`` ("" = everything) and the next one. Raises ``Conflict`` when it is too old."""
        ...

    def get(self, event_id: str) -> DiaryEvent | None:
        """One event, ``gone`` set when deleted; None when it never was."""
        ...

    def insert(self, event: DiaryEvent) -> DiaryEvent:
        """Create under our own id. Raises ``Conflict`` when the id is taken (409: also our own lost answer)."""
        ...

    def update(self, event: DiaryEvent, etag: str) -> DiaryEvent:
        """Replace if still at ``etag``. Raises ``Conflict`` (412) otherwise."""
        ...

    def delete(self, event_id: str, etag: str) -> None:
        """Delete if still at ``etag`` ("" = whatever it is); already deleted is fine. Raises ``Conflict`` (412)."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class OutButton:
    """Something to tap: the id comes back, or ``link`` opens (in a template: the variable end of its address)."""

    title: str
    id: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OutFlow:
    """A form that opens in the chat; what was filled in comes back once, with our mark."""

    id: str
    label: str
    screen: str
    #: our own mark for what comes back
    mark: str = "unused"
    #: what stands in the fields when it opens
    data: Mapping[str, Any] = field(default_factory=dict)
    #: shows the form as it was last saved, to the account's own testers
    draft: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class OutMessage:
    """One WhatsApp message as it leaves. ``form``: text, buttons, list, link, flow, template, document, image, video,
    audio, sticker, reaction.
    """

    #: E.164, or the user id of someone who hides the number
    to: str
    form: str
    #: the text; under a file its caption; of a reaction its one sign ("" takes it back)
    body: str = ""
    #: one line above and one below, in messages with something to tap
    header: str = ""
    footer: str = ""
    buttons: tuple[OutButton, ...] = ()
    #: list rows: (id, title, description)
    rows: tuple[tuple[str, str, str], ...] = ()
    list_button: str = ""
    flow: OutFlow | None = None
    template: str = ""
    language: str = "en"
    parameters: tuple[str, ...] = ()
    #: for a template with named variables: their names, in the order of ``parameters``
    parameter_names: tuple[str, ...] = ()
    #: variable of a template's text header
    header_parameter: str = ""
    #: a file handed over before, or the address WhatsApp fetches it from
    media_id: str = ""
    media_link: str = ""
    #: of a file that stands above text or in a template's header: document, image or video
    media_kind: str = "document"
    filename: str = ""
    #: key of our Send; comes back in every status
    callback: str = ""
    #: wamid being answered or reacted to, or ""
    answers: str = ""


class Messenger(Protocol):
    """WhatsApp."""

    def send(self, message: OutMessage) -> str:
        """Send once; the wamid. 200 means accepted, never delivered. Raises the send outcome table of promises.md 7."""
        ...

    def read(self, wamid: str, *, typing: bool = False) -> None:
        """Mark a message and all before it as read; ``typing`` shows dots until we answer (at most 25 s)."""
        ...

    def upload(self, content: bytes, mime: str, filename: str) -> str:
        """Hand over a file, the media id (harmless to repeat)."""
        ...

    def fetch(self, media_id: str) -> tuple[bytes, str]:
        """Bytes and mime of a received file (two steps, host allow-list)."""
        ...

    def templates(self) -> list[dict[str, Any]]:
        """Template messages as WhatsApp knows them: name, language, status, category, components."""
        ...

    def sample(self, content: bytes, mime: str, name: str) -> str:
        """Hand over the sample file of a template's header; the handle to submit it with."""
        ...

    def submit(self, body: Mapping[str, Any]) -> str:
        """Submit one template; its status."""
        ...


class SignOfLife(Protocol):
    """An address that alerts somebody when no sign comes."""

    def sign(self, trouble: str) -> None:
        """All is well (""), or in a few words what is not. Raises ``Unavailable`` or ``Refused``."""
        ...


class Mailbox(Protocol):
    """Outgoing mail."""

    def send(self, *, to: str, subject: str, body: str, attachment: tuple[str, bytes] | None, message_id: str) -> None:
        """Send one mail, plain text and HTML saying the same, under our own Message-ID."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredFile:
    """A kept file."""

    sha256: str
    name: str
    mime: str
    content: bytes


class Files(Protocol):
    """Bytes kept by their sha256."""

    def keep(self, content: bytes, *, name: str, mime: str) -> str:
        """Store (again is harmless); the sha256 in hex."""
        ...

    def get(self, sha256: str) -> StoredFile | None:
        """The file, or None."""
        ...


class Printer(Protocol):
    """Draws documents."""

    def render(self, paper: Mapping[str, Any]) -> bytes:
        """The PDF of a paper given as data (rules/billing/paper.py). Same paper, same bytes."""
        ...
