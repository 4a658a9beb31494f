"""08:40 to 09:40: booked, refused, booked again, given back, taken back; a webhook that comes twice, two in one."""

from __future__ import annotations

from datetime import timedelta

from studio_sync.local.day.morning import first_line
from studio_sync.local.day.stage import LERATO, MARY, OWNER, SIPHO, THANDI, Stage
from studio_sync.local.day.step import Doc, Found, step

BOOK = "Book Thandi tomorrow 09h00 single"
ROW = {"Date": "Wed 4 Nov", "Time": "09:00", "Client": "Thandi Maroon"}


def _book(stage: Stage) -> Found:
    asked = stage.says(OWNER, BOOK)
    event = stage.event(stage.tomorrow, "09:00", "Thandi")
    answer = stage.heard(OWNER, "Booked: Thandi Maroon")
    told = stage.heard(THANDI, "your single session is booked for Wed 4 Nov at 09:00")
    row = stage.row("Bookings", **ROW, State="booked")
    return Found(result="booked, Thandi told", messages=[asked, answer, told], rows=[("Bookings", row)], events=[event])


@step("08:40", "Nadine: " + BOOK)
def booked(stage: Stage) -> Found:
    return _book(stage)


@step("08:42", "Thandi taps Reject this time")
def rejected(stage: Stage) -> Found:
    tap = stage.taps(THANDI, "Reject this time")
    stage.no_event(stage.tomorrow, "09:00")
    told = stage.heard(THANDI, "is free again and costs you nothing")
    nadine = stage.heard(OWNER, "Thandi Maroon cannot come on")
    row = stage.row("Bookings", **ROW, State="rejected")
    return Found(result="free again, both told", messages=[tap, told, nadine], rows=[("Bookings", row)])


@step("08:45", "Nadine books it again")
def booked_again(stage: Stage) -> Found:
    return _book(stage)


@step("08:50", "Thandi: bookings")
def her_bookings(stage: Stage) -> Found:
    asked = stage.says(THANDI, "bookings")
    answer = stage.heard(THANDI, "Your next sessions:")
    count = sum(line.startswith("*") for line in answer["text"].splitlines())
    return Found(result=f"{count} sessions listed", messages=[asked, answer])


@step("08:55", "Thandi: cancel next")
def cancelled(stage: Stage) -> Found:
    asked = stage.says(THANDI, "cancel next")
    stage.no_event(stage.tomorrow, "09:00")
    told = stage.heard(THANDI, "It costs you nothing")
    nadine = stage.heard(OWNER, "Thandi Maroon cancelled")
    row = stage.row("Bookings", **ROW, State="cancelled")
    return Found(result="free, Nadine told", messages=[asked, told, nadine], rows=[("Bookings", row)])


@step("09:05", "Nadine: today")
def today(stage: Stage) -> Found:
    asked = stage.says(OWNER, "today")
    answer = stage.heard(OWNER, "*Tue 3 Nov: ")
    return Found(result=first_line(answer), messages=[asked, answer])


@step("09:06", "Nadine: undo")
def undone(stage: Stage) -> Found:
    asked = stage.says(OWNER, "undo")
    answer = stage.heard(OWNER, "Taken back:")
    event = stage.event(stage.tomorrow, "09:00", "Thandi")
    told = stage.heard(THANDI, "stands as booked")
    row = stage.row("Bookings", **ROW, State="booked")
    return Found(result="back, Thandi told", messages=[asked, answer, told], rows=[("Bookings", row)], events=[event])


@step("09:30", "The same webhook comes twice")
def twice(stage: Stage) -> Found:
    day = stage.day + timedelta(days=2)
    asked = stage.says(OWNER, "Book Lerato thu 10h00 single", twice=True)
    event = stage.event(day, "10:00", "Lerato")
    told = stage.heard(LERATO, "is booked for Thu 5 Nov at 10:00")
    answer = stage.heard(OWNER, "Booked: Lerato Olive")
    row = stage.row("Bookings", Date="Thu 5 Nov", Client="Lerato Olive", State="booked")
    _delivered(stage)
    answers, events = stage.new(OWNER), stage.events_at(day, "10:00")
    rows = [r for r in stage.world.rows("Bookings") if r["Client"] == "Lerato Olive" and r["Date"] == "Thu 5 Nov"]
    stage.world.until(
        lambda: (len(answers), len(stage.new(LERATO)), len(events), len(rows)) == (1, 1, 1, 1),
        "the second delivery did something",
        seconds=0,
    )
    return Found(result="done once", messages=[asked, answer, told], rows=[("Bookings", row)], events=[event])


def _delivered(stage: Stage) -> None:
    """Wait until every webhook was taken."""
    stage.world.until(
        lambda: not stage.world.studio.control("webhooks")["waiting"], "webhooks are still waiting to be taken"
    )


@step("09:40", "Two messages come in one delivery")
def together(stage: Stage) -> Found:
    both = [{"phone": phone, "text": "bookings"} for phone in (SIPHO, MARY)]
    said = stage.world.studio.control("speak", {"together": both})["wamids"]
    asked = [stage.message(phone, wamid) for phone, wamid in zip((SIPHO, MARY), said, strict=True)]
    answers: list[Doc] = [stage.heard(phone, "Your next sessions:") for phone in (SIPHO, MARY)]
    return Found(result=f"{len(answers)} answered", messages=[*asked, *answers])
