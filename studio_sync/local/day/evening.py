"""15:58 to 20:00: the plug is pulled, a reminder, the night before."""

from __future__ import annotations

from studio_sync.local.day.morning import counted
from studio_sync.local.day.stage import OWNER, PIETER, THANDI, ZOE, Stage
from studio_sync.local.day.step import Doc, Found, step


@step("15:55", "The plug is pulled while Zoë writes")
def plug(stage: Stage) -> Found:
    studio = stage.world.studio
    before = studio.program_pid
    studio.control("plug", {"seconds": stage.plug_seconds})
    studio.kill_program()
    said = stage.says(ZOE, "message Nadine I am bringing my own mat")
    studio.tend()
    answer = stage.heard(ZOE, "Nadine has your message")
    nadine = stage.heard(OWNER, "I am bringing my own mat")
    stage.world.until(lambda: studio.program_pid not in {0, before}, "the program did not come back")
    return Found(result="back, Zoë answered", messages=[said, answer, nadine])


@step("16:00", "Next-hour reminder for 17:00")
def next_hour_again(stage: Stage) -> Found:
    told = stage.heard(ZOE, "starts today at 17:00")
    row = stage.reminded(Date="Tue 3 Nov", Time="17:00", Client="Zoë Umber")
    return Found(result=counted([told]), messages=[told], rows=[("Bookings", row)])


@step("20:00", "Night-before reminders")
def night_before(stage: Stage) -> Found:
    told = [stage.heard(THANDI, "tomorrow, Wed 4 Nov at 09:00"), stage.heard(PIETER, "tomorrow, Wed 4 Nov at 17:00")]
    rows = [
        stage.reminded(Date="Wed 4 Nov", Client=name, State="booked") for name in ("Thandi Maroon", "Pieter Indigo")
    ]
    return Found(result=counted(told), messages=told, rows=[("Bookings", row) for row in rows])


@step("20:01", "Evening digest")
def evening_digest(stage: Stage) -> Found:
    def look() -> list[Doc]:
        found = [m for m in stage.world.chat(OWNER) if "Good evening Nadine" in m.get("text", "")]
        return found if len(found) == 1 and found[0]["status"] == "read" else []

    lines = stage.world.until(look, "not one evening digest on Nadine's phone")
    return Found(result=str(lines[0]["status"]), messages=lines)
