"""The copy word for word: finished examples as the owner and her clients read them."""

import pytest

from sheets_schema.texts.catalogue import part, render

THANDI = {"name": "Thandi Maroon", "told": "Thandi has been told."}
SIPHO = {"name": "Sipho Amber", "time": "08:00", "told": "Sipho has been told.", "undo": "18"}

ANSWERS: list[tuple[str, dict[str, str], str]] = [
    (
        "answer.booked",
        {**THANDI, "day": "Wed 4 Nov", "time": "09:00", "type": "single", "mins": "55", "undo": "14"},
        "Booked: Thandi Maroon\n*Wed 4 Nov, 09:00*, single, 55 min\nThandi has been told.\nTo take it back: undo 14",
    ),
    ("answer.which", {"word": "Mary", "question": "q-1"}, "Which Mary?"),
    (
        "answer.not_found_closest",
        {
            "word": "Tandi", "name": "Thandi Maroon", "read": "4/11 read as Wed 4 Nov.", "verb": "Book",
            "first": "Thandi", "question": "q-1",
        },
        "No Tandi in Clients. Closest: Thandi Maroon. 4/11 read as Wed 4 Nov.",
    ),
    (
        "answer.booked_series",
        {
            "name": "Thandi Maroon", "slot": "Tue 08:00", "type": "duo", "weeks": "8 weeks", "day": "10 Nov", "n": "7",
            "k": "8", "full": "Tue 1 Dec is full.", "told": "Thandi got one message.", "undo": "15",
        },
        (
            "Booked: Thandi Maroon, every Tue 08:00, duo, 8 weeks from 10 Nov\n7 of 8. Tue 1 Dec is full.\n"
            "Thandi got one message. To take it back: undo 15"
        ),
    ),
    (
        "answer.moved",
        {**THANDI, "old": "Wed 4 Nov 09:00", "day": "Thu 5 Nov", "time": "09:00", "undo": "16"},
        "Moved: Thandi Maroon\nWed 4 Nov 09:00 -> *Thu 5 Nov, 09:00*\nThandi has been told. To take it back: undo 16",
    ),
    (
        "answer.cancelled",
        {**THANDI, "day": "Wed 4 Nov", "time": "09:00", "charge": "Not charged.", "undo": "17"},
        "Cancelled: Thandi Maroon, *Wed 4 Nov, 09:00*\nNot charged. Thandi has been told. To take it back: undo 17",
    ),
    (
        "answer.sick",
        {**SIPHO, "charge": "Not charged."},
        "Sick today: Sipho Amber, 08:00. Not charged. Sipho has been told. undo 18",
    ),
    (
        "answer.no_show",
        {**SIPHO, "charge": "Charged R250, by your rule."},
        "No-show: Sipho Amber, 08:00. Charged R250, by your rule. Sipho has been told. undo 18",
    ),
    (
        "answer.cancel_all_ask",
        {
            "sessions": "4 sessions", "day": "Thu 5 Nov", "people": "5 people", "reason": "burst pipe", "n": "4",
            "question": "q-1",
        },
        "Cancel 4 sessions on *Thu 5 Nov* and tell 5 people? Reason: burst pipe",
    ),
    (
        "answer.paid",
        {
            "name": "Zoë Umber", "amount": "R500.00", "day": "Tue 3 Nov", "method": "bank", "doc": "INV-2026-00040",
            "before": "R800.00", "open": "R300.00", "told": "Zoë was not told.", "undo": "19",
        },
        (
            "Paid: Zoë Umber, R500.00, Tue 3 Nov, bank\nINV-2026-00040: R800.00 -> R300.00 open\n"
            "Zoë was not told. To take it back: undo 19"
        ),
    ),
    (
        "answer.added",
        {"name": "Ayanda", "phone": "+44 7700 900106", "hint": "Add the last name in Clients.", "undo": "21"},
        "Added: Ayanda, +44 7700 900106\nNothing was sent. Add the last name in Clients.\nTo take it back: undo 21",
    ),
    (
        "answer.undone",
        {"change": "Thandi Maroon on Wed 4 Nov 09:00 is not booked.", "told": "Thandi got a short correction."},
        "Taken back: Thandi Maroon on Wed 4 Nov 09:00 is not booked. Thandi got a short correction.",
    ),
    (
        "answer.undo_refused_issued",
        {"undo": "9", "doc": "INV-2026-00042", "question": "q"},
        "Change 9 cannot be taken back: invoice INV-2026-00042 was built on it. Make a credit note instead?",
    ),
    (
        "answer.unknown",
        {"said": "bok Thandi", "guess": "book Thandi ..."},
        'Not understood: "bok Thandi". Did you mean: book Thandi ...? Send menu for all commands.',
    ),
    (
        "answer.full",
        {"start": "Wed 4 Nov 09:00", "type": "duo", "names": "Lerato, Pieter", "list": "10:00, 11:00"},
        "Wed 4 Nov 09:00 duo is full (Lerato, Pieter). Free: 10:00, 11:00.",
    ),
    (
        "answer.overlap",
        {"start": "Wed 4 Nov 09:00", "event": "Dentist"},
        "Wed 4 Nov 09:00 is taken by your own event Dentist.",
    ),
    ("answer.closed", {"weekdays": "Sundays", "question": "q"}, "You are closed Sundays in Hours. Book anyway?"),
    ("answer.past", {"start": "Tue 3 Nov 07:00", "question": "q"}, "Tue 3 Nov 07:00 is over. Record it as came?"),
    (
        "digest.tomorrow_full",
        {
            "day": "Wed 4 Nov", "sessions": "2 sessions",
            "lines": "09:00 Single: Lerato (last of package)\n17:00 Duo: Pieter + 1 free place",
            "reminders": "2 reminders sent, 2 delivered.",
        },
        (
            "*Wed 4 Nov: 2 sessions*\n09:00 Single: Lerato (last of package)\n17:00 Duo: Pieter + 1 free place\n\n"
            "2 reminders sent, 2 delivered."
        ),
    ),
    (
        "digest.today_full",
        {"day": "Tue 3 Nov", "sessions": "no sessions", "time": "06:00"},
        "*Tue 3 Nov: no sessions*\n\nSheet and diary agree, 06:00.",
    ),
]  # fmt: skip

