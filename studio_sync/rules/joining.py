"""Several messages that leave as one, because each is billed: answers to one message, and news for the owner.

Each keeps its key, its why and its row; what leaves is one message under the key of the first. Source: design 4.4.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sheets_schema.texts import words
from sheets_schema.texts.catalogue import clip, load, part, render
from sheets_schema.texts.model import names_in
from sheets_schema.texts.pieces import ALONE, WITH_BUTTONS
from studio_sync.rules.effects import Button, Send

#: the first news leaves at once, the rest of so long in one
TOGETHER = timedelta(minutes=10)
NUDGES = "owner."
#: a message of this priority waits for no other
AT_ONCE = 1
#: of use only at once
NOT_KEPT = ("owner.many",)
MOST_BUTTONS, MOST_LINES = 3, 8


def is_nudge(send: Send) -> bool:
    """Whether it is news for the owner's side, which may wait for other news."""
    may_wait = send.text not in NOT_KEPT and send.cls != "once" and send.priority > AT_ONCE
    return send.to_owner and send.text.startswith(NUDGES) and may_wait


def kept_until(last: datetime | None, now: datetime) -> datetime | None:
    """Until when news waits, when other news left at ``last``; None when it may leave."""
    return last + TOGETHER if last is not None and last <= now < last + TOGETHER else None


def joins(parcel: Sequence[Send], other: Send) -> bool:
    """Whether ``other`` may leave with these."""
    first = parcel[0]
    if other.to != first.to or any(send.cls == "once" or send.file or send.rows for send in (*parcel, other)):
        return False
    if is_nudge(first):
        return is_nudge(other)
    buttons = [button for send in (*parcel, other) for button in send.buttons]
    if not first.answers or first.answers != other.answers or is_nudge(other):
        return False
    fits = len("\n\n".join(_bodies((*parcel, other)))) <= (WITH_BUTTONS if buttons else ALONE)
    return fits and len({b.title for b in buttons}) == len(buttons) <= MOST_BUTTONS and all(b.id for b in buttons)


def for_closed_chat(send: Send) -> Send:
    """News meant for an open chat that has closed meanwhile: the same in the one approved line."""
    return _as_template([send])


def together(parcel: Sequence[Send], *, template: bool) -> Send:
    """What leaves for these messages; alone, a message is as it was."""
    first = parcel[0]
    if len(parcel) == 1:
        return first
    if not is_nudge(first):
        buttons = tuple(button for send in parcel for button in send.buttons)
        return first.model_copy(update={"body": "\n\n".join(_bodies(parcel)), "buttons": buttons})
    return _as_template(parcel) if template else _as_text(parcel)


def _bodies(parcel: Sequence[Send]) -> list[str]:
    return [send.body for send in parcel]


def _as_text(parcel: Sequence[Send]) -> Send:
    """The chat is open: a line for each. What has buttons is answered in Today."""
    lines = [clip(_line(send), (WITH_BUTTONS - 100) // MOST_LINES) for send in parcel]
    said = render("owner.bundle", {"lines": "\n".join(words.at_most(lines, MOST_LINES - 1))})
    buttons = tuple(Button(id=b.id, title=b.label) for b in said.buttons)
    return parcel[0].model_copy(update={"text": "owner.bundle", "body": said.text, "buttons": buttons, "rows": ()})


def _as_template(parcel: Sequence[Send]) -> Send:
    """The chat is closed: the one approved line."""
    longest = load().placeholders["text"].longest
    kept = [_sentence(send) for send in parcel]
    text = "; ".join(kept)
    while len(text) > longest and len(kept) > 1:
        kept = kept[:-1]
        text = part("nudge.and_more", text="; ".join(kept), n=str(len(parcel) - len(kept)))
    first = parcel[0]
    values = {"owner": first.values.get("owner", "") or part("blank.owner"), "text": clip(text, longest)}
    said = render("owner.news", {name: values[name] for name in names_in(load().message("owner.news").text)})
    buttons = tuple(Button(id=b.id, title=b.label) for b in said.buttons)
    return first.model_copy(update={"text": "owner.news", "values": values, "body": said.text, "buttons": buttons})


def _sentence(send: Send) -> str:
    """One piece of news without its greeting and its full stop."""
    if send.text == "owner.news":
        return send.values.get("text", "").rstrip(".")
    if send.text == "owner.prospect":
        known = {name: send.values.get(name, "-") for name in ("name", "phone", "text")}
        return part("nudge.prospect", **known)
    return send.body.replace("*", "").rstrip(".")


def _line(send: Send) -> str:
    return send.body if not load().message(send.text).is_template else f"{words.capital(_sentence(send))}."
