"""06:00 to 08:30: the digest, the first reminders, someone new, a row typed by hand."""

from __future__ import annotations

from studio_sync.local.day.stage import AYANDA, OWNER, PIETER, SIPHO, Stage, reached
from studio_sync.local.day.step import Doc, Found, step


@step("05:58", "WhatsApp and the program shake hands")
def handshake(stage: Stage) -> Found:
    control = stage.world.studio.control
    stage.world.until(lambda: control("app")["verified"], "the webhook's handshake was not made")
    templates = control("dump?only=whatsapp")["whatsapp"]["templates"]
    approved = [t for t in templates if t["status"] == "APPROVED"]
    mode = stage.row("Settings", Setting="Mode", Value="live")
    return Found(result=f"{len(approved)} templates approved", rows=[("Settings", mode)])


@step("06:00", "Morning digest")
def morning_digest(stage: Stage) -> Found:
    line = stage.heard(OWNER, "Good morning Nadine")
    line = stage.world.until(
        lambda: (m := stage.message(OWNER, line["wamid"]))["status"] == "read" and m, "the digest was not read"
    )
    return Found(result=str(line["status"]), messages=[line])


@step("06:05", "Nadine taps Show today")
def show_today(stage: Stage) -> Found:
    tap = stage.taps(OWNER, "Show today")
    answer = stage.heard(OWNER, "*Tue 3 Nov: ")
    return Found(result=first_line(answer), messages=[tap, answer])


@step("07:00", "Next-hour reminders for 08:00")
def next_hour(stage: Stage) -> Found:
    told = [stage.heard(phone, "starts today at 08:00") for phone in (SIPHO, PIETER)]
    rows = [stage.reminded(Date="Tue 3 Nov", Time="08:00", Client=name) for name in ("Sipho Amber", "Pieter Indigo")]
    return Found(result=counted(told), messages=told, rows=[("Bookings", row) for row in rows])


@step("07:10", "Someone new writes: Ayanda")
def newcomer(stage: Stage) -> Found:
    hello = stage.says(AYANDA, "Hello, do you have a place for a beginner?", name="Ayanda", attentive=True)
    greeted = stage.heard(AYANDA, "What is your name?")
    asked = stage.heard(OWNER, "someone new wrote to the studio")
    row = stage.row("Clients", Phone="+44 7700 900106", Status="new")
    stage.in_today("Ayanda")
    return Found(result="Nadine was asked", messages=[hello, greeted, asked], rows=[("Clients", row)])


@step("07:12", "Ayanda says her name")
def her_name(stage: Stage) -> Found:
    said = stage.says(AYANDA, "Ayanda Teal")
    thanked = stage.heard(AYANDA, "Thank you, Ayanda")
    row = stage.row("Clients", Phone="+44 7700 900106", Name="Ayanda Teal")
    return Found(result=f"kept as {row['Name']}", messages=[said, thanked], rows=[("Clients", row)])


@step("07:15", "Nadine taps Add as client")
def added(stage: Stage) -> Found:
    tap = stage.taps(OWNER, "Add as client")
    welcomed = stage.heard(AYANDA, "Welcome")
    answer = stage.heard(OWNER, "Added: Ayanda Teal")
    row = stage.row("Clients", Phone="+44 7700 900106", Status="active")
    stage.gone_from_today("wrote from")
    return Found(result=f"{row['Status']}, {row['Code']}", messages=[tap, answer, welcomed], rows=[("Clients", row)])


@step("08:20", "By hand: a new row in Clients")
def typed_client(stage: Stage) -> Found:
    stage.world.type_row("Clients", Name="Noah Violet", Phone="07700 900109")

    def look() -> Doc | None:
        row = stage.world.row("Clients", Name="Noah Violet")
        return row if row and row["Id"] and row["Phone"].startswith("+44") and row["Code"] else None

    row = stage.world.until(look, "the typed client did not get an id and a clean number")
    return Found(result=f"{row['Phone']}", rows=[("Clients", row)])


def first_line(message: Doc) -> str:
    """The first line of a text, without its stars."""
    return str(message["text"]).splitlines()[0].replace("*", "")


def counted(messages: list[Doc]) -> str:
    """``2 sent, 2 delivered``."""
    return f"{len(messages)} sent, {sum(reached(m) for m in messages)} delivered"
