"""10:15 to 11:10: Nadine's hands in the sheet and the diary."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from studio_sync.local.control import fetch
from studio_sync.local.day.stage import LERATO, OWNER, THANDI, ZOE, Stage
from studio_sync.local.day.step import Doc, Found, step

PROBLEM = "31/02 is not a date. Type a day such as 28 Feb."
FRIDAY = timedelta(days=3)


@step("10:15", "By hand: a date that does not exist")
def mistyped(stage: Stage) -> Found:
    stage.world.type_row("Bookings", Date="31/02", Time="12:00", Client="Lerato Olive", Type="single")
    row = stage.row("Bookings", Client="Lerato Olive", Problem=PROBLEM)
    stage.in_today("31/02 is not a date")
    asked = stage.says(ZOE, "bookings")  # nothing else stops
    answer = stage.heard(ZOE, "Your next sessions:")
    return Found(result="a problem in words", messages=[asked, answer], rows=[("Bookings", row)])


@step("10:20", "By hand: the date is mended")
def mended(stage: Stage) -> Found:
    row = stage.row("Bookings", Client="Lerato Olive", Problem=PROBLEM)
    stage.world.owner("Bookings", "type", cell=stage.world.cell("Bookings", row["#"], "Date"), text="6 Nov")
    done = stage.row("Bookings", Date="Fri 6 Nov", Client="Lerato Olive", State="booked", Problem="")
    event = stage.event(stage.day + FRIDAY, "12:00", "Lerato")
    stage.gone_from_today("31/02 is not a date")
    return Found(result="booked, problem gone", rows=[("Bookings", done)], events=[event])


@step("10:30", "By hand: Bookings sorted by client")
def sorted_rows(stage: Stage) -> Found:
    before = _state(stage)
    reads = _reads(stage)
    stage.world.owner("Bookings", "sort", sheet="Bookings", column="Client")
    stage.world.until(lambda: _reads(stage) >= reads + 2, "the program did not look at the sheet")
    stage.world.until(lambda: _state(stage) == before, "a sort changed something", seconds=2)
    rows = stage.world.rows("Bookings")
    return Found(result="nothing happens", rows=[("Bookings", rows[0]), ("Bookings", rows[-1])])


def _reads(stage: Stage) -> int:
    counts = stage.world.studio.control("counts")
    return int(sum(counts.get("sheets.values.batchGet", {}).values()))


def _state(stage: Stage) -> object:
    """Everything a sort must leave alone: rows by id, events, messages, changes."""
    world = stage.world
    rows = sorted(tuple(str(v) for k, v in sorted(row.items()) if k != "#") for row in world.rows("Bookings"))
    events = [(e["id"], e["etag"]) for e in world.events(stage.day)]
    said = [len(world.chat(who["number"])) for who in world.phones()]
    return rows, events, said, len(world.rows("Changes"))


@step("11:00", "By hand: Send ticked on an invoice")
def invoice(stage: Stage) -> Found:
    draft = stage.row("Invoices", Client="Thandi Maroon", State="draft")
    stage.world.owner("Invoices", "tick", cell=stage.world.cell("Invoices", draft["#"], "Send"))
    paper = stage.heard(THANDI, "here is invoice")
    media = stage.world.until(
        lambda: next((m for m in stage.new(THANDI) if m.get("media")), None), "no PDF on Thandi's phone"
    )
    pdf = stage.world.bytes_of(f"media/{media['media']['id']}")
    mail = stage.world.until(
        lambda: next((m for m in stage.world.mails() if "thandi@nowhere.example" in m["to"]), None), "no mail arrived"
    )
    if stage.world.bytes_of(f"mails/{mail['id']}/parts/0") != pdf:
        stage.world.until(lambda: None, "phone and mail have different papers", seconds=0)
    row = stage.world.until(lambda: _sent(stage, draft["Id"]), "the invoice's row does not say that it was sent")
    return Found(
        result=f"{row['Sent']}",
        messages=[paper],
        rows=[("Invoices", row)],
        files={str(media["media"].get("filename") or f"{row['Number']}.pdf"): pdf},
        mails=[mail],
    )


def _sent(stage: Stage, ident: str) -> Doc | None:
    row = stage.world.row("Invoices", Id=ident)
    done = row and row["Number"] and row["Send"] == "FALSE" and row["Sent"].startswith(("sent ", "delivered ", "read "))
    return row if done else None


@step("11:02", "The link of the invoice, good for 48 h")
def link(stage: Stage) -> Found:
    row = stage.row("Invoices", Client="Thandi Maroon", State="issued")
    pdf = fetch(row["Link"])
    if hashlib.sha256(pdf).hexdigest() != row["File hash"]:
        stage.world.until(lambda: None, "the link serves another paper", seconds=0)
    return Found(result="the same bytes", rows=[("Invoices", row)], files={f"{row['Number']} by link.pdf": pdf})


@step("11:10", "In the diary: Lerato's Thu 10:00 to 11:00")
def dragged(stage: Stage) -> Found:
    day = stage.day + timedelta(days=2)
    stage.world.drag(stage.event(day, "10:00", "Lerato"), 60)
    asked = stage.heard(OWNER, "you moved Lerato Olive")
    return Found(result="Nadine was asked", messages=[asked], events=[stage.event(day, "11:00", "Lerato")])


@step("11:12", "Nadine taps Move and tell")
def moved(stage: Stage) -> Found:
    tap = stage.taps(OWNER, "Move and tell")
    told = stage.heard(LERATO, "has moved to Thu 5 Nov at 11:00")
    row = stage.row("Bookings", Date="Thu 5 Nov", Time="11:00", Client="Lerato Olive", State="booked")
    event = stage.event(stage.day + timedelta(days=2), "11:00", "Lerato")
    return Found(result="moved, Lerato told", messages=[tap, told], rows=[("Bookings", row)], events=[event])
