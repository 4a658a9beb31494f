"""Templates and Texts: the words of our messages as she wants them, and what WhatsApp says of each template.

``sheets_schema.texts.own`` checks her words; ``rules/approval.py`` writes what WhatsApp says.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sheets_schema.cells import COUNT, LONG, MOMENT, TEXT, choice
from sheets_schema.columns import Row, Tab, hers, ours, shared

#: in words what WhatsApp says of a template; blank: it has not been asked yet
STATUSES = ("in review", "approved", "rejected", "paused", "disabled", "not there")
#: in ``waiting``: her new words have not been sent in yet
CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class TemplateRow(Row):
    """One message in one language, as WhatsApp must approve it. Placeholders are named: ``{first}``."""

    message: str = hers("Message", 150, TEXT, required=True, help="Which message of ours it is.")
    status: str = ours("Status", 92, choice(*STATUSES), help="What WhatsApp says. Blank: not asked yet.")
    problem: str = ours("Problem", 240, TEXT)
    body: str = hers("Body", 320, TEXT, help="Your words. Gaps such as {first} are filled by us.")
    buttons: str = hers("Buttons", 160, TEXT, help="Words on the buttons, with ; between.")
    name: str = hers("Name", 190, TEXT, help="Its name at WhatsApp. One of yours that is approved may stand here.")
    language: str = hers("Language", 76, TEXT, help="As WhatsApp writes it: en, en_GB, pt_BR.")
    category: str = shared(
        "Category", 84, choice("utility", "marketing"), help="WhatsApp may change it, and so the price."
    )
    quality: str = ours("Quality", 76, choice("high", "medium", "low"), help="How people take it, says WhatsApp.")
    waiting: str = ours("Waiting", 190, TEXT, help="New words of yours: changed, or the name they wait under.")
    said: str = ours("WhatsApp said", 240, TEXT, help="Its reason, when it said no.")
    told: datetime | None = ours("Told", 92, MOMENT, help="When WhatsApp last said something about it.")
    live: str = ours("At WhatsApp", 320, LONG, help="The words that leave when the chat is closed.")
    taps: int | None = ours("Taps", 48, COUNT, hidden=True, help="Buttons to answer with, at WhatsApp. Blank: as ours.")
    gaps: str = ours("Gap names", 120, TEXT, hidden=True, help="What a template of yours calls its gaps, in order.")
    waiting_words: str = ours("Words waiting", 120, LONG, hidden=True)


@dataclass(frozen=True, kw_only=True, slots=True)
class TextRow(Row):
    """One message that needs no approval, in her words."""

    message: str = hers("Message", 150, TEXT, required=True, help="Which message of ours it is.")
    problem: str = ours("Problem", 240, TEXT)
    text: str = hers("Text", 320, TEXT, help="Your words. Gaps such as {first} are filled by us. Blank: as shipped.")
    buttons: str = hers("Buttons", 160, TEXT, help="Words on the buttons, with ; between.")
    language: str = hers("Language", 76, TEXT, help="Such as en, pt. Blank: the studio's.")


TEMPLATES = Tab(
    key="templates",
    title="Templates",
    role="studio",
    model=TemplateRow,
    colour="#CFE0F3",
    visible=False,
    prefix="w-",
    phone_columns=2,
)
TEXTS = Tab(
    key="texts",
    title="Texts",
    role="studio",
    model=TextRow,
    colour="#CFE0F3",
    visible=False,
    prefix="x-",
    phone_columns=1,
)
