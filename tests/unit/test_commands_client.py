"""What a client types, and what it asks for. The day is Tue 3 Nov 2026, 10:15, in Johannesburg."""

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from studio_sync.rules.commands.grammar import ClientCommand, parse_client

NOW = datetime(2026, 11, 3, 10, 15, tzinfo=ZoneInfo("Africa/Johannesburg"))
WED, FRI, MON = date(2026, 11, 4), date(2026, 11, 6), date(2026, 11, 9)


def said(line: str) -> dict[str, Any]:
    """The fields of the command that say something, its own line left out."""
    command = parse_client(line, NOW, owner="Nadine")
    found = {f.name: getattr(command, f.name) for f in fields(ClientCommand) if getattr(command, f.name) != f.default}
    return {name: value for name, value in found.items() if name != "text" or value != line}


@pytest.mark.parametrize(
    ("line", "verb"),
    [
        ("STOP", "stop"),
        ("opt out", "stop"),
        ("Unsubscribe.", "stop"),
        ("stop please", "stop"),
        ("stop news", "stop_marketing"),
        ("START", "start"),
        ("bookings", "bookings"),
        ("my bookings", "bookings"),
        ("Sessions", "bookings"),
        ("schedule", "bookings"),
        ("next session", "bookings"),
        ("1", "bookings"),
        ("hi", "menu"),
        ("Menu", "menu"),
        ("2", "questions"),
        ("0", "talk"),
        ("invoice", "invoice"),
        ("cancel next", "cancel_next"),
        ("Cancel upcoming", "cancel_next"),
        ("cancel", "cancel"),
        ("I am sick", "sick"),
        ("not well", "sick"),
        ("cannot make it", "cannot"),
        ("not coming", "cannot"),
        ("skip", "cannot"),
        ("running late", "late"),
        ("reschedule", "move"),
        ("are you a bot?", "bot"),
        ("See you there", "there"),
    ],
)
def test_whole_phrases(line: str, verb: str) -> None:
    assert said(line) == {"verb": verb}


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("cancel Mon 08:00", {"verb": "cancel", "day": MON, "time": time(8)}),
        ("cancel Monday 08h00", {"verb": "cancel", "day": MON, "time": time(8)}),
        ("cancel Fri 08:00.", {"verb": "cancel", "day": FRI, "time": time(8)}),
        ("Cancel my session on Friday please", {"verb": "cancel", "day": FRI}),
        ("cancel tomorrow", {"verb": "cancel", "day": WED}),
        ("cancel 17:30", {"verb": "cancel", "time": time(17, 30)}),
        ("can't make it tomorrow", {"verb": "cannot", "day": WED}),
    ],
)
def test_giving_back_one_session(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "word"), [("cancel Mon 25:00", "25:00"), ("cancel 31/02", "31/02"), ("cancel Mon 4", "Mon 4")]
)
def test_a_time_that_cannot_be_read_cancels_nothing(line: str, word: str) -> None:
    command = parse_client(line, NOW)
    assert (command.verb, command.day, command.time, command.word) == ("", None, None, word)
    assert command.problem in {"bad_day", "bad_time"}


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("message Nadine can I bring a friend?", "can I bring a friend?"),
        ("Message Nadine", ""),
        ("message Nadine please cancel Mon 08:00", "please cancel Mon 08:00"),
        ("tell Nadine stop", "stop"),
        ("message to Nadine: hello", "hello"),
    ],
)
def test_words_for_the_owner_win_over_keywords(line: str, text: str) -> None:
    command = parse_client(line, NOW, owner="Nadine Umber")
    assert (command.verb, command.text) == ("message", text)


@pytest.mark.parametrize(
    "line",
    [
        "I am obsessed with sessions of yoga",
        "cancel my order",
        "cancel the day after tomorrow",
        "do not cancel Fri 08:00",
        "Zoë paid R500",
        "undo",
        "pause",
        "🙂",
    ],
)
def test_anything_else_is_words_for_a_person(line: str) -> None:
    command = parse_client(line, NOW)
    assert (command.verb, command.text) == ("", line)
