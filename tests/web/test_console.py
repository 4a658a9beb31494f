"""What a person does on the page happens in the stand-ins, through their real APIs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Soon = Callable[[Callable[[], Any], Any], None]
NADINE, THANDI = "+447700900199", "+447700900101"
AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").partition("\n")[2].strip()
#: buttons whose words do not fit
CUT = """[...document.querySelectorAll("button")].filter((b) => b.offsetParent && !b.closest(".grid"))
    .filter((b) => b.scrollWidth > b.clientWidth + 1).map((b) => b.textContent || b.ariaLabel)"""


def test_the_page_shows_both_phones_the_sheet_and_the_week(page: Page) -> None:
    expect(page.locator(".phone.owner .card-head b")).to_have_text("Nadine")
    expect(page.locator(".phone.client .card-head b")).to_have_text("Thandi Maroon")
    expect(page.locator(".phone.owner .log")).to_contain_text("No messages yet. Write: bookings")
    expect(page.get_by_role("tab", name="Clients")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_role("gridcell", name="Name: Thandi Maroon")).to_be_visible()
    expect(page.locator("#diary .days")).to_contain_text("Tue 3")
    expect(page.locator("#why")).to_contain_text("Click any bubble, cell or event to see why it is there.")
    expect(page.locator(".counters")).to_contain_text("–")


def test_what_is_typed_in_a_phone_is_sent_and_the_answer_rises_with_buttons(
    page: Page, studio: Any, soon: Soon
) -> None:
    page.get_by_label("Write as Thandi Maroon").fill("bookings")
    page.keyboard.press("Enter")
    soon(lambda: [m["text"] for m in studio.chat(THANDI)], ["bookings"])
    reply = {"type": "reply", "reply": {"id": "cancel_next", "title": "Cancel next"}}
    text = {"text": "*Wed 4 Nov 09:00*, <b>single</b>"}
    content = {"type": "button", "body": text, "action": {"buttons": [reply]}}
    studio.send(THANDI, type="interactive", interactive=content)
    bubble = page.locator(".phone.client .theirs .text")
    expect(bubble).to_have_text("Wed 4 Nov 09:00, <b>single</b>")
    expect(bubble.locator("b")).to_have_text("Wed 4 Nov 09:00")
    expect(page.locator("#live")).to_contain_text("Thandi got: Wed 4 Nov 09:00")
    page.get_by_role("button", name="Cancel next").click()
    soon(lambda: studio.chat(THANDI)[-1].get("tapped"), "cancel_next")


def test_a_list_message_opens_from_below(page: Page, studio: Any, soon: Soon) -> None:
    studio.post("/_emulator/speak", {"phone": THANDI, "text": "menu"})
    rows = [{"id": "m_bookings", "title": "My bookings", "description": "Your next sessions"}]
    action = {"button": "Choose", "sections": [{"rows": rows}]}
    content = {"type": "list", "body": {"text": "What can we do?"}, "action": action}
    studio.send(THANDI, type="interactive", interactive=content)
    page.get_by_role("button", name="Choose", exact=True).click()
    page.get_by_role("button", name="My bookings").click()
    soon(lambda: studio.chat(THANDI)[-1].get("tapped"), "m_bookings")


def test_a_form_is_filled_in_from_below(page: Page, studio: Any, soon: Soon) -> None:
    field = {"type": "TextInput", "name": "mail", "label": "Email", "required": True}
    action = {"name": "complete", "payload": {"mail": "${form.mail}"}}
    children = [field, {"type": "Footer", "label": "Send", "on-click-action": action}]
    screen = {"id": "NEW", "terminal": True, "layout": {"type": "SingleColumnLayout", "children": children}}
    text = json.dumps({"version": "7.3", "screens": [screen]})
    wanted = {"name": "registration", "categories": ["SIGN_UP"], "flow_json": text, "publish": True}
    flow = studio.post("/v26.0/102290129340398/flows", wanted)["id"]
    parameters = {"flow_message_version": "3", "flow_id": flow, "flow_cta": "Register"}
    content = {"type": "flow", "body": {"text": "Welcome"}, "action": {"name": "flow", "parameters": parameters}}
    studio.post("/_emulator/speak", {"phone": THANDI, "text": "hello"})
    studio.send(THANDI, type="interactive", interactive=content)
    page.get_by_role("button", name="Register").click()
    page.get_by_label("Email").fill("thandi@nowhere.example")
    page.get_by_role("dialog").get_by_role("button", name="Send").click()
    soon(lambda: studio.chat(THANDI)[-1].get("answers", {}).get("mail"), "thandi@nowhere.example")


def test_someone_new_writes(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("button", name="Another person").click()
    page.get_by_role("menuitem", name="Someone new").click()
    page.get_by_label("Name in WhatsApp").fill("Lerato Olive")
    page.get_by_role("button", name="Take the phone").click()
    page.get_by_label("Write as Lerato Olive").fill("Hello")
    page.keyboard.press("Enter")
    soon(lambda: [m["text"] for m in studio.chat("+447700900102")], ["Hello"])


def test_a_cell_is_edited_and_taken_back(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("gridcell", name="Name: Sipho Amber").dblclick()
    page.keyboard.press("Control+a")
    page.keyboard.type("Sipho A.")
    page.keyboard.press("Enter")
    soon(lambda: studio.rows()[2][0], "Sipho A.")
    expect(page.get_by_role("gridcell", name="Name: Sipho A.")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    soon(lambda: studio.rows()[2][0], "Sipho Amber")


def test_a_tick_by_pointer_and_by_key(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("gridcell", name="Send, tick box, Thandi Maroon, not ticked").locator(".box").click()
    soon(lambda: studio.rows()[1][2], True)
    page.get_by_role("gridcell", name="Send, tick box, Thandi Maroon, ticked", exact=True).focus()
    page.keyboard.press("Space")
    soon(lambda: studio.rows()[1][2], False)


def test_grey_cells_ask_first(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("gridcell", name="Owes: R250.00").dblclick()
    expect(page.get_by_text("This column is written by us. Change it anyway?")).to_be_visible()
    page.get_by_role("button", name="Leave it").click()
    page.get_by_role("gridcell", name="Owes: R250.00").dblclick()
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Owes", exact=True).fill("R300.00")
    page.keyboard.press("Enter")
    soon(lambda: studio.rows()[1][3] not in {"", "R250.00"}, True)


def test_a_header_sorts_and_undo_brings_the_order_back(page: Page, studio: Any, soon: Soon) -> None:
    names = lambda: [row[0].split()[0] for row in studio.rows()[1:]]  # noqa: E731
    page.get_by_role("gridcell", name="Name: sort by it").click()
    soon(names, ["Ayanda", "Sipho", "Thandi"])
    expect(page.locator(".grid tr:nth-child(2) td").first).to_have_text("Ayanda Teal")
    page.get_by_role("button", name="Undo").click()
    soon(names, ["Thandi", "Sipho", "Ayanda"])


def test_a_row_is_typed_at_the_end_and_one_is_deleted_and_brought_back(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("button", name="Add a row").click()
    page.keyboard.type("Zoë Umber")
    page.keyboard.press("Tab")
    soon(lambda: studio.rows()[4][0], "Zoë Umber")
    page.get_by_role("button", name="Row 3: insert or delete").click()
    page.get_by_role("menuitem", name="Delete this row").click()
    soon(lambda: len(studio.rows()), 4)
    page.get_by_role("button", name="Undo").click()
    soon(lambda: studio.rows()[2][:3], ["Sipho Amber", "+447700900102", False])


def test_an_event_is_dragged_stretched_copied_and_deleted(page: Page, studio: Any, soon: Soon) -> None:
    studio.event("Single: Thandi", "04T09:00", "04T10:00")
    event = page.locator(".event", has_text="Single")
    expect(event).to_be_visible()
    box = event.bounding_box()
    assert box is not None
    day = page.locator(".day-column").first.bounding_box()
    assert day is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + day["width"], box["y"] + 10 + box["height"] / 2, steps=8)
    page.mouse.up()
    soon(studio.events, [("Single: Thandi", "2026-11-05T09:30")])
    expect(page.locator(".day-column[data-day='2026-11-05'] .event b")).to_have_text("09:30")
    box = event.bounding_box()
    assert box is not None
    page.keyboard.down("Alt")
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 20 + day["width"], box["y"] + 10, steps=8)
    page.mouse.up()
    page.keyboard.up("Alt")
    soon(studio.events, [("Single: Thandi", "2026-11-05T09:30"), ("Single: Thandi", "2026-11-06T09:30")])
    expect(page.locator(".event")).to_have_count(2)
    page.locator(".event").last.focus()
    page.keyboard.press("Delete")
    soon(studio.events, [("Single: Thandi", "2026-11-05T09:30")])


def test_an_event_is_made_and_moved_by_keys_alone(page: Page, studio: Any, soon: Soon) -> None:
    page.get_by_role("button", name="New entry").click()
    page.keyboard.type("Mary single")
    page.keyboard.press("Enter")
    soon(studio.events, [("Mary single", "2026-11-03T09:00")])
    event = page.locator(".event")
    event.focus()
    for key in ("Enter", "ArrowRight", "ArrowDown", "ArrowDown", "Enter"):
        page.keyboard.press(key)
    soon(studio.events, [("Mary single", "2026-11-04T09:30")])
    expect(page.locator(".day-column[data-day='2026-11-04'] .event b")).to_have_text("09:30")
    for key in ("Enter", "ArrowLeft", "Escape"):
        page.keyboard.press(key)
    expect(page.locator(".day-column[data-day='2026-11-04'] .event b")).to_have_text("09:30")
    assert studio.events() == [("Mary single", "2026-11-04T09:30")]


def test_the_clock_moves_on_and_google_goes_down(page: Page, studio: Any, soon: Soon) -> None:
    page.keyboard.press("h")
    expect(page.locator(".clock")).to_have_text("09:40")
    page.get_by_role("button", name="On to 20:00").click()
    expect(page.locator(".clock")).to_have_text("20:00")
    page.get_by_role("button", name="Month end").or_(page.get_by_label("On to the last day of the month")).first.click()
    expect(page.locator(".when .day")).to_have_text("Mon 30 Nov")
    page.get_by_label("Google answers nothing for 60 seconds").click()
    expect(page.locator("#sheet .veil")).to_contain_text("Messages are kept")
    rules = studio.get("/_emulator/faults")["rules"]
    assert [(rule["match"], rule["kind"]) for rule in rules] == [("google.*", "503")]


def test_a_persons_act_pauses_the_day_and_its_end_offers_what_to_try(page: Page, studio: Any, soon: Soon) -> None:
    step = {"caption": "06:00 The morning digest", "step": 1, "total": 4}
    ring = {"sheet": {"tab": "Clients", "row": "c-2"}}
    studio.ask("PUT", "/_emulator/play", {"state": "playing", "ring": ring, **step})
    expect(page.locator(".caption")).to_have_text("06:00 The morning digest")
    page.get_by_label("Write as Nadine").fill("today")
    page.keyboard.press("Enter")
    soon(lambda: studio.get("/_emulator/play")["state"], "paused")
    page.get_by_role("button", name="Play the day").click()
    soon(lambda: studio.get("/_emulator/play")["state"], "playing")
    studio.ask("PUT", "/_emulator/play", {"state": "done", "chips": [{"text": "cancel next", "phone": "447700900101"}]})
    page.get_by_role("button", name="cancel next").click()
    expect(page.get_by_label("Write as Thandi Maroon")).to_have_value("cancel next")


def test_a_page_whose_stand_ins_died_says_so_and_comes_back(
    browser: Browser, studio: Any, restart: tuple[Callable[[], None], Callable[[], None]]
) -> None:
    kill, again = restart
    page = browser.new_page()
    page.goto(studio.base + "/")
    page.wait_for_selector("body[data-ready=yes]")
    kill()
    expect(page.locator(".caption")).to_have_text("The local studio has stopped. Start it again: make demo")
    again()
    studio.post("/_emulator/speak", {"phone": THANDI, "text": "hello again"})
    expect(page.locator(".phone.client .mine .text")).to_have_text("hello again")
    expect(page.locator(".caption")).to_have_text("")
    page.close()


@pytest.mark.parametrize(("width", "height", "thumb"), [(1440, 900, 34), (1024, 768, 34), (390, 844, 44)])
def test_nothing_is_cut_too_small_or_too_faint(page: Page, studio: Any, width: int, height: int, thumb: int) -> None:
    studio.event("08:00 Duo: Thandi, Sipho (2/2)", "04T08:00", "04T08:55")
    studio.post("/_emulator/speak", {"phone": THANDI, "text": "bookings"})
    expect(page.locator(".phone.client .mine")).to_have_count(1)
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate(
        "document.documentElement.scrollWidth <= innerWidth && document.body.scrollHeight <= innerHeight"
    )
    cut = page.evaluate(CUT)
    assert cut == []
    assert page.evaluate(f"{AUDIT}.small({thumb})") == []
    assert page.evaluate(f"{AUDIT}.faint(4.5)") == []
    if width == 390:
        for card, what in (("Sheet", ".grid"), ("Diary", ".week"), ("Why", ".about"), ("Phone", ".compose textarea")):
            page.locator("#cards").get_by_role("button", name=card).click()
            expect(page.locator(what).first).to_be_visible()
