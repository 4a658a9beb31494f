"""What a text is, before and after its placeholders are filled."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["U", "M", "F", "D", "E", "C", "P"]
MessageClass = Literal["once", "at_least_once", "fresh", ""]

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


def names_in(text: str) -> tuple[str, ...]:
    """The placeholders of a text, each once, in order of first appearance."""
    return tuple(dict.fromkeys(PLACEHOLDER.findall(text)))


def action_of(button_id: str) -> tuple[str, str]:
    """(verb, reference) of a tap: `reject_b-19QD` -> ("reject", "b-19QD"), `say_cancel next` -> ("say", "cancel next")."""
    verb, _, reference = button_id.partition("_")
    return verb, reference


def answer_of(button_id: str) -> tuple[str, str]:
    """(question id, answer) of a tap that answers a question: `answer_q-19QD_yes` -> ("q-19QD", "yes"); else ("", "")."""
    verb, reference = action_of(button_id)
    question, _, answer = reference.rpartition("_")
    return (question, answer) if verb == "answer" else ("", "")


@dataclass(frozen=True, kw_only=True)
class Button:
    """Something to tap under a message, or a row of its list."""

    label: str
    #: what the tap brings back, `<verb>_<reference>`; empty for a link
    id: str = ""
    #: the address a link button opens
    url: str = ""
    #: taken instead of the label when that is longer than WhatsApp allows
    short: str = ""
    #: label when the buttons of this message become a list
    row: str = ""
    #: second line of a list row
    description: str = ""
    #: left out unless all its placeholders have a value
    optional: bool = False

    @property
    def texts(self) -> tuple[str, ...]:
        return (self.label, self.id, self.url, self.short, self.row, self.description)


@dataclass(frozen=True, kw_only=True)
class Message:
    """One text of the catalogue, placeholders still in it."""

    key: str
    #: the file it stands in: bookings, money, talk, digests, owner, answers, mails, parts, problems, ticks, today, paper
    group: str
    kind: Kind
    text: str
    message_class: MessageClass = ""
    #: how long WhatsApp tries to deliver the template; 0 = its usual time
    ttl_seconds: int = 0
    #: first line of a mail
    subject: str = ""
    #: file name of the PDF that comes with it
    document: str = ""
    buttons: tuple[Button, ...] = ()
    #: rows of its list, when it is always a list
    rows: tuple[Button, ...] = ()
    #: label of the button that opens the list
    list_label: str = ""
    #: further buttons (free times, people of one name) may be given when it is rendered
    takes_choices: bool = False
    #: placeholders that her own words for it may use beside those in ours: whoever sends it knows them too
    also: frozenset[str] = frozenset()

    @property
    def is_template(self) -> bool:
        return self.kind in {"U", "M"}

    @property
    def for_clients(self) -> bool:
        return self.group in {"bookings", "money", "talk"}

    @property
    def placeholders(self) -> frozenset[str]:
        """All placeholders, those of buttons and their ids included."""
        texts = [self.text, self.subject, self.document]
        for button in (*self.buttons, *self.rows):
            texts += button.texts
        return frozenset(name for text in texts for name in names_in(text))

    @property
    def required(self) -> frozenset[str]:
        """The placeholders that stand outside `[..]` and optional buttons."""
        texts = [OPTIONAL.sub("", self.text), self.subject, self.document]
        for button in (*self.buttons, *self.rows):
            texts += () if button.optional else button.texts
        return frozenset(name for text in texts for name in names_in(text))


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """A text ready to leave."""

    text: str
    #: at most 3; empty when there are rows
    buttons: tuple[Button, ...] = ()
    #: at most 10, behind one button `list_label`
    rows: tuple[Button, ...] = ()
    list_label: str = ""
    subject: str = ""
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class Placeholder:
    """What may stand in a placeholder."""

    sample: str
    longest: int
    #: words a person typed: cut to the longest instead of trusted
    clip: bool = False
