"""An invoice by a tick: number, paper, phone, mail, link; the box resets and the cell says how far it got."""

from __future__ import annotations

import pytest

from studio_sync.rules.effects import Render
from tests.unit.story import Studio
from tests.unit.story_sheet import CLIENTS

OCTOBER = """
    Id  | Date       | Time  | Client        | State       | Type   | Price | Pay with
    b-1 | Thu 1 Oct  | 08:00 | Thandi Maroon | came        | duo    | 250   | invoice
    b-2 | Thu 8 Oct  | 17:00 | Thandi Maroon | no-show     | single | 300   | invoice
    b-3 | Thu 15 Oct | 08:00 | Thandi Maroon | late cancel | duo    | 250   | invoice
    b-4 | Thu 22 Oct | 08:00 | Thandi Maroon | cancelled   | duo    | 250   | invoice
    b-5 | Thu 29 Oct | 08:00 | Thandi Maroon | came        | duo    | 250   | package
"""
DRAFT = """
    Id  | Client        | From      | To         | State
    i-1 | Thandi Maroon | 1 Oct     | 31 Oct     | draft
"""


def paper(studio: Studio) -> dict[str, object]:
    (render,) = [effect for effect in studio.effects if isinstance(effect, Render)]
    return render.paper


def test_from_tick_to_phone_and_mail() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    assert [studio.row("Invoices", "i-1", c) for c in ("Number", "Total", "Balance", "State", "Due", "Reference")] == [
        "INV-2026-00042",
        "R800.00",
        "R800.00",
        "issued",
        "25 Nov 2026",
        "THANDI01",
    ]
    assert (studio.row("Invoices", "i-1", "Send"), studio.row("Invoices", "i-1", "Sent")) == ("", "sending...")
    assert studio.last("Thandi") == (
        "Hi Thandi, here is invoice INV-2026-00042 for October 2026. The amount is R800, to be paid by Wed 25 Nov. "
        "Please use the reference THANDI01 so that we can find your payment."
    )
    assert studio.bubbles("Thandi")[-1].send.filename == "INV-2026-00042 Nowhere Street Pilates.pdf"
    (mail,) = studio.mails
    assert mail.to == "thandi@nowhere.example"
    assert mail.subject == "Invoice INV-2026-00042, R800.00, due 25 November 2026"
    assert studio.row("Invoices", "i-1", "Mail") == "sent 08:40"
    assert studio.row("Invoices", "i-1", "Link") == "https://nowhere.example/i/x"
    assert "08:40 Invoice INV-2026-00042 for Thandi Maroon" in studio.today()
    studio.reports("Thandi", "sent")
    assert studio.row("Invoices", "i-1", "Sent") == "sent 08:40"


def test_the_lines_are_the_sessions_of_the_period() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    assert studio.rows("Invoice lines", "Line", "Date", "What", "Amount") == [
        ("1.0", "1 Oct 2026", "Duo session, 08:00", "R250.00"),
        ("2.0", "8 Oct 2026", "Single session, 17:00, not attended", "R300.00"),
        ("3.0", "15 Oct 2026", "Duo session, 08:00, cancelled late", "R250.00"),
    ]
    assert studio.row("Bookings", "b-1", "Invoice") == "INV-2026-00042"
    drawn = paper(studio)
    assert drawn["number"] == "INV-2026-00042"
    assert drawn["period"] == "1 to 31 October 2026"
    assert drawn["to_pay_cents"] == 80000


def test_a_second_tick_sends_nothing_new() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    count = len(studio.bubbles("Thandi"))
    studio.ticks("Invoices", "i-1", "Send")
    assert len(studio.bubbles("Thandi")) == count
    assert len(studio.mails) == 1
    assert studio.row("Invoices", "i-1", "Number") == "INV-2026-00042"
    assert studio.row("Invoices", "i-1", "Send") == ""


@pytest.mark.parametrize(
    ("client", "said"),
    [
        ("Ayanda Teal", "not sent: no phone number. Fill Phone in Clients"),
        ("Xerxes", "not sent: no one client called Xerxes"),
        ("Zoë Umber", "not sent: no lines and no total"),
    ],
)
def test_what_cannot_be_sent_says_why_in_the_cell(client: str, said: str) -> None:
    clients = CLIENTS + "    c-9 | Ayanda Teal |"
    invoices = f"Id | Client | Total\ni-1 | {client} | {'' if client.startswith('Z') else '500'}"
    studio = Studio(clients=clients, invoices=invoices)
    studio.ticks("Invoices", "i-1", "Send")
    assert (studio.row("Invoices", "i-1", "Send"), studio.row("Invoices", "i-1", "Sent")) == ("", said)
    assert studio.row("Invoices", "i-1", "Number") == ""
    assert studio.phones == {}


