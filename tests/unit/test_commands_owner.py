"""What the owner types, and what it asks for. The day is Tue 3 Nov 2026, 10:15, in Johannesburg."""

from dataclasses import fields
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from studio_sync.rules.commands.grammar import Command, parse_owner

NOW = datetime(2026, 11, 3, 10, 15, tzinfo=ZoneInfo("Africa/Johannesburg"))
TUE, WED, THU, FRI = (date(2026, 11, day) for day in (3, 4, 5, 6))
NEXT_TUE = date(2026, 11, 10)
EIGHT, NINE, TEN = time(8), time(9), time(10)


def said(line: str) -> dict[str, Any]:
    """The fields of the command that say something."""
    command = parse_owner(line, NOW)
    return {f.name: getattr(command, f.name) for f in fields(Command) if getattr(command, f.name) != f.default}


def means(verb: str, who: str = "", **more: Any) -> dict[str, Any]:
    named = {"who": tuple(who.split(" & "))} if who else {}
    return {"verb": verb, **named, **more}


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("Book Thandi tomorrow 09h00 single", means("book", "Thandi", day=WED, time=NINE, type="single")),
        ("BOOK Thandi Maroon Wed 9 solo", means("book", "Thandi Maroon", day=WED, time=NINE, type="single")),
        ("Book Mary tue 8", means("book", "Mary", day=NEXT_TUE, time=EIGHT)),
        ("Book Mary today 17:30", means("book", "Mary", day=TUE, time=time(17, 30))),
        ("Book Mary tue 17:30", means("book", "Mary", day=TUE, time=time(17, 30))),
        (
            "Book Tandi 4/11 9",
            means("book", "Tandi", day=WED, time=NINE, read_as="4/11 read as Wed 4 Nov."),
        ),
        ("Book Zoë on 2026-11-06 8am group", means("book", "Zoë", day=FRI, time=EIGHT, type="group")),
        ("Book Zoë on Friday at 8h for duo", means("book", "Zoë", day=FRI, time=EIGHT, type="duo")),
        ("book Thandi 4 Nov 9 duo with John", means("book", "Thandi & John", day=WED, time=NINE, type="duo")),
        ("book Mary Green and John wed 9", means("book", "Mary Green & John", day=WED, time=NINE, type="duo")),
        ("book wed 9 Mary Green 1-1", means("book", "Mary Green", day=WED, time=NINE, type="single")),
        ("book Mary one to one wed 9", means("book", "Mary", day=WED, time=NINE, type="single")),
        ("book Thandi", means("book", "Thandi")),
        ("book Thandi tomorrow", means("book", "Thandi", day=WED)),
        ("book tomorrow 9", means("book", day=WED, time=NINE)),
        ("please book Thandi wed 9, thanks!", means("book", "Thandi", day=WED, time=NINE)),
        (
            "book Thandi Tue 3 Nov 07:00",
            means("book", "Thandi", day=TUE, time=time(7)),
        ),
    ],
)
def test_booking(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "problem", "word"),
    [
        ("book Thandi 31/02 9", "bad_day", "31/02"),
        ("book Thandi Thu 4 Nov 9", "bad_day", "Thu 4 Nov"),
        ("book Thandi tomorrow Fri 9", "bad_day", "Fri 9"),
        ("book Thandi tomorrow 25:00", "bad_time", "25:00"),
        ("book Thandi tomorrow 4", "bad_time", "4"),
        ("book Thandi tomorrow 8:00-9:00", "bad_time", "8:00-9:00"),
        ("book Thandi tomorrow evening 8", "bad_time", "evening 8"),
        ("book Thandi tomorrow 9 duoo", "bad_type", "duoo"),
        ("book Thandi every day 9", "bad_day", "every day"),
        ("book Thandi every Tue 25:00", "bad_time", "25:00"),
        ("move Thandi Wed 4 to Thursdayish", "bad_day", "Thursdayish"),
        ("move Thandi 31/02 to Thu 9", "bad_day", "31/02"),
        ("cancel Thandi 32 Nov", "bad_day", "32 Nov"),
        ("take 200% off Zoë", "bad_amount", "200%"),
    ],
)
def test_what_cannot_be_read_is_named_and_nothing_is_guessed(line: str, problem: str, word: str) -> None:
    command = parse_owner(line, NOW)
    assert (command.problem, command.word) == (problem, word)


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (
            "Book Thandi every Tue 08:00 duo",
            means("book", "Thandi", type="duo", every=((1, EIGHT),), every_types=("duo",)),
        ),
        (
            "Book Mary every Mon 07:30 duo and Wed 09:00 single",
            means("book", "Mary", type="duo", every=((0, time(7, 30)), (2, NINE)), every_types=("duo", "single")),
        ),
        (
            "Book Mary and John every Tue and Thu at 8",
            means("book", "Mary & John", type="duo", every=((1, EIGHT), (3, EIGHT)), every_types=("", "")),
        ),
        (
            "book Thandi Tuesdays 8am with John",
            means("book", "Thandi & John", type="duo", every=((1, EIGHT),), every_types=("",)),
        ),
        (
            "Book Thandi every Tue 08:00 duo BF2025",
            means("book", "Thandi", type="duo", every=((1, EIGHT),), every_types=("duo",), text="BF2025"),
        ),
        ("suspend Thandi", means("suspend", "Thandi")),
        ("resume Thandi", means("resume", "Thandi")),
        ("book Thandi every Tue", means("book", "Thandi")),
    ],
)
def test_standing_times(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        (
            "move Thandi Wed 4 to Thu 9",
            means("move", "Thandi", day=WED, to_day=THU, to_time=NINE, read_as="Wed 4 read as Wed 4 Nov."),
        ),
        ("move Thandi to Thu 10:00", means("move", "Thandi", to_day=THU, to_time=TEN)),
        ("move Thandi from wed 09:00 to 10:00", means("move", "Thandi", day=WED, time=NINE, to_time=TEN)),
        (
            "move Thandi 18 Nov to Thu 10:00",
            means(
                "move",
                "Thandi",
                day=date(2026, 11, 18),
                to_day=date(2026, 11, 19),
                to_time=TEN,
                read_as="Thu read as Thu 19 Nov.",
            ),
        ),
        ("Reschedule Mary Smith", means("move", "Mary Smith")),
        ("reschedules", means("reschedules")),
        ("Cancel John", means("cancel", "John")),
        ("cancel next John", means("cancel", "John")),
        ("cancel Jane next session", means("cancel", "Jane")),
        ("cancel Jane wed 09h00", means("cancel", "Jane", day=WED, time=NINE)),
        ("cancel Jane thu 9 burst pipe", means("cancel", "Jane", day=THU, time=NINE, text="burst pipe")),
        ("cancel all thu burst pipe", means("cancel_all", day=THU, text="burst pipe")),
        ("cancel everyone tomorrow", means("cancel_all", day=WED)),
        (
            "cancel all 3 pipes burst on Thu",
            means("cancel_all", problem="bad_time", word="3", text="pipes burst on Thu"),
        ),
        ("Sipho sick", means("sick", "Sipho")),
        ("Sipho is off sick", means("sick", "Sipho")),
        ("Sipho Amber sick tomorrow", means("sick", "Sipho Amber", day=WED)),
        ("Sipho no-show", means("no_show", "Sipho")),
        ("John is no show today", means("no_show", "John", day=TUE)),
        ("John noshow", means("no_show", "John")),
        ("John didn\u2019t come Mon", means("no_show", "John", day=date(2026, 11, 2))),
        ("no-show John", means("no_show", "John")),
        ("Sipho came", means("came", "Sipho")),
        (
            "Change Mary Smith 5 Oct session to duo",
            means("change_type", "Mary Smith", day=date(2026, 10, 5), type="duo"),
        ),
    ],
)
def test_moving_cancelling_and_attendance(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("Zoë paid R500", means("paid", "Zoë", cents=50_000)),
        ("Fatima Khan paid R1,000 on 24 Oct", means("paid", "Fatima Khan", cents=100_000, day=date(2026, 10, 24))),
        ("Fatima Khan paid on 24 Oct R 600.50", means("paid", "Fatima Khan", cents=60_050, day=date(2026, 10, 24))),
        ("Zoë has paid 500 cash", means("paid", "Zoë", cents=50_000, text="cash")),
        ("Zoë paid", means("paid", "Zoë")),
        ("10% off Zoë", means("discount", "Zoë", percent=10)),
        ("Take 10% off Mary Smith invoice", means("discount", "Mary Smith", percent=10)),
        ("Take R1,000 off Mary Smith invoice", means("discount", "Mary Smith", cents=100_000)),
        ("invoice Thandi last month", means("invoice", "Thandi", day=date(2026, 10, 1), text="last month")),
        ("invoice Thandi this month", means("invoice", "Thandi", day=date(2026, 11, 1), text="this month")),
        ("invoice Thandi October 2026", means("invoice", "Thandi", day=date(2026, 10, 1), text="October 2026")),
        ("invoice Thandi Dec", means("invoice", "Thandi", day=date(2025, 12, 1), text="Dec")),
        ("invoice Thandi", means("invoice", "Thandi")),
        ("balance Thandi", means("balance", "Thandi", text="Thandi")),
        ("unpaid invoices", means("owing")),
        ("owing", means("owing")),
        ("unused credits", means("credits")),
        ("start invoice review", means("review")),
    ],
)
def test_money(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "meaning"),
    [
        ("add Ayanda 44 7700 900106", means("add", "Ayanda", phone="44 7700 900106")),
        ("add Mary Green with number +44 (0)7700-900107", means("add", "Mary Green", phone="+44 (0)7700-900107")),
        ("add Ayanda", means("add", "Ayanda")),
        ("add client", means("add_client")),
        ("new client Ayanda 44 7700 900106", means("add", "Ayanda", phone="44 7700 900106")),
        ("convert 44 7700 900106", means("convert", phone="44 7700 900106")),
        ("convert", means("convert")),
        ("find Mary Green", means("find", "Mary Green", text="Mary Green")),
        ("deactivate Pieter", means("deactivate", "Pieter", text="Pieter")),
        ("confirm deactivate Pieter", means("deactivate", "Pieter", text="Pieter")),
        ("close Mary", means("close", "Mary", text="Mary")),
        ("Update Notes Mary likes mornings", means("update", text="Notes Mary likes mornings")),
        ("change Mary date of birth to 21 May", means("update", text="Mary date of birth to 21 May")),
        ("today", means("today")),
        ("Show today", means("today")),
        ("Tomorrow.", means("tomorrow")),
        ("week", means("week")),
        ("Groups available", means("groups")),
        ("export today", means("export", text="today")),
        ("undo", means("undo")),
        ("undo 14", means("undo", number=14)),
        ("take back", means("undo")),
        ("why #14", means("why", number=14)),
        ("pause", means("pause")),
        ("go on", means("go_on")),
        ("resume all", means("go_on")),
        ("go live", means("go_live")),
        ("rehearse month end", means("rehearse", text="month end")),
        ("Hi!", means("menu")),
        ("never mind", means("abort")),
        ("thanks", {"text": "thanks"}),
        ("", {}),
    ],
)
def test_people_and_the_rest(line: str, meaning: dict[str, Any]) -> None:
    assert said(line) == meaning


@pytest.mark.parametrize(
    ("line", "guess"),
    [
        ("bok Thandi", "book Thandi ..."),
        ("canel Thandi", "cancel Thandi"),
        ("Sipho sik", "Sipho sick"),
        ("undo Thandi", "undo"),
        ("bookkeeping matters", ""),
        ("obsession", ""),
        ("the weather is nice", ""),
        ("week off would be nice", "week"),
    ],
)
def test_an_unknown_line_does_nothing_and_names_the_nearest_command(line: str, guess: str) -> None:
    assert said(line) == ({"text": line, "guess": guess} if guess else {"text": line})