CELLS: list[tuple[str, dict[str, str], str]] = [
    ("problem.date", {"word": "31/02"}, "31/02 is not a date. Type a day such as 28 Feb."),
    (
        "problem.date_far",
        {"year": "2062", "guess": "4 Nov 2026"},
        "2062 is far away. Did you mean 4 Nov 2026? Type it again if 2062 is right.",
    ),
    ("problem.date_past", {"day": "Mon 2 Nov"}, "Mon 2 Nov is over. Choose came, no-show or cancelled in State."),
    ("problem.time", {"word": "25:00"}, "25:00 is not a time. Type it like 09:00."),
    ("problem.time_range", {"time": "09:00"}, "One start time only. Type 09:00; the length goes into Minutes."),
    (
        "problem.client_closest",
        {"word": "Tandi", "name": "Thandi Maroon"},
        "No client called Tandi. Closest: Thandi Maroon. Choose from the list.",
    ),
    (
        "problem.client_two",
        {"word": "Mary", "name": "Mary Green", "other": "Mary Plum"},
        "Two clients are called Mary. Choose Mary Green or Mary Plum.",
    ),
    ("problem.client_missing", {}, "Who is coming? Choose a client and it is booked."),
    ("problem.type", {"word": "due"}, '"due" is not a type. Choose single, duo, trio or group.'),
    (
        "problem.full",
        {"start": "Wed 4 Nov 08:00", "k": "2", "size": "2", "list": "09:00, 10:00"},
        "Wed 4 Nov 08:00 is full (2 of 2). Free: 09:00, 10:00.",
    ),
    (
        "problem.overlap",
        {"start": "Wed 4 Nov 09:00", "event": "Dentist"},
        "Wed 4 Nov 09:00 is taken by Dentist in your diary. Move one of them.",
    ),
    (
        "problem.twice",
        {"first": "Thandi", "row": "12"},
        "Thandi is already booked then (row 12). Delete one of the two rows.",
    ),
    (
        "problem.closed",
        {"weekdays": "Sundays"},
        "You are closed Sundays in Hours. Change the day, or say yes in Today.",
    ),
    (
        "problem.phone",
        {"word": "12345", "form": "+27 XX XXX XXXX"},
        "12345 is too short for a phone number. Use the form +27 XX XXX XXXX.",
    ),
    (
        "problem.phone_shared",
        {"name": "Sipho Amber"},
        "Sipho Amber has this number too. If they share it, say yes in Today.",
    ),
    ("problem.amount_letters", {"word": "R3OO", "guess": "300"}, "R3OO is not an amount (letters O). Type 300."),
    ("problem.amount_negative", {}, "An amount cannot be below zero. For money back, use a credit note."),
    ("problem.email", {}, "This mail address is not complete. Mail waits until it is."),
    ("problem.birthday", {"word": "30 Feb"}, "30 Feb does not exist. Type day and month, such as 21 May."),
    ("problem.formula", {"value": "R300.00"}, "A formula here is broken. We use the last good value, R300.00."),
    ("problem.copied", {}, "Copied row: treated as new. Nothing was sent for it."),
    (
        "problem.issued",
        {"doc": "INV-2026-00042", "value": "R1,050.00"},
        "INV-2026-00042 is already out, so we put R1,050.00 back. Credit note instead?",
    ),
    ("problem.number", {}, "Numbers come from us when you tick Send. We cleared the cell."),
    (
        "problem.deleted",
        {"first": "Thandi", "start": "Wed 4 Nov 09:00"},
        "Thandi, Wed 4 Nov 09:00: row deleted. Cancel it, or put it back?",
    ),
    (
        "problem.setting_number",
        {"word": "a day", "unit": "hours", "usual": "24", "value": "24"},
        '"a day" is not a number of hours. Type 24. We still use 24.',
    ),
    (
        "today.status",
        {"sessions": "3 sessions", "todo": part("today.todo", todo="1 thing"), "time": "08:41"},
        "3 sessions, 1 thing to decide, all in sync 08:41",
    ),
    (
        "today.status",
        {"sessions": part("today.sessions_none"), "todo": part("today.todo_none"), "time": "08:41"},
        "No sessions today, nothing to decide, all in sync 08:41",
    ),
    (
        "decide.move_ask",
        {"first": "Lerato", "old": "Wed 4 Nov 08:00", "time": "09:00"},
        "Lerato asks: Wed 4 Nov 08:00 to 09:00?",
    ),
    ("tick.no_show", {"time": "09:15", "fee": "R250"}, "no-show 09:15, R250"),
    ("tick.grace", {"items": "40 invoices"}, "40 invoices leave in 20 s: untick to stop"),
    ("paper.page", {"n": "1", "k": "2"}, "page 1 of 2"),
]


@pytest.mark.parametrize(("key", "values", "copy"), ANSWERS, ids=[key for key, _, _ in ANSWERS])
def test_the_owner_reads(key: str, values: dict[str, str], copy: str) -> None:
    assert render(key, values).text == copy


@pytest.mark.parametrize(("key", "values", "copy"), CELLS, ids=[key for key, _, _ in CELLS])
def test_the_cell_says(key: str, values: dict[str, str], copy: str) -> None:
    assert render(key, values).text == copy