def test_a_row_she_typed_becomes_a_draft() -> None:
    studio = Studio(bookings=OCTOBER)
    ident = studio.types("Invoices", Client="Thandi Maroon", From="1 Oct", To="31 Oct")
    assert studio.row("Invoices", ident, "State") == "draft"
    studio.ticks("Invoices", ident, "Send")
    assert studio.row("Invoices", ident, "Number") == "INV-2026-00042"


def test_who_has_no_whatsapp_gets_mail_only() -> None:
    clients = "Id | Name | Email | Status\nc-1 | Thandi Maroon | thandi@nowhere.example | active"
    studio = Studio(clients=clients, invoices="Id | Client | Total\ni-1 | Thandi Maroon | 500")
    studio.ticks("Invoices", "i-1", "Send")
    assert len(studio.mails) == 1
    assert studio.phones == {}
    assert studio.row("Invoices", "i-1", "WhatsApp") == ""


def test_the_cell_goes_from_sent_to_read_and_never_back() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    said = []
    for status in ("sent", "read", "delivered", "sent"):
        studio.reports("Thandi", status)
        said.append((studio.row("Invoices", "i-1", "Sent"), studio.row("Invoices", "i-1", "WhatsApp")))
    assert said == [("sent 08:40", "sent"), *[("read 08:40", "read")] * 3]
    assert studio.rows("Messages", "Kind", "State")[-1] == ("money.invoice", "read")


def test_a_refused_invoice_says_so() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    studio.reports("Thandi", "failed", detail="number has no WhatsApp")
    assert studio.row("Invoices", "i-1", "Sent") == "not sent: number has no WhatsApp"


def test_in_doubt_is_asked_and_sent_again_only_by_her_word() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    studio.in_doubt("Thandi")
    assert studio.today()[1:6] == [
        "Decide",
        "Not sure this reached Thandi Maroon:",
        "invoice INV-2026-00042. We did not send it",
        "again.",
        "[ ] | Send it again",
    ]
    assert studio.last("Nadine") == (
        "Not sure this reached Thandi Maroon: invoice INV-2026-00042. We did not send it again."
    )
    count = len(studio.bubbles("Thandi"))
    assert studio.taps("Nadine", "Send it again") == ["invoice INV-2026-00042: sent to Thandi Maroon."]
    assert len(studio.bubbles("Thandi")) == count + 1
    assert studio.bubbles("Thandi")[-1].send.file == "f" * 64
    assert "Decide" not in studio.today()
    studio.reports("Thandi", "delivered")
    assert studio.row("Invoices", "i-1", "Sent") == "delivered 08:40"


def test_in_doubt_it_arrived() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    studio.in_doubt("Thandi")
    count = len(studio.bubbles("Thandi"))
    studio.answers("It arrived")
    assert len(studio.bubbles("Thandi")) == count
    assert "Decide" not in studio.today()


def test_a_late_status_settles_the_doubt() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    studio.in_doubt("Thandi")
    studio.reports("Thandi", "delivered")
    assert "Decide" not in studio.today()
    assert studio.row("Invoices", "i-1", "Sent") == "delivered 08:40"
    assert studio.taps("Nadine", "Send it again") == ["That is already answered. Nothing has changed."]


@pytest.mark.parametrize(
    ("today", "due"), [("Tue 3 Nov", "25 Nov 2026"), ("Wed 18 Nov", "25 Nov 2026"), ("Thu 19 Nov", "25 Dec 2026")]
)
def test_due_on_the_day_of_settings_at_least_a_week_away(today: str, due: str) -> None:
    studio = Studio(now=f"{today} 08:40", invoices="Id | Client | Total\ni-1 | Thandi Maroon | 500")
    studio.ticks("Invoices", "i-1", "Send")
    assert studio.row("Invoices", "i-1", "Due") == due


def test_an_invoice_that_left_is_one_line_of_what_was_done_today() -> None:
    studio = Studio(bookings=OCTOBER, invoices=DRAFT)
    studio.ticks("Invoices", "i-1", "Send")
    assert [line for line in studio.today() if "Invoice" in line] == ["08:40 Invoice INV-2026-00042 for Thandi Maroon"]
