"""What a typed line asks for, taken apart. Nothing is looked up yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

#: In the classes below ``time`` is a field.
Clock = time


@dataclass(frozen=True, kw_only=True)
class Command:
    """One line of the owner, taken apart. Days and times are local; nothing is looked up yet."""

    #: a meaning of commands.toml ("book", "no_show", ...); "" when not understood
    verb: str = ""
    #: names as typed, in order: ("Mary Green", "John")
    who: tuple[str, ...] = ()
    #: for an invoice the first day of its month
    day: date | None = None
    time: Clock | None = None
    #: "", single, duo, trio or group
    type: str = ""
    #: weekly times as (weekday with 0 = Monday, start)
    every: tuple[tuple[int, Clock], ...] = ()
    #: the type said for each of ``every``, "" for none
    every_types: tuple[str, ...] = ()
    #: where a move goes
    to_day: date | None = None
    to_time: Clock | None = None
    #: amount paid or taken off
    cents: int | None = None
    percent: int | None = None
    #: change meant by undo or why; None: the last one
    number: int | None = None
    #: phone number as typed
    phone: str = ""
    #: the other words: a reason, a period, a note
    text: str = ""
    #: "4/11 read as Wed 4 Nov."
    read_as: str = ""
    #: "", bad_day, bad_time, bad_type or bad_amount; then nothing may be done, and ``word`` says why
    problem: str = ""
    word: str = ""
    #: when not understood: a line that would be, "book Thandi ..."
    guess: str = ""


@dataclass(frozen=True, kw_only=True)
class ClientCommand:
    """One line of a client, taken apart."""

    #: a meaning of commands.toml ("bookings", "cancel", "stop", ...); "" when not understood: words for the owner
    verb: str = ""
    day: date | None = None
    time: Clock | None = None
    #: what follows "message Nadine"; for an unknown line the whole of it
    text: str = ""
    #: "", bad_day or bad_time: a command was meant ("cancel Mon 25:00") but ``word`` cannot be read; no ``verb`` then
    problem: str = ""
    word: str = ""
